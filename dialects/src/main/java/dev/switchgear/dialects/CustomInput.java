package dev.switchgear.dialects;

import dev.switchgear.dialects.json.Halves;
import dev.switchgear.dialects.json.Json;

/// The text of a call of a [CustomTool] while it comes: out of the arguments of the function that
/// stands for it, or into them. A character is told once it is whole. For one call and one thread.
public final class CustomInput {
    /// What arguments begin with, a model's white space aside.
    private static final String HEAD = "{\"" + CustomTool.INPUT + "\":\"";

    private static final int ESCAPE_DIGITS = 4;

    private enum State {
        /// Before the text's first sign.
        HEAD,
        TEXT,
        /// Behind a backslash.
        ESCAPED,
        /// Within the digits of an escape.
        DIGITS,
        /// Behind the text: what else there is, the tool does not take.
        BEHIND,
        /// Not of the form that was asked for: read when it is whole.
        OTHER
    }

    private final Halves halves = new Halves();
    private final StringBuilder kept = new StringBuilder();
    private State state = State.HEAD;
    private int matched;
    private int code;
    private int digits;

    /// The text in arguments that came whole, or were cut off: what a stream of them would tell.
    public static String of(String arguments) {
        var input = new CustomInput();
        return input.next(arguments) + input.end();
    }

    /// What of the text is known with another piece of the arguments, cut anywhere.
    public String next(String piece) {
        var text = new StringBuilder(piece.length());
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            switch (state) {
                case HEAD -> head(c);
                case TEXT -> text(c, text);
                case ESCAPED -> escaped(c, text);
                case DIGITS -> digit(c, text);
                case BEHIND -> {}
                case OTHER -> kept.append(c);
            }
        }
        return halves.join(text.toString());
    }

    /// What is left of the text when nothing more comes. Arguments that were not begun as asked for are
    /// all told, as what they are.
    public String end() {
        return switch (state) {
            case HEAD, OTHER -> kept.isEmpty() ? "" : CustomTool.input(kept.toString());
            case TEXT, ESCAPED, DIGITS, BEHIND -> halves.end();
        };
    }

    private void head(char c) {
        kept.append(c);
        boolean between = matched == 0 || matched == 1 || HEAD.charAt(matched - 1) == ':';
        boolean beforeColon = HEAD.charAt(matched) == ':';
        if ((between || beforeColon) && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
            return;
        }
        if (c != HEAD.charAt(matched)) {
            state = State.OTHER;
        } else if (++matched == HEAD.length()) {
            state = State.TEXT;
        }
    }

    private void text(char c, StringBuilder into) {
        switch (c) {
            case '"' -> state = State.BEHIND;
            case '\\' -> state = State.ESCAPED;
            default -> into.append(c);
        }
    }

    private void escaped(char c, StringBuilder into) {
        state = State.TEXT;
        switch (c) {
            case 'n' -> into.append('\n');
            case 't' -> into.append('\t');
            case 'r' -> into.append('\r');
            case 'b' -> into.append('\b');
            case 'f' -> into.append('\f');
            case 'u' -> {
                state = State.DIGITS;
                code = 0;
                digits = 0;
            }
            // A quote, a stroke, or what need not have been escaped.
            default -> into.append(c);
        }
    }

    private void digit(char c, StringBuilder into) {
        int digit = Character.digit(c, 16);
        if (digit < 0) {
            // No escape after all: it stays as the model wrote it.
            state = State.TEXT;
            into.append("\\u");
            for (int i = digits - 1; i >= 0; i--) {
                into.append(Character.forDigit((code >> (4 * i)) & 0xF, 16));
            }
            text(c, into);
            return;
        }
        code = (code << 4) | digit;
        if (++digits == ESCAPE_DIGITS) {
            state = State.TEXT;
            into.append((char) code);
        }
    }

    /// What arguments begin with whose text comes in pieces.
    public static String begun() {
        return HEAD;
    }

    /// A piece of a text, as it stands in the arguments.
    public static String piece(String text) {
        String quoted = Json.text(Json.object().stringNode(text));
        return quoted.substring(1, quoted.length() - 1);
    }

    /// What ends such arguments.
    public static String ended() {
        return "\"}";
    }
}
