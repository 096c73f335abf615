package dev.switchgear.core.simulation;

/// What a simulated run did wrong, and at which simulated moment.
final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    /// What was broken, in two or three words: the same for every run that breaks it.
    private final String rule;

    SimulationFailure(String rule, String message) {
        super(rule + ": " + message);
        this.rule = rule;
    }

    SimulationFailure(String rule, String message, Throwable cause) {
        super(rule + ": " + message, cause);
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
