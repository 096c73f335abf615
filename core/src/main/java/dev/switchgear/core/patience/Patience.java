package dev.switchgear.core.patience;

import dev.switchgear.core.call.Timeouts;
import java.time.Duration;
import java.util.Optional;

/// How long attempts at one upstream are waited for: as it was told where it was told, and else as it
/// has learned. Thread-safe; the learning is in [Habits].
public final class Patience {
    /// Nothing that is learned is waited for longer: as long as the official clients of the largest
    /// providers wait.
    public static final Duration MOST = Duration.ofMinutes(10);

    private final PatienceSettings settings;
    private final Habits habits;

    public Patience(PatienceSettings settings, Habits habits) {
        this.settings = settings;
        this.habits = habits;
    }

    /// Waits just so long, and learns nothing.
    public static Patience of(Timeouts told) {
        return new Patience(
                new PatienceSettings(
                        told.connect(),
                        Optional.of(told.head()),
                        Optional.of(told.firstPiece()),
                        Optional.of(told.idle()),
                        told.total()),
                new Habits());
    }

    /// What one attempt may wait for.
    ///
    /// @param begin for the head of an answer in one piece, for the first piece of a stream
    /// @param pause for each next read of an answer that has begun
    /// @param timeouts the same for the wire
    public record Allowance(Wait begin, Wait pause, Timeouts timeouts) {}

    /// What an attempt at `subject` may wait for.
    public Allowance allowance(String subject, Form form, Nature nature) {
        boolean pieces =
                switch (form) {
                    case PIECES, PIECES_WITH_EFFORT -> true;
                    case WHOLE, WHOLE_WITH_EFFORT, ASIDE -> false;
                };
        Optional<Duration> told = pieces ? settings.firstPiece() : settings.head();
        Wait begin =
                told.isPresent()
                        ? Wait.told(told.get())
                        : habits.wait(subject, form, Phase.BEGIN, nature);
        Wait pause =
                settings.idle().isPresent()
                        ? Wait.told(settings.idle().get())
                        : habits.wait(subject, form, Phase.PAUSE, nature);
        // A stream whose head is late has a late first piece as well.
        Duration head = pieces ? sooner(settings.head(), begin.most()) : begin.most();
        return new Allowance(
                begin,
                pause,
                new Timeouts(
                        settings.connect(), head, begin.most(), pause.most(), settings.total()));
    }

    private static Duration sooner(Optional<Duration> told, Duration other) {
        return told.isPresent() && told.get().compareTo(other) < 0 ? told.get() : other;
    }

    public Habits habits() {
        return habits;
    }
}
