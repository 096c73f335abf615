package dev.switchgear.server.door.vertx;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What of a header may leave. An answer is worth more than a header of it: so what HTTP forbids in a
/// value (RFC 9110 §5.5) or what some clients read as another alphabet is percent-encoded, and a name
/// that is none is left out. Pure.
final class SafeHeaders {
    private static final String SEPARATORS = "()<>@,;:\\\"/[]?={}";

    private SafeHeaders() {}

    /// Whether it can stand as a name in HTTP/1 and HTTP/2 alike.
    static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7f || (c >= 'A' && c <= 'Z') || SEPARATORS.indexOf(c) >= 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /// Visible ASCII, and spaces within: the same text where it is nothing else.
    static String value(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c >= 0x7f) {
                return encoded(value);
            }
        }
        return value;
    }

    private static String encoded(String value) {
        var safe = new StringBuilder(value.length() + 16);
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (b < ' ' || b == 0x7f) {
                safe.append('%').append(String.format(Locale.ROOT, "%02X", b & 0xff));
            } else {
                safe.append((char) b);
            }
        }
        return safe.toString();
    }
}
