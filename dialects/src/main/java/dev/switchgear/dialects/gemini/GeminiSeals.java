package dev.switchgear.dialects.gemini;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Signature;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// How signatures travel in `thoughtSignature`.
///
/// Gemini's own go as they are. The field holds base64, and strict clients decode it, so another
/// provider's is wrapped once more in base64, together with what Gemini's grammar has no place for:
/// the reasoning that the client did not want to see but that the signature covers, and whether the
/// reasoning was hidden altogether.
final class GeminiSeals {
    /// Google's documented stand-in for a call that Gemini did not make.
    static final String ABSENT = "skip_thought_signature_validator";

    /// What stands on the first call of an answer that another model made and did not sign. Gemini 3 and
    /// later demand a signature there, so a history with such a call must not pass to it as it is.
    static final String UNSIGNED =
            Base64.getEncoder().encodeToString("sgg1.n".getBytes(StandardCharsets.UTF_8));

    private static final String MARK = "sgg1.";

    private GeminiSeals() {}

    static String of(Signature signature) {
        return wrapped('s', "", signature);
    }

    /// @param text the reasoning that is not shown beside the signature
    static String ofThinking(String text, Signature signature) {
        return wrapped('s', text, signature);
    }

    static String ofHidden(Signature signature) {
        return wrapped('h', "", signature);
    }

    private static String wrapped(char kind, String text, Signature signature) {
        if (signature.signer() == Dialect.GEMINI && kind == 's' && text.isEmpty()) {
            return signature.value();
        }
        // A dialect that is not Gemini's makes shownTo say whose it is, Gemini's own included.
        String shown =
                signature.shownTo(
                        signature.signer() == Dialect.GEMINI ? Dialect.OWN : Dialect.GEMINI);
        String token =
                MARK
                        + kind
                        + "."
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(text.getBytes(StandardCharsets.UTF_8))
                        + "."
                        + shown;
        return Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
    }

    static Signature signature(String sealed) {
        return opened(sealed)
                .map(Opened::signature)
                .orElseGet(() -> new Signature(sealed, Dialect.GEMINI, ""));
    }

    /// The reasoning that a signature stands for.
    ///
    /// @param shown what of it the client was shown and sent back
    static Part reasoning(String shown, String sealed) {
        Optional<Opened> opened = opened(sealed);
        if (opened.isEmpty()) {
            return new Part.Thinking(shown, Optional.of(new Signature(sealed, Dialect.GEMINI, "")));
        }
        Opened found = opened.get();
        return found.hidden()
                ? new Part.HiddenThinking(found.signature())
                : new Part.Thinking(
                        found.text().isEmpty() ? shown : found.text(),
                        Optional.of(found.signature()));
    }

    /// Whether nobody signed what bears it.
    static boolean unsigned(String sealed) {
        return sealed.isEmpty() || sealed.equals(UNSIGNED) || sealed.equals(ABSENT);
    }

    static boolean foreign(String sealed) {
        return opened(sealed).isPresent();
    }

    /// Empty for what we did not wrap, or what somebody tampered with.
    private static Optional<Opened> opened(String sealed) {
        // The first three bytes of the mark, in base64.
        if (!sealed.startsWith("c2dn")) {
            return Optional.empty();
        }
        try {
            String token = new String(Base64.getDecoder().decode(sealed), StandardCharsets.UTF_8);
            int text = token.indexOf('.', MARK.length() + 2);
            if (!token.startsWith(MARK) || text < 0) {
                return Optional.empty();
            }
            String thought =
                    new String(
                            Base64.getUrlDecoder().decode(token.substring(MARK.length() + 2, text)),
                            StandardCharsets.UTF_8);
            String shown = token.substring(text + 1);
            Signature signature = Signature.readFrom(Dialect.GEMINI, shown);
            return signature.value().equals(shown)
                    ? Optional.empty()
                    : Optional.of(
                            new Opened(token.charAt(MARK.length()) == 'h', thought, signature));
        } catch (IllegalArgumentException tampered) {
            return Optional.empty();
        }
    }

    private record Opened(boolean hidden, String text, Signature signature) {}
}
