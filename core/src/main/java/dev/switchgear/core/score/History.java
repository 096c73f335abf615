package dev.switchgear.core.score;

import dev.switchgear.core.time.Time;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// What one upstream's last hundred attempts were like. Thread-safe. Recording allocates nothing but
/// where answers are late; every number is ready to read without a lock, because choosing an upstream
/// reads ten of these.
///
/// The moving average is "peak EWMA" (Finagle's `PeakEwma` load metric, github.com/twitter/finagle,
/// Apache-2.0; own code): it jumps to a latency above it at once and comes down slowly, by time and
/// not by calls, so that an upstream that turned slow is avoided from its first slow answer on and
/// tried again after a while even if nobody calls it meanwhile.
public final class History {
    /// After this long, a past peak, error or trend counts for 1/e of what it did.
    static final double DECAY_NANOS = 10e9;

    /// What an upstream that has not answered yet is taken to cost while it is being tried: the
    /// first call goes to it gladly, a second one waits until the first has come back.
    private static final double UNKNOWN_NANOS = 10e9;

    private static final int TREND_EVERY = 8;

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicInteger inFlight = new AtomicInteger();

    // Guarded by the lock.
    private final Quantiles window = new Quantiles();
    private final Pace pace = new Pace();
    private int sinceTrend;

    // Written under the lock, read by anybody.
    private volatile int samples;
    private volatile double errorShare;
    private volatile double ewma;
    private volatile long recordedAtNanos;
    private volatile long failedAtNanos;
    private volatile long trendAtNanos;
    private volatile long p50;
    private volatile long p95;
    private volatile double trend;
    private volatile Optional<Slowness> slowness = Optional.empty();

    public History(Time time) {
        this.time = time;
    }

    /// Adds a finished attempt that says something about the upstream.
    public void record(boolean ok, long latencyNanos) {
        long latency = Math.max(0, latencyNanos);
        lock.lock();
        try {
            long now = time.nanos();
            ewma = averaged(ok, latency, now);
            recordedAtNanos = now;
            if (!ok) {
                failedAtNanos = now;
            }
            window.add(ok, latency);
            errorShare = (double) window.failures() / window.size();
            p50 = window.quantile(0.50, (long) ewma);
            p95 = window.quantile(0.95, (long) ewma);
            sinceTrend++;
            if (sinceTrend == TREND_EVERY) {
                sinceTrend = 0;
                trendAtNanos = now;
                trend = window.trend();
            }
            samples = window.size();
        } finally {
            lock.unlock();
        }
    }

    /// Takes note of an answer whose first piece came `nanos` after it was asked for.
    public void firstPiece(long nanos) {
        lock.lock();
        try {
            pace.record(Math.max(0, nanos));
            Optional<Slowness> now = pace.slowness();
            if (now.isPresent() || slowness.isPresent()) {
                slowness = now;
            }
        } finally {
            lock.unlock();
        }
    }

    private double averaged(boolean ok, long latency, long now) {
        // Failing fast is not being fast: a failure never makes an upstream look quicker.
        double sample = ok ? latency : Math.max((double) Math.max(latency, p95), ewma);
        if (samples == 0 || sample > ewma) {
            return sample;
        }
        double kept = Math.exp((recordedAtNanos - now) / DECAY_NANOS);
        return ewma * kept + sample * (1 - kept);
    }

    /// The share of successes among the last hundred attempts; 1 while there are none.
    public double availability() {
        return 1 - errorShare;
    }

    /// Half of the successful attempts were at most this slow; the moving average
    /// where none succeeded; 0 while there are none.
    public long p50Nanos() {
        return p50;
    }

    /// Of the successful attempts 95 % were at most this slow; without any, as the median.
    public long p95Nanos() {
        return p95;
    }

    /// The peak-sensitive moving average; while nothing is recorded it falls towards the median,
    /// because what made it peak may be over.
    public double ewmaNanos() {
        double peak = ewma;
        double usual = p50;
        return peak <= usual ? peak : usual + (peak - usual) * fading(recordedAtNanos);
    }

    /// 0 to 1: how clearly errors or latencies are rising. Looked at every eighth attempt; fades from
    /// then on.
    public double failurePrediction() {
        double seen = trend;
        return seen == 0 ? 0 : seen * fading(trendAtNanos);
    }

    /// The share of failures among the last hundred attempts, fading from the last one on: a success
    /// that comes later is no reason to hold them against the upstream anew.
    double errors() {
        double share = errorShare;
        return share == 0 ? 0 : share * fading(failedAtNanos);
    }

    /// 1 at that moment, towards 0 as time passes.
    private double fading(long sinceNanos) {
        return Math.exp((sinceNanos - time.nanos()) / DECAY_NANOS);
    }

    /// That answers begin later than usual; empty while they do not, or too few have begun to tell.
    public Optional<Slowness> slowness() {
        return slowness;
    }

    /// How many attempts stand behind these numbers, 0 to 100.
    public int samples() {
        return samples;
    }

    /// Counts attempts under way: 1 when one begins, -1 when it ends.
    public void inFlight(int delta) {
        inFlight.addAndGet(delta);
    }

    /// What one more call may expect to wait, for choosing the lesser of two: moving average times
    /// calls under way, this one included.
    public double load() {
        int underWay = Math.max(0, inFlight.get());
        if (samples == 0) {
            return underWay * UNKNOWN_NANOS;
        }
        return ewmaNanos() * (underWay + 1);
    }
}
