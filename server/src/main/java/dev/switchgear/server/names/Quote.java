package dev.switchgear.server.names;

/// Somebody else's text inside a message of ours, cut where it is long. Pure.
public final class Quote {
    private static final int SETTING_MAX = 24;
    private static final int NAME_MAX = 100;

    private Quote() {}

    /// Text of the configuration: short, on one line, and too little of a credential to use it.
    public static String of(String text) {
        var line = new StringBuilder();
        text.codePoints()
                .limit(SETTING_MAX)
                .map(character -> Character.isISOControl(character) ? ' ' : character)
                .forEach(line::appendCodePoint);
        return text.codePointCount(0, text.length()) > SETTING_MAX ? line + "…" : line.toString();
    }

    /// A name that a client sent.
    public static String name(String text) {
        return cut(text, NAME_MAX);
    }

    /// As much of a text as fits into `most` characters.
    public static String cut(String text, int most) {
        return text.length() > most ? text.substring(0, most) + "…" : text;
    }
}
