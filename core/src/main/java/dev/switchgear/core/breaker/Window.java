package dev.switchgear.core.breaker;

import java.time.Duration;

/// Which attempts a breaker looks back on.
public sealed interface Window {
    /// The last `calls` settled attempts, however old.
    ///
    /// @param calls 1 to 10,000
    record Count(int calls) implements Window {
        public Count {
            if (calls < 1 || calls > 10_000) {
                throw new IllegalArgumentException(
                        "breaker.window: " + calls + " (expected: 1 to 10000 calls)");
            }
        }
    }

    /// The attempts settled in the last `length`, to a tenth of it.
    ///
    /// @param length 10 ms to 1 h
    record Span(Duration length) implements Window {
        public Span {
            if (length.compareTo(Duration.ofMillis(10)) < 0
                    || length.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException(
                        "breaker.window: " + length + " (expected: 10 ms to 1 h)");
            }
        }
    }
}
