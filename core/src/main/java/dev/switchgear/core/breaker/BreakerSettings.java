package dev.switchgear.core.breaker;

import java.time.Duration;

/// When a breaker opens, and when it tries again.
///
/// @param window attempts looked back on (default: the last 10 s)
/// @param minimumCalls attempts in the window before a ratio means anything; 1 or more, and no more
///     than a counted window holds (default 20)
/// @param failureRatio share of failures in the window at which it opens; above 0, up to 1
///     (default 0.5)
/// @param consecutiveFailures failures in a row at which it opens, whatever the ratio; 0 turns this
///     off (default 5)
/// @param slowCall an attempt that takes longer counts as slow; more than 0 (default 30 s)
/// @param slowRatio share of slow attempts in the window at which it opens; above 0. Exactly 1 means
///     every attempt was slow; anything above 1 turns this off (default [#OFF]). While it is on, a
///     slow trial counts as a failed one.
/// @param openFor the first pause before one trial is let through; 1 ms or more (default 5 s)
/// @param openForMax bound of the growing pause; `openFor` or more, up to 24 h (default 5 min)
/// @param growth how the pause grows with each opening in a row (default linear)
/// @param jitter by how large a share a pause may be shortened at random, so that many breakers do
///     not try at once; 0 to 1 (default 0.2)
/// @param rampUp how long after closing the share of traffic grows to its whole; 0 turns this off
///     (default 5 s)
/// @param probesToClose trials in a row that must succeed before it closes; 1 or more (default 1)
public record BreakerSettings(
        Window window,
        int minimumCalls,
        double failureRatio,
        int consecutiveFailures,
        Duration slowCall,
        double slowRatio,
        Duration openFor,
        Duration openForMax,
        BreakerGrowth growth,
        double jitter,
        Duration rampUp,
        int probesToClose) {
    /// As `slowRatio`: slow calls do not open the breaker.
    public static final double OFF = 2;

    /// The longest pause, however long an upstream asks us to stay away.
    public static final Duration PAUSE_MAX = Duration.ofHours(24);

    public static final BreakerSettings DEFAULT =
            new BreakerSettings(
                    new Window.Span(Duration.ofSeconds(10)),
                    20,
                    0.5,
                    5,
                    Duration.ofSeconds(30),
                    OFF,
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(5),
                    BreakerGrowth.LINEAR,
                    0.2,
                    Duration.ofSeconds(5),
                    1);

    public BreakerSettings {
        require(minimumCalls >= 1, "minimum-calls", minimumCalls, "1 or more");
        if (window instanceof Window.Count(int calls)) {
            require(
                    minimumCalls <= calls,
                    "minimum-calls",
                    minimumCalls,
                    "at most the window's " + calls);
        }
        require(failureRatio > 0 && failureRatio <= 1, "failure-ratio", failureRatio, "0 to 1");
        require(consecutiveFailures >= 0, "failures", consecutiveFailures, "0 or more");
        require(
                slowCall.isPositive() && slowCall.compareTo(PAUSE_MAX) <= 0,
                "slow-call",
                slowCall,
                "above 0, up to 24 h");
        require(slowRatio > 0, "slow-ratio", slowRatio, "above 0; above 1 is off");
        require(
                openFor.compareTo(Duration.ofMillis(1)) >= 0 && openFor.compareTo(PAUSE_MAX) <= 0,
                "open-for",
                openFor,
                "1 ms to 24 h");
        require(
                openForMax.compareTo(openFor) >= 0 && openForMax.compareTo(PAUSE_MAX) <= 0,
                "open-for-max",
                openForMax,
                "open-for (" + openFor + ") to 24 h");
        require(jitter >= 0 && jitter <= 1, "jitter", jitter, "0 to 1");
        require(
                !rampUp.isNegative() && rampUp.compareTo(PAUSE_MAX) <= 0,
                "ramp-up",
                rampUp,
                "0 to 24 h");
        require(probesToClose >= 1, "probes-to-close", probesToClose, "1 or more");
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "breaker." + name + ": " + value + " (expected: " + expected + ")");
        }
    }

    boolean slowCallsCount() {
        return slowRatio <= 1;
    }
}
