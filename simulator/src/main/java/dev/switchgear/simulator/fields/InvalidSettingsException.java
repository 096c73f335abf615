package dev.switchgear.simulator.fields;

/// A setting or a fault that cannot be understood; the message names it and what was expected.
public final class InvalidSettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String message;

    public InvalidSettingsException(String message) {
        super(message);
        this.message = message;
    }

    public String message() {
        return message;
    }
}
