package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.CustomTool;
import dev.switchgear.dialects.json.DataUrl;
import dev.switchgear.dialects.json.Field;
import dev.switchgear.dialects.json.InlineMedia;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/// Reads `messages`. For one thread, once.
///
/// Messages of tools become results within the user's turn. Calls without an id, which the
/// old `function_call` and some providers' answers have, are given one by order, and their results
/// find them by order and name.
final class OpenAiTurnReader {
    /// Vendors' fields for earlier reasoning, the fullest first. The texts repeat each other.
    private static final List<String> REASONING_TEXTS =
            List.of("reasoning_content", "reasoning", "thinking");

    private static final Set<String> ASSISTANT =
            Set.of(
                    "role",
                    "content",
                    "refusal",
                    "tool_calls",
                    "function_call",
                    "reasoning_content",
                    "reasoning",
                    "thinking",
                    "reasoning_details",
                    "extra_content",
                    "cache_control",
                    // What is said by where the message stands.
                    "prefix");
    private static final Set<String> OTHERS = Set.of("role", "content", "cache_control");
    private static final Set<String> TOOL =
            Set.of("role", "content", "tool_call_id", "name", "cache_control");

    private final ChatRequest.Builder request;

    /// Ids that were given to calls without one and not yet been answered, oldest first, by name.
    private final Map<String, Deque<String>> unanswered = new HashMap<>();

    private final Deque<String> unansweredInOrder = new ArrayDeque<>();
    private int given;

    OpenAiTurnReader(ChatRequest.Builder request) {
        this.request = request;
    }

    void read(Field messages) throws InvalidBody {
        List<Field> all = messages.items();
        if (all.isEmpty()) {
            throw InvalidBody.param(messages.path(), "empty (expected: one message or more)");
        }
        for (Field message : all) {
            message(message.object());
        }
    }

    private void message(Field message) throws InvalidBody {
        Field role = message.need("role", "a string");
        switch (role.string()) {
            case "system", "developer" -> {
                request.turn(Role.SYSTEM, marked(message, given(message)));
                extras(message, OTHERS);
            }
            case "user" -> {
                request.turn(Role.USER, marked(message, given(message)));
                extras(message, OTHERS);
            }
            case "assistant" -> {
                request.turn(Role.ASSISTANT, marked(message, assistant(message)));
                extras(message, ASSISTANT);
            }
            case "tool" -> {
                request.turn(Role.USER, marked(message, List.of(toolResult(message))));
                extras(message, TOOL);
            }
            case "function" -> {
                request.turn(Role.USER, marked(message, List.of(functionResult(message))));
                extras(message, TOOL);
            }
            default -> throw role.unknown("system, developer, user, assistant, tool or function");
        }
    }

    /// A mark on the whole message stands behind its last part.
    private static List<Part> marked(Field message, List<Part> parts) throws InvalidBody {
        Optional<Part.CacheMark> mark = OpenAiRequestReader.cacheMark(message);
        if (mark.isEmpty() || (!parts.isEmpty() && parts.getLast() instanceof Part.CacheMark)) {
            return parts;
        }
        var marked = new ArrayList<>(parts);
        marked.add(mark.get());
        return marked;
    }

    private void extras(Field message, Set<String> known) {
        for (Field field : message.fields()) {
            if (!known.contains(field.name())
                    && !(field.node().isEmpty() && field.node().isContainer())) {
                request.extra(field.path(), field.node());
            }
        }
    }

    private List<Part> assistant(Field message) throws InvalidBody {
        var parts = new ArrayList<Part>(reasoning(message));
        Optional<Field> content = message.get("content");
        if (content.isPresent()) {
            parts.addAll(content(content.get()));
        }
        Optional<String> refusal = message.optionalString("refusal");
        if (refusal.isPresent() && !refusal.get().isEmpty()) {
            parts.add(new Part.Refusal(refusal.get()));
        }
        // A signature on the message seals its text; Gemini's layer has put one there beside calls
        // too, and it belongs to the first of them.
        Optional<Signature> seal = signature(message);
        Optional<Field> calls = message.get("tool_calls");
        boolean called = calls.isPresent() && !calls.get().node().isEmpty();
        boolean ofText = seal.isPresent() && (!called || seal.get().place().isPresent());
        if (ofText) {
            parts.add(new Part.Thinking("", seal));
            seal = Optional.empty();
        }
        if (calls.isPresent()) {
            for (Field call : calls.get().items()) {
                parts.add(toolCall(call.object(), seal));
                OpenAiRequestReader.cacheMark(call).ifPresent(parts::add);
                seal = Optional.empty();
            }
        }
        Optional<Field> legacy = message.get("function_call");
        if (legacy.isPresent()) {
            Field function = legacy.get().object();
            String name = function.need("name", "a string").string();
            parts.add(new Part.ToolCall(give(name), name, arguments(function), Optional.empty()));
        }
        return parts;
    }

    private static List<Part> reasoning(Field message) throws InvalidBody {
        String text = "";
        for (String field : REASONING_TEXTS) {
            Optional<Field> found = message.get(field);
            if (found.isPresent()) {
                String words = found.get().string();
                text = text.isEmpty() ? words : text;
            }
        }
        Optional<Field> details = message.get("reasoning_details");
        if (details.isPresent()) {
            var entries = new ArrayList<JsonNode>();
            for (Field entry : details.get().items()) {
                entries.add(entry.object().node());
            }
            List<Part> parts = ReasoningDetails.read(entries, UnaryOperator.identity());
            if (!parts.isEmpty()) {
                return withText(parts, text);
            }
        }
        return text.isEmpty() ? List.of() : List.of(new Part.Thinking(text, Optional.empty()));
    }

    /// Where no entry has a text, the first sealed one gets the message's.
    private static List<Part> withText(List<Part> parts, String text) {
        boolean said = false;
        int sealed = -1;
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Part.Thinking thinking) {
                said |= !thinking.text().isEmpty();
                sealed = sealed < 0 ? i : sealed;
            }
        }
        if (said || text.isEmpty()) {
            return parts;
        }
        var filled = new ArrayList<>(parts);
        if (sealed < 0) {
            filled.addFirst(new Part.Thinking(text, Optional.empty()));
        } else if (parts.get(sealed) instanceof Part.Thinking thinking) {
            filled.set(sealed, new Part.Thinking(text, thinking.signature()));
        }
        return filled;
    }

    private Part toolCall(Field call, Optional<Signature> loose) throws InvalidBody {
        Optional<Field> type = call.get("type");
        if (type.isPresent() && type.get().string().equals("custom")) {
            return customCall(call, loose);
        }
        if (type.isPresent() && !type.get().string().equals("function")) {
            throw type.get().unknown("function or custom");
        }
        Field function = call.need("function", "an object").object();
        String name = function.need("name", "a string").string();
        String id = call.optionalString("id").orElse("");
        Optional<Signature> own = signature(call);
        return new Part.ToolCall(
                id.isEmpty() ? give(name) : id,
                name,
                arguments(function),
                own.isPresent() ? own : loose);
    }

    private Part customCall(Field call, Optional<Signature> loose) throws InvalidBody {
        Field custom = call.need("custom", "an object").object();
        String name = custom.need("name", "a string").string();
        String id = call.optionalString("id").orElse("");
        Optional<Signature> own = signature(call);
        return new Part.ToolCall(
                id.isEmpty() ? give(name) : id,
                name,
                CustomTool.arguments(custom.optionalString("input").orElse("")),
                own.isPresent() ? own : loose,
                Optional.of(new Part.Foreign(Dialect.OPENAI, "custom", call.node())));
    }

    /// Old servers hand out an object; some clients send it back so.
    private static String arguments(Field function) throws InvalidBody {
        Optional<Field> arguments = function.get("arguments");
        if (arguments.isEmpty()) {
            return "";
        }
        return arguments.get().node().isObject()
                ? Json.text(arguments.get().node())
                : arguments.get().string();
    }

    /// Where Google's own layer puts it. What is not wrapped is Google's.
    private static Optional<Signature> signature(Field holder) {
        JsonNode at = holder.node().path("extra_content").path("google").path("thought_signature");
        if (!at.isString() || at.stringValue().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Signature.readFrom(Dialect.GEMINI, at.stringValue()));
    }

    private String give(String name) {
        String id = "call_" + given++;
        unanswered.computeIfAbsent(name, _ -> new ArrayDeque<>()).add(id);
        unansweredInOrder.add(id);
        return id;
    }

    /// The id of the call that a result without one answers; empty if there is none.
    private String taken(String name) {
        Deque<String> named = unanswered.get(name);
        String id = named != null && !named.isEmpty() ? named.peek() : unansweredInOrder.peek();
        if (id == null) {
            return "";
        }
        unansweredInOrder.remove(id);
        for (Deque<String> ids : unanswered.values()) {
            ids.remove(id);
        }
        return id;
    }

    private Part toolResult(Field message) throws InvalidBody {
        String name = message.optionalString("name").orElse("");
        Field idField = message.need("tool_call_id", "a string");
        String id = idField.string().isEmpty() ? taken(name) : idField.string();
        if (id.isEmpty()) {
            throw idField.unknown("the id of a call before it");
        }
        Optional<Field> content = message.get("content");
        return new Part.ToolResult(
                id, name, content.isEmpty() ? List.of() : content(content.get()), false);
    }

    private Part functionResult(Field message) throws InvalidBody {
        Field name = message.need("name", "a string");
        String id = taken(name.string());
        if (id.isEmpty()) {
            throw name.unknown("the name of a function called before");
        }
        Optional<Field> content = message.get("content");
        return new Part.ToolResult(
                id, name.string(), content.isEmpty() ? List.of() : content(content.get()), false);
    }

    /// `null` is what some clients write for an empty text.
    private static List<Part> given(Field message) throws InvalidBody {
        return message.at("content").node().isNull()
                ? List.of(new Part.Text(""))
                : content(message.need("content", "a string or an array"));
    }

    private static List<Part> content(Field content) throws InvalidBody {
        if (content.isString()) {
            return List.of(new Part.Text(content.string()));
        }
        if (!content.isArray()) {
            throw content.wrong("a string or an array");
        }
        var parts = new ArrayList<Part>();
        for (Field item : content.items()) {
            part(item.object(), parts);
            Optional<Part.CacheMark> mark = OpenAiRequestReader.cacheMark(item);
            if (mark.isPresent()) {
                parts.add(mark.get());
            }
        }
        return parts;
    }

    private static void part(Field item, List<Part> parts) throws InvalidBody {
        Field type = item.at("type");
        switch (type.given() ? type.string() : kind(item)) {
            // Responses calls them so.
            case "text", "input_text", "output_text" ->
                    parts.add(new Part.Text(item.need("text", "a string").string()));
            case "refusal" ->
                    parts.add(new Part.Refusal(item.need("refusal", "a string").string()));
            case "image_url", "input_image" ->
                    parts.add(image(item.need("image_url", "an object")));
            case "input_audio" -> parts.add(audio(item.need("input_audio", "an object").object()));
            case "file", "input_file" -> parts.add(file(item.get("file").orElse(item).object()));
            // What was thought, as some providers of this dialect tell it.
            case "thinking" -> thought(item, parts);
            case "" -> throw type.wrong("a string");
            default -> parts.add(new Part.Foreign(Dialect.OPENAI, type.string(), item.node()));
        }
    }

    /// What a part is that does not say it; empty where that cannot be told.
    private static String kind(Field item) {
        for (String kind : List.of("text", "image_url", "input_audio", "file", "refusal")) {
            if (item.get(kind).isPresent()) {
                return kind;
            }
        }
        return "";
    }

    private static void thought(Field item, List<Part> parts) throws InvalidBody {
        Optional<Field> thinking = item.get("thinking");
        var text = new StringBuilder();
        if (thinking.isPresent() && thinking.get().isArray()) {
            for (Field piece : thinking.get().items()) {
                text.append(piece.object().optionalString("text").orElse(""));
            }
        } else if (thinking.isPresent()) {
            text.append(thinking.get().string());
        }
        if (!text.isEmpty()) {
            parts.add(new Part.Thinking(text.toString(), Optional.empty()));
        }
    }

    /// Some clients give the address itself in place of the object.
    private static Part image(Field image) throws InvalidBody {
        if (image.isString()) {
            return image(DataUrl.media(image, image.string()), "");
        }
        Field url = image.object().need("url", "a string");
        return image(DataUrl.media(url, url.string()), image.optionalString("detail").orElse(""));
    }

    private static Part image(Media media, String detail) {
        return InlineMedia.part(media, new Part.Image(media, detail));
    }

    private static Part audio(Field audio) throws InvalidBody {
        Field data = audio.need("data", "a string in base64");
        if (DataUrl.is(data.string())) {
            return new Part.Audio(DataUrl.media(data, data.string()));
        }
        String format = audio.optionalString("format").orElse("");
        Media.Inline sound =
                InlineMedia.of(data, format.isEmpty() ? "" : "audio/" + format, data.string());
        if (!sound.type().startsWith("audio/")) {
            throw audio.at("format").unknown("wav or mp3");
        }
        return new Part.Audio(sound);
    }

    private static Part file(Field file) throws InvalidBody {
        String name = file.optionalString("filename").orElse("");
        Optional<Field> id = file.get("file_id");
        if (id.isPresent()) {
            return new Part.Document(new Media.FileId(Dialect.OPENAI, id.get().string(), ""), name);
        }
        Field data = file.need("file_data", "a data URL");
        Media media = DataUrl.media(data, data.string());
        return InlineMedia.part(media, new Part.Document(media, name));
    }
}
