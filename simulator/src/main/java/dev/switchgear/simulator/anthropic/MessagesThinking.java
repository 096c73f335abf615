package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.anthropic.AnthropicTraits.Trait;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Question.Effort;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// How a request wants the model to think.
///
/// @param type `enabled` (with a budget), `adaptive` or `disabled`, whether asked for or the model's
///     habit
/// @param level of effort that was asked for; empty for none
/// @param budget bound on the tokens of thoughts
/// @param omitted whether thoughts arrive empty, with their signature alone
record MessagesThinking(String type, String level, int budget, boolean omitted) {
    private static final int BUDGET_MIN = 1024;

    static MessagesThinking of(JsonNode body, AnthropicTraits traits, int maxTokens)
            throws ApiErrorException {
        String level = level(body.path("output_config"), traits);
        JsonNode thinking = body.path("thinking");
        String usual = traits.has(Trait.OMITS_THOUGHTS) ? "omitted" : "summarized";
        return new MessagesThinking(
                kind(thinking, traits, maxTokens, level, body),
                level,
                thinking.path("budget_tokens").asInt(maxTokens),
                thinking.path("display").asString(usual).equals("omitted"));
    }

    boolean on() {
        return !type.equals("disabled");
    }

    /// Whether it was asked for with a budget, which forbids much else.
    boolean enabled() {
        return type.equals("enabled");
    }

    /// What the mind is told.
    ///
    /// @param now whether this answer is one to think about
    Question.Thinking spoken(boolean now) {
        return new Question.Thinking(on() && now ? effort() : Effort.NONE, budget);
    }

    /// How much the model thinks before this answer.
    private Effort effort() {
        if (enabled()) {
            return budget < 2048 ? Effort.LOW : budget < 8192 ? Effort.MEDIUM : Effort.HIGH;
        }
        return switch (level) {
            case "low" -> Effort.MINIMAL;
            case "medium" -> Effort.LOW;
            case "xhigh" -> Effort.HIGH;
            case "max" -> Effort.MAX;
            default -> Effort.MEDIUM;
        };
    }

    /// The level asked for; empty for none.
    private static String level(JsonNode config, AnthropicTraits traits) throws ApiErrorException {
        if (!AnthropicFields.present(config)) {
            return "";
        }
        AnthropicFields.only(
                AnthropicFields.object(config, "output_config"),
                "output_config.",
                Set.of("effort", "format", "task_budget"));
        if (!AnthropicFields.present(config.path("effort"))) {
            return "";
        }
        String effort = AnthropicFields.text(config, "effort", "output_config.");
        if (traits.efforts().isEmpty()) {
            throw AnthropicErrorShapes.invalid("This model does not support the effort parameter.");
        }
        if (!traits.efforts().contains(effort)) {
            throw AnthropicErrorShapes.invalid(
                    "This model does not support effort level '"
                            + effort
                            + "'. Supported levels: "
                            + String.join(", ", traits.efforts())
                            + ".");
        }
        return effort;
    }

    /// `enabled`, `adaptive` or `disabled`, whether asked for or the model's habit.
    private static String kind(
            JsonNode thinking, AnthropicTraits traits, int maxTokens, String level, JsonNode body)
            throws ApiErrorException {
        if (!AnthropicFields.present(thinking)) {
            return traits.has(Trait.THINKS_BY_DEFAULT) ? "adaptive" : "disabled";
        }
        String type =
                AnthropicFields.text(
                        AnthropicFields.object(thinking, "thinking"), "type", "thinking.");
        switch (type) {
            case "enabled" -> {
                checkBudget(thinking, traits, maxTokens);
                soberlySampled(body);
            }
            case "adaptive" -> {
                if (!traits.has(Trait.ADAPTIVE)) {
                    throw AnthropicErrorShapes.invalid(
                            "adaptive thinking is not supported on this model");
                }
                if (AnthropicFields.present(thinking.path("display"))) {
                    AnthropicFields.oneOf(
                            thinking.path("display"),
                            "thinking.adaptive.display",
                            traits.has(Trait.UPDATES)
                                    ? List.of("summarized", "omitted", "updates")
                                    : List.of("summarized", "omitted"));
                }
            }
            case "disabled" -> {
                boolean eager = level.equals("xhigh") || level.equals("max");
                if (!traits.has(Trait.SILENCEABLE)
                        || (traits.has(Trait.SILENT_ONLY_AT_EASE) && eager)) {
                    throw AnthropicErrorShapes.invalid(
                            "\"thinking.type.disabled\" is not supported for this model"
                                    + (traits.has(Trait.SILENCEABLE)
                                            ? " with effort level '" + level + "'."
                                            : "."));
                }
            }
            default ->
                    throw AnthropicErrorShapes.invalid(
                            "thinking: Input tag '"
                                    + type
                                    + "' found using 'type' does not match any of the expected"
                                    + " tags: 'adaptive', 'disabled', 'enabled'");
        }
        return type;
    }

    private static void checkBudget(JsonNode thinking, AnthropicTraits traits, int maxTokens)
            throws ApiErrorException {
        if (!traits.has(Trait.BUDGETS)) {
            throw AnthropicErrorShapes.invalid(
                    "\"thinking.type.enabled\" is not supported for this model. Use"
                            + " \"thinking.type.adaptive\" and \"output_config.effort\" to"
                            + " control thinking behavior.");
        }
        int budget =
                AnthropicFields.integer(
                        AnthropicFields.required(thinking, "budget_tokens", "thinking.enabled."),
                        "thinking.enabled.budget_tokens",
                        BUDGET_MIN);
        if (budget >= maxTokens) {
            throw AnthropicErrorShapes.invalid(
                    "`max_tokens` must be greater than `thinking.budget_tokens`. Please"
                            + " consult our documentation at"
                            + " https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size");
        }
    }

    /// Thinking with a budget forbids most sampling.
    private static void soberlySampled(JsonNode body) throws ApiErrorException {
        JsonNode temperature = body.path("temperature");
        if (AnthropicFields.present(temperature) && temperature.doubleValue() != 1) {
            throw AnthropicErrorShapes.invalid(
                    "`temperature` may only be set to 1 when thinking is enabled. Please consult"
                            + " our documentation at"
                            + " https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking");
        }
        if (AnthropicFields.present(body.path("top_k"))) {
            throw AnthropicErrorShapes.invalid("`top_k` must be unset when thinking is enabled.");
        }
    }
}
