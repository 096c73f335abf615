package dev.switchgear.importer;

import java.util.Locale;
import java.util.Set;

/// Texts and comments as YAML has them. Pure functions.
///
/// Every text is quoted unless it is a plain word, and every comment stays on its line, so that nothing
/// of the source can become a setting.
final class YamlText {
    private static final int COMMENT_MAX = 400;

    /// What YAML takes for something other than a text.
    private static final Set<String> TAKEN =
            Set.of("true", "false", "yes", "no", "on", "off", "null", "y", "n");

    private YamlText() {}

    /// A text as a value: `${` of the source means itself.
    static String text(String text) {
        String escaped = text.replace("${", "$${");
        boolean plain =
                escaped.matches("[A-Za-z][A-Za-z0-9_./-]*")
                        && !TAKEN.contains(escaped.toLowerCase(Locale.ROOT));
        return plain ? escaped : quoted(escaped);
    }

    /// A text in double quotes, on one line.
    static String quoted(String text) {
        var out = new StringBuilder("\"");
        text.codePoints()
                .forEach(character -> {
                    if (character == '"' || character == '\\') {
                        out.append('\\').appendCodePoint(character);
                    } else if (shown(character)) {
                        out.appendCodePoint(character);
                    } else if (Character.isBmpCodePoint(character)) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", character));
                    } else {
                        out.append(String.format(Locale.ROOT, "\\U%08x", character));
                    }
                });
        return out.append('"').toString();
    }

    /// A comment's text, on one line and not endless.
    static String comment(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .limit(COMMENT_MAX)
                .forEach(character -> out.appendCodePoint(shown(character) ? character : ' '));
        return out.toString();
    }

    private static boolean shown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
