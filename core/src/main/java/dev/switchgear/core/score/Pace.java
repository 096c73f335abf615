package dev.switchgear.core.score;

import java.time.Duration;
import java.util.Optional;

/// Whether an upstream begins its answers as quickly as it usually does. Not thread-safe; allocates
/// only while answers are late.
///
/// Only the beginning is looked at: how long a whole answer takes depends on what was asked. An
/// answer is late if it begins after twice the time in which 95 % of the others began, and a quarter
/// of a second later than those at least: upstreams that serve quick and slow subjects alike have a
/// wide usual, and are not slow because of it. Two late ones in a row make an upstream slow, two in
/// time end that. What is late does not count as usual, unless it goes on for a hundred answers.
///
/// Every answer is compared, which costs next to nothing; what is usual is learned from every fourth.
final class Pace {
    /// Fewer answers than this do not say what is usual.
    private static final int KNOWN_FROM = 10;

    private static final int LEARNED_EVERY = 4;
    private static final int IN_ROW = 2;
    private static final long LATE_FACTOR = 2;
    private static final long LATE_BY_NANOS = 250_000_000;

    private Quantiles usual = new Quantiles();

    /// An answer that begins after this is late; none is while nobody knows what is usual.
    private long lateFrom = Long.MAX_VALUE;

    private int unlearned;
    private int lateInRow;
    private int promptInRow;
    private Optional<Slowness> slowness = Optional.empty();

    /// Takes note of an answer that began after `nanos`.
    void record(long nanos) {
        if (nanos >= lateFrom) {
            late(nanos);
        } else {
            learn(nanos);
            lateInRow = 0;
            promptInRow++;
            if (promptInRow >= IN_ROW) {
                slowness = Optional.empty();
            }
        }
    }

    private void learn(long nanos) {
        unlearned++;
        if (usual.size() >= KNOWN_FROM && unlearned < LEARNED_EVERY) {
            return;
        }
        unlearned = 0;
        usual.add(true, nanos);
        if (usual.size() >= KNOWN_FROM) {
            long most = usual.quantile(0.95, 0);
            lateFrom = Math.max(LATE_FACTOR * most, most + LATE_BY_NANOS);
        }
    }

    private void late(long nanos) {
        lateInRow++;
        promptInRow = 0;
        if (lateInRow >= Quantiles.SIZE) {
            usual = new Quantiles();
            lateFrom = Long.MAX_VALUE;
            lateInRow = 0;
            slowness = Optional.empty();
        } else if (lateInRow >= IN_ROW) {
            long median = usual.quantile(0.5, 0);
            slowness = Optional.of(new Slowness(Duration.ofNanos(nanos), Duration.ofNanos(median)));
        }
    }

    /// Empty while it is as quick as usual.
    Optional<Slowness> slowness() {
        return slowness;
    }
}
