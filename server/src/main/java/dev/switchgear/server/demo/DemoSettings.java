package dev.switchgear.server.demo;

import java.time.Duration;
import java.util.Optional;

/// How the demo goes.
///
/// @param seed which provider fails when, and what the traffic asks, follow from it (default 1)
/// @param story whether faults strike by themselves (default true)
/// @param pace how many times faster than written the story is told; above 0 (default 1)
/// @param requestsPerSecond mean of the demo's own traffic; above 0 (default 8)
public record DemoSettings(long seed, boolean story, double pace, double requestsPerSecond) {
    public static final DemoSettings DEFAULT = new DemoSettings(1, true, 1, 8);

    public DemoSettings {
        if (!(pace > 0) || !(requestsPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "pace: "
                            + pace
                            + ", requests-per-second: "
                            + requestsPerSecond
                            + " (expected: above 0)");
        }
    }

    /// When the first fault strikes by itself, from the beginning; empty if none does.
    public Optional<Duration> firstFault() {
        return story ? Optional.of(paced(Story.FIRST_FAULT)) : Optional.empty();
    }

    /// A time of the story on the clock of this demo.
    Duration paced(Duration told) {
        return Duration.ofNanos((long) (told.toNanos() / pace));
    }
}
