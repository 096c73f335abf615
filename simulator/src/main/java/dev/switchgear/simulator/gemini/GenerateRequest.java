package dev.switchgear.simulator.gemini;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedTool;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Question.Effort;
import dev.switchgear.simulator.mind.Question.Form;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.seal.Signatures;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A request to generate that the API accepts (section 2).
///
/// @param tokens of the prompt, by kind of medium
/// @param plainEnum whether the answer is one word of a list, without quotes
record GenerateRequest(
        OfferedModel model,
        Generation generation,
        Question question,
        String allText,
        Map<String, Integer> tokens,
        boolean showsThoughts,
        boolean plainEnum) {
    private static final JsonNode NONE = JsonNodeFactory.instance.missingNode();
    private static final String WHOLE = "* GenerateContentRequest.";
    private static final int STOPS_MAX = 5;
    private static final int PRO_BUDGET_MIN = 128;
    private static final int BUDGET_MAX = 32_768;
    private static final Set<String> CATEGORIES =
            Set.of(
                    "HARM_CATEGORY_HARASSMENT",
                    "HARM_CATEGORY_HATE_SPEECH",
                    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
                    "HARM_CATEGORY_DANGEROUS_CONTENT",
                    "HARM_CATEGORY_CIVIC_INTEGRITY");
    private static final Set<String> THRESHOLDS =
            Set.of(
                    "OFF",
                    "BLOCK_NONE",
                    "BLOCK_ONLY_HIGH",
                    "BLOCK_MEDIUM_AND_ABOVE",
                    "BLOCK_LOW_AND_ABOVE",
                    "HARM_BLOCK_THRESHOLD_UNSPECIFIED");

    GenerateRequest {
        tokens = Map.copyOf(tokens);
    }

    int promptTokens() {
        return tokens.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// Checks every field as the API does.
    ///
    /// @param body as [Proto] read it
    /// @param key the caller's, to which signatures are bound
    static GenerateRequest of(
            ObjectNode body, OfferedModel model, Signatures signatures, String key)
            throws ApiErrorException {
        Generation generation = Generation.of(model.id());
        Contents contents = Contents.read(body.path("contents"), "GenerateContentRequest");
        if (body.has("cachedContent")) {
            throw GeminiErrorShapes.error(
                    403,
                    "PERMISSION_DENIED",
                    "CachedContent not found (or permission denied)",
                    List.of());
        }
        safety(body.path("safetySettings"));
        JsonNode config = body.path("generationConfig");
        numbers(config);
        List<OfferedTool> tools = tools(body.path("tools"));
        Question.Tools called =
                called(body.path("toolConfig").path("functionCallingConfig"), tools);
        contents.checkCalls();
        if (generation.signs()) {
            contents.checkSignatures(signatures, model.id(), key);
        }
        String mime = mime(config, tools, generation);
        JsonNode schema = schema(config, mime);
        JsonNode thinking = config.path("thinkingConfig");
        Effort effort = thinking(thinking, generation, model.id());
        int budget = thinking.path("thinkingBudget").asInt(-1);
        int most = config.path("maxOutputTokens").asInt(model.maxOutput());
        Map<String, Integer> tokens = contents.tokens();
        tokens.merge("TEXT", overhead(body), Integer::sum);
        boolean enumerated = mime.equals("text/x.enum");
        var question =
                new Question(
                        contents.prompt(),
                        contents.images(),
                        contents.results(),
                        called,
                        form(mime, schema),
                        new Question.Thinking(effort, budget > 0 ? budget : Integer.MAX_VALUE),
                        stops(config.path("stopSequences")),
                        Math.min(most, model.maxOutput()));
        var request =
                new GenerateRequest(
                        model,
                        generation,
                        question,
                        contents.allText(),
                        tokens,
                        thinking.path("includeThoughts").asBoolean(false),
                        enumerated);
        request.checkContext();
        return request;
    }

    private void checkContext() throws ApiErrorException {
        if (promptTokens() > model.context()) {
            throw GeminiErrorShapes.invalid(
                    "The input token count ("
                            + promptTokens()
                            + ") exceeds the maximum number of tokens allowed ("
                            + model.context()
                            + ").");
        }
    }

    /// What system instruction and tools cost.
    static int overhead(JsonNode body) {
        int tokens = Tokens.estimate(Contents.text(body.path("systemInstruction")));
        JsonNode tools = body.path("tools");
        return tokens + (tools.isEmpty() ? 0 : Tokens.estimate(tools.toString()));
    }

    private static void safety(JsonNode settings) throws ApiErrorException {
        for (int i = 0; i < settings.size(); i++) {
            String at = "safety_settings[" + i + "].";
            enumerated(settings.get(i), "category", CATEGORIES, at, "HarmCategory");
            enumerated(
                    settings.get(i),
                    "threshold",
                    THRESHOLDS,
                    at,
                    "SafetySetting.HarmBlockThreshold");
        }
    }

    private static void enumerated(
            JsonNode node, String field, Set<String> words, String at, String type)
            throws ApiErrorException {
        String word = node.path(field).asString("");
        if (node.has(field) && !words.contains(word)) {
            throw GeminiErrorShapes.field(
                    at + Proto.snake(field),
                    "Invalid value at '"
                            + at
                            + Proto.snake(field)
                            + "' (type.googleapis.com/google.ai.generativelanguage.v1beta."
                            + type
                            + "), \""
                            + word
                            + "\"");
        }
    }

    private static void numbers(JsonNode config) throws ApiErrorException {
        range(config, "temperature", 0, 2);
        range(config, "topP", 0, 1);
        if (config.has("maxOutputTokens") && config.path("maxOutputTokens").asInt() < 1) {
            throw GeminiErrorShapes.invalid(
                    WHOLE
                            + "generation_config.max_output_tokens: max_output_tokens must be"
                            + " positive.\n");
        }
        int candidates = config.path("candidateCount").asInt(1);
        if (candidates < 1 || candidates > 8) {
            throw GeminiErrorShapes.invalid(
                    WHOLE
                            + "generation_config.candidate_count: candidate_count must be in the"
                            + " range [1, 8].\n");
        }
        if (candidates > 1) {
            throw GeminiErrorShapes.invalid(
                    "Only one candidate can be specified in the current model");
        }
        int logprobs = config.path("logprobs").asInt(0);
        if (logprobs < 0 || logprobs > 20) {
            throw GeminiErrorShapes.invalid(
                    WHOLE + "generation_config.logprobs: logprobs must be in the range [0, 20].\n");
        }
    }

    private static void range(JsonNode config, String field, double least, double most)
            throws ApiErrorException {
        double value = config.path(field).asDouble(least);
        if (value < least || value > most) {
            String name = Proto.snake(field);
            throw GeminiErrorShapes.invalid(
                    WHOLE
                            + "generation_config."
                            + name
                            + ": "
                            + name
                            + " must be in the range ["
                            + least
                            + ", "
                            + most
                            + "].\n");
        }
    }

    private static List<String> stops(JsonNode given) throws ApiErrorException {
        if (given.size() > STOPS_MAX) {
            throw GeminiErrorShapes.invalid(
                    WHOLE
                            + "generation_config.stop_sequences: the number of stop_sequences must"
                            + " be at most 5.\n");
        }
        List<String> stops = new ArrayList<>();
        for (JsonNode stop : given) {
            stops.add(stop.asString(""));
        }
        stops.removeIf(String::isEmpty);
        return stops;
    }

    private static List<OfferedTool> tools(JsonNode given) throws ApiErrorException {
        List<OfferedTool> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < given.size(); i++) {
            JsonNode declarations = given.get(i).path("functionDeclarations");
            for (int j = 0; j < declarations.size(); j++) {
                JsonNode declaration = declarations.get(j);
                String at = "tools[" + i + "].function_declarations[" + j + "]";
                String name = declaration.path("name").asString("");
                if (!name.matches("[A-Za-z_][A-Za-z0-9_.:-]{0,127}")) {
                    throw GeminiErrorShapes.invalid(
                            WHOLE
                                    + at
                                    + ".name: Invalid function name. Must start with a letter or an"
                                    + " underscore. Must be alphanumeric (a-z, A-Z, 0-9),"
                                    + " underscores (_), dots (.), colons (:), or dashes (-), with"
                                    + " a maximum length of 128.\n");
                }
                if (!names.add(name)) {
                    throw GeminiErrorShapes.invalid(
                            "Duplicate function declaration found: " + name);
                }
                boolean both =
                        declaration.has("parameters") && declaration.has("parametersJsonSchema");
                if (both) {
                    throw GeminiErrorShapes.invalid(
                            WHOLE
                                    + at
                                    + ": parameters and parameters_json_schema must not both be"
                                    + " set.\n");
                }
                JsonNode schema =
                        declaration.has("parametersJsonSchema")
                                ? declaration.path("parametersJsonSchema")
                                : jsonSchema(declaration.path("parameters"));
                tools.add(
                        new OfferedTool(
                                name, declaration.path("description").asString(""), schema, false));
            }
        }
        return tools;
    }

    /// Those of `tools` that may be called, and whether one must be.
    private static Question.Tools called(JsonNode calling, List<OfferedTool> tools)
            throws ApiErrorException {
        String mode = mode(calling, tools);
        Set<String> allowed = allowed(calling, tools, mode);
        List<OfferedTool> callable =
                mode.equals("NONE")
                        ? List.of()
                        : tools.stream()
                                .filter(tool -> allowed.isEmpty() || allowed.contains(tool.name()))
                                .toList();
        return new Question.Tools(callable, "", mode.equals("ANY"), true);
    }

    private static String mode(JsonNode calling, List<OfferedTool> tools) throws ApiErrorException {
        String mode = calling.path("mode").asString("AUTO").toUpperCase(Locale.ROOT);
        if (!Set.of("AUTO", "ANY", "NONE", "VALIDATED", "MODE_UNSPECIFIED").contains(mode)) {
            throw GeminiErrorShapes.field(
                    "tool_config.function_calling_config.mode",
                    "Invalid value at 'tool_config.function_calling_config.mode'"
                            + " (type.googleapis.com/google.ai.generativelanguage.v1beta"
                            + ".FunctionCallingConfig.Mode), \""
                            + mode
                            + "\"");
        }
        if (mode.equals("ANY") && tools.isEmpty()) {
            throw GeminiErrorShapes.invalid(
                    "Function calling config is set without function_declarations.");
        }
        return mode;
    }

    private static Set<String> allowed(JsonNode calling, List<OfferedTool> tools, String mode)
            throws ApiErrorException {
        Set<String> allowed = new HashSet<>();
        for (JsonNode name : calling.path("allowedFunctionNames")) {
            String word = name.asString("");
            if (!mode.equals("ANY") && !mode.equals("VALIDATED")) {
                throw GeminiErrorShapes.invalid(
                        "Allowed function names should only be set when function calling mode is"
                                + " ANY or VALIDATED.");
            }
            if (tools.stream().noneMatch(tool -> tool.name().equals(word))) {
                throw GeminiErrorShapes.invalid(
                        "The allowed function name " + word + " was not declared.");
            }
            allowed.add(word);
        }
        return allowed;
    }

    private static String mime(JsonNode config, List<OfferedTool> tools, Generation generation)
            throws ApiErrorException {
        String mime = config.path("responseMimeType").asString("text/plain");
        if (!Set.of("text/plain", "application/json", "text/x.enum", "").contains(mime)) {
            throw GeminiErrorShapes.invalid(
                    WHOLE
                            + "generation_config.response_mime_type: allowed mimetypes are"
                            + " `text/plain`, `application/json` and `text/x.enum`.\n");
        }
        if (mime.equals("application/json") && !tools.isEmpty() && !generation.signs()) {
            throw GeminiErrorShapes.invalid(
                    "Function calling with a response mime type: 'application/json' is"
                            + " unsupported");
        }
        return mime;
    }

    private static JsonNode schema(JsonNode config, String mime) throws ApiErrorException {
        boolean open = config.has("responseSchema");
        boolean json = config.has("responseJsonSchema");
        if (open && json) {
            throw GeminiErrorShapes.invalid(
                    WHOLE
                            + "generation_config: response_schema and response_json_schema must not"
                            + " both be set.\n");
        }
        if ((open || json) && mime.equals("text/plain")) {
            throw GeminiErrorShapes.invalid(
                    WHOLE
                            + "generation_config.response_schema: response_mime_type must be"
                            + " `application/json` or `text/x.enum` when a schema is given.\n");
        }
        return open
                ? jsonSchema(config.path("responseSchema"))
                : json ? config.path("responseJsonSchema") : NONE;
    }

    private static Form form(String mime, JsonNode schema) {
        if (schema.isObject()) {
            return new Form.Schema(schema);
        }
        return mime.equals("application/json") ? new Form.Json() : new Form.Prose();
    }

    private static Effort thinking(JsonNode thinking, Generation generation, String model)
            throws ApiErrorException {
        boolean budgeted = thinking.has("thinkingBudget");
        boolean leveled = thinking.has("thinkingLevel");
        if (budgeted && leveled) {
            throw GeminiErrorShapes.invalid(
                    "You can only set only one of thinking budget and thinking level.");
        }
        if (leveled) {
            return level(thinking.path("thinkingLevel").asString(""), generation);
        }
        if (!budgeted) {
            return generation.signs()
                    ? Effort.MEDIUM
                    : generation.thinks() ? Effort.LOW : Effort.NONE;
        }
        int budget = thinking.path("thinkingBudget").asInt();
        if (!generation.budgets()) {
            throw GeminiErrorShapes.invalid("Thinking budget is not supported for this model.");
        }
        if (budget == 0 && !generation.canRest()) {
            throw GeminiErrorShapes.invalid(
                    "Budget 0 is invalid. This model only works in thinking mode.");
        }
        boolean least = !generation.canRest() && budget > 0 && budget < PRO_BUDGET_MIN;
        if (budget < -1 || budget > BUDGET_MAX || least) {
            throw GeminiErrorShapes.invalid(
                    "The thinking budget "
                            + budget
                            + " is invalid. Please choose a value between "
                            + (model.contains("pro") ? PRO_BUDGET_MIN : 0)
                            + " and "
                            + BUDGET_MAX
                            + ".");
        }
        return budget == 0 ? Effort.NONE : budget < 0 ? Effort.LOW : Effort.MEDIUM;
    }

    private static Effort level(String word, Generation generation) throws ApiErrorException {
        if (!generation.levels()) {
            throw GeminiErrorShapes.invalid("Thinking level is not supported for this model.");
        }
        String level = word.toLowerCase(Locale.ROOT);
        if (level.equals("minimal") && !generation.minimal()) {
            throw GeminiErrorShapes.invalid(
                    "Thinking level MINIMAL is not supported for this model. Please retry with"
                            + " other thinking level.");
        }
        return switch (level) {
            case "minimal" -> Effort.MINIMAL;
            case "low" -> Effort.LOW;
            case "medium", "thinking_level_unspecified" -> Effort.MEDIUM;
            case "high" -> Effort.HIGH;
            default ->
                    throw GeminiErrorShapes.field(
                            "generation_config.thinking_config.thinking_level",
                            "Invalid value at 'generation_config.thinking_config.thinking_level'"
                                    + " (type.googleapis.com/google.ai.generativelanguage.v1beta"
                                    + ".ThinkingConfig.ThinkingLevel), \""
                                    + word
                                    + "\"");
        };
    }

    /// A schema of the API's own kind as JSON schema: types in lower case, `nullable` as a type.
    private static JsonNode jsonSchema(JsonNode schema) {
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "type" -> json.put("type", value.asString("").toLowerCase(Locale.ROOT));
                case "items" -> json.set("items", jsonSchema(value));
                case "properties" -> {
                    ObjectNode properties = json.putObject("properties");
                    for (Map.Entry<String, JsonNode> property : value.properties()) {
                        properties.set(property.getKey(), jsonSchema(property.getValue()));
                    }
                }
                case "anyOf" -> {
                    for (JsonNode one : value) {
                        json.withArray("anyOf").add(jsonSchema(one));
                    }
                }
                case "nullable", "propertyOrdering", "example", "default" -> {}
                default -> json.set(field.getKey(), value);
            }
        }
        if (schema.path("nullable").asBoolean(false) && json.has("type")) {
            String type = json.path("type").asString("");
            json.putArray("type").add(type).add("null");
        }
        return json;
    }
}
