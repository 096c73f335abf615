package dev.switchgear.core.patience;

import java.time.Duration;

/// What is known of a subject before it has answered, or has answered often enough to tell.
public enum Nature {
    /// It is known to answer without long silence.
    PROMPT(Duration.ofSeconds(45), 5),
    /// It is known to be silent for minutes before it answers, and in between.
    SLOW(Patience.MOST, 20),
    /// This call asks it to take its time.
    MADE_SLOW(Patience.MOST, 20),
    /// Nobody knows.
    UNKNOWN(Patience.MOST, 20);

    private final Duration untaught;
    private final int taughtFrom;

    Nature(Duration untaught, int taughtFrom) {
        this.untaught = untaught;
        this.taughtFrom = taughtFrom;
    }

    /// How long it is waited for while nothing is learned.
    Duration untaught() {
        return untaught;
    }

    /// From so many answers on they tell more than its nature. Who may be silent for minutes has to
    /// answer more often: a few quick answers do not show that it never is.
    int taughtFrom() {
        return taughtFrom;
    }
}
