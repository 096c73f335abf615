package dev.switchgear.core.limiter;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Holds several limits at once: what is taken is taken from all of them or from none.
/// Thread-safe; taking and settling allocate nothing.
///
/// Units are reserved by estimate and settled by what the upstream reports. A use beyond the
/// estimate is charged at the moment it becomes known and may take a limit below nothing, which
/// later calls wait for.
///
/// What an upstream says of itself holds for the subject it was asked about: providers count each
/// model for itself. It refuses a call only where it leaves no doubt. Requests are counted exactly, so
/// the last one left is the last. Of units we know an estimate, which the upstream's own count often
/// undercuts: only when it says that none are left does a call wait for them.
public final class Limiter {
    /// What [#tryTake] answers when more is asked for than a limit can ever give.
    public static final long NEVER = Long.MIN_VALUE;

    private static final int REQUESTS = 0;
    private static final int UNITS = 1;
    private static final long FRESH_NANOS = 1_000_000;
    private static final Duration RESET_UNSAID = Duration.ofSeconds(1);
    private static final Duration RESET_MAX = Duration.ofHours(24);
    static final int SUBJECTS_MAX = 1_024;

    /// The part of them that gives way at once.
    private static final int PART = 8;

    private volatile List<Limit> limits;
    private volatile Duration toldMost;
    private final Time time;
    private final long startNanos;
    private final ReentrantLock lock = new ReentrantLock();

    /// Whether any limit is ours; read without the lock.
    private volatile boolean limited;

    // Guarded by the lock.
    private SlidingWindow[] windows;
    private int[] measures;
    private final long[] wholes = {Long.MAX_VALUE, Long.MAX_VALUE};
    private final Map<String, Told> told = new HashMap<>();
    private String headroomOf = "";

    /// True once any word of the upstream's own was heard; until then a limiter without limits need
    /// not look at anything.
    private volatile boolean everTold;

    private volatile double headroom = 1;
    private volatile long headroomAtNanos;

    /// One that believes an upstream for 24 h.
    ///
    /// @param limits any number; none means that only what an upstream says of itself limits
    public Limiter(List<Limit> limits, Time time) {
        this(limits, RESET_MAX, time);
    }

    /// @param limits any number; none means that only what an upstream says of itself limits
    /// @param toldMost a reset that an upstream names counts as this where it is later; then one call
    ///     goes first, and the others wait until the upstream has spoken again, for a second at most
    public Limiter(List<Limit> limits, Duration toldMost, Time time) {
        this.limits = List.copyOf(limits);
        this.toldMost = toldMost;
        this.time = time;
        startNanos = time.nanos();
        windows = new SlidingWindow[limits.size()];
        measures = new int[limits.size()];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = new SlidingWindow(this.limits.get(i));
        }
        limited = windows.length > 0;
        measure();
    }

    private void measure() {
        wholes[REQUESTS] = Long.MAX_VALUE;
        wholes[UNITS] = Long.MAX_VALUE;
        for (int i = 0; i < windows.length; i++) {
            Limit limit = limits.get(i);
            measures[i] =
                    switch (limit.measure()) {
                        case REQUESTS -> REQUESTS;
                        case UNITS -> UNITS;
                    };
            wholes[measures[i]] = Math.min(wholes[measures[i]], limit.amount());
        }
    }

    /// Goes by `next` from now on. What was taken of a limit stays taken where there still is one of
    /// the same measure for the same time, of whatever amount; what the upstream said holds on.
    ///
    /// @param told the most that a reset which an upstream names counts as
    public void use(List<Limit> next, Duration told) {
        lock.lock();
        try {
            toldMost = told;
            long now = turnToNow();
            List<Limit> before = limits;
            SlidingWindow[] old = windows;
            limits = List.copyOf(next);
            windows = new SlidingWindow[limits.size()];
            measures = new int[limits.size()];
            for (int i = 0; i < windows.length; i++) {
                Limit limit = limits.get(i);
                int same = sameTime(before, limit);
                windows[i] =
                        same < 0
                                ? new SlidingWindow(limit, now)
                                : new SlidingWindow(limit, old[same]);
            }
            measure();
            limited = windows.length > 0;
            headroom = free();
            headroomAtNanos = now - FRESH_NANOS;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets what the upstream said: it was said to somebody else.
    public void forgetTold() {
        lock.lock();
        try {
            told.clear();
            headroom = free();
        } finally {
            lock.unlock();
        }
    }

    private static int sameTime(List<Limit> limits, Limit wanted) {
        for (int i = 0; i < limits.size(); i++) {
            Limit limit = limits.get(i);
            if (limit.measure() == wanted.measure() && limit.per().equals(wanted.per())) {
                return i;
            }
        }
        return -1;
    }

    /// What the upstream said is left for one subject. Guarded by the limiter's lock.
    private static final class Told {
        private final boolean[] holds = new boolean[2];
        private final long[] left = new long[2];
        private final long[] untilNanos = new long[2];

        /// Whether its own reset would have been later.
        private final boolean[] cut = new boolean[2];

        /// Whether it said that no units are left, rather than few.
        private boolean noUnits;

        void turnTo(long now) {
            for (int measure = REQUESTS; measure <= UNITS; measure++) {
                if (holds[measure] && now - untilNanos[measure] >= 0) {
                    holds[measure] = false;
                    if (cut[measure]) {
                        letOneTry(now);
                    }
                }
            }
        }

        /// We no longer believe what it said, and it may still be so: one request first.
        private void letOneTry(long now) {
            cut[REQUESTS] = false;
            cut[UNITS] = false;
            if (!holds[REQUESTS]) {
                holds[REQUESTS] = true;
                left[REQUESTS] = 1;
                untilNanos[REQUESTS] = now + RESET_UNSAID.toNanos();
            }
        }

        void take(long requests, long units) {
            left[REQUESTS] -= requests;
            left[UNITS] -= units;
        }

        long waitNanos(long units, long now) {
            long wait = 0;
            if (holds[REQUESTS] && left[REQUESTS] < 1) {
                wait = untilNanos[REQUESTS] - now;
            }
            if (holds[UNITS] && noUnits && units > 0) {
                wait = Math.max(wait, untilNanos[UNITS] - now);
            }
            return wait;
        }

        long latestNanos() {
            return Math.max(
                    holds[REQUESTS] ? untilNanos[REQUESTS] : Long.MIN_VALUE,
                    holds[UNITS] ? untilNanos[UNITS] : Long.MIN_VALUE);
        }
    }

    /// As the other, for a call about nothing in particular.
    public long tryTake(long units) {
        return tryTake("", units);
    }

    /// Takes one request and `units` from every limit, or nothing from any.
    ///
    /// @param subject what the call is about
    /// @param units an estimate; 0 or more
    /// @return a ticket (0 or more) to settle or refund; or, below 0, minus the nanoseconds until
    ///     asking again may help; or [#NEVER] where no wait helps, because `units` is more than a
    ///     whole limit
    public long tryTake(String subject, long units) {
        lock.lock();
        try {
            long now = turnToNow();
            Told said = told(subject, now);
            long wait = waitNanos(said, units, now);
            if (wait == Long.MAX_VALUE) {
                return NEVER;
            }
            if (wait > 0) {
                return -wait;
            }
            for (int i = 0; i < windows.length; i++) {
                windows[i].take(measures[i] == REQUESTS ? 1 : units);
            }
            if (said != null) {
                said.take(1, units);
            }
            return now;
        } finally {
            lock.unlock();
        }
    }

    /// As the other, for a call about nothing in particular.
    public long waitNanos(long units) {
        return waitNanos("", units);
    }

    /// How long [#tryTake] would have to wait: 0 for not at all, [Long#MAX_VALUE] where no wait
    /// helps. Takes nothing.
    public long waitNanos(String subject, long units) {
        if (!limited && !everTold) {
            return 0;
        }
        lock.lock();
        try {
            long now = turnToNow();
            Told said = told(subject, now);
            if (now - headroomAtNanos >= FRESH_NANOS || !headroomOf.equals(subject)) {
                headroom = said == null ? free() : Math.min(free(), free(said));
                headroomOf = subject;
                headroomAtNanos = now;
            }
            return waitNanos(said, units, now);
        } finally {
            lock.unlock();
        }
    }

    /// What holds of the upstream's word about `subject`; null for nothing.
    private @Nullable Told told(String subject, long now) {
        Told said = told.isEmpty() ? null : told.get(subject);
        if (said != null) {
            said.turnTo(now);
        }
        return said;
    }

    private long waitNanos(@Nullable Told said, long units, long now) {
        if (units < 0) {
            throw new IllegalArgumentException("units: " + units + " (expected: 0 or more)");
        }
        if (units > wholes[UNITS]) {
            return Long.MAX_VALUE;
        }
        long wait = said == null ? 0 : said.waitNanos(units, now);
        for (int i = 0; i < windows.length; i++) {
            long need = measures[i] == REQUESTS ? 1 : units;
            if (!windows[i].fits(need)) {
                wait = Math.max(wait, windows[i].waitNanos(need, now));
            }
        }
        return wait;
    }

    /// Corrects a reservation once the true use is known. Exactly one of this and [#refund] is
    /// called for a ticket.
    ///
    /// @param reservedUnits as given to [#tryTake]
    /// @param actualUnits what the upstream reported; -1 where it did not say: the reservation stands
    public void settle(long ticket, long reservedUnits, long actualUnits) {
        if (actualUnits < 0 || actualUnits == reservedUnits) {
            return;
        }
        lock.lock();
        try {
            turnToNow();
            for (int i = 0; i < windows.length; i++) {
                if (measures[i] != UNITS) {
                    continue;
                }
                if (actualUnits < reservedUnits) {
                    windows[i].giveBack(reservedUnits - actualUnits, ticket);
                } else {
                    windows[i].take(actualUnits - reservedUnits);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// As the other, for a call about nothing in particular.
    public void refund(long ticket, long reservedUnits) {
        refund("", ticket, reservedUnits);
    }

    /// Gives everything back: nothing was sent.
    public void refund(String subject, long ticket, long reservedUnits) {
        lock.lock();
        try {
            long now = turnToNow();
            for (int i = 0; i < windows.length; i++) {
                windows[i].giveBack(measures[i] == REQUESTS ? 1 : reservedUnits, ticket);
            }
            Told said = told(subject, now);
            if (said != null) {
                said.take(-1, -reservedUnits);
            }
        } finally {
            lock.unlock();
        }
    }

    /// As the other, about nothing in particular.
    public void observe(Quota quota) {
        observe("", quota);
    }

    /// Hears what the upstream says is left for `subject`. Where that is less than we think, no more
    /// is given until the upstream's own reset (1 s where it does not say, bounded); its latest
    /// word counts. It never makes a limit wider. What is said of 1,024 subjects is kept.
    public void observe(String subject, Quota quota) {
        if (quota.requestsLeft() < 0 && quota.unitsLeft() < 0) {
            return;
        }
        lock.lock();
        try {
            long now = turnToNow();
            everTold = true;
            Told said = heardOf(subject, now);
            hear(said, REQUESTS, quota.requestsLeft(), quota.requestsReset(), now);
            hear(said, UNITS, quota.unitsLeft(), quota.unitsReset(), now);
        } finally {
            lock.unlock();
        }
    }

    /// Where what is said of `subject` is kept. When one too many comes, an eighth of them gives way,
    /// whose word is over or would be soonest: so it is looked for once in many calls.
    private Told heardOf(String subject, long now) {
        Told known = told(subject, now);
        if (known != null) {
            return known;
        }
        if (told.size() >= SUBJECTS_MAX) {
            told.values().forEach(one -> one.turnTo(now));
            long[] until = told.values().stream().mapToLong(Told::latestNanos).sorted().toArray();
            long last = until[until.length / PART];
            told.values().removeIf(one -> one.latestNanos() <= last);
        }
        var said = new Told();
        told.put(subject, said);
        return said;
    }

    private void hear(Told said, int measure, long left, Duration reset, long now) {
        if (left < 0) {
            return;
        }
        Duration until = reset.isPositive() ? reset : RESET_UNSAID;
        said.cut[measure] = until.compareTo(toldMost) > 0;
        until = said.cut[measure] ? toldMost : until;
        said.holds[measure] = left < remaining(measure);
        said.left[measure] = left;
        said.untilNanos[measure] = now + until.toNanos();
        said.noUnits = measure == UNITS ? left == 0 : said.noUnits;
    }

    private long remaining(int measure) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < windows.length; i++) {
            if (measures[i] == measure) {
                least = Math.min(least, windows[i].remaining());
            }
        }
        return least;
    }

    /// The free share of the tightest limit, 0 to 1; at most a millisecond old.
    public double headroom() {
        waitNanos(0);
        return headroom;
    }

    /// As [#headroom], but as of the last [#waitNanos] and for its subject: does not look at the clock,
    /// for who has just asked that.
    public double headroomThen() {
        return headroom;
    }

    /// The free share of our own limits.
    private double free() {
        double least = 1;
        for (SlidingWindow window : windows) {
            least = Math.min(least, (double) window.remaining() / window.amount());
        }
        return least;
    }

    /// The free share by the upstream's word.
    private double free(Told said) {
        double least = 1;
        for (int measure = REQUESTS; measure <= UNITS; measure++) {
            if (said.holds[measure]) {
                long whole = wholes[measure] == Long.MAX_VALUE ? 1 : wholes[measure];
                least = Math.min(least, Math.max(0.0, (double) said.left[measure]) / whole);
            }
        }
        return least;
    }

    /// One entry for each limit, in their order.
    public List<LimitStatus> status() {
        lock.lock();
        try {
            long now = turnToNow();
            var status = new ArrayList<LimitStatus>(windows.length);
            for (int i = 0; i < windows.length; i++) {
                long remaining = windows[i].remaining();
                long reset = windows[i].resetNanos(now);
                for (Told said : told.values()) {
                    said.turnTo(now);
                    if (said.holds[measures[i]] && said.left[measures[i]] < remaining) {
                        remaining = Math.max(0, said.left[measures[i]]);
                        reset = Math.max(reset, said.untilNanos[measures[i]] - now);
                    }
                }
                status.add(new LimitStatus(limits.get(i), remaining, Duration.ofNanos(reset)));
            }
            return List.copyOf(status);
        } finally {
            lock.unlock();
        }
    }

    private long turnToNow() {
        long now = time.nanos() - startNanos;
        for (SlidingWindow window : windows) {
            window.turnTo(now);
        }
        return now;
    }
}
