package dev.switchgear.dialects;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Short names for what is too long or too strange to be sent as it is: the same for the same.
public final class Hashes {
    private Hashes() {}

    /// The first bytes of the SHA-256 in hexadecimal digits.
    ///
    /// @param count of bytes; up to 32
    public static String hex(byte[] of, int count) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(of);
            return HexFormat.of().formatHex(hash, 0, count);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
