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

    private LiteralSecret() {}

    /// Of a setting that holds a credential.
    static boolean is(String text) {
        return text.length() >= LENGTH_MIN
                && !STANDS_FOR_NONE.matcher(text.toLowerCase(Locale.ROOT)).matches();
    }

    /// Whether a header of that name carries a credential.
    static boolean header(String name) {
        return name.toLowerCase(Locale.ROOT)
                .matches("(proxy-)?authorization|cookie|.*(api[-_]?key|token|secret|password).*");
    }
}
