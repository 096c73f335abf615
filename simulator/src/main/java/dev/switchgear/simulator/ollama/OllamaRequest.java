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
    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");
    private static final Set<String> LEVELS = Set.of("low", "medium", "high", "max");
    private static final int MESSAGE_OVERHEAD = 4;
    private static final int IMAGE_TOKENS = 85;

    static OllamaRequest of(JsonNode body, String name, OfferedModel model, boolean chat)
            throws ApiErrorException {
        JsonNode messages = body.path("messages");
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
        String prompt;
        String allText;
        int images;
        int tokens = 0;
        List<String> results = new ArrayList<>();
        boolean load;
        if (chat) {
            check(messages);
            prompt = lastOfUser(messages);
            var all = new StringBuilder();
            for (JsonNode message : messages) {
                String text = message.path("content").asString("");
                all.append(text).append('\n');
                tokens += MESSAGE_OVERHEAD + Tokens.estimate(text);
                tokens += IMAGE_TOKENS * message.path("images").size();
                JsonNode calls = message.path("tool_calls");
                tokens += calls.isEmpty() ? 0 : Tokens.estimate(calls.toString());
            }
            allText = all.toString();
            images =
                    messages.isEmpty()
                            ? 0
                            : messages.get(messages.size() - 1).path("images").size();
            for (int i = messages.size() - 1; i >= 0 && isTool(messages.get(i)); i--) {
                results.addFirst(messages.get(i).path("content").asString(""));
            }
            load = messages.isEmpty();
        } else {
            prompt = body.path("prompt").asString("");
            String system = body.path("system").asString("");
            allText = system + "\n" + prompt + "\n";
            images = body.path("images").size();
            tokens = MESSAGE_OVERHEAD + Tokens.estimate(allText) + IMAGE_TOKENS * images;
            load = prompt.isEmpty();
        }
        tokens += tools.isEmpty() ? 0 : Tokens.estimate(body.path("tools").toString());
        JsonNode options = body.path("options");
        int context = Math.max(1, options.path("num_ctx").asInt(model.context()));
        int bound = options.path("num_predict").asInt(-1);
        JsonNode keep = body.path("keep_alive");
        boolean unload = keep.asString(keep.toString()).matches("0|0[a-z]+");
        return new OllamaRequest(
                name,
                model,
                chat,
                load,
                load && unload,
                body.path("stream").asBoolean(true),
                allText,
                new Question(
                        prompt,
                        images,
                        results,
                        new Question.Tools(tools, "", false, true),
                        form(body.path("format")),
                        new Question.Thinking(effort, Integer.MAX_VALUE),
                        stops(options.path("stop")),
                        bound < 0 ? model.maxOutput() : bound),
                // A longer prompt is cut without a word.
                Math.min(tokens, context));
    }

    private static Question.Form form(JsonNode format) {
        if (format.isObject()) {
            return new Question.Form.Schema(format);
        }
        return format.asString("").equals("json")
                ? new Question.Form.Json()
                : new Question.Form.Prose();
    }

    private static boolean isTool(JsonNode message) {
        return message.path("role").asString("").equals("tool");
    }

    private static void check(JsonNode messages) throws ApiErrorException {
        if (!messages.isMissingNode() && !messages.isArray()) {
            throw OllamaErrorShapes.invalid(
                    "json: cannot unmarshal "
                            + messages.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                            + " into Go struct field ChatRequest.messages of type []api.Message");
        }
        for (JsonNode message : messages) {
            String role = message.path("role").asString("");
            if (!ROLES.contains(role)) {
                throw OllamaErrorShapes.invalid(
                        "invalid role: \""
                                + role
                                + "\", role must be one of [\"system\", \"user\", \"assistant\","
                                + " \"tool\"]");
            }
            if (message.path("content").isArray()) {
                throw OllamaErrorShapes.invalid(
                        "json: cannot unmarshal array into Go struct field"
                                + " ChatRequest.messages.content of type string");
            }
            for (JsonNode image : message.path("images")) {
                if (!image.asString("").matches("[A-Za-z0-9+/=\\s]+")) {
                    throw OllamaErrorShapes.invalid("illegal base64 data at input byte 4");
                }
            }
            for (JsonNode call : message.path("tool_calls")) {
                if (!call.path("function").path("arguments").isObject()) {
                    throw OllamaErrorShapes.invalid(
                            "json: cannot unmarshal string into Go struct field"
                                    + " ChatRequest.messages.tool_calls.function.arguments of type"
                                    + " api.ToolCallFunctionArguments");
                }
            }
        }
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

    private static String lastOfUser(JsonNode messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).path("role").asString("").equals("user")) {
                return messages.get(i).path("content").asString("");
            }
        }
        return messages.isEmpty()
                ? ""
                : messages.get(messages.size() - 1).path("content").asString("");
    }
}
