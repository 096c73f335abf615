package dev.switchgear.core.vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// One credential, which never prints itself. Immutable and thread-safe.
///
/// It is no record: a record's generated accessor and `toString` are exactly what must not exist.
public final class Secret {
    /// A shorter one shows nothing at all: four of its characters would be too large a share.
    private static final int SHOWN_FROM = 16;

    private static final int TAIL = 4;

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /// @param value not blank
    /// @throws IllegalArgumentException when blank: an empty secret must never be compared or sent
    public static Secret of(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("secret: empty (expected: at least one character)");
        }
        return new Secret(value);
    }

    /// The credential itself: for the header that carries it, or the computation that needs it, and
    /// for nothing else.
    public String reveal() {
        return value;
    }

    /// A short recognisable form: what stands before the first dash, and the last four characters
    /// (`sk-…f3a9`); only `…` for a short one.
    @Override
    public String toString() {
        if (value.length() < SHOWN_FROM) {
            return "…";
        }
        int dash = value.indexOf('-');
        String head = dash >= 0 && dash < TAIL ? value.substring(0, dash + 1) : "";
        return head + "…" + value.substring(value.length() - TAIL);
    }

    /// Equal in constant time for secrets of one length.
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8),
                        secret.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }
}
