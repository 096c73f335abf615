package dev.switchgear.core.health;

import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The verdict on one upstream, from real attempts and probes alike. Thread-safe.
///
/// Healthy and degraded count as up, down and recovering as an outage. A verdict changes only when
/// something is observed.
public final class Health {
    private static final int LOOK_BACK = 20;

    private volatile HealthSettings settings;
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile HealthStatus status = HealthStatus.HEALTHY;

    // Guarded by the lock.
    private Instant since;
    private int failuresInRow;
    private int successesInRow;

    /// The last observations, newest in the lowest bit; 1 is a failure.
    private int recent;

    private int outages;
    private int recoveries;
    private long phaseStartNanos;
    private long upNanos;
    private long outageNanos;

    public Health(HealthSettings s, Time time) {
        this.settings = s;
        this.time = time;
        this.since = time.instant();
        this.phaseStartNanos = time.nanos();
    }

    /// Takes note of an attempt or a probe. True if the verdict changed.
    public boolean observe(boolean ok) {
        lock.lock();
        try {
            failuresInRow = ok ? 0 : failuresInRow + 1;
            successesInRow = ok ? successesInRow + 1 : 0;
            recent = (recent << 1 | (ok ? 0 : 1)) & ((1 << LOOK_BACK) - 1);
            HealthStatus before = status;
            HealthStatus after = verdict(before);
            if (after == before) {
                return false;
            }
            change(before, after);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private HealthStatus verdict(HealthStatus before) {
        boolean out = isOutage(before);
        if (!out && failuresInRow >= settings.failures()) {
            return HealthStatus.DOWN;
        }
        if (!out) {
            double failing = (double) Integer.bitCount(recent) / LOOK_BACK;
            return failing >= settings.degradedFrom()
                    ? HealthStatus.DEGRADED
                    : HealthStatus.HEALTHY;
        }
        if (failuresInRow > 0) {
            return HealthStatus.DOWN;
        }
        return successesInRow >= settings.recoveries()
                ? HealthStatus.HEALTHY
                : HealthStatus.RECOVERING;
    }

    private void change(HealthStatus before, HealthStatus after) {
        long now = time.nanos();
        if (isOutage(after) && !isOutage(before)) {
            outages++;
            upNanos += now - phaseStartNanos;
            phaseStartNanos = now;
        } else if (isOutage(before) && !isOutage(after)) {
            recoveries++;
            outageNanos += now - phaseStartNanos;
            phaseStartNanos = now;
            // What went wrong before the outage ended has had its say.
            recent = 0;
        }
        since = time.instant();
        status = after;
    }

    /// Goes by `next` from the next observation on; the verdict of before stands until then.
    public void use(HealthSettings next) {
        settings = next;
    }

    public HealthStatus status() {
        return status;
    }

    public HealthReport report() {
        lock.lock();
        try {
            long phase = time.nanos() - phaseStartNanos;
            boolean out = isOutage(status);
            long up = upNanos + (out ? 0 : phase);
            long down = outageNanos + (out ? phase : 0);
            return new HealthReport(
                    status,
                    since,
                    failuresInRow,
                    outages,
                    mean(outageNanos, recoveries),
                    mean(up, outages),
                    up + down == 0 ? (out ? 0 : 1) : (double) up / (up + down));
        } finally {
            lock.unlock();
        }
    }

    private static Optional<Duration> mean(long sumNanos, int count) {
        return count == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(sumNanos / count));
    }

    private static boolean isOutage(HealthStatus status) {
        return switch (status) {
            case DOWN, RECOVERING -> true;
            case HEALTHY, DEGRADED -> false;
        };
    }
}
