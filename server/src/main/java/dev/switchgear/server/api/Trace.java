package dev.switchgear.server.api;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Names for requests and spans. Thread-safe.
final class Trace {
    private static final int ID_MOST = 128;

    private final RandomGenerator random;

    Trace(RandomGenerator random) {
        this.random = random;
    }

    /// What the client calls its request where that is fit to be repeated in headers and logs, else a
    /// name of ours.
    String requestId(Optional<String> asked) {
        return asked.filter(Trace::sane).orElseGet(() -> "req_" + hex() + hex());
    }

    private static boolean sane(String id) {
        return !id.isEmpty()
                && id.length() <= ID_MOST
                && id.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= 'A' && c <= 'Z')
                                        || (c >= '0' && c <= '9')
                                        || "-_.:/+=".indexOf(c) >= 0);
    }

    /// A new span under the client's (W3C Trace Context, level 1); empty where it sent none, or
    /// nonsense.
    String continued(Optional<String> traceparent) {
        return traceparent
                .filter(Trace::valid)
                .map(parent -> parent.substring(0, 36) + hex() + parent.substring(52, 55))
                .orElse("");
    }

    private static boolean valid(String parent) {
        return parent.length() == 55
                && parent.startsWith("00-")
                && parent.charAt(35) == '-'
                && parent.charAt(52) == '-'
                && hex(parent, 3, 35)
                && hex(parent, 36, 52)
                && hex(parent, 53, 55)
                && !zeros(parent, 3, 35)
                && !zeros(parent, 36, 52);
    }

    private static boolean hex(String text, int from, int to) {
        return text.substring(from, to)
                .chars()
                .allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    private static boolean zeros(String text, int from, int to) {
        return text.substring(from, to).chars().allMatch(c -> c == '0');
    }

    private String hex() {
        long bits;
        synchronized (random) {
            bits = random.nextLong();
        }
        // A span id of zeros would be invalid.
        return HexFormat.of().toHexDigits(bits == 0 ? 1 : bits);
    }
}
