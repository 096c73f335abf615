package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.json.Field;
import dev.switchgear.dialects.json.InlineMedia;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.chat.Turn;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Reads one generateContent body into the neutral request. For one thread, once.
///
/// Calls and results may have no id: a call is then named by its place among the calls of the whole
/// history, which is the same each time the history is sent, and a result belongs to the first call
/// of its name that has none yet.
final class GeminiRequestReader {
    private final ChatRequest.Builder request;
    private final List<Call> unanswered = new ArrayList<>();
    private int calls;

    private GeminiRequestReader(String model) {
        this.request = ChatRequest.builder(model);
    }

    /// @param countable whether settings that only an answer needs are left aside
    static ChatRequest read(GeminiFields body, String model, boolean streamed, boolean countable)
            throws InvalidBody {
        var reader = new GeminiRequestReader(model);
        reader.request.asked(Dialect.GEMINI).streamed(streamed);
        reader.body(body, countable);
        ChatRequest read = reader.request.build();
        return read.withTurns(
                read.turns().stream().map(GeminiRequestReader::resultsFirst).toList());
    }

    private void body(GeminiFields body, boolean countable) throws InvalidBody {
        body.text("model");
        Optional<Field> instruction = body.any("systemInstruction");
        if (instruction.isPresent() && instruction.get().isString()) {
            request.turn(Role.SYSTEM, List.of(new Part.Text(instruction.get().string())));
        } else if (instruction.isPresent()) {
            system(body.object("systemInstruction").orElseThrow());
        }
        List<GeminiFields> contents = body.objects("contents");
        if (contents.isEmpty()) {
            throw InvalidBody.param(
                    body.path("contents"), "contents is not specified (expected: one or more)");
        }
        for (GeminiFields content : contents) {
            content(content);
        }
        for (GeminiFields tool : body.objects("tools")) {
            tool(tool);
        }
        Optional<GeminiFields> toolConfig = body.object("toolConfig");
        if (toolConfig.isPresent()) {
            toolConfig(toolConfig.get());
        }
        Optional<GeminiFields> config = body.object("generationConfig");
        if (config.isPresent() && !countable) {
            config(config.get());
        }
        if (!countable) {
            body.rest(request::extra);
        }
    }

    private void system(GeminiFields system) throws InvalidBody {
        system.text("role");
        var parts = new ArrayList<Part>();
        for (GeminiFields part : system.objects("parts")) {
            Optional<String> text = part.text("text");
            if (text.isEmpty()) {
                throw InvalidBody.param(part.path(), "no text (expected: a text part)");
            }
            parts.add(new Part.Text(text.get()));
            part.rest(request::extra);
        }
        if (!parts.isEmpty()) {
            request.turn(Role.SYSTEM, parts);
        }
        system.rest(request::extra);
    }

    private void content(GeminiFields content) throws InvalidBody {
        String said = content.text("role").orElse("user");
        Role role =
                switch (said.toLowerCase(Locale.ROOT)) {
                    case "user", "function", "" -> Role.USER;
                    case "model" -> Role.ASSISTANT;
                    default ->
                            throw InvalidBody.param(
                                    content.path("role"),
                                    quoted(said) + " (expected: user or model)");
                };
        List<GeminiFields> given = content.objects("parts");
        if (given.isEmpty()) {
            throw InvalidBody.param(
                    content.path("parts"), "must not be empty (expected: one or more parts)");
        }
        var parts = new ArrayList<Part>();
        for (GeminiFields part : given) {
            part(part, role, parts);
        }
        request.turn(role, parts);
        content.rest(request::extra);
    }

    /// One wire part becomes one or two of ours: a signature on text stands before it.
    private void part(GeminiFields part, Role role, List<Part> into) throws InvalidBody {
        Optional<String> seal =
                part.text("thoughtSignature").filter(text -> !GeminiSeals.unsigned(text));
        boolean thought = part.flag("thought").orElse(false);
        Optional<String> text = part.text("text");
        Optional<GeminiFields> call = part.object("functionCall");
        Optional<GeminiFields> result = part.object("functionResponse");
        Optional<GeminiFields> data = part.object("inlineData");
        Optional<GeminiFields> file = part.object("fileData");
        long kinds =
                List.of(
                                text.isPresent(),
                                call.isPresent(),
                                result.isPresent(),
                                data.isPresent(),
                                file.isPresent())
                        .stream()
                        .filter(present -> present)
                        .count();
        if (kinds > 1) {
            throw InvalidBody.param(part.path(), "more than one kind of data (expected: one)");
        }
        if (kinds == 0) {
            foreign(part, seal, into);
            return;
        }
        if (text.isPresent()) {
            text(text.get(), thought, seal, into);
            part.rest(request::extra);
            return;
        }
        if (call.isPresent()) {
            call(call.get(), role, seal, into);
            part.rest(request::extra);
            return;
        }
        if (result.isPresent()) {
            result(result.get(), role, into);
            part.rest(request::extra);
            return;
        }
        seal.ifPresent(sealed -> into.add(GeminiSeals.reasoning("", sealed)));
        String detail = detail(part);
        // Cuts from a video, and what we do not know: only Gemini can make something of it.
        if (part.unread().stream()
                .anyMatch(field -> !GeminiFields.camel(field.getKey()).equals("partMetadata"))) {
            into.add(new Part.Foreign(Dialect.GEMINI, "videoMetadata", part.node()));
            return;
        }
        if (data.isPresent()) {
            into.add(inline(data.get(), detail, part.node()));
        } else if (file.isPresent()) {
            into.add(file(file.get(), detail, part.node()));
        }
        part.rest(request::extra);
    }

    private void text(String text, boolean thought, Optional<String> seal, List<Part> into) {
        if (!thought) {
            seal.ifPresent(sealed -> into.add(GeminiSeals.reasoning("", sealed)));
            if (!text.isEmpty() || seal.isEmpty()) {
                into.add(new Part.Text(text));
            }
            return;
        }
        // Reasoning that came in pieces is one again, so that its signature covers it all.
        String before = "";
        if (!into.isEmpty()
                && into.getLast() instanceof Part.Thinking open
                && open.signature().isEmpty()) {
            before = open.text();
            into.removeLast();
        }
        String whole = before + text;
        if (seal.isEmpty()) {
            into.add(new Part.Thinking(whole, Optional.empty()));
            return;
        }
        Part sealed = GeminiSeals.reasoning(whole, seal.get());
        if (sealed instanceof Part.HiddenThinking && !whole.isEmpty()) {
            into.add(new Part.Thinking(whole, Optional.empty()));
        }
        into.add(sealed);
    }

    private void foreign(GeminiFields part, Optional<String> seal, List<Part> into)
            throws InvalidBody {
        List<Map.Entry<String, JsonNode>> unread = part.unread();
        if (unread.isEmpty()) {
            if (seal.isEmpty()) {
                throw InvalidBody.param(
                        part.path(), "no data (expected: text, inlineData, functionCall, …)");
            }
            into.add(GeminiSeals.reasoning("", seal.get()));
            return;
        }
        String kind = GeminiFields.camel(unread.getFirst().getKey());
        switch (kind) {
            case "executableCode", "codeExecutionResult", "toolCall", "toolResponse" ->
                    into.add(new Part.Foreign(Dialect.GEMINI, kind, part.node()));
            default ->
                    throw InvalidBody.param(
                            part.path(kind),
                            "unknown kind of part (expected: text, inlineData, fileData,"
                                    + " functionCall, functionResponse, executableCode,"
                                    + " codeExecutionResult, toolCall or toolResponse)");
        }
    }

    private void call(GeminiFields call, Role role, Optional<String> seal, List<Part> into)
            throws InvalidBody {
        if (role != Role.ASSISTANT) {
            throw InvalidBody.param(call.path(), "in a user's turn (expected: in a model's)");
        }
        String name = call.needed("name");
        Optional<GeminiFields> args = call.object("args");
        String id = call.text("id").filter(text -> !text.isEmpty()).orElse("call_" + calls);
        calls++;
        unanswered.add(new Call(id, name));
        into.add(
                new Part.ToolCall(
                        id,
                        name,
                        args.map(object -> Json.text(object.node())).orElse("{}"),
                        seal.map(GeminiSeals::signature)));
        call.rest(request::extra);
    }

    private void result(GeminiFields result, Role role, List<Part> into) throws InvalidBody {
        if (role != Role.USER) {
            throw InvalidBody.param(result.path(), "in a model's turn (expected: in a user's)");
        }
        String name = result.needed("name");
        Optional<String> id = result.text("id").filter(text -> !text.isEmpty());
        ObjectNode response =
                result.object("response")
                        .map(object -> (ObjectNode) object.node())
                        .orElseGet(Json::object);
        var content = new ArrayList<Part>();
        boolean error = response.has("error") && response.size() == 1;
        content.add(new Part.Text(plain(response, error ? "error" : "output")));
        for (GeminiFields part : result.objects("parts")) {
            Optional<GeminiFields> data = part.object("inlineData");
            if (data.isEmpty()) {
                throw InvalidBody.param(part.path(), "no inlineData (expected: inlineData)");
            }
            Part media = inline(data.get(), "", part.node());
            content.add(media);
        }
        into.add(new Part.ToolResult(answered(id, name), name, content, error));
        result.rest(request::extra);
    }

    /// The text in `{"output": …}`, or the whole object as JSON if it is anything else. A text that
    /// is itself an object stays wrapped, because it would be taken for the object on its way back.
    private static String plain(ObjectNode response, String field) {
        JsonNode value = response.path(field);
        if (response.size() == 1 && value.isString() && !isObject(value.stringValue())) {
            return value.stringValue();
        }
        return Json.text(response);
    }

    static boolean isObject(String text) {
        String trimmed = text.strip();
        if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) {
            return false;
        }
        try {
            return Json.read(trimmed).isObject();
        } catch (JacksonException plain) {
            return false;
        }
    }

    private String answered(Optional<String> id, String name) {
        Iterator<Call> open = unanswered.iterator();
        while (open.hasNext()) {
            Call call = open.next();
            if (id.isPresent() ? call.id().equals(id.get()) : call.name().equals(name)) {
                open.remove();
                return call.id();
            }
        }
        return id.orElse("result_of_" + name);
    }

    private static Part inline(GeminiFields data, String detail, JsonNode raw) throws InvalidBody {
        String said = data.text("mimeType").orElse("");
        Optional<Field> bytes = data.any("data");
        if (bytes.isEmpty()) {
            throw missing(data, "data");
        }
        data.text("displayName");
        Media.Inline media = InlineMedia.of(bytes.get(), said, bytes.get().string());
        if (said.isEmpty() && media.type().equals("application/octet-stream")) {
            throw missing(data, "mimeType");
        }
        String type = media.type();
        if (type.startsWith("image/")) {
            return new Part.Image(media, detail);
        }
        if (type.startsWith("audio/")) {
            return new Part.Audio(media);
        }
        if (type.startsWith("video/")) {
            return new Part.Foreign(Dialect.GEMINI, "video", raw);
        }
        return new Part.Document(media, "");
    }

    private static InvalidBody missing(GeminiFields data, String name) {
        return InvalidBody.param(data.path(name), "missing (expected: a string)");
    }

    private static Part file(GeminiFields file, String detail, JsonNode raw) throws InvalidBody {
        String uri = file.needed("fileUri");
        String type = mediaType(file.text("mimeType").orElse(""));
        file.text("displayName");
        if (GeminiHostedFiles.watched(uri) || type.startsWith("video/")) {
            return new Part.Foreign(Dialect.GEMINI, "video", raw);
        }
        Media media =
                GeminiHostedFiles.kept(uri)
                        ? new Media.FileId(Dialect.GEMINI, uri, type)
                        : new Media.Url(uri, type);
        if (type.startsWith("image/")) {
            return new Part.Image(media, detail);
        }
        return type.startsWith("audio/") ? new Part.Audio(media) : new Part.Document(media, "");
    }

    private static String mediaType(String said) {
        int parameters = said.indexOf(';');
        return (parameters < 0 ? said : said.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static String detail(GeminiFields part) throws InvalidBody {
        Optional<GeminiFields> resolution = part.object("mediaResolution");
        return resolution.isEmpty()
                ? ""
                : resolution
                        .get()
                        .text("level")
                        .orElse("")
                        .replace("MEDIA_RESOLUTION_", "")
                        .toLowerCase(Locale.ROOT);
    }

    private void tool(GeminiFields tool) throws InvalidBody {
        for (GeminiFields function : tool.objects("functionDeclarations")) {
            function(function);
        }
        for (Map.Entry<String, JsonNode> hosted : tool.unread()) {
            String kind = GeminiFields.camel(hosted.getKey());
            ObjectNode raw = Json.object();
            raw.set(kind, hosted.getValue());
            request.tool(new Tool.Hosted(Dialect.GEMINI, kind, raw));
        }
    }

    private void function(GeminiFields function) throws InvalidBody {
        String name = function.needed("name");
        Optional<GeminiFields> openApi = function.object("parameters");
        Optional<GeminiFields> jsonSchema = function.object("parametersJsonSchema");
        if (openApi.isPresent() && jsonSchema.isPresent()) {
            throw InvalidBody.param(
                    function.path("parameters"),
                    "given beside parametersJsonSchema (expected: one of them)");
        }
        request.tool(
                new Tool.Function(
                        name,
                        function.text("description").orElse(""),
                        jsonSchema
                                .map(GeminiFields::node)
                                .or(() ->
                                        openApi.map(each -> GeminiSchemas.jsonSchema(each.node()))),
                        Optional.empty(),
                        Optional.empty()));
        function.rest(request::extra);
    }

    private void toolConfig(GeminiFields config) throws InvalidBody {
        Optional<GeminiFields> calling = config.object("functionCallingConfig");
        if (calling.isPresent()) {
            GeminiFields said = calling.get();
            String mode = said.text("mode").orElse("").toUpperCase(Locale.ROOT);
            List<String> names = said.texts("allowedFunctionNames");
            switch (mode) {
                case "", "MODE_UNSPECIFIED" -> {}
                case "AUTO" -> request.toolChoice(new ToolChoice.Auto());
                case "NONE" -> request.toolChoice(new ToolChoice.None());
                case "ANY" ->
                        request.toolChoice(
                                names.isEmpty()
                                        ? new ToolChoice.Required()
                                        : names.size() == 1
                                                ? new ToolChoice.Named(names.getFirst())
                                                : new ToolChoice.Among(names, true));
                case "VALIDATED" -> {
                    if (names.isEmpty()) {
                        request.toolChoice(new ToolChoice.Auto());
                        request.extra(GeminiRequestWriter.MODE, Json.read("\"VALIDATED\""));
                    } else {
                        request.toolChoice(new ToolChoice.Among(names, false));
                    }
                }
                default ->
                        throw InvalidBody.param(
                                said.path("mode"),
                                quoted(mode) + " (expected: AUTO, ANY, NONE or VALIDATED)");
            }
            said.rest(request::extra);
        }
        config.rest(request::extra);
    }

    private void config(GeminiFields config) throws InvalidBody {
        request.sampling(
                new Sampling(
                        config.number("temperature"),
                        config.number("topP"),
                        config.integer("topK"),
                        config.integer("seed"),
                        config.number("presencePenalty"),
                        config.number("frequencyPenalty")));
        OptionalLong most = config.integer("maxOutputTokens");
        if (most.isPresent()) {
            request.maxOutputTokens(atLeast(1, most.getAsLong(), config.path("maxOutputTokens")));
        }
        List<String> stop = config.texts("stopSequences");
        request.stop(stop);
        OptionalLong candidates = config.integer("candidateCount");
        if (candidates.isPresent()) {
            long count = atLeast(1, candidates.getAsLong(), config.path("candidateCount"));
            if (count > 8) {
                throw InvalidBody.param(
                        config.path("candidateCount"), count + " (expected: 1 to 8)");
            }
            request.answers((int) count);
        }
        Optional<GeminiFields> thinking = config.object("thinkingConfig");
        if (thinking.isPresent()) {
            thinking(thinking.get());
        }
        format(config);
        config.rest(request::extra);
    }

    private static long atLeast(long least, long value, String path) throws InvalidBody {
        if (value < least) {
            throw InvalidBody.param(path, value + " (expected: " + least + " or more)");
        }
        return value;
    }

    private void thinking(GeminiFields thinking) throws InvalidBody {
        OptionalLong budget = thinking.integer("thinkingBudget");
        Optional<String> level = thinking.text("thinkingLevel");
        if (budget.isPresent() && level.isPresent()) {
            throw InvalidBody.param(
                    thinking.path("thinkingLevel"),
                    "given beside thinkingBudget (expected: one of them)");
        }
        if (budget.isPresent()) {
            atLeast(-1, budget.getAsLong(), thinking.path("thinkingBudget"));
        }
        Optional<Effort> effort = Optional.empty();
        if (level.isPresent()) {
            effort =
                    switch (level.get().toUpperCase(Locale.ROOT)) {
                        case "", "THINKING_LEVEL_UNSPECIFIED" -> Optional.empty();
                        case "MINIMAL" -> Optional.of(Effort.MINIMAL);
                        case "LOW" -> Optional.of(Effort.LOW);
                        case "MEDIUM" -> Optional.of(Effort.MEDIUM);
                        case "HIGH" -> Optional.of(Effort.HIGH);
                        default -> {
                            request.extra(
                                    thinking.path("thinkingLevel"),
                                    StringNode.valueOf(level.get()));
                            yield Optional.empty();
                        }
                    };
        }
        request.reasoning(new ReasoningWish(effort, budget, thinking.flag("includeThoughts")));
        thinking.rest(request::extra);
    }

    private void format(GeminiFields config) throws InvalidBody {
        String type = config.text("responseMimeType").orElse("");
        Optional<GeminiFields> openApi = config.object("responseSchema");
        Optional<GeminiFields> jsonSchema = config.object("responseJsonSchema");
        if (openApi.isPresent() && jsonSchema.isPresent()) {
            throw InvalidBody.param(
                    config.path("responseSchema"),
                    "given beside responseJsonSchema (expected: one of them)");
        }
        Optional<JsonNode> schema =
                jsonSchema
                        .map(GeminiFields::node)
                        .or(() -> openApi.map(each -> GeminiSchemas.jsonSchema(each.node())));
        switch (type) {
            case "", "text/plain" -> {
                if (schema.isPresent()) {
                    throw InvalidBody.param(
                            config.path("responseMimeType"),
                            "missing beside a schema (expected: application/json)");
                }
            }
            case "application/json" ->
                    request.format(
                            schema.isPresent()
                                    ? new AnswerFormat.JsonSchema(
                                            "", "", schema.get(), Optional.empty())
                                    : new AnswerFormat.JsonObject());
            case "text/x.enum" -> {
                request.extra(config.path("responseMimeType"), Json.read("\"text/x.enum\""));
                openApi.ifPresent(
                        each -> request.extra(config.path("responseSchema"), each.node()));
                jsonSchema.ifPresent(
                        each -> request.extra(config.path("responseJsonSchema"), each.node()));
            }
            default ->
                    throw InvalidBody.param(
                            config.path("responseMimeType"),
                            quoted(type)
                                    + " (expected: text/plain, application/json or text/x.enum)");
        }
    }

    private static Turn resultsFirst(Turn turn) {
        if (turn.role() != Role.USER
                || turn.parts().stream().noneMatch(Part.ToolResult.class::isInstance)) {
            return turn;
        }
        var parts = new ArrayList<Part>();
        turn.parts().stream().filter(Part.ToolResult.class::isInstance).forEach(parts::add);
        turn.parts().stream()
                .filter(part -> !(part instanceof Part.ToolResult))
                .forEach(parts::add);
        return new Turn(turn.role(), parts);
    }

    private static String quoted(String text) {
        return "\"" + (text.length() <= 80 ? text : text.substring(0, 80) + "…") + "\"";
    }

    private record Call(String id, String name) {}
}
