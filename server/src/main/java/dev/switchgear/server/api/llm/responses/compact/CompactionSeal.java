package dev.switchgear.server.api.llm.responses.compact;

import dev.switchgear.core.vault.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals what a compaction holds, for the client alone that it is handed to: AES-256 in GCM, which also
/// finds out what was changed. Thread-safe.
///
/// The key is made of the pepper, which outlives the process: so a conversation goes on after a restart,
/// and at every gateway that is given the same pepper. The client's name is bound to it, not its key: a
/// client that changes its key goes on too.
final class CompactionSeal {
    /// How one of ours begins. Other vendors' seals are base64 too, in which `_` and `.` do not come
    /// together.
    static final String PREFIX = "sgc1_.";

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] PURPOSE =
            "switchgear compaction 1".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    CompactionSeal(Secret pepper) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            byte[] secret = pepper.reveal().getBytes(StandardCharsets.UTF_8);
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            this.key = new SecretKeySpec(mac.doFinal(PURPOSE), "AES");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }

    /// Whether a gateway like this one made it, for whomever.
    static boolean ours(String sealed) {
        return sealed.startsWith(PREFIX);
    }

    String seal(String client, byte[] content) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] hidden = cipher(Cipher.ENCRYPT_MODE, client, nonce).doFinal(content);
            byte[] whole = Arrays.copyOf(nonce, NONCE + hidden.length);
            System.arraycopy(hidden, 0, whole, NONCE, hidden.length);
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + CIPHER, impossible);
        }
    }

    /// What was sealed; empty where that was not for this client, was by another pepper, or is no longer
    /// what it was.
    Optional<byte[]> open(String client, String sealed) {
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(sealed.substring(PREFIX.length()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        if (whole.length < NONCE + TAG_BITS / 8) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(whole, NONCE);
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, client, nonce);
            return Optional.of(cipher.doFinal(whole, NONCE, whole.length - NONCE));
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, String client, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(client.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
