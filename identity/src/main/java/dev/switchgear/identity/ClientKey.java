package dev.switchgear.identity;

import dev.switchgear.core.vault.Secret;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A key that a client shows: `swg_live_`, 30 random characters, 6 of checksum, all base 62.
///
/// The first 8 random characters are the public id it is looked up by; the other 22 (131 bits) are
/// what nobody can guess, so a plain HMAC suffices for storing. The checksum lets us, and scanners for
/// leaked keys, drop a typo without a look-up. After GitHub's token format (2021).
public final class ClientKey {
    private static final String PREFIX = "swg_live_";
    private static final int RANDOM = 30;
    private static final int ID = 8;
    private static final int CHECKSUM = 6;
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// A key cut into its parts has this many characters before anything else is asked of it.
    static final int LENGTH = PREFIX.length() + RANDOM + CHECKSUM;

    private final String text;

    private ClientKey(String text) {
        this.text = text;
    }

    /// @param random must be cryptographically strong outside tests
    public static ClientKey generate(RandomGenerator random) {
        return generate(random, PREFIX);
    }

    /// @param start the prefix, and what is not left to chance
    public static ClientKey generate(RandomGenerator random, String start) {
        var body = new StringBuilder(start);
        while (body.length() < LENGTH - CHECKSUM) {
            body.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return new ClientKey(body + checksum(body.toString()));
    }

    /// The key that `presented` is; empty when its form or checksum is wrong, which takes no look-up.
    public static Optional<ClientKey> parse(String presented) {
        if (presented.length() != LENGTH || !presented.startsWith(PREFIX)) {
            return Optional.empty();
        }
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            char character = presented.charAt(i);
            boolean digit =
                    (character >= '0' && character <= '9')
                            || (character >= 'A' && character <= 'Z')
                            || (character >= 'a' && character <= 'z');
            if (!digit) {
                return Optional.empty();
            }
        }
        String body = presented.substring(0, LENGTH - CHECKSUM);
        return presented.endsWith(checksum(body))
                ? Optional.of(new ClientKey(presented))
                : Optional.empty();
    }

    /// The public part: which key it is, not that it is right.
    public String id() {
        return text.substring(PREFIX.length(), PREFIX.length() + ID);
    }

    /// The whole key, to be shown to a person once.
    public String reveal() {
        return text;
    }

    /// What is kept of it.
    public KeyHash stored(Secret pepper) {
        return new KeyHash(
                id(), Base64.getUrlEncoder().withoutPadding().encodeToString(mac(hasher(pepper))));
    }

    /// @param hasher from [#hasher]; left ready for the next key
    public byte[] mac(Mac hasher) {
        return hasher.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Computes the stored form; not thread-safe, but its `clone` before use is.
    public static Mac hasher(Secret pepper) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(
                            pepper.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }

    @Override
    public String toString() {
        return PREFIX + id() + "…";
    }

    private static String checksum(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        long rest = crc.getValue();
        char[] digits = new char[CHECKSUM];
        for (int i = CHECKSUM - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(digits);
    }
}
