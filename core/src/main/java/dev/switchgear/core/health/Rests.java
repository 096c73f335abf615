package dev.switchgear.core.health;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What is left alone for a while: the whole upstream (its key), or single subjects there.
/// Thread-safe; reading takes no lock.
///
/// A rest is never shortened by a later, shorter one. At most 256 subjects rest at once: when one more
/// comes, the one that would have been back soonest is. A rest lasts 24 h at most.
///
/// Its end is a guess, and many may be waiting for it: so one call goes first ([#enter]), as with a
/// half-open breaker, and the others are still kept away. If it is answered, the rest is over; if it
/// is turned away, what was turned away rests anew; if it ends without saying anything, the next call
/// goes. Whoever turns calls away does so at once: a trial that is out for two seconds lets one more
/// go, so that a long answer does not keep everybody waiting.
///
/// A limit is mostly that of one subject, and the others work on. Where three subjects in a row are
/// limited, without an answer in between, it is taken for the key's: the whole upstream rests then,
/// until the first of the three is back.
public final class Rests {
    static final int SUBJECTS_MAX = 256;
    static final int LIMITED_IN_A_ROW = 3;
    private static final Duration PAUSE_MAX = Duration.ofHours(24);

    /// How long a trial is the only one.
    static final Duration TRIAL = Duration.ofSeconds(2);

    /// What [#enter] returns where nothing has rested: nothing is owed then.
    public static final long FREE = 0;

    /// What [#enter] returns instead of a ticket.
    public static final long REFUSED = -1;

    /// A rest, and behind its end what is known of who tries whether it is over.
    ///
    /// @param probed whether it was ended early because a free question was answered
    /// @param trial the ticket of who tries; [#FREE] for nobody
    /// @param trialNanos until when nobody else may
    private record Until(long nanos, Cause cause, boolean probed, long trial, long trialNanos) {
        Until(long nanos, Cause cause) {
            this(nanos, cause, false, FREE, 0);
        }

        Until tried(long ticket, long until) {
            return new Until(nanos, cause, probed, ticket, until);
        }

        Until untried() {
            return new Until(nanos, cause, probed, FREE, 0);
        }

        Until endedByProbe(long now) {
            return new Until(now, cause, true, FREE, 0);
        }

        /// How much longer calls are kept away; 0 or less where one may go.
        long remaining(long now) {
            long rest = nanos - now;
            return rest > 0 || trial == FREE ? rest : trialNanos - now;
        }
    }

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();

    // Written under the lock; the map is replaced, never changed.
    private volatile @Nullable Until whole;
    private volatile Map<String, Until> subjects = Map.of();

    /// Subjects that were limited since the last answer; replaced like the map.
    private volatile Set<String> limited = Set.of();

    // Guarded by the lock.
    private long tickets;

    /// Whether a free question was answered here while calls were still turned away for the same
    /// cause: then its answer proves nothing.
    private volatile boolean probesProveNothing;

    public Rests(Time time) {
        this.time = time;
    }

    /// Lets the whole upstream rest.
    ///
    /// @param pause zero or less does nothing
    public void rest(Duration pause, Cause cause) {
        if (!pause.isPositive()) {
            return;
        }
        lock.lock();
        try {
            doubt(whole, cause);
            whole = longer(whole, until(pause, cause));
        } finally {
            lock.unlock();
        }
    }

    /// Lets one subject rest at this upstream.
    ///
    /// @param pause zero or less does nothing
    /// @return how long the whole upstream rests because of it; empty where only the subject does
    public Optional<Duration> restSubject(String subject, Duration pause, Cause cause) {
        if (!pause.isPositive()) {
            return Optional.empty();
        }
        lock.lock();
        try {
            var next = new HashMap<String, Until>();
            long now = time.nanos();
            next.putAll(subjects);
            doubt(next.get(subject), cause);
            next.put(subject, longer(next.get(subject), until(pause, cause)));
            if (next.size() > SUBJECTS_MAX) {
                next.remove(soonestBack(next, subject, now));
            }
            subjects = Map.copyOf(next);
            return cause == Cause.RATE_LIMITED ? limited(subject) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Counts the subjects that are limited in a row, and lets the whole upstream rest when there are
    /// enough of them. Who is back already is none of them.
    private Optional<Duration> limited(String subject) {
        var row = new HashSet<>(limited);
        row.add(subject);
        long now = time.nanos();
        row.removeIf(name -> {
            Until until = subjects.get(name);
            return until == null || until.nanos() - now <= 0;
        });
        limited = Set.copyOf(row);
        if (row.size() < LIMITED_IN_A_ROW) {
            return Optional.empty();
        }
        limited = Set.of();
        long pause = Long.MAX_VALUE;
        for (Map.Entry<String, Until> entry : subjects.entrySet()) {
            if (row.contains(entry.getKey())) {
                pause = Math.min(pause, entry.getValue().nanos() - now);
            }
        }
        whole = longer(whole, new Until(now + pause, Cause.RATE_LIMITED));
        return Optional.of(Duration.ofNanos(pause));
    }

    /// What was ended because a question was answered, and is turned away again, was ended wrongly.
    private void doubt(@Nullable Until before, Cause cause) {
        if (before != null && before.probed() && before.cause() == cause) {
            probesProveNothing = true;
        }
    }

    /// Asks to send one call for `subject`: [#FREE] where nothing has rested, else a ticket for the one
    /// trial, to be settled exactly once, or [#REFUSED].
    public long enter(String subject) {
        if (whole == null && !subjects.containsKey(subject)) {
            return FREE;
        }
        lock.lock();
        try {
            Until all = whole;
            Until one = subjects.get(subject);
            if (all == null && one == null) {
                return FREE;
            }
            long now = time.nanos();
            if ((all != null && all.remaining(now) > 0)
                    || (one != null && one.remaining(now) > 0)) {
                return REFUSED;
            }
            tickets++;
            long until = now + TRIAL.toNanos();
            if (all != null) {
                whole = all.tried(tickets, until);
            }
            if (one != null) {
                subjects = with(subject, one.tried(tickets, until));
            }
            return tickets;
        } finally {
            lock.unlock();
        }
    }

    /// Ends a trial. Does nothing for [#FREE], and for a ticket whose trial is over.
    ///
    /// @param answered whether the call got an answer, or the first piece of one: what had rested is
    ///     back. Else the next call is the trial, unless a new rest was ordered meanwhile
    public void settle(long ticket, String subject, boolean answered) {
        if (ticket == FREE) {
            return;
        }
        lock.lock();
        try {
            Until all = whole;
            if (all != null && all.trial() == ticket) {
                whole = answered ? null : all.untried();
            }
            Until one = subjects.get(subject);
            if (one != null && one.trial() == ticket) {
                subjects = answered ? without(subject) : with(subject, one.untried());
            }
            probesProveNothing = probesProveNothing && !answered;
        } finally {
            lock.unlock();
        }
    }

    /// Whether a free question may show that a rest of that cause, of the whole upstream, is over
    /// before its time.
    public boolean mayEndEarly(Cause cause) {
        Until all = whole;
        return all != null
                && all.cause() == cause
                && !probesProveNothing
                && all.nanos() - time.nanos() > 0;
    }

    /// The subjects of which a free question may show that their rest for that cause is over.
    public Set<String> mayEndEarlySubjects(Cause cause) {
        if (subjects.isEmpty() || probesProveNothing) {
            return Set.of();
        }
        long now = time.nanos();
        var names = new HashSet<String>();
        subjects.forEach((name, until) -> {
            if (until.cause() == cause && until.nanos() - now > 0) {
                names.add(name);
            }
        });
        return Set.copyOf(names);
    }

    /// Ends the rest of the whole upstream for that cause: a free question has shown that it is over.
    /// The next call is its trial.
    public void endEarly(Cause cause) {
        lock.lock();
        try {
            Until all = whole;
            if (all != null && mayEndEarly(cause)) {
                whole = all.endedByProbe(time.nanos());
            }
        } finally {
            lock.unlock();
        }
    }

    /// The same of one subject.
    public void endEarlySubject(String subject, Cause cause) {
        lock.lock();
        try {
            Until one = subjects.get(subject);
            if (one != null && mayEndEarlySubjects(cause).contains(subject)) {
                subjects = with(subject, one.endedByProbe(time.nanos()));
            }
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Until> with(String subject, Until until) {
        var next = new HashMap<>(subjects);
        next.put(subject, until);
        return Map.copyOf(next);
    }

    private Map<String, Until> without(String subject) {
        var next = new HashMap<>(subjects);
        next.remove(subject);
        return Map.copyOf(next);
    }

    /// A call was answered: the key as a whole is not limited. Costs nothing where nothing was.
    public void answered() {
        if (limited.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            limited = Set.of();
        } finally {
            lock.unlock();
        }
    }

    private static String soonestBack(Map<String, Until> resting, String spared, long now) {
        String soonest = spared;
        long least = Long.MAX_VALUE;
        for (Map.Entry<String, Until> entry : resting.entrySet()) {
            long remaining = entry.getValue().nanos() - now;
            boolean before =
                    remaining < least
                            || (remaining == least && entry.getKey().compareTo(soonest) < 0);
            if (before && !entry.getKey().equals(spared)) {
                soonest = entry.getKey();
                least = remaining;
            }
        }
        return soonest;
    }

    private Until until(Duration pause, Cause cause) {
        Duration bounded = pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
        return new Until(time.nanos() + bounded.toNanos(), cause);
    }

    private static Until longer(@Nullable Until before, Until now) {
        return before != null && before.nanos() - now.nanos() > 0 ? before : now;
    }

    /// How long a call for `subject` would have to wait until neither the upstream nor the subject rests,
    /// or is being tried; 0 for not at all. Reads the clock only where something has rested.
    public long restingNanos(String subject) {
        Until all = whole;
        Until one = subjects.get(subject);
        if (all == null && one == null) {
            return 0;
        }
        long now = time.nanos();
        return Math.max(remainingNanos(all, now), remainingNanos(one, now));
    }

    private static long remainingNanos(@Nullable Until until, long now) {
        return until == null ? 0 : Math.max(0, until.remaining(now));
    }

    /// The same with its reason; empty if nothing rests.
    public Optional<Rest> resting(String subject) {
        Until all = whole;
        Until one = subjects.get(subject);
        long now = time.nanos();
        return remaining(remainingNanos(one, now) > remainingNanos(all, now) ? one : all);
    }

    /// The rest of the whole upstream; empty if it does not.
    public Optional<Rest> resting() {
        return remaining(whole);
    }

    private Optional<Rest> remaining(@Nullable Until until) {
        if (until == null) {
            return Optional.empty();
        }
        long nanos = until.remaining(time.nanos());
        return nanos > 0
                ? Optional.of(new Rest(Duration.ofNanos(nanos), until.cause()))
                : Optional.empty();
    }

    /// Ends every rest: a person, or a new credential, says it is worth trying.
    public void clear() {
        lock.lock();
        try {
            whole = null;
            subjects = Map.of();
            limited = Set.of();
            probesProveNothing = false;
        } finally {
            lock.unlock();
        }
    }
}
