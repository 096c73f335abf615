package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;

/// Whether a chat request asks how likely each token was.
///
/// @param alternatives how many other tokens are told beside it
record ChatLogprobs(boolean wanted, int alternatives) {
    static ChatLogprobs of(OpenAiFields fields) throws ApiErrorException {
        int alternatives = fields.integer("top_logprobs", 0, 20, 0);
        boolean wanted = fields.flag("logprobs", false);
        if (alternatives > 0 && !wanted) {
            throw OpenAiErrorShapes.invalid(
                    "top_logprobs",
                    "",
                    "'top_logprobs' is only allowed when 'logprobs' is enabled.");
        }
        return new ChatLogprobs(wanted, alternatives);
    }
}
