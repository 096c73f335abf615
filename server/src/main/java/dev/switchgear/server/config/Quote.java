package dev.switchgear.server.config;

/// Text of the file inside a message: short, on one line, and too little of a credential to use it.
final class Quote {
    private static final int LENGTH_MAX = 24;

    private Quote() {}

    static String of(String text) {
        var line = new StringBuilder();
        text.codePoints()
                .limit(LENGTH_MAX)
                .map(character -> Character.isISOControl(character) ? ' ' : character)
                .forEach(line::appendCodePoint);
        return text.codePointCount(0, text.length()) > LENGTH_MAX ? line + "…" : line.toString();
    }
}
