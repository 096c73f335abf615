package dev.switchgear.core.overload;

import dev.switchgear.core.call.Rank;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Says when this program has more to do than it can, by the queue before its processor as
/// [Time#lagNanos] measures it, and who is then turned away: the longer the queue, the higher the rank.
/// Thread-safe.
///
/// Who is turned away costs next to nothing, so the queue gets shorter for the others; without that,
/// all would wait longer and longer, until all gave up.
public final class Overload {
    /// From so long a queue on, calls of the lowest rank are turned away, and the gateway is called
    /// overloaded.
    public static final Duration FROM = Duration.ofMillis(500);

    private static final Duration NORMAL_FROM = Duration.ofSeconds(2);
    private static final Duration HIGH_FROM = Duration.ofSeconds(5);

    /// It is over when the queue is less than half as long, or it would begin and end all the time.
    private static final Duration OVER_BELOW = FROM.dividedBy(2);

    private final Time time;
    private final Journal journal;
    private final AtomicBoolean overloaded = new AtomicBoolean();

    public Overload(Time time, Journal journal) {
        this.time = time;
        this.journal = journal;
    }

    /// Whether a call of that rank is turned away while everybody waits for `lagNanos`.
    public static boolean sheds(Rank rank, long lagNanos) {
        if (lagNanos < FROM.toNanos()) {
            return false;
        }
        return switch (rank) {
            case VITAL -> false;
            case HIGH -> lagNanos >= HIGH_FROM.toNanos();
            case NORMAL -> lagNanos >= NORMAL_FROM.toNanos();
            case LOW -> true;
        };
    }

    /// When asking again may help: the queue takes so long to go by, and a second at least.
    public static Duration retryAfter(long lagNanos) {
        Duration lag = Duration.ofNanos(lagNanos);
        return lag.compareTo(Duration.ofSeconds(1)) > 0 ? lag : Duration.ofSeconds(1);
    }

    /// Takes note of how things stand: that an overload begins or ends is an event. To be called at
    /// each of the clock's pulses.
    public void look() {
        long lag = time.lagNanos();
        if (lag >= FROM.toNanos() && overloaded.compareAndSet(false, true)) {
            journal.record(new Event.Overloaded(time.instant(), true, Duration.ofNanos(lag)));
        } else if (lag < OVER_BELOW.toNanos() && overloaded.compareAndSet(true, false)) {
            journal.record(new Event.Overloaded(time.instant(), false, Duration.ofNanos(lag)));
        }
    }
}
