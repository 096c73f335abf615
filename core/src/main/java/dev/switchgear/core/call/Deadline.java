package dev.switchgear.core.call;

import dev.switchgear.core.time.Time;
import java.time.Duration;

/// The moment a call must be settled by; every timeout below it derives from it.
///
/// @param atNanos the moment on the scale of [Time#nanos]
public record Deadline(long atNanos) {
    public static Deadline in(Duration allowance, Time time) {
        return new Deadline(time.nanos() + allowance.toNanos());
    }

    /// What is left; zero or negative once the moment has passed.
    public Duration remaining(Time time) {
        return Duration.ofNanos(atNanos - time.nanos());
    }

    public boolean passed(Time time) {
        return time.nanos() - atNanos >= 0;
    }
}
