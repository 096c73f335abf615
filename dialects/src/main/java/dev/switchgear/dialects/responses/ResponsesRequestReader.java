package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.CustomTool;
import dev.switchgear.dialects.EffortWords;
import dev.switchgear.dialects.WrappedSeal;
import dev.switchgear.dialects.json.DataUrl;
import dev.switchgear.dialects.json.Field;
import dev.switchgear.dialects.json.InlineMedia;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.AnswerWish;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.ClientTool.Form;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.ToolChoice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;

/// Reads one request of a client. For one thread, once.
///
/// Items name their neighbours only by position, so they are gathered into turns as they come. What
/// has no neutral meaning becomes an extra under its path.
final class ResponsesRequestReader {
    private static final String ENCRYPTED = "reasoning.encrypted_content";

    /// What stands before it may be kept in the prompt cache.
    static final String BREAKPOINT = "prompt_cache_breakpoint";

    private final Field body;
    private final ChatRequest.Builder request;
    private final ResponsesToolReader tools;

    /// The call that each item of a local shell's is of: its result may name either.
    private final Map<String, String> shellCalls = new HashMap<>();

    /// Calls of a shell that ran in a container of a provider's.
    private final Set<String> containers = new HashSet<>();

    private Role side = Role.SYSTEM;
    private final List<Part> results = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private Optional<Signature> callSeal = Optional.empty();

    private ResponsesRequestReader(Field body, String model) {
        this.body = body;
        this.request = ChatRequest.builder(model);
        this.tools = new ResponsesToolReader(request);
    }

    static ChatRequest read(byte[] body, String model, boolean streamed) throws InvalidBody {
        var reading = new ResponsesRequestReader(Json.asked(body), model);
        reading.request.streamed(streamed).asked(Dialect.RESPONSES);
        reading.all();
        return reading.request.build();
    }

    private void all() throws InvalidBody {
        refuseWhatIsStored();
        // What the tools are called is known before they are called.
        tools();
        Optional<String> instructions = body.optionalString("instructions");
        if (instructions.isPresent()) {
            parts.add(new Part.Text(instructions.get()));
        }
        input(body.at("input"));
        flush();
        settings();
        for (Field other : body.others(KNOWN)) {
            request.extra(other.path(), other.node());
        }
    }

    private static final Set<String> KNOWN =
            Set.of(
                    "model",
                    "stream",
                    "input",
                    "instructions",
                    "previous_response_id",
                    "conversation",
                    "prompt",
                    "background",
                    "store",
                    "include",
                    "tools",
                    "tool_choice",
                    "parallel_tool_calls",
                    "text",
                    "reasoning",
                    "max_output_tokens",
                    "temperature",
                    "top_p",
                    "safety_identifier",
                    "user");

    /// History, prompts and answers that lie with a provider are not where a translated request goes.
    private void refuseWhatIsStored() throws InvalidBody {
        for (String field : List.of("previous_response_id", "conversation", "prompt")) {
            if (body.at(field).given()) {
                throw InvalidBody.param(
                        field,
                        "what is stored with one provider cannot be sent to another"
                                + " (expected: the whole history in `input`)");
            }
        }
        if (body.optionalBool("background").orElse(false)) {
            throw InvalidBody.param(
                    "background", "true needs a stored answer (expected: false, or left out)");
        }
    }

    private void settings() throws InvalidBody {
        Field bound = body.at("max_output_tokens");
        if (bound.given()) {
            request.maxOutputTokens(bound.integer(1));
        }
        request.sampling(
                new Sampling(
                        number("temperature", 0, 2),
                        number("top_p", 0, 1),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty()));
        Optional<Boolean> parallel = body.optionalBool("parallel_tool_calls");
        if (parallel.isPresent()) {
            request.parallelTools(parallel.get());
        }
        Optional<String> user = body.optionalString("user");
        Optional<String> safety = body.optionalString("safety_identifier");
        if (safety.isPresent()) {
            request.user(safety.get());
            user.ifPresent(_ -> request.extra("user", body.node().path("user")));
        } else if (user.isPresent()) {
            request.user(user.get());
        }
        if (body.optionalBool("store").orElse(false)) {
            request.extra("store", body.node().path("store"));
        }
        include(body.at("include"));
        text(body.at("text"));
        reasoning(body.at("reasoning"));
    }

    private OptionalDouble number(String name, double min, double max) throws InvalidBody {
        Field field = body.at(name);
        return field.given() ? OptionalDouble.of(field.number(min, max)) : OptionalDouble.empty();
    }

    /// Encrypted reasoning is shown by whoever has it; only its place in the answer is a wish.
    private void include(Field include) throws InvalidBody {
        if (!include.given()) {
            return;
        }
        ArrayNode others = Json.array();
        for (Field wish : include.items()) {
            if (wish.string().equals(ENCRYPTED)) {
                request.wish(AnswerWish.SEALED_REASONING);
            } else {
                others.add(wish.node());
            }
        }
        if (!others.isEmpty()) {
            request.extra("include", others);
        }
    }

    private void text(Field text) throws InvalidBody {
        if (!text.given()) {
            return;
        }
        extras(text.object(), Set.of("format"));
        Field format = text.at("format");
        if (!format.given()) {
            return;
        }
        Field type = format.object().at("type");
        switch (type.string()) {
            case "text" -> request.format(new AnswerFormat.Text());
            case "json_object" -> request.format(new AnswerFormat.JsonObject());
            case "json_schema" ->
                    request.format(
                            new AnswerFormat.JsonSchema(
                                    format.at("name").string(),
                                    format.optionalString("description").orElse(""),
                                    format.at("schema").object().node(),
                                    format.optionalBool("strict")));
            default -> throw type.unknown("text, json_object or json_schema");
        }
    }

    private void reasoning(Field reasoning) throws InvalidBody {
        if (!reasoning.given()) {
            return;
        }
        extras(reasoning.object(), Set.of("effort", "summary"));
        Field effort = reasoning.at("effort");
        Optional<ReasoningWish.Effort> word =
                effort.given()
                        ? EffortWords.effort(
                                effort, unknown -> request.extra(unknown.path(), unknown.node()))
                        : Optional.empty();
        Field summary = reasoning.at("summary");
        Optional<Boolean> shown = Optional.empty();
        if (summary.given()) {
            shown = Optional.of(!summary.string().equals("none"));
            if (!Set.of("auto", "none").contains(summary.string())) {
                request.extra(summary.path(), summary.node());
            }
        }
        request.reasoning(new ReasoningWish(word, OptionalLong.empty(), shown));
    }

    /// Those of the list, and those that items of the input bring along.
    private void tools() throws InvalidBody {
        Field listed = body.at("tools");
        if (listed.given()) {
            tools.read(listed, true);
        }
        Field input = body.at("input");
        if (input.node().isArray()) {
            for (Field item : input.items()) {
                String type = item.node().path("type").asString("");
                boolean offers =
                        type.equals("additional_tools") || type.equals("tool_search_output");
                if (offers && item.at("tools").given()) {
                    tools.read(item.at("tools"), false);
                }
            }
        }
        tools.tools().forEach(request::tool);
        Field choice = body.at("tool_choice");
        if (choice.given()) {
            choice(choice);
        }
    }

    private void choice(Field choice) throws InvalidBody {
        if (choice.node().isString()) {
            switch (choice.string()) {
                case "auto" -> request.toolChoice(new ToolChoice.Auto());
                case "none" -> request.toolChoice(new ToolChoice.None());
                case "required" -> request.toolChoice(new ToolChoice.Required());
                default -> throw choice.unknown("auto, none, required, or an object");
            }
            return;
        }
        if (choice.object().at("type").string().equals("allowed_tools")) {
            among(choice);
            return;
        }
        Optional<String> named = named(choice);
        if (named.isPresent()) {
            request.toolChoice(new ToolChoice.Named(named.get()));
        } else {
            request.extra("tool_choice", choice.node());
        }
    }

    /// What the function is called that a choice names; empty for a tool that a provider runs.
    private Optional<String> named(Field choice) throws InvalidBody {
        String type = choice.at("type").string();
        return switch (type) {
            case "function", "custom" -> {
                Field holder = choice.get(type).orElse(choice).object();
                yield Optional.of(
                        tools.name(
                                type.equals("custom") ? Form.CUSTOM : Form.FUNCTION,
                                choice.optionalString("namespace").orElse(""),
                                holder.at("name").string()));
            }
            case "local_shell" -> ofTheClient(Form.LOCAL_SHELL);
            case "shell" -> ofTheClient(Form.SHELL);
            case "apply_patch" -> ofTheClient(Form.APPLY_PATCH);
            case "tool_search" -> ofTheClient(Form.TOOL_SEARCH);
            default -> Optional.empty();
        };
    }

    /// Empty where a provider is to run it.
    private Optional<String> ofTheClient(Form form) {
        String name = ResponsesClientForms.name(form);
        return tools.offers(form, name)
                ? Optional.of(tools.name(form, "", name))
                : Optional.empty();
    }

    /// A list that names tools of a provider too is said to it as it came, and to others without
    /// them.
    private void among(Field choice) throws InvalidBody {
        Field mode = choice.at("mode");
        boolean required = mode.given() && mode.string().equals("required");
        var names = new ArrayList<String>();
        boolean hosted = false;
        for (Field tool : choice.at("tools").items()) {
            String type = tool.object().at("type").string();
            if (type.equals("namespace")) {
                names.addAll(tools.members(tool.at("name").string()));
                continue;
            }
            Optional<String> named = named(tool);
            named.ifPresent(names::add);
            hosted |= named.isEmpty();
        }
        if (hosted) {
            request.extra("tool_choice", choice.node());
        }
        if (!names.isEmpty() || !hosted) {
            request.toolChoice(new ToolChoice.Among(names, required));
        } else if (!required) {
            // Whoever runs none of these may call nothing else either.
            request.toolChoice(new ToolChoice.None());
        }
    }

    private void input(Field input) throws InvalidBody {
        if (input.node().isString()) {
            on(Role.USER).add(new Part.Text(input.string()));
            return;
        }
        if (!input.node().isArray() || input.node().isEmpty()) {
            throw input.wrong("a text, or a list of at least one item");
        }
        for (Field item : input.items()) {
            item(item.object());
        }
    }

    private void item(Field item) throws InvalidBody {
        String type = item.optionalString("type").orElse("message");
        switch (type) {
            case "message" -> message(item);
            case "function_call" -> call(item);
            case "function_call_output", "custom_tool_call_output" -> result(item, type);
            case "custom_tool_call" -> custom(item);
            case "local_shell_call" -> clientCall(item, Form.LOCAL_SHELL);
            case "apply_patch_call" -> clientCall(item, Form.APPLY_PATCH);
            case "shell_call" -> {
                if (local(item)) {
                    clientCall(item, Form.SHELL);
                } else {
                    containers.add(item.optionalString("call_id").orElse(""));
                    foreign(item, type);
                }
            }
            case "tool_search_call" -> {
                if (searched(item)) {
                    clientCall(item, Form.TOOL_SEARCH);
                } else {
                    foreign(item, type);
                }
            }
            case "local_shell_call_output", "apply_patch_call_output" -> clientResult(item);
            case "shell_call_output" -> {
                if (containers.contains(item.optionalString("call_id").orElse(""))) {
                    foreign(item, type);
                } else {
                    clientResult(item);
                }
            }
            case "tool_search_output" -> {
                if (searched(item)) {
                    found(item);
                } else {
                    foreign(item, type);
                }
            }
            // Its tools were read; where it stands is for who knows such items.
            case "additional_tools" ->
                    parts.add(new Part.Foreign(Dialect.RESPONSES, type, item.node()));
            case "reasoning" -> thought(item);
            case "item_reference" ->
                    throw InvalidBody.param(
                            item.path(),
                            "an item that is stored with one provider cannot be sent to another"
                                    + " (expected: the item itself)");
            default -> foreign(item, type);
        }
    }

    private void message(Field item) throws InvalidBody {
        Field role = item.at("role");
        List<Part> into =
                switch (role.string()) {
                    case "user" -> on(Role.USER);
                    case "assistant" -> on(Role.ASSISTANT);
                    case "system", "developer" -> on(Role.SYSTEM);
                    default -> throw role.unknown("user, assistant, system or developer");
                };
        extras(item, Set.of("type", "role", "content", "id", "status"));
        content(item.at("content"), into);
    }

    private void content(Field content, List<Part> into) throws InvalidBody {
        if (content.node().isNull()) {
            return;
        }
        if (content.node().isString()) {
            into.add(new Part.Text(content.string()));
            return;
        }
        if (!content.node().isArray()) {
            throw content.wrong("a text or a list");
        }
        for (Field part : content.items()) {
            into.add(part(part.object()));
            if (part.at(BREAKPOINT).given()) {
                into.add(new Part.CacheMark(""));
            }
        }
    }

    private Part part(Field part) throws InvalidBody {
        Field type = part.at("type");
        boolean text = !type.given() && part.get("text").isPresent();
        return switch (text ? "text" : type.string()) {
            case "input_text", "output_text", "text" -> {
                extras(part, Set.of("type", "text", BREAKPOINT));
                yield new Part.Text(part.at("text").string());
            }
            case "refusal" -> new Part.Refusal(part.at("refusal").string());
            case "input_image" -> {
                extras(part, Set.of("type", "image_url", "file_id", "detail", BREAKPOINT));
                Media media = image(part);
                yield InlineMedia.part(
                        media, new Part.Image(media, part.optionalString("detail").orElse("")));
            }
            case "input_file" -> {
                extras(
                        part,
                        Set.of("type", "file_id", "file_data", "file_url", "filename", BREAKPOINT));
                Media media = file(part);
                yield InlineMedia.part(
                        media,
                        new Part.Document(media, part.optionalString("filename").orElse("")));
            }
            case "input_audio" -> {
                Field audio = part.at("input_audio").object();
                String format = audio.optionalString("format").orElse("");
                yield new Part.Audio(
                        InlineMedia.of(
                                audio.at("data"),
                                format.isEmpty() ? "" : "audio/" + format,
                                audio.at("data").string()));
            }
            default ->
                    throw type.unknown(
                            "input_text, input_image, input_file, output_text or refusal");
        };
    }

    private static Media image(Field part) throws InvalidBody {
        Field url = part.at("image_url");
        if (!url.given()) {
            Field file = part.at("file_id");
            if (!file.given()) {
                throw url.wrong("an address, a data URL, or a file_id");
            }
            return new Media.FileId(Dialect.RESPONSES, file.string(), "");
        }
        return DataUrl.media(url, url.string());
    }

    private static Media file(Field part) throws InvalidBody {
        Field data = part.at("file_data");
        if (data.given()) {
            String name = part.optionalString("filename").orElse("").toLowerCase(Locale.ROOT);
            return DataUrl.is(data.string())
                    ? DataUrl.media(data, data.string())
                    : InlineMedia.of(
                            data, name.endsWith(".pdf") ? "application/pdf" : "", data.string());
        }
        Field url = part.at("file_url");
        if (url.given()) {
            return new Media.Url(url.string(), "");
        }
        Field id = part.at("file_id");
        if (!id.given()) {
            throw data.wrong("a data URL, or file_url, or file_id");
        }
        return new Media.FileId(Dialect.RESPONSES, id.string(), "");
    }

    private void call(Field item) throws InvalidBody {
        extras(item, Set.of("type", "id", "status", "call_id", "name", "arguments", "namespace"));
        String space = item.optionalString("namespace").orElse("");
        call(
                item,
                item.at("call_id").string(),
                tools.name(Form.FUNCTION, space, item.at("name").string()),
                item.at("arguments").string(),
                !space.isEmpty());
    }

    private void custom(Field item) throws InvalidBody {
        extras(item, Set.of("type", "id", "status", "call_id", "name", "input", "namespace"));
        String space = item.optionalString("namespace").orElse("");
        call(
                item,
                item.at("call_id").string(),
                tools.name(Form.CUSTOM, space, item.at("name").string()),
                CustomTool.arguments(item.at("input").string()),
                true);
    }

    private void clientCall(Field item, Form form) throws InvalidBody {
        extras(
                item,
                Set.of(
                        "type",
                        "id",
                        "status",
                        "call_id",
                        "action",
                        "operation",
                        "arguments",
                        "execution",
                        "environment"));
        Optional<String> own = item.optionalString("id");
        String id = item.optionalString("call_id").or(() -> own).orElse("");
        if (id.isEmpty()) {
            throw item.at("call_id").wrong("a string");
        }
        own.ifPresent(name -> shellCalls.put(name, id));
        call(
                item,
                id,
                tools.name(form, "", ResponsesClientForms.name(form)),
                Json.text(ResponsesClientForms.arguments(form, item.node())),
                true);
    }

    /// @param otherwise whether the client's item is no plain call of a function
    private void call(Field item, String id, String name, String arguments, boolean otherwise)
            throws InvalidBody {
        on(Role.ASSISTANT)
                .add(
                        new Part.ToolCall(
                                id,
                                name,
                                arguments,
                                callSeal,
                                otherwise ? Optional.of(raw(item)) : Optional.empty()));
        callSeal = Optional.empty();
    }

    private static Part.Foreign raw(Field item) throws InvalidBody {
        return new Part.Foreign(Dialect.RESPONSES, item.at("type").string(), item.node());
    }

    private void result(Field item, String type) throws InvalidBody {
        extras(item, Set.of("type", "id", "status", "call_id", "output"));
        var content = new ArrayList<Part>();
        content(item.at("output"), content);
        boolean function = type.equals("function_call_output");
        result(
                new Part.ToolResult(
                        item.at("call_id").string(),
                        "",
                        content,
                        false,
                        function ? Optional.empty() : Optional.of(raw(item))));
    }

    private void result(Part.ToolResult result) {
        on(Role.USER);
        results.add(result);
    }

    private void clientResult(Field item) throws InvalidBody {
        extras(item, Set.of("type", "id", "status", "call_id", "output", "max_output_length"));
        Optional<String> named = item.optionalString("call_id");
        String id = named.isPresent() ? named.get() : item.at("id").string();
        boolean failed = item.node().path("status").asString("").equals("failed");
        String words = ResponsesClientForms.result(item.node());
        result(
                new Part.ToolResult(
                        shellCalls.getOrDefault(id, id),
                        "",
                        List.of(new Part.Text(words)),
                        failed,
                        Optional.of(raw(item))));
    }

    /// What was found is offered from now on; the model is told its names.
    private void found(Field item) throws InvalidBody {
        extras(item, Set.of("type", "id", "status", "call_id", "execution", "tools"));
        var names = new ArrayList<String>();
        if (item.at("tools").given()) {
            for (Field tool : item.at("tools").items()) {
                String name = tool.object().node().path("name").asString("");
                switch (tool.node().path("type").asString("")) {
                    case "namespace" -> names.addAll(tools.members(name));
                    case "custom" -> names.add(tools.name(Form.CUSTOM, "", name));
                    default -> names.add(tools.name(Form.FUNCTION, "", name));
                }
            }
        }
        String words =
                names.isEmpty()
                        ? "No tools were found."
                        : "These tools can be called now: " + String.join(", ", names);
        result(
                new Part.ToolResult(
                        item.at("call_id").string(),
                        "",
                        List.of(new Part.Text(words)),
                        false,
                        Optional.of(raw(item))));
    }

    /// Whether the client searched, rather than the provider, whose searches answer to no call.
    private static boolean searched(Field item) throws InvalidBody {
        return item.optionalString("execution")
                .map(by -> by.equals("client"))
                .orElse(item.get("call_id").isPresent());
    }

    /// Whether the client's shell ran it, rather than a container.
    private static boolean local(Field item) {
        return item.at("environment").node().path("type").asString("local").equals("local");
    }

    private void thought(Field item) throws InvalidBody {
        extras(item, Set.of("type", "id", "status", "summary", "content", "encrypted_content"));
        Optional<String> encrypted = item.optionalString("encrypted_content");
        Optional<WrappedSeal> wrapped =
                encrypted.map(text -> WrappedSeal.read(Dialect.RESPONSES, text));
        Optional<Signature> seal = wrapped.map(WrappedSeal::signature);
        if (wrapped.isPresent() && wrapped.get().is() == WrappedSeal.Is.CALL) {
            callSeal = seal;
            return;
        }
        var texts = new ArrayList<String>();
        for (String list : List.of("summary", "content")) {
            if (item.at(list).given()) {
                for (Field piece : item.at(list).items()) {
                    texts.add(piece.object().at("text").string());
                }
            }
        }
        List<Part> into = on(Role.ASSISTANT);
        if (texts.isEmpty()) {
            if (wrapped.isPresent() && wrapped.get().is() == WrappedSeal.Is.OPEN) {
                into.add(new Part.Thinking("", seal));
            } else if (seal.isPresent()) {
                into.add(new Part.HiddenThinking(seal.get()));
            } else {
                // It only points to what its provider has stored.
                request.extra(item.path(), item.node());
            }
            return;
        }
        for (int i = 0; i < texts.size(); i++) {
            boolean last = i == texts.size() - 1;
            into.add(new Part.Thinking(texts.get(i), last ? seal : Optional.empty()));
        }
    }

    private void foreign(Field item, String type) throws InvalidBody {
        Optional<String> role = item.optionalString("role");
        var part = new Part.Foreign(Dialect.RESPONSES, type, item.node());
        if (role.isPresent() && !role.get().equals("assistant")) {
            on(role.get().equals("user") ? Role.USER : Role.SYSTEM).add(part);
        } else if (type.endsWith("_output") || type.equals("mcp_approval_response")) {
            on(Role.USER);
            results.add(part);
        } else {
            on(Role.ASSISTANT).add(part);
        }
    }

    /// Where parts of that side go.
    private List<Part> on(Role role) {
        if (role != side) {
            flush();
            side = role;
        }
        return parts;
    }

    private void flush() {
        if (!results.isEmpty() || !parts.isEmpty()) {
            var all = new ArrayList<Part>(results);
            all.addAll(parts);
            request.turn(side, all);
        }
        results.clear();
        parts.clear();
    }

    /// What stands in an object beside what is read.
    private void extras(Field object, Set<String> read) {
        for (Field other : object.others(read)) {
            if (!other.node().isContainer() || !other.node().isEmpty()) {
                request.extra(other.path(), other.node());
            }
        }
    }
}
