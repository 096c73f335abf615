package dev.switchgear.core.patience;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// How long one phase of one kind of answer takes, and so how long it is worth waiting for it.
/// Thread-safe; asking takes no lock and allocates nothing.
///
/// It waits for eight times what 99 % of the last hundred answers took. Whoever is cut is not heard,
/// so a subject that has become slow would be cut for ever: each wait in vain doubles the next one
/// until an answer comes. Waits that ran side by side count once, for they say the same. Who is known
/// to be prompt, and has shown it, gets eight times as much at most: silence is then a sign that
/// nobody is there.
final class Lengths {
    private static final int TIMES = 8;

    private record Known(int answers, long usualMillis, long inVainMillis) {}

    private static final Known NOTHING = new Known(0, 0, 0);

    private final Phase phase;
    private final ReentrantLock lock = new ReentrantLock();
    private final LastHundred lengths = new LastHundred();
    private volatile Known known = NOTHING;

    Lengths(Phase phase) {
        this.phase = phase;
    }

    /// Takes note of an answer for which the phase took `nanos`.
    void took(long nanos) {
        lock.lock();
        try {
            lengths.add(Math.clamp(nanos / 1_000_000, 0, Integer.MAX_VALUE));
            int answers = lengths.size();
            int usual = lengths.p99Millis();
            Known before = known;
            if (answers != before.answers()
                    || usual != before.usualMillis()
                    || before.inVainMillis() != 0) {
                known = new Known(answers, usual, 0);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes note of a wait for so long that ended without an answer.
    void inVain(Duration waited) {
        lock.lock();
        try {
            Known before = known;
            long longer = Math.max(before.inVainMillis(), waited.toMillis());
            known = new Known(before.answers(), before.usualMillis(), longer);
        } finally {
            lock.unlock();
        }
    }

    Wait wait(Nature nature) {
        Known now = known;
        boolean taught = now.answers() >= nature.taughtFrom();
        long most =
                taught
                        ? Math.max(phase.least().toMillis(), TIMES * now.usualMillis())
                        : nature.untaught().toMillis();
        long stretched = 2 * now.inVainMillis();
        long longest = Patience.MOST.toMillis();
        if (taught && nature == Nature.PROMPT) {
            stretched = Math.min(stretched, TIMES * most);
        }
        if (stretched > most && most < longest) {
            return new Wait(
                    Duration.ofMillis(Math.min(longest, stretched)),
                    new Wait.Why.Stretched(Duration.ofMillis(now.inVainMillis())));
        }
        return new Wait(
                Duration.ofMillis(Math.min(longest, most)),
                taught
                        ? new Wait.Why.Learned(now.answers(), Duration.ofMillis(now.usualMillis()))
                        : new Wait.Why.Untaught(nature));
    }
}
