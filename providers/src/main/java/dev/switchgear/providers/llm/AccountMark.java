package dev.switchgear.providers.llm;

import dev.switchgear.core.call.UpstreamId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/// What stands for an account in signatures that leave for clients: a hash, since how a provider and its
/// keys are called is nobody's business there. The same after a restart and on other machines, so that
/// a conversation goes on behind each of several gateways of one configuration.
final class AccountMark {
    private static final int BYTES = 9;

    private AccountMark() {}

    static String of(UpstreamId id) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(id.toString().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
