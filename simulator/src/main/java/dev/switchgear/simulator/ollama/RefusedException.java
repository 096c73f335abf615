package dev.switchgear.simulator.ollama;

/// A request that Ollama turns down, in its own words.
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    RefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }

    String words() {
        return java.util.Objects.requireNonNull(getMessage());
    }
}
