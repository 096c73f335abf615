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
/// A limit is mostly that of one subject, and the others work on. Where three subjects in a row are
/// limited, without an answer in between, it is taken for the key's: the whole upstream rests then,
/// until the first of the three is back.
public final class Rests {
    static final int SUBJECTS_MAX = 256;
    static final int LIMITED_IN_A_ROW = 3;
    private static final Duration PAUSE_MAX = Duration.ofHours(24);

    private record Until(long nanos, Cause cause) {}

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();

    // Written under the lock; the map is replaced, never changed.
    private volatile @Nullable Until whole;
    private volatile Map<String, Until> subjects = Map.of();

    /// Subjects that were limited since the last answer; replaced like the map.
    private volatile Set<String> limited = Set.of();

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
            subjects.forEach((name, until) -> {
                if (until.nanos() - now > 0) {
                    next.put(name, until);
                }
            });
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
        row.retainAll(subjects.keySet());
        limited = Set.copyOf(row);
        if (row.size() < LIMITED_IN_A_ROW) {
            return Optional.empty();
        }
        limited = Set.of();
        long now = time.nanos();
        long pause = Long.MAX_VALUE;
        for (Map.Entry<String, Until> entry : subjects.entrySet()) {
            if (row.contains(entry.getKey())) {
                pause = Math.min(pause, entry.getValue().nanos() - now);
            }
        }
        whole = longer(whole, new Until(now + pause, Cause.RATE_LIMITED));
        return Optional.of(Duration.ofNanos(pause));
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

    /// How long a call for `subject` would have to wait until neither the upstream nor the subject rests;
    /// 0 for not at all. Reads the clock only where something has rested.
    public long restingNanos(String subject) {
        Until until = longest(subject);
        return until == null ? 0 : Math.max(0, until.nanos() - time.nanos());
    }

    /// The same with its reason; empty if nothing rests.
    public Optional<Rest> resting(String subject) {
        return remaining(longest(subject));
    }

    /// The rest of the whole upstream; empty if it does not.
    public Optional<Rest> resting() {
        return remaining(whole);
    }

    private @Nullable Until longest(String subject) {
        Until all = whole;
        Until one = subjects.get(subject);
        if (all == null || one == null) {
            return all == null ? one : all;
        }
        return longer(all, one);
    }

    private Optional<Rest> remaining(@Nullable Until until) {
        if (until == null) {
            return Optional.empty();
        }
        long nanos = until.nanos() - time.nanos();
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
        } finally {
            lock.unlock();
        }
    }
}
