package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.Question;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A request of the Responses API that is accepted (section 5).
///
/// @param body the request as it came
/// @param toolbox the tools on offer, and how the client knows each
/// @param question what the model is asked; its bound holds for hidden thoughts too
/// @param store whether the response can be asked for later
/// @param padded whether events are made of one length, so that it tells nothing
record ResponsesRequest(
        Flavour flavour,
        OfferedModel model,
        JsonNode body,
        ResponsesInput input,
        ResponsesToolbox toolbox,
        Question question,
        ResponsesThinking thinking,
        boolean store,
        boolean streamed,
        boolean padded) {
    /// Fields of the chat API that this one does not have.
    private static final List<String> CHAT_ONLY =
            List.of(
                    "messages",
                    "max_tokens",
                    "max_completion_tokens",
                    "response_format",
                    "reasoning_effort",
                    "n",
                    "stop",
                    "functions",
                    "function_call");

    private static final int TOKENS_LEAST = 16;

    /// Checks every field as the API does, and in its order: the first that is wrong is told.
    static ResponsesRequest of(
            JsonNode body, OfferedModel model, Flavour flavour, StoredResponses stored)
            throws ApiErrorException {
        boolean strict = flavour == Flavour.OPENAI;
        var fields = new OpenAiFields(body);
        checkKind(body, model, strict);
        ResponsesInput input = ResponsesInput.of(body, flavour, stored);
        fields.number("temperature", 0, 2);
        fields.number("top_p", 0, 1);
        boolean reasoning = model.purpose() == OfferedModel.Purpose.REASONING;
        ResponsesThinking thinking = ResponsesThinking.of(body, reasoning);
        if (strict && reasoning && !thinking.effort().equals("none")) {
            checkSampling(body);
        }
        int asked =
                fields.integer(
                        "max_output_tokens",
                        strict ? TOKENS_LEAST : 1,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE);
        ResponsesToolbox toolbox = ResponsesToolbox.of(body, input.context(), flavour);
        Question.Form form = ResponsesForm.of(body.path("text").path("format"), input.all());
        int granted = granted(asked, model, input.tokens());
        var question =
                new Question(
                        input.last(),
                        input.images(),
                        input.toolResults(),
                        toolbox.tools().called(fields.flag("parallel_tool_calls", true)),
                        form,
                        thinking.spoken(flavour),
                        List.of(),
                        granted);
        return new ResponsesRequest(
                flavour,
                model,
                body,
                input,
                toolbox,
                question,
                thinking,
                flavour.stores() && fields.flag("store", true),
                fields.flag("stream", false),
                strict && body.path("stream_options").path("include_obfuscation").asBoolean(true));
    }

    /// Refuses what is no request of this API.
    private static void checkKind(JsonNode body, OfferedModel model, boolean strict)
            throws ApiErrorException {
        if (model.purpose() == OfferedModel.Purpose.EMBEDDING) {
            throw OpenAiErrorShapes.invalid(
                    "model",
                    "",
                    "The model '" + model.id() + "' does not support the Responses API.");
        }
        for (String field : CHAT_ONLY) {
            if (strict && body.has(field)) {
                throw OpenAiErrorShapes.invalid(
                        field, "unknown_parameter", "Unknown parameter: '" + field + "'.");
            }
        }
        if (new OpenAiFields(body).flag("background", false)) {
            throw OpenAiErrorShapes.invalid(
                    "background", "unsupported_value", "Background responses are not simulated.");
        }
    }

    /// A model that thinks draws its words in one way only.
    private static void checkSampling(JsonNode body) throws ApiErrorException {
        for (String field : List.of("temperature", "top_p")) {
            if (body.hasNonNull(field) && body.get(field).doubleValue() != 1) {
                throw OpenAiErrorShapes.invalid(
                        field,
                        "",
                        "Unsupported parameter: '" + field + "' is not supported with this model.");
            }
        }
    }

    private static int granted(int asked, OfferedModel model, int promptTokens)
            throws ApiErrorException {
        if (promptTokens >= model.context()) {
            throw OpenAiErrorShapes.invalid(
                    "input",
                    "context_length_exceeded",
                    "Your input exceeds the context window of this model. Please adjust your input"
                            + " and try again.");
        }
        return Math.min(
                Math.min(asked, Math.max(1, model.maxOutput())), model.context() - promptTokens);
    }

    /// What a rate limit is charged before the answer is known.
    long reserve() {
        return input.tokens()
                + (body.hasNonNull("max_output_tokens") ? (long) question.tokensMax() : 16L);
    }
}
