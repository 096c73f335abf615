package dev.switchgear.core.health;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What is left alone for a while: the whole upstream (its key), or single subjects there.
/// Thread-safe; reading takes no lock.
///
/// A rest is never shortened by a later, shorter one. At most 256 subjects rest at once: when one more
/// comes, the one that would have been back soonest is. A rest lasts 24 h at most.
public final class Rests {
    static final int SUBJECTS_MAX = 256;
    private static final Duration PAUSE_MAX = Duration.ofHours(24);

    private record Until(long nanos, Cause cause) {}

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();

    // Written under the lock; the map is replaced, never changed.
    private volatile @Nullable Until whole;
    private volatile Map<String, Until> subjects = Map.of();

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
    public void restSubject(String subject, Duration pause, Cause cause) {
        if (!pause.isPositive()) {
            return;
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
        } finally {
            lock.unlock();
        }
    }
}
