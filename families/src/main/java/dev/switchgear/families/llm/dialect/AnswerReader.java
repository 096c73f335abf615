package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.model.Service;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads one answer of a provider into events. For one thread, once.
///
/// An error that the provider reports within an answer becomes [ChatEvent.Broken]; what breaks the
/// dialect is a [MalformedAnswer]. Unknown fields and event types are skipped, as every provider asks
/// of its clients; content that cannot be carried becomes [ChatEvent.Omitted].
public interface AnswerReader {
    /// Reads a plain answer.
    void whole(byte[] body, Consumer<ChatEvent> out) throws MalformedAnswer;

    /// Reads the data of one event of a stream, or one line of it: `data[from..to)`, without white
    /// space around it, never empty. The array may be reused after this returns.
    void event(byte[] data, int from, int to, Consumer<ChatEvent> out) throws MalformedAnswer;

    /// Whether the stream's terminal event has been read: nothing more is to come.
    boolean ended();

    /// Whether the model has stopped: its reason has been read, and what follows can only add to it what
    /// was used.
    boolean stopped();

    /// How the request was served, as far as the provider has said so.
    default Optional<Service> service() {
        return Optional.empty();
    }

    /// The body ended as HTTP wants it. Emits what was held back for it.
    ///
    /// @return whether the answer is whole; false if the model has not stopped
    boolean bodyEnded(Consumer<ChatEvent> out);
}
