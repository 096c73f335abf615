package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.ArrayList;
import java.util.List;

/// Reads the provider's answer into events and tells them to a client that speaks another dialect.
final class TellingCarrier implements Carrier {
    private final AnswerReader reader;
    private final Downstream downstream;
    private final AnswerNotes notes = new AnswerNotes();

    /// Told with the next flush. Until the release this is all there was, bounded by [#held].
    private final List<ChatEvent> events = new ArrayList<>();

    private long held;
    private boolean released;

    TellingCarrier(AnswerReader reader, Downstream downstream) {
        this.reader = reader;
        this.downstream = downstream;
    }

    @Override
    public void take(Pieces pieces, byte[] data, int from, int to, boolean begun)
            throws MalformedAnswer {
        notes.next();
        held += to - from;
        reader.event(data, from, to, this::note);
    }

    @Override
    public void takeWithoutData(Pieces pieces) {
        // A comment keeps a connection open; ours to the client has its own.
    }

    private void note(ChatEvent event) {
        notes.accept(event);
        if (!(event instanceof ChatEvent.Broken)) {
            events.add(event);
        }
    }

    @Override
    public boolean token() {
        return notes.token();
    }

    @Override
    public boolean error() {
        return notes.error();
    }

    @Override
    public boolean ended() {
        return reader.ended();
    }

    @Override
    public boolean wholeAtEnd() {
        return reader.bodyEnded(this::note);
    }

    @Override
    public long held() {
        return held;
    }

    @Override
    public String contentType(String providers) {
        return "";
    }

    @Override
    public boolean release() {
        released = true;
        return flush();
    }

    @Override
    public boolean flush() {
        if (!released) {
            return true;
        }
        for (ChatEvent event : events) {
            if (!downstream.tell(event)) {
                return false;
            }
        }
        events.clear();
        return true;
    }

    @Override
    public String model() {
        return notes.model();
    }

    @Override
    public String finish() {
        return notes.finish();
    }

    @Override
    public TokenUsage usage() {
        return notes.usage();
    }
}
