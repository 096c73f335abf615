package dev.switchgear.simulator.answer;

/// One event of a stream with its framing, ready to be sent.
public record ApiEvent(Part part, byte[] bytes) {
    /// What the event is to the stream; a fault may leave one kind out.
    public enum Part {
        /// Says who speaks; no content yet.
        OPENING,
        /// Marks where something begins or ends, or only keeps the connection alive.
        FRAME,
        /// A piece of the answer, which took a model time.
        TOKEN,
        /// Says why the model stopped.
        FINISH,
        USAGE,
        /// Says that nothing follows.
        TERMINAL,
        /// Says why the model stopped and that nothing follows, in one.
        END,
        /// Says nothing and only keeps the connection busy: counted nowhere.
        COMMENT;

        /// Whether nothing follows.
        public boolean ends() {
            return this == TERMINAL || this == END;
        }
    }
}
