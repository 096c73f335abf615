package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.scan.RequestBody;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Signatures and sealed thoughts of another dialect's provider in a client's history. They are wrapped
/// for that client, and whoever did not make them answers 400: where bytes would pass, the request is
/// translated, which leaves them out.
final class ForeignSeals {
    /// How the value of a field begins that is wrapped: [dev.switchgear.families.llm.chat.Signature]
    /// does so, for calls in Responses with a mark of its own before it, for Gemini in base64.
    private static final List<byte[]> WRAPPED =
            Stream.of("\"sg1.", "\"sgcall.", "\"sgopen.", "\"c2dn")
                    .map(mark -> mark.getBytes(StandardCharsets.US_ASCII))
                    .toList();

    private ForeignSeals() {}

    /// Whether there may be any: one look at what stands behind the first turn of the user.
    static boolean in(Dialect dialect, RequestBody asked) {
        return switch (dialect) {
            case OPENAI, RESPONSES, GEMINI -> {
                byte[] body = asked.bytes();
                yield in(body, Math.max(0, asked.conversation().turnsTo()));
            }
            // Anthropic's are taken out of its bytes; Ollama's clients are shown none, and bytes of
            // the others never pass.
            case ANTHROPIC, OLLAMA, OLLAMA_GENERATE, COMPLETIONS, OWN -> false;
        };
    }

    /// Without a copy of the body: almost all of them hold none.
    private static boolean in(byte[] body, int from) {
        for (int at = from; at < body.length; at++) {
            if (body[at] == '"' && beginsOne(body, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean beginsOne(byte[] body, int at) {
        for (byte[] mark : WRAPPED) {
            if (body.length - at >= mark.length
                    && Arrays.equals(body, at, at + mark.length, mark, 0, mark.length)) {
                return true;
            }
        }
        return false;
    }
}
