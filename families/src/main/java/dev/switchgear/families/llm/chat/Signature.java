package dev.switchgear.families.llm.chat;

import dev.switchgear.families.llm.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A provider's proof that reasoning is its own, or the reasoning itself, sealed. It means something
/// only to its signer, and is sent to nobody else: others answer it with 400.
///
/// Through a client that speaks another dialect it travels wrapped, with its signer's name in front;
/// one that comes back unwrapped is the dialect's own. Immutable.
///
/// @param value opaque
/// @param signer the dialect whose providers can check it
/// @param model that made it; empty where unknown
public record Signature(String value, Dialect signer, String model) {
    private static final String MARK = "sg1.";

    /// How it is shown to a client of `dialect`: its own as it is, another's wrapped.
    public String shownTo(Dialect dialect) {
        return dialect == signer
                ? value
                : MARK + signer.name() + "." + encoded(model) + "." + encoded(value);
    }

    /// What a client of `dialect` sent back. A wrapping that was tampered with is read as the
    /// dialect's own text, which its provider will then reject by itself.
    public static Signature readFrom(Dialect dialect, String text) {
        if (text.startsWith(MARK)) {
            String[] parts = text.substring(MARK.length()).split("\\.", -1);
            if (parts.length == 3) {
                try {
                    return new Signature(
                            decoded(parts[2]), Dialect.valueOf(parts[0]), decoded(parts[1]));
                } catch (IllegalArgumentException tampered) {
                    return new Signature(text, dialect, "");
                }
            }
        }
        return new Signature(text, dialect, "");
    }

    /// Whether a provider of `dialect` running `other` made it, as far as can be told.
    public boolean by(Dialect dialect, String other) {
        return signer == dialect && (model.isEmpty() || model.equals(other));
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
