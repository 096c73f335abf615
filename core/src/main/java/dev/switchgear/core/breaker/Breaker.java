package dev.switchgear.core.breaker;

import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Keeps calls away from an upstream that keeps failing. Thread-safe.
///
/// | from | on | to |
/// |---|---|---|
/// | closed | enough failures in a row, or the ratio of failed or slow attempts in the window | open |
/// | open | the pause has passed and a call asks | half-open, that call is the trial |
/// | open | [#endPause], and no Retry-After forbids it | open, pause over |
/// | half-open | the trial failed (or was slow, where slow calls count) | open, longer pause |
/// | half-open | the trial does not count | half-open, the next call is the trial |
/// | half-open | the trial succeeded, more are wanted | half-open, the next call is the trial |
/// | half-open | the last wanted trial succeeded | closed, ramping up |
/// | closed, ramping | enough failures, as above | open, longer pause |
/// | closed, ramping | the ramp-up time has passed | closed, whole share |
/// | any | a result of an attempt admitted before the last change | unchanged |
///
/// The pause grows from opening to opening by [BreakerSettings#growth] up to its bound, and starts
/// over once the breaker has stayed closed for the longer of `rampUp` and `openFor`. It is never
/// shorter than a Retry-After that came with a failure since the last change (up to 24 h).
///
/// Permits are settled exactly once. The trial is the only attempt of its time: whoever holds it for
/// long (a stream) calls [#passTrial] as soon as the upstream has shown that it works.
public final class Breaker {
    /// Hears of every change of state, in order, one at a time. Must be quick and must not block:
    /// it runs inside the breaker's lock.
    @FunctionalInterface
    public interface Listener {
        /// @param why one line for people
        /// @param pause how long nobody is let through; zero unless it opened
        void changed(BreakerState from, BreakerState to, String why, Duration pause);
    }

    /// What an attempt says about its upstream.
    public enum Result {
        SUCCESS,
        FAILURE,
        /// Nothing: the client left, the request itself was wrong, another attempt won.
        IGNORED
    }

    /// What [#tryEnter] returns instead of a ticket.
    public static final long REFUSED = -1;

    /// What is let through the moment the breaker closes; the rest follows in a straight line.
    private static final double RAMP_START = 0.1;

    // The gate is one number, so that the usual yes costs one volatile read and no lock:
    // generation * 8 + mode. A ticket is the generation it was issued in; every change of state and
    // every trial begins a new one, which is how a late result is told from one that counts.
    private static final int FULL = 0;
    private static final int RAMPING = 1;
    private static final int OPEN = 2;
    private static final int TRIAL_FREE = 3;
    private static final int TRIAL_TAKEN = 4;
    private static final int MODE_BITS = 3;

    private volatile BreakerSettings settings;
    private final Time time;
    private final RandomGenerator random;
    private final Listener listener;

    private volatile long gate = FULL;
    private volatile long openUntilNanos;
    private volatile long closedAtNanos;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private long slowNanos;
    private boolean slowCounts;
    private Samples samples;
    private int failuresInRow;
    private int trialsPassed;
    private int openings;
    private long floorUntilNanos;

    /// @param random used under the breaker's own lock only
    public Breaker(BreakerSettings s, Time time, RandomGenerator random, Listener listener) {
        this.settings = s;
        this.time = time;
        this.random = random;
        this.listener = listener;
        this.slowNanos = s.slowCall().toNanos();
        this.slowCounts = s.slowCallsCount();
        long now = time.nanos();
        this.samples = Samples.of(s.window(), now);
        this.closedAtNanos = now;
        this.floorUntilNanos = now;
    }

    /// Goes by `next` from now on. Its state stays, and a pause that has begun; what it looks back on is
    /// forgotten only where that is another window.
    public void use(BreakerSettings next) {
        lock.lock();
        try {
            boolean sameWindow = next.window().equals(settings.window());
            settings = next;
            slowNanos = next.slowCall().toNanos();
            slowCounts = next.slowCallsCount();
            if (!sameWindow) {
                samples = Samples.of(next.window(), time.nanos());
            }
        } finally {
            lock.unlock();
        }
    }

    /// Asks to send one attempt: a ticket (0 or more), to be settled exactly once, or [#REFUSED].
    /// Allocates nothing but where the state changes.
    ///
    /// @param nobodyElse whether no other upstream could take the call: a breaker that is ramping up
    ///     then lets it in, because its ramp is for shifting traffic, not for losing it
    public long tryEnter(boolean nobodyElse) {
        long seen = gate;
        return switch (mode(seen)) {
            case FULL -> generation(seen);
            case TRIAL_TAKEN -> REFUSED;
            case OPEN -> time.nanos() - openUntilNanos < 0 ? REFUSED : enterCarefully(nobodyElse);
            default -> enterCarefully(nobodyElse);
        };
    }

    /// Asks to send one attempt that another upstream could take as well.
    public long tryEnter() {
        return tryEnter(false);
    }

    private long enterCarefully(boolean nobodyElse) {
        lock.lock();
        try {
            long now = time.nanos();
            return switch (mode(gate)) {
                case FULL -> generation(gate);
                case RAMPING -> enterRamping(now, nobodyElse);
                case OPEN -> now - openUntilNanos < 0 ? REFUSED : beginTrials();
                case TRIAL_FREE -> beginTrial();
                default -> REFUSED;
            };
        } finally {
            lock.unlock();
        }
    }

    private long enterRamping(long now, boolean nobodyElse) {
        double share = rampShare(now);
        if (share >= 1) {
            gate = gate(generation(gate), FULL);
            return generation(gate);
        }
        return nobodyElse || random.nextDouble() < share ? generation(gate) : REFUSED;
    }

    private long beginTrials() {
        trialsPassed = 0;
        long ticket = beginTrial();
        listener.changed(
                BreakerState.OPEN, BreakerState.HALF_OPEN, "its pause is over", Duration.ZERO);
        return ticket;
    }

    private long beginTrial() {
        long ticket = generation(gate) + 1;
        gate = gate(ticket, TRIAL_TAKEN);
        return ticket;
    }

    /// Whether [#tryEnter] may say yes now, without asking it: for choosing among upstreams. A
    /// ramping breaker says yes here and may still refuse.
    public boolean wouldEnter() {
        return switch (mode(gate)) {
            case OPEN -> time.nanos() - openUntilNanos >= 0;
            case TRIAL_TAKEN -> false;
            default -> true;
        };
    }

    /// Gives the permit back with what the attempt says about the upstream.
    ///
    /// @param latencyNanos how long the attempt took; not looked at where the result is ignored
    /// @param retryAfterFloor how long the upstream asked us to stay away; zero where it did not
    public void settle(long ticket, Result result, long latencyNanos, Duration retryAfterFloor) {
        if (result == Result.IGNORED && mode(gate) != TRIAL_TAKEN) {
            return;
        }
        lock.lock();
        try {
            if (generation(gate) != ticket) {
                return;
            }
            long now = time.nanos();
            if (result == Result.FAILURE && retryAfterFloor.isPositive()) {
                floorUntilNanos = later(floorUntilNanos, now + capped(retryAfterFloor));
            }
            boolean slow = slowCounts && latencyNanos > slowNanos;
            switch (mode(gate)) {
                case TRIAL_TAKEN -> settleTrial(result, slow, now);
                case FULL, RAMPING -> settleUsual(result, slow, now);
                default -> {
                    // A second settlement of the same trial: it has nothing left to say.
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Lets a trial succeed before its attempt is over: a stream has shown that its upstream works
    /// long before it ends. Does nothing for a ticket that is not the trial's; [#settle] is owed
    /// either way.
    public void passTrial(long ticket, long latencyNanos) {
        if (mode(gate) == TRIAL_TAKEN && generation(gate) == ticket) {
            settle(ticket, Result.SUCCESS, latencyNanos, Duration.ZERO);
        }
    }

    private void settleTrial(Result result, boolean slow, long now) {
        if (result == Result.IGNORED) {
            gate = gate(generation(gate), TRIAL_FREE);
        } else if (result == Result.FAILURE) {
            open(BreakerState.HALF_OPEN, "the trial failed", now);
        } else if (slow) {
            open(BreakerState.HALF_OPEN, "the trial was slow", now);
        } else {
            trialsPassed++;
            if (trialsPassed < settings.probesToClose()) {
                gate = gate(generation(gate), TRIAL_FREE);
            } else {
                close(now);
            }
        }
    }

    private void settleUsual(Result result, boolean slow, long now) {
        if (result == Result.IGNORED) {
            return;
        }
        if (mode(gate) == RAMPING && rampShare(now) >= 1) {
            gate = gate(generation(gate), FULL);
        }
        boolean failed = result == Result.FAILURE;
        failuresInRow = failed ? failuresInRow + 1 : 0;
        samples.add(failed, slow, now);
        if (settings.consecutiveFailures() > 0 && failuresInRow >= settings.consecutiveFailures()) {
            open(BreakerState.CLOSED, failuresInRow + " failures in a row", now);
        } else if (samples.calls() >= settings.minimumCalls()) {
            judgeWindow(now);
        }
    }

    private void judgeWindow(long now) {
        double calls = samples.calls();
        if (samples.failures() / calls >= settings.failureRatio()) {
            String why = samples.failures() + " of " + samples.calls() + " attempts failed";
            open(BreakerState.CLOSED, why, now);
        } else if (samples.slow() / calls >= settings.slowRatio()) {
            String why =
                    samples.slow()
                            + " of "
                            + samples.calls()
                            + " attempts took longer than "
                            + settings.slowCall().toMillis()
                            + " ms";
            open(BreakerState.CLOSED, why, now);
        }
    }

    private void open(BreakerState from, String why, long now) {
        boolean recovered =
                from == BreakerState.CLOSED
                        && now - closedAtNanos
                                >= Math.max(
                                        settings.rampUp().toNanos(), settings.openFor().toNanos());
        openings = recovered ? 1 : openings + 1;
        openUntilNanos = later(now + pauseNanos(), floorUntilNanos);
        gate = gate(generation(gate) + 1, OPEN);
        listener.changed(from, BreakerState.OPEN, why, Duration.ofNanos(openUntilNanos - now));
    }

    private void close(long now) {
        closedAtNanos = now;
        floorUntilNanos = now;
        failuresInRow = 0;
        samples.clear(now);
        gate = gate(generation(gate) + 1, settings.rampUp().isZero() ? FULL : RAMPING);
        String why = trialsPassed == 1 ? "the trial succeeded" : trialsPassed + " trials succeeded";
        listener.changed(BreakerState.HALF_OPEN, BreakerState.CLOSED, why, Duration.ZERO);
    }

    private long pauseNanos() {
        double grown = settings.openFor().toNanos() * settings.growth().factor(openings);
        double bounded = Math.min(grown, (double) settings.openForMax().toNanos());
        return (long) (bounded * (1 - settings.jitter() * random.nextDouble()));
    }

    /// Ends the pause of an open breaker: to be called when a question asked on the side (a free
    /// probe) found the upstream answering. The next call becomes the trial. A Retry-After still
    /// holds, and a breaker that is not open stays as it is.
    public void endPause() {
        lock.lock();
        try {
            if (mode(gate) == OPEN) {
                long now = time.nanos();
                if (now - openUntilNanos < 0) {
                    openUntilNanos = later(now, floorUntilNanos);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// How long until a trial may be let through; zero unless the breaker is open.
    public Duration retryAfter() {
        if (mode(gate) != OPEN) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(Math.max(0, openUntilNanos - time.nanos()));
    }

    /// A breaker whose pause has passed is still open until a call asks.
    public BreakerState state() {
        return switch (mode(gate)) {
            case OPEN -> BreakerState.OPEN;
            case TRIAL_FREE, TRIAL_TAKEN -> BreakerState.HALF_OPEN;
            default -> BreakerState.CLOSED;
        };
    }

    /// The share of traffic let through now: 0 while open or half-open, 1 while closed, between
    /// them while ramping up.
    public double share() {
        return switch (mode(gate)) {
            case FULL -> 1;
            case RAMPING -> rampShare(time.nanos());
            default -> 0;
        };
    }

    private double rampShare(long now) {
        long rampNanos = settings.rampUp().toNanos();
        if (rampNanos == 0) {
            // It was taken away while the share was growing.
            return 1;
        }
        double passed = (double) (now - closedAtNanos) / rampNanos;
        return Math.min(1, RAMP_START + (1 - RAMP_START) * passed);
    }

    private static long capped(Duration retryAfter) {
        return retryAfter.compareTo(BreakerSettings.PAUSE_MAX) > 0
                ? BreakerSettings.PAUSE_MAX.toNanos()
                : retryAfter.toNanos();
    }

    private static long later(long oneNanos, long otherNanos) {
        return oneNanos - otherNanos >= 0 ? oneNanos : otherNanos;
    }

    private static long gate(long generation, int mode) {
        return generation << MODE_BITS | mode;
    }

    private static long generation(long gate) {
        return gate >>> MODE_BITS;
    }

    private static int mode(long gate) {
        return (int) gate & ((1 << MODE_BITS) - 1);
    }
}
