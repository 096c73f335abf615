package dev.switchgear.simulator.fault;

/// The place in an answer at which a fault strikes. Counts are of the body: neither the head nor the
/// framing of chunks is counted.
public sealed interface Spot {
    /// Nothing of the answer was sent.
    record BeforeHead() implements Spot {}

    /// @param bytes of the body sent before; 0 or more
    record AfterBytes(long bytes) implements Spot {
        public AfterBytes {
            if (bytes < 0) {
                throw new IllegalArgumentException(
                        "after-bytes: " + bytes + " (expected: 0 or more)");
            }
        }
    }

    /// Streams only.
    ///
    /// @param events sent before, the opening one included; 0 or more
    record AfterEvents(int events) implements Spot {
        public AfterEvents {
            if (events < 0) {
                throw new IllegalArgumentException(
                        "after-events: " + events + " (expected: 0 or more)");
            }
        }
    }

    /// Behind the first byte of the first character that takes several; one byte before the end
    /// where there is none.
    record InsideCharacter() implements Spot {}
}
