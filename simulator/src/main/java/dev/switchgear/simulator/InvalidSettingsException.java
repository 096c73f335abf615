package dev.switchgear.simulator;

/// A setting or a fault that cannot be understood; the message names it and what was expected.
public final class InvalidSettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String message;

    InvalidSettingsException(String message) {
        super(message);
        this.message = message;
    }

    String message() {
        return message;
    }
}
