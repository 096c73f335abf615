package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Who really answers behind OpenRouter.
///
/// @param provider its name; empty for any other flavour
/// @param vendor of the model, which has its own words for why it stopped
record OpenRouterUpstream(String provider, String vendor) {
    static final OpenRouterUpstream NONE = new OpenRouterUpstream("", "");

    /// The first provider of the model that `provider: {order, only, ignore}` leaves.
    static OpenRouterUpstream of(JsonNode body, String model) throws ApiErrorException {
        String vendor = model.substring(0, Math.max(0, model.indexOf('/')));
        List<String> names =
                switch (vendor) {
                    case "anthropic" -> List.of("Anthropic", "Amazon Bedrock", "Google");
                    case "openai" -> List.of("OpenAI", "Azure");
                    case "google" -> List.of("Google", "Google AI Studio");
                    case "x-ai" -> List.of("xAI");
                    case "deepseek" -> List.of("DeepSeek", "Novita");
                    default -> List.of("Simulated");
                };
        JsonNode wish = body.path("provider");
        List<String> only = slugs(wish.path("only"));
        List<String> ignore = slugs(wish.path("ignore"));
        List<String> left = new ArrayList<>();
        for (String name : names) {
            boolean wanted = only.isEmpty() || only.contains(slug(name));
            if (wanted && !ignore.contains(slug(name))) {
                left.add(name);
            }
        }
        for (String slug : slugs(wish.path("order")).reversed()) {
            left.stream()
                    .filter(name -> slug(name).equals(slug))
                    .findFirst()
                    .ifPresent(name -> {
                        left.remove(name);
                        left.addFirst(name);
                    });
        }
        if (left.isEmpty()) {
            throw OpenAiErrorShapes.error(
                    404,
                    "",
                    "",
                    "constraint_filtered",
                    "No allowed providers are available for the selected model.");
        }
        return new OpenRouterUpstream(left.getFirst(), vendor);
    }

    private static List<String> slugs(JsonNode names) {
        List<String> slugs = new ArrayList<>();
        names.forEach(name -> slugs.add(slug(name.asString(""))));
        return slugs;
    }

    private static String slug(String name) {
        return name.toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    /// The vendor's word for a finish reason.
    String nativeFinish(String finish) {
        return switch (vendor) {
            case "anthropic" ->
                    switch (finish) {
                        case "tool_calls" -> "tool_use";
                        case "length" -> "max_tokens";
                        case "content_filter" -> "refusal";
                        default -> "end_turn";
                    };
            case "google" ->
                    switch (finish) {
                        case "length" -> "MAX_TOKENS";
                        case "content_filter" -> "SAFETY";
                        default -> "STOP";
                    };
            default -> finish;
        };
    }
}
