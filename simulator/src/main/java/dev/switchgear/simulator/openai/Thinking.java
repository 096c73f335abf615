package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.Question;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// How a chat request wants the model to think, in whatever words its flavour has for that.
///
/// @param on whether it thinks at all
/// @param effort `none` where it does not
/// @param shown whether the answer holds the thoughts
/// @param tokensMax the bound on their tokens
record Thinking(boolean on, String effort, boolean shown, int tokensMax) {
    static final Set<String> EFFORTS =
            Set.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

    static Thinking of(JsonNode body, OfferedModel model, Flavour flavour)
            throws ApiErrorException {
        boolean able = model.purpose() == OfferedModel.Purpose.REASONING;
        String usual = able ? flavour.usualEffort() : "none";
        String effort = new OpenAiFields(body).oneOf("reasoning_effort", EFFORTS, usual);
        return switch (flavour) {
            case OPENAI -> settled(able, effort);
            case XAI -> xai(body, model, able, effort);
            case DEEPSEEK -> {
                String type = body.path("thinking").path("type").asString("");
                boolean wanted = type.equals("enabled") || (able && !type.equals("disabled"));
                yield settled(wanted, effort.equals("none") && wanted ? "high" : effort);
            }
            case OPENROUTER -> openRouter(body, able, effort);
            case OLLAMA -> settled(able, body.path("reasoning").path("effort").asString(effort));
            case VLLM, LLAMA_CPP -> {
                boolean off =
                        !body.path("chat_template_kwargs").path("enable_thinking").asBoolean(true);
                yield settled(able && !off, effort);
            }
            case LM_STUDIO -> settled(able, effort);
        };
    }

    /// What is put into words: what OpenAI's models think is counted and never said.
    Question.Thinking spoken(Flavour flavour) {
        boolean said = on && flavour.thinking() != Flavour.Thoughts.HIDDEN;
        return new Question.Thinking(said ? step(effort) : Question.Effort.NONE, tokensMax);
    }

    /// The mind's word for an effort.
    static Question.Effort step(String effort) {
        return switch (effort) {
            case "none" -> Question.Effort.NONE;
            case "minimal" -> Question.Effort.MINIMAL;
            case "low" -> Question.Effort.LOW;
            case "medium" -> Question.Effort.MEDIUM;
            case "high" -> Question.Effort.HIGH;
            default -> Question.Effort.MAX;
        };
    }

    private static Thinking settled(boolean on, String effort) {
        boolean thinks = on && !effort.equals("none");
        return new Thinking(thinks, thinks ? effort : "none", thinks, Integer.MAX_VALUE);
    }

    private static Thinking xai(JsonNode body, OfferedModel model, boolean able, String effort)
            throws ApiErrorException {
        boolean steered =
                able && !model.id().equals("grok-4") && !model.id().startsWith("grok-code");
        if (body.hasNonNull("reasoning_effort") && !steered) {
            throw OpenAiErrorShapes.invalid(
                    "reasoning_effort",
                    "unsupported_parameter",
                    "Model " + model.id() + " does not support parameter reasoningEffort.");
        }
        Thinking thinking = settled(able, effort);
        // Later models think without showing it.
        boolean shown = thinking.on() && model.id().startsWith("grok-3-mini");
        return new Thinking(thinking.on(), thinking.effort(), shown, Integer.MAX_VALUE);
    }

    /// Models that can do without thoughts think where the request speaks of it.
    private static Thinking openRouter(JsonNode body, boolean able, String effort)
            throws ApiErrorException {
        JsonNode reasoning = body.path("reasoning");
        boolean asked =
                reasoning.isObject()
                        && reasoning.path("enabled").asBoolean(true)
                        && (reasoning.has("effort")
                                || reasoning.has("max_tokens")
                                || reasoning.path("enabled").asBoolean(false));
        String wanted =
                new OpenAiFields(reasoning)
                        .oneOf("effort", EFFORTS, effort.equals("none") ? "medium" : effort);
        boolean on = (able || asked || body.path("include_reasoning").asBoolean(false));
        boolean hidden =
                reasoning.path("exclude").asBoolean(false)
                        || !body.path("include_reasoning").asBoolean(true);
        Thinking thinking = settled(on && reasoning.path("enabled").asBoolean(true), wanted);
        int most = Math.max(0, reasoning.path("max_tokens").asInt(Integer.MAX_VALUE));
        return new Thinking(thinking.on(), thinking.effort(), thinking.shown() && !hidden, most);
    }
}
