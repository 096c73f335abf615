package dev.switchgear.server.names;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Somebody else's text inside a message of ours: cut where it is long, and left out where it may be a
/// credential. Pure.
public final class Quote {
    private static final int NAME_MAX = 100;

    /// Names of models and places are no longer; what is longer may be a credential.
    private static final int SETTING_MAX = 60;

    /// What keys begin with.
    private static final Pattern KEY =
            Pattern.compile(
                    "(?i)((sk|pk|rk|gsk|hf|r8|ghp|gho|glpat|pplx|nvapi|bearer|basic)[-_. ].*"
                            + "|xai[-_].{12,}|aiza.*|ya29.*|gwk.*|eyj.*)");

    private static final Pattern NUMBER =
            Pattern.compile("-?[0-9]{1,15}([.][0-9]{1,9})?([A-Za-z]{1,3}|%| calls)?");

    private static final Pattern PARTS = Pattern.compile("[A-Za-z0-9 ._:/*+\\[\\]-]+");

    /// What people read and say: `base`, `Llama`, `camelCase`, `gpt4`, `4o`, `v1beta`, a date.
    private static final Pattern WORD =
            Pattern.compile(
                    "[A-Z]{1,4}|[A-Z]?[a-z]{1,14}([A-Z]{1,3}[a-z]{0,12}){0,3}|[0-9]{1,5}|20[0-9]{6}"
                            + "|[A-Za-z0-9]{1,5}|[A-Z]?[a-z]{1,10}[0-9]{1,2}|v[0-9]+(alpha|beta)[0-9]*");

    private static final Pattern VARIABLE_WORD =
            Pattern.compile("[A-Z]{1,20}|[a-z]{1,20}|[0-9]{1,4}|[A-Za-z0-9]{1,5}|");

    private Quote() {}

    /// Text of the configuration, in one place for all that is said about it: as it is where it is
    /// plainly no credential, and else only how long it is, because a key may be pasted anywhere.
    public static String of(String text) {
        return isPlain(text) ? text : length(text);
    }

    /// The name of a variable, of which the same holds: a key may be pasted between `${` and `}`.
    public static String variable(String name) {
        boolean plain =
                name.length() <= SETTING_MAX
                        && !KEY.matcher(name).matches()
                        && Stream.of(name.split("_", -1))
                                .allMatch(word -> VARIABLE_WORD.matcher(word).matches());
        return plain ? name : length(name);
    }

    private static String length(String text) {
        return "(" + size(text) + ")";
    }

    /// How long a text is that is not shown: `24 characters`.
    public static String size(String text) {
        int characters = text.codePointCount(0, text.length());
        return characters == 1 ? "1 character" : characters + " characters";
    }

    /// Whether a text is a number or made of words, and so nobody's key.
    public static boolean isPlain(String text) {
        if (NUMBER.matcher(text).matches()) {
            return true;
        }
        return text.length() <= SETTING_MAX
                && PARTS.matcher(text).matches()
                && !KEY.matcher(text).matches()
                && Stream.of(text.split("[^A-Za-z0-9]+", -1))
                        .filter(word -> !word.isEmpty())
                        .allMatch(word -> WORD.matcher(word).matches());
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
