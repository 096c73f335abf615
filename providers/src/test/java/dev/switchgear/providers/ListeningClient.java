package dev.switchgear.providers;

import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A client that keeps what it gets, and goes away after a number of writes.
public final class ListeningClient implements Downstream {
    private final int patience;
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final List<ChatEvent> events = new ArrayList<>();
    private int writes;
    private int status = -1;
    private String contentType = "";

    private ListeningClient(int patience) {
        this.patience = patience;
    }

    public static ListeningClient patient() {
        return new ListeningClient(Integer.MAX_VALUE);
    }

    public static ListeningClient leavingAfter(int writes) {
        return new ListeningClient(writes);
    }

    @Override
    public boolean begin(Opening opening) {
        if (status >= 0) {
            throw new IllegalStateException("the head went out twice");
        }
        status = opening.status();
        contentType = opening.contentType();
        return patience >= 0;
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length) {
        if (status < 0) {
            throw new IllegalStateException("a body without a head");
        }
        if (writes >= patience) {
            return false;
        }
        writes++;
        got.write(bytes, offset, length);
        return true;
    }

    @Override
    public boolean tell(ChatEvent event) {
        if (status < 0) {
            throw new IllegalStateException("an event without a head");
        }
        if (writes >= patience) {
            return false;
        }
        writes++;
        events.add(event);
        return true;
    }

    /// What was told in no dialect's words, but for what we reckoned ourselves.
    public List<ChatEvent> events() {
        return events.stream().filter(event -> !reckoned(event)).toList();
    }

    private static boolean reckoned(ChatEvent event) {
        return event instanceof ChatEvent.Usage usage && usage.tokens().estimated();
    }

    /// What we reckoned of the use, as it was told last.
    public Optional<TokenUsage> estimate() {
        return events.reversed().stream()
                .filter(ListeningClient::reckoned)
                .map(event -> ((ChatEvent.Usage) event).tokens())
                .findFirst();
    }

    /// Whether anything, be it the head alone, has reached the client.
    public boolean reached() {
        return status >= 0;
    }

    public int status() {
        return status;
    }

    public String contentType() {
        return contentType;
    }

    public int writes() {
        return writes;
    }

    public byte[] bytes() {
        return got.toByteArray();
    }

    public String text() {
        return got.toString(StandardCharsets.UTF_8);
    }
}
