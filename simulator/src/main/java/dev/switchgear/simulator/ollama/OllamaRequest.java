package dev.switchgear.simulator.ollama;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedTool;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A request to `/api/chat` or `/api/generate` that is accepted.
///
/// @param name the model as it was called
/// @param chat whether messages were sent; a prompt otherwise
/// @param load whether nothing was asked, so that the model is only loaded
/// @param unload whether it is to be unloaded
/// @param allText the text of all messages
/// @param promptTokens of the prompt, as far as the context holds it
record OllamaRequest(
        String name,
        OfferedModel model,
        boolean chat,
        boolean load,
        boolean unload,
        boolean streamed,
        String allText,
        Question question,
        int promptTokens) {
    private static final Set<String> LEVELS = Set.of("low", "medium", "high", "max");

    static OllamaRequest of(JsonNode body, String name, OfferedModel model, boolean chat)
            throws ApiErrorException {
        List<OfferedTool> tools = tools(body.path("tools"));
        if (model.purpose() == OfferedModel.Purpose.EMBEDDING) {
            throw OllamaErrorShapes.invalid(
                    "\"" + name + "\" does not support " + (chat ? "chat" : "generate"));
        }
        if (!tools.isEmpty() && !Capabilities.of(model).contains("tools")) {
            throw OllamaErrorShapes.invalid(
                    "registry.ollama.ai/library/" + name + " does not support tools");
        }
        Question.Effort effort = effort(body.path("think"), name, model);
        OllamaPrompt prompt = chat ? OllamaPrompt.ofMessages(body) : OllamaPrompt.ofText(body);
        int toolTokens = tools.isEmpty() ? 0 : Tokens.estimate(body.path("tools").toString());
        JsonNode options = body.path("options");
        int context = Math.max(1, options.path("num_ctx").asInt(model.context()));
        int bound = options.path("num_predict").asInt(-1);
        JsonNode keep = body.path("keep_alive");
        boolean unload = keep.asString(keep.toString()).matches("0|0[a-z]+");
        return new OllamaRequest(
                name,
                model,
                chat,
                prompt.empty(),
                prompt.empty() && unload,
                body.path("stream").asBoolean(true),
                prompt.all(),
                new Question(
                        prompt.last(),
                        prompt.images(),
                        prompt.toolResults(),
                        new Question.Tools(tools, "", false, true),
                        form(body.path("format")),
                        new Question.Thinking(effort, Integer.MAX_VALUE),
                        stops(options.path("stop")),
                        bound < 0 ? model.maxOutput() : bound),
                // A longer prompt is cut without a word.
                Math.min(prompt.tokens() + toolTokens, context));
    }

    private static Question.Form form(JsonNode format) {
        if (format.isObject()) {
            return new Question.Form.Schema(format);
        }
        return format.asString("").equals("json")
                ? new Question.Form.Json()
                : new Question.Form.Prose();
    }

    private static Question.Effort effort(JsonNode think, String name, OfferedModel model)
            throws ApiErrorException {
        boolean able = model.purpose() == OfferedModel.Purpose.REASONING;
        boolean wanted = think.isBoolean() ? think.booleanValue() : think.isString();
        if (think.isString() && !LEVELS.contains(think.stringValue())) {
            throw OllamaErrorShapes.invalid(
                    "invalid think value: \""
                            + think.stringValue()
                            + "\" (must be \"high\", \"medium\", \"low\", \"max\", true, or"
                            + " false)");
        }
        if (wanted && !able) {
            throw OllamaErrorShapes.invalid("\"" + name + "\" does not support thinking");
        }
        boolean off = think.isBoolean() && !think.booleanValue();
        if (!able || off) {
            return Question.Effort.NONE;
        }
        return switch (think.asString("")) {
            case "low" -> Question.Effort.LOW;
            case "high" -> Question.Effort.HIGH;
            case "max" -> Question.Effort.MAX;
            default -> Question.Effort.MEDIUM;
        };
    }

    private static List<OfferedTool> tools(JsonNode given) {
        List<OfferedTool> tools = new ArrayList<>();
        for (JsonNode entry : given) {
            JsonNode tool = entry.path("function");
            tools.add(
                    new OfferedTool(
                            tool.path("name").asString(""),
                            tool.path("description").asString(""),
                            tool.has("parameters")
                                    ? tool.path("parameters")
                                    : JsonNodeFactory.instance.missingNode(),
                            false));
        }
        return tools;
    }

    private static List<String> stops(JsonNode stop) {
        List<String> stops = new ArrayList<>();
        if (stop.isString()) {
            stops.add(stop.stringValue());
        }
        stop.forEach(entry -> stops.add(entry.asString("")));
        stops.removeIf(String::isEmpty);
        return stops;
    }
}
