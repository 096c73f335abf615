package dev.switchgear.importer;

/// The source cannot be read as what it is said to be. The message is one line, says where and what to
/// do, and quotes nothing of the source.
public final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
        super(message);
    }

    /// The message.
    public String words() {
        return String.valueOf(getMessage());
    }
}
