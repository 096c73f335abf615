package dev.switchgear.server.api.llm.responses.background;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals what is kept of one response in memory: AES-256 in GCM, under a key of its own that is made with
/// it and stands nowhere else. Thread-safe.
final class RunSeal {
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;

    RunSeal() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "AES");
    }

    /// @param number which nothing else has that is sealed by this; it takes the place of a nonce
    byte[] seal(int number, byte[] clear) {
        return made(Cipher.ENCRYPT_MODE, number, clear);
    }

    /// What was sealed under that number.
    byte[] open(int number, byte[] sealed) {
        return made(Cipher.DECRYPT_MODE, number, sealed);
    }

    private byte[] made(int mode, int number, byte[] from) {
        byte[] nonce = ByteBuffer.allocate(NONCE).putInt(number).array();
        try {
            var cipher = Cipher.getInstance(CIPHER);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(from);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("what was sealed here cannot be opened", broken);
        }
    }
}
