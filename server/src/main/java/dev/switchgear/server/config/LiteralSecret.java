package dev.switchgear.server.config;

import java.util.Locale;
import java.util.regex.Pattern;

/// Whether a text is a credential that somebody wrote out. Pure.
final class LiteralSecret {
    /// Shorter than that, nobody gives credentials out.
    private static final int LENGTH_MIN = 6;

    /// What stands for a credential where a server asks for none: words of guides and of local servers,
    /// and what the simulator's own keys begin with.
    private static final Pattern STANDS_FOR_NONE =
            Pattern.compile(
                    "none|null|empty|dummy.*|fake.*|mock.*|placeholder|changeme|unused|ignored"
                            + "|not[-_]?(needed|used|required)|no[-_]?key.*|sk-no-key-required"
                            + "|ollama|lm[-_]?studio|sk-sim-.*");

    /// What companies' keys begin with, and what long random texts look like.
    private static final Pattern LOOKS =
            Pattern.compile(
                    "(sk|pk|rk|gsk|xai|nvapi|hf|pplx|r8|key|AIza|ghp|glpat|ya29)[-_.]?[A-Za-z0-9_.-]{12,}"
                            + "|(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_+=]{32,}");

    private LiteralSecret() {}

    /// Of a setting that holds a credential.
    static boolean is(String text) {
        return text.length() >= LENGTH_MIN
                && !STANDS_FOR_NONE.matcher(text.toLowerCase(Locale.ROOT)).matches();
    }

    /// Of a setting that holds something else: whether it had better not be repeated.
    static boolean looksLikeOne(String text) {
        return LOOKS.matcher(text).matches();
    }

    /// Whether a header of that name carries a credential.
    static boolean header(String name) {
        return name.toLowerCase(Locale.ROOT)
                .matches("(proxy-)?authorization|cookie|.*(api[-_]?key|token|secret|password).*");
    }
}
