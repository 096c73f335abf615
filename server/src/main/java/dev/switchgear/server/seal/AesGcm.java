package dev.switchgear.server.seal;

import dev.switchgear.core.vault.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals bytes: AES-256 in GCM (NIST SP 800-38D), which also finds out what was changed. Who seals chooses
/// the nonces, and must never use one twice. Thread-safe.
public final class AesGcm {
    /// Bytes of a nonce.
    public static final int NONCE = 12;

    /// By how many bytes what is sealed is longer.
    public static final int TAG = 16;

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final String MAC = "HmacSHA256";
    private static final int KEY = 32;

    private final SecretKeySpec key;

    private AesGcm(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /// By a key that is made now and stands nowhere else.
    public static AesGcm ofNewKey() {
        byte[] random = new byte[KEY];
        new SecureRandom().nextBytes(random);
        return new AesGcm(random);
    }

    /// By a key that is made of a secret, for one purpose alone: the same wherever the secret is known.
    ///
    /// @param purpose another one for whatever else is made of the secret
    public static AesGcm of(Secret secret, String purpose) {
        try {
            var mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), MAC));
            return new AesGcm(mac.doFinal(purpose.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + MAC, impossible);
        }
    }

    /// @param bound what is not sealed, and must be the same when it is opened
    public byte[] seal(byte[] nonce, byte[] bound, byte[] clear) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, nonce, bound).doFinal(clear);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + CIPHER, impossible);
        }
    }

    /// What was sealed in `sealed` from `from` on; empty where that was by another key, or is no longer
    /// what it was.
    public Optional<byte[]> open(byte[] nonce, byte[] bound, byte[] sealed, int from) {
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, bound);
            return Optional.of(cipher.doFinal(sealed, from, sealed.length - from));
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] bound) throws GeneralSecurityException {
        var cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
        cipher.updateAAD(bound);
        return cipher;
    }
}
