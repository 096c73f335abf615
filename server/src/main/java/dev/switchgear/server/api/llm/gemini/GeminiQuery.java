package dev.switchgear.server.api.llm.gemini;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What stands behind a path's `?`. The first of several values counts; Google's own parameters may
/// have a `$` before their names.
record GeminiQuery(Map<String, String> values) {
    private static final int PAIRS_MAX = 64;

    static GeminiQuery of(String text) {
        var values = new HashMap<String, String>();
        for (String pair : text.split("&", PAIRS_MAX)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String name = decoded(pair.substring(0, equals));
                values.putIfAbsent(
                        name.startsWith("$") ? name.substring(1) : name,
                        decoded(pair.substring(equals + 1)));
            }
        }
        return new GeminiQuery(values);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }
}
