package dev.switchgear.identity;

import java.util.Optional;
import java.util.regex.Pattern;

/// What is kept of a client's key, written `7Qm2ZkWp.9f86d08…`.
///
/// @param id the key's public part, by which it is looked up
/// @param hash HMAC-SHA-256 of the whole key with the pepper, base 64 for addresses, unpadded
public record KeyHash(String id, String hash) implements Comparable<KeyHash> {
    public static final String PATTERN = "[0-9A-Za-z]{8}[.][0-9A-Za-z_-]{43}";

    private static final Pattern FORM = Pattern.compile(PATTERN);
    private static final int ID = 8;

    public static Optional<KeyHash> parse(String text) {
        return FORM.matcher(text).matches()
                ? Optional.of(new KeyHash(text.substring(0, ID), text.substring(ID + 1)))
                : Optional.empty();
    }

    /// As it stands in the configuration.
    public String text() {
        return id + "." + hash;
    }

    @Override
    public int compareTo(KeyHash other) {
        return text().compareTo(other.text());
    }
}
