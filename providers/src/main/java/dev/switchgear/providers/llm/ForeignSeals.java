package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.scan.RequestBody;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Signatures and sealed thoughts of another dialect's provider in a client's history. They are wrapped
/// for that client, and whoever did not make them answers 400: where bytes would pass, the request is
/// translated, which leaves them out.
final class ForeignSeals {
    /// How the value of a field begins that is wrapped: [dev.switchgear.families.llm.chat.Signature]
    /// does so, for calls in Responses with a mark of its own before it, for Gemini in base64.
    private static final List<String> WRAPPED = List.of("\"sg1.", "\"sgcall.", "\"c2dn");

    private ForeignSeals() {}

    /// Whether there may be any: one look at what stands behind the first turn of the user.
    static boolean in(Dialect dialect, RequestBody asked) {
        return switch (dialect) {
            case OPENAI, RESPONSES, GEMINI -> {
                byte[] body = asked.bytes();
                int from = Math.max(0, asked.conversation().turnsTo());
                String later =
                        new String(body, from, body.length - from, StandardCharsets.ISO_8859_1);
                yield WRAPPED.stream().anyMatch(later::contains);
            }
            // Anthropic's are taken out of its bytes; Ollama's clients are shown none, and bytes of
            // the others never pass.
            case ANTHROPIC, OLLAMA, OLLAMA_GENERATE, COMPLETIONS, OWN -> false;
        };
    }
}
