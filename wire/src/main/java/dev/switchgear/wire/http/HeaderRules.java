package dev.switchgear.wire.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What may stand in a header that we send. Asked when a configuration is read and again when a head is
/// written, so that both say the same. Pure.
public final class HeaderRules {
    /// Fields the connector writes itself, or that would change how the connection is used.
    private static final Set<String> OURS =
            Set.of(
                    "host",
                    "content-length",
                    "connection",
                    "transfer-encoding",
                    "keep-alive",
                    "proxy-connection",
                    "upgrade",
                    "expect",
                    "te",
                    "trailer");

    private HeaderRules() {}

    /// Whether HTTP allows a field of that name.
    public static boolean isName(String name) {
        return Grammar.isToken(name);
    }

    /// Whether a field of that name is the connector's to write.
    public static boolean isConnectors(String name) {
        return OURS.contains(name.toLowerCase(Locale.ROOT));
    }

    /// The first character of a value that HTTP does not allow, in words that do not show it; empty if
    /// there is none.
    public static Optional<String> flaw(String value) {
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (!Grammar.isValue(character)) {
                return Optional.of(words(character) + " at place " + (i + 1));
            }
        }
        return Optional.empty();
    }

    private static String words(char character) {
        return switch (character) {
            case '\n', '\r' -> "a line break";
            default ->
                    character > 0xff
                            ? "a character that HTTP headers do not have (beyond Latin-1)"
                            : "a control character";
        };
    }
}
