package dev.switchgear.server.api.llm.responses.heard;

import dev.switchgear.server.door.ResponseHead;

/// Hears what an [InnerExchange] is answered, by the thread that serves it; signs of life by one more,
/// never both at once. Either [#whole], or [#begins] and then events until [#ends].
public interface AnswerListener {
    /// The answer in one piece, or the error that there is in place of any.
    ///
    /// @param json one value
    void whole(ResponseHead head, byte[] json);

    /// The answer comes in events.
    void begins(ResponseHead head);

    /// The next event.
    ///
    /// @param json one object, as the event's `data` has it
    /// @return false once nobody wants to hear more
    boolean event(byte[] json);

    /// No event follows.
    void ends();
}
