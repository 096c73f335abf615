package dev.switchgear.server.api.llm.responses.compact;

import dev.switchgear.server.door.ForwardedExchange;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An exchange of which the body may be another than came, and the answer another than was given. While
/// neither is so, it does nothing.
public final class CompactingExchange implements ForwardedExchange {
    /// What is done with a model's answer.
    ///
    /// @param kept whether the answer is one that may be kept, as others are
    /// @param answer makes a compaction of it
    /// @param failed tells the client that there is none
    record Compacting(boolean kept, CompactionAnswer answer, Consumer<ResponseHead> failed) {}

    private final HttpExchange asked;
    private final HttpExchange client;
    private byte[] body;

    /// Read by the attempt that answers, which may run on another thread than the one that asked.
    private volatile @Nullable Compacting compacting;

    /// @param asked which keeps what is answered
    /// @param client which does not
    public CompactingExchange(HttpExchange asked, HttpExchange client) {
        this.asked = asked;
        this.client = client;
        this.body = asked.body();
    }

    /// @param other in place of the body that came
    void asks(byte[] other) {
        body = other;
    }

    void compacts(Compacting into) {
        compacting = into;
    }

    /// Whether the answer becomes a compaction.
    public boolean compacting() {
        return compacting != null;
    }

    @Override
    public HttpExchange forwarded() {
        return asked;
    }

    @Override
    public void respond(ResponseHead head, byte[] answer) {
        Compacting into = compacting;
        if (into == null || head.status() != 200) {
            asked.respond(head, answer);
            return;
        }
        HttpExchange to = into.kept() ? asked : client;
        into.answer()
                .whole(answer)
                .ifPresentOrElse(
                        compacted -> to.respond(head, compacted), () -> into.failed().accept(head));
    }

    @Override
    public HttpStream stream(ResponseHead head) {
        HttpStream to = asked.stream(head);
        Compacting into = compacting;
        return into == null ? to : into.answer().stream(to);
    }

    @Override
    public byte[] body() {
        return body;
    }
}
