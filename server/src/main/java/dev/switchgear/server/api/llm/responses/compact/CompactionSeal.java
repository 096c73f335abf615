package dev.switchgear.server.api.llm.responses.compact;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.seal.AesGcm;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Seals what a compaction holds, for the client alone that it is handed to. Thread-safe.
///
/// The key is made of the pepper, which outlives the process: so a conversation goes on after a restart,
/// and at every gateway that is given the same pepper. The client's name is bound to it, not its key: a
/// client that changes its key goes on too.
final class CompactionSeal {
    /// How one of ours begins. Other vendors' seals are base64 too, in which `_` and `.` do not come
    /// together.
    static final String PREFIX = "sgc1_.";

    private static final String PURPOSE = "switchgear compaction 1";

    private final AesGcm cipher;
    private final SecureRandom random = new SecureRandom();

    CompactionSeal(Secret pepper) {
        this.cipher = AesGcm.of(pepper, PURPOSE);
    }

    /// Whether a gateway like this one made it, for whomever.
    static boolean ours(String sealed) {
        return sealed.startsWith(PREFIX);
    }

    String seal(String client, byte[] content) {
        byte[] nonce = new byte[AesGcm.NONCE];
        random.nextBytes(nonce);
        byte[] hidden = cipher.seal(nonce, bound(client), content);
        byte[] whole = Arrays.copyOf(nonce, AesGcm.NONCE + hidden.length);
        System.arraycopy(hidden, 0, whole, AesGcm.NONCE, hidden.length);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
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
        return whole.length < AesGcm.NONCE + AesGcm.TAG
                ? Optional.empty()
                : cipher.open(
                        Arrays.copyOf(whole, AesGcm.NONCE), bound(client), whole, AesGcm.NONCE);
    }

    private static byte[] bound(String client) {
        return client.getBytes(StandardCharsets.UTF_8);
    }
}
