package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.seal.Signatures;
import tools.jackson.databind.JsonNode;

/// The thoughts that come back to OpenRouter in `reasoning_details`. Who answers behind it takes none that
/// another account signed, or whose words were changed.
final class ReturnedThoughts {
    private ReturnedThoughts() {}

    /// A client may have collected the pieces of a stream without joining them: a signature, which stands
    /// with the last, is over the words of all.
    static void check(JsonNode messages, Signatures signatures) throws ApiErrorException {
        for (int i = 0; i < messages.size(); i++) {
            var words = new StringBuilder();
            for (JsonNode detail : messages.get(i).path("reasoning_details")) {
                words.append(detail.path("text").asString(""));
                String signature = detail.path("signature").asString("");
                if (!signature.isEmpty()) {
                    if (signatures.signer(signature, words.toString()).isEmpty()) {
                        throw OpenAiErrorShapes.invalid(
                                "",
                                "",
                                "Provider returned error: messages."
                                        + i
                                        + ".content.0: Invalid `signature` in `thinking` block");
                    }
                    words.setLength(0);
                }
            }
        }
    }
}
