package dev.switchgear.families.llm.scan;

import dev.switchgear.families.llm.InvalidBody;

/// What clients may call a model, wherever they name it: in a body, in a path, in a list. Pure.
public final class AskedName {
    /// Characters of a name.
    public static final int CHARS_MAX = 512;

    private AskedName() {}

    /// @param field where it stands
    /// @throws InvalidBody if `name` is none: empty, too long, or with characters that no line of a head,
    ///     a log or a table could hold
    public static void check(String field, String name) throws InvalidBody {
        if (name.isBlank()) {
            throw InvalidBody.param(field, "empty (expected: a name)");
        }
        if (name.length() > CHARS_MAX) {
            throw InvalidBody.param(
                    field, name.length() + " characters (expected: at most " + CHARS_MAX + ")");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                throw InvalidBody.param(field, "control characters (expected: a name)");
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < name.length()
                    && Character.isLowSurrogate(name.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw InvalidBody.param(field, "half a character (expected: a name)");
            }
        }
    }
}
