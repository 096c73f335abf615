package dev.switchgear.core.simulation;

import dev.switchgear.core.limiter.Limit;
import java.time.Duration;
import java.util.ArrayDeque;

/// A provider's own count of what it lets in: in windows that begin on the hour, so to speak, or in
/// any stretch of time.
final class RemoteQuota {
    private record Taken(long atNanos, long amount) {}

    private final Limit limit;
    private final boolean fixed;
    private final ArrayDeque<Taken> taken = new ArrayDeque<>();
    private long used;
    private long counted;
    private int refusals;

    RemoteQuota(Limit limit, boolean fixed) {
        this.limit = limit;
        this.fixed = fixed;
    }

    boolean ofTokens() {
        return limit.measure() == Limit.Measure.UNITS;
    }

    /// How long a request must wait; zero to come in.
    Duration wait(long now, long tokens) {
        forget(now);
        if (used + need(tokens) <= limit.amount()) {
            return Duration.ZERO;
        }
        refusals++;
        return reset(now);
    }

    void count(long now, long tokens) {
        forget(now);
        taken.add(new Taken(now, need(tokens)));
        used += need(tokens);
        counted += need(tokens);
    }

    long left(long now) {
        forget(now);
        return limit.amount() - used;
    }

    /// Until the window begins anew, or the oldest request is forgotten.
    Duration reset(long now) {
        long per = limit.per().toNanos();
        if (fixed) {
            return Duration.ofNanos(per - now % per);
        }
        return Duration.ofNanos(
                taken.isEmpty() ? 1 : Math.max(1, taken.getFirst().atNanos() + per - now));
    }

    /// Everything ever let in.
    long counted() {
        return counted;
    }

    /// How often it had to say 429.
    int refusals() {
        return refusals;
    }

    private long need(long tokens) {
        return ofTokens() ? tokens : 1;
    }

    private void forget(long now) {
        long per = limit.per().toNanos();
        long since = fixed ? now - now % per : now - per + 1;
        while (!taken.isEmpty() && taken.getFirst().atNanos() < since) {
            used -= taken.removeFirst().amount();
        }
    }
}
