package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.chat.ChatEvent;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// Writes one answer in a client's dialect. For one thread, once: either [#whole] or a stream.
///
/// A stream's bytes are whole events only. What the dialect has no place for is left out, and
/// [#omitted].
public interface AnswerWriter {
    /// Of a stream; a plain answer is `application/json`.
    String contentType();

    /// The plain answer that these events, all of a call, make. They end with a
    /// [ChatEvent.Finish].
    byte[] whole(List<ChatEvent> events);

    /// Appends what the client is told of this event: nothing, or whole events of the dialect. A
    /// [ChatEvent.Finish] may be held back until [#end], because usage can follow it. A
    /// [ChatEvent.Broken] is told in the dialect's shape and ends the stream without any sign of
    /// success.
    void event(ChatEvent event, ByteArrayOutputStream out);

    /// Appends what ends a whole stream. Not called after an error.
    void end(ByteArrayOutputStream out);

    /// Appends how an error is told within a stream that somebody else wrote so far, and that ends
    /// with it.
    default void brokenOff(ChatEvent.Broken error, ByteArrayOutputStream out) {
        event(error, out);
    }

    /// What of the answer had no place in the dialect so far, by its names on the provider's wire. Each
    /// is named once.
    List<String> omitted();

    /// Appends what keeps an idle connection open and means nothing; may come before the first
    /// event.
    void ping(ByteArrayOutputStream out);
}
