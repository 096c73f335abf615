package dev.switchgear.families.llm.dialect.responses;

import dev.switchgear.families.llm.chat.Media;
import java.util.Locale;
import java.util.Optional;

/// `data:image/png;base64,…`.
final class DataUrl {
    private static final String SCHEME = "data:";

    private DataUrl() {}

    static boolean is(String url) {
        return url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /// Empty if it is not one in base64.
    static Optional<Media.Inline> read(String url) {
        int comma = url.indexOf(',');
        if (!is(url) || comma < 0) {
            return Optional.empty();
        }
        String head = url.substring(SCHEME.length(), comma).toLowerCase(Locale.ROOT);
        if (!head.endsWith(";base64")) {
            return Optional.empty();
        }
        int type = head.indexOf(';');
        return Optional.of(
                new Media.Inline(head.substring(0, type).strip(), url.substring(comma + 1)));
    }

    static String of(Media.Inline media) {
        return SCHEME + media.type() + ";base64," + media.base64();
    }
}
