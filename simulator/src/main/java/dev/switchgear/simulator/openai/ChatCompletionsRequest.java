package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.Question;
import tools.jackson.databind.JsonNode;

/// A chat request that the API accepts (section 2).
///
/// @param question what the model is asked; its bound holds for hidden thoughts too
/// @param choices how many answers are wanted
/// @param legacyFunctions whether tools came as functions, and are called as such
record ChatCompletionsRequest(
        Flavour flavour,
        OfferedModel model,
        ChatPrompt prompt,
        Question question,
        Thinking thinking,
        ChatStreaming streaming,
        ChatLogprobs logprobs,
        int choices,
        boolean legacyFunctions,
        String serviceTier) {
    /// Checks every field as the API does, and in its order: the first that is wrong is told.
    ///
    /// @param beta whether it came to DeepSeek's beta address
    static ChatCompletionsRequest of(
            JsonNode body, OfferedModel model, Flavour flavour, boolean beta)
            throws ApiErrorException {
        requireChat(model);
        var fields = new OpenAiFields(body);
        JsonNode messages = ChatPrompt.messages(body);
        Thinking thinking = Thinking.of(body, model, flavour);
        String prefix =
                flavour == Flavour.DEEPSEEK ? DeepSeekRules.check(messages, thinking, beta) : "";
        boolean reasoning = model.purpose() == OfferedModel.Purpose.REASONING;
        if (flavour == Flavour.XAI && reasoning) {
            ChatSampling.checkPenalties(body);
        }
        ChatPrompt prompt = ChatPrompt.of(messages, body, model, flavour, prefix);
        ChatSampling.check(
                fields,
                flavour == Flavour.OPENAI && reasoning && !thinking.effort().equals("none"));
        int choices = Math.min(fields.integer("n", 1, 128, 1), flavour.choicesMax());
        ChatStreaming streaming = ChatStreaming.of(body, flavour);
        ChatLogprobs logprobs = ChatLogprobs.of(fields);
        int asked = ChatBounds.asked(body, model, flavour);
        ChatTools tools = ChatTools.of(body, flavour);
        Question.Form form = ChatForm.of(body.path("response_format"), prompt.all(), flavour);
        int granted = ChatBounds.granted(asked, model, prompt.tokens(), flavour);
        var question =
                new Question(
                        prompt.last(),
                        prompt.images(),
                        prompt.toolResults(),
                        tools.called(
                                fields.flag("parallel_tool_calls", flavour != Flavour.LLAMA_CPP)),
                        form,
                        thinking.spoken(flavour),
                        fields.stop(flavour.stopsMax()),
                        granted);
        return new ChatCompletionsRequest(
                flavour,
                model,
                prompt,
                question,
                thinking,
                streaming,
                logprobs,
                choices,
                tools.legacy(),
                fields.tier());
    }

    private static void requireChat(OfferedModel model) throws ApiErrorException {
        if (model.purpose() == OfferedModel.Purpose.EMBEDDING) {
            throw OpenAiErrorShapes.error(
                    404,
                    "invalid_request_error",
                    "model",
                    "",
                    "This is not a chat model and thus not supported in the v1/chat/completions"
                            + " endpoint. Did you mean to use v1/embeddings?");
        }
    }

    /// What a rate limit is charged before the answer is known.
    long reserve(JsonNode body) {
        boolean bounded = body.hasNonNull("max_tokens") || body.hasNonNull("max_completion_tokens");
        return prompt.tokens() + (bounded ? (long) question.tokensMax() * choices : 16L * choices);
    }
}
