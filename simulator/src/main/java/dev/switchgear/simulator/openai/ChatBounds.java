package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// How long the answer to a chat request may become.
final class ChatBounds {
    private ChatBounds() {}

    /// The bound that the request names; the largest number where it names none.
    static int asked(JsonNode body, OfferedModel model, Flavour flavour) throws ApiErrorException {
        var fields = new OpenAiFields(body);
        boolean reasoning =
                flavour == Flavour.OPENAI && model.purpose() == OfferedModel.Purpose.REASONING;
        int old = fields.integer("max_tokens", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
        if (reasoning && body.hasNonNull("max_tokens")) {
            throw OpenAiErrorShapes.invalid(
                    "max_tokens",
                    "unsupported_parameter",
                    "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                            + " 'max_completion_tokens' instead.");
        }
        int max =
                flavour.readsMaxCompletionTokens()
                        ? fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE, old)
                        : old;
        boolean checked = flavour == Flavour.OPENAI || flavour == Flavour.DEEPSEEK;
        if (checked && max != Integer.MAX_VALUE && max > model.maxOutput()) {
            String field =
                    body.hasNonNull("max_completion_tokens")
                            ? "max_completion_tokens"
                            : "max_tokens";
            throw OpenAiErrorShapes.invalid(
                    field,
                    "invalid_value",
                    field
                            + " is too large: "
                            + max
                            + ". This model supports at most "
                            + model.maxOutput()
                            + " completion tokens, whereas you provided "
                            + max
                            + ".");
        }
        return max;
    }

    /// What of `asked` the model grants behind a prompt of so many tokens; 1 or more.
    static int granted(int asked, OfferedModel model, int promptTokens, Flavour flavour)
            throws ApiErrorException {
        int room = model.context() - promptTokens;
        boolean unbounded = asked == Integer.MAX_VALUE || flavour.lenient();
        if (room < (unbounded ? 0 : asked)) {
            throw tooLong(model, promptTokens, asked);
        }
        return Math.min(Math.min(asked, model.maxOutput()), Math.max(1, room));
    }

    private static ApiErrorException tooLong(OfferedModel model, int promptTokens, int maxTokens) {
        String message =
                maxTokens == Integer.MAX_VALUE
                        ? "This model's maximum context length is %d tokens. However, your messages"
                                + " resulted in %d tokens. Please reduce the length of the messages."
                        : "This model's maximum context length is %d tokens. However, you requested"
                                + " %d tokens (%d in the messages, %d in the completion). Please"
                                + " reduce the length of the messages or completion.";
        return OpenAiErrorShapes.invalid(
                "messages",
                "context_length_exceeded",
                maxTokens == Integer.MAX_VALUE
                        ? String.format(Locale.ROOT, message, model.context(), promptTokens)
                        : String.format(
                                Locale.ROOT,
                                message,
                                model.context(),
                                (long) promptTokens + maxTokens,
                                promptTokens,
                                maxTokens));
    }
}
