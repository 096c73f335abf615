package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.EffortWords;
import dev.switchgear.dialects.json.DataUrl;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/// Reads a request of `/api/chat` or `/api/generate`. For one thread, once.
///
/// Calls of tools need no ids here: they are given one by their order in the conversation, and a
/// result without an id belongs to the first call of its name that has none yet.
final class OllamaRequestReader {
    private static final Set<String> CHAT_FIELDS =
            Set.of("model", "messages", "tools", "format", "options", "stream", "think");
    private static final Set<String> GENERATE_FIELDS =
            Set.of(
                    "model",
                    "prompt",
                    "system",
                    "images",
                    "format",
                    "options",
                    "stream",
                    "think",
                    "suffix",
                    "template",
                    "raw",
                    "context");
    private static final Set<String> MESSAGE_FIELDS =
            Set.of(
                    "role",
                    "content",
                    "thinking",
                    "images",
                    "tool_calls",
                    "tool_name",
                    "tool_call_id");
    private static final Set<String> FUNCTION_FIELDS = Set.of("name", "description", "parameters");
    private static final String ONLY_PASSED =
            "only a server of Ollama can take this, and none that does is in reach";

    private final Field body;
    private final ChatRequest.Builder request;

    /// The names of the calls before that have no result yet, by id.
    private final Map<String, String> open = new LinkedHashMap<>();

    private int calls;

    private OllamaRequestReader(Field body, String model, boolean streamed, Dialect dialect) {
        this.body = body;
        this.request = ChatRequest.builder(model).streamed(streamed).asked(dialect);
    }

    static ChatRequest chat(Field body, String model, boolean streamed) throws InvalidBody {
        return new OllamaRequestReader(body, model, streamed, Dialect.OLLAMA).chat();
    }

    static ChatRequest generate(Field body, String model, boolean streamed) throws InvalidBody {
        return new OllamaRequestReader(body, model, streamed, Dialect.OLLAMA_GENERATE).generate();
    }

    private ChatRequest chat() throws InvalidBody {
        List<Field> messages = body.need("messages", "an array of messages").items();
        if (messages.isEmpty()) {
            throw InvalidBody.param(
                    "messages", "empty, which only asks to load a model: " + ONLY_PASSED);
        }
        for (Field message : messages) {
            message(message.object());
        }
        Optional<Field> tools = body.get("tools");
        if (tools.isPresent()) {
            for (Field tool : tools.get().items()) {
                tool(tool.object());
            }
        }
        settings(CHAT_FIELDS);
        return request.build();
    }

    private ChatRequest generate() throws InvalidBody {
        if (!body.optionalString("suffix").orElse("").isEmpty()) {
            throw InvalidBody.param("suffix", ONLY_PASSED);
        }
        if (!body.optionalString("template").orElse("").isEmpty()) {
            throw InvalidBody.param("template", ONLY_PASSED);
        }
        if (body.optionalBool("raw").orElse(false)) {
            throw InvalidBody.param("raw", ONLY_PASSED);
        }
        Optional<Field> context = body.get("context");
        if (context.isPresent() && !context.get().items().isEmpty()) {
            throw InvalidBody.param("context", ONLY_PASSED);
        }
        String system = body.optionalString("system").orElse("");
        if (!system.isEmpty()) {
            request.turn(Role.SYSTEM, List.of(new Part.Text(system)));
        }
        String prompt = body.optionalString("prompt").orElse("");
        List<Part> images = OllamaImages.of(body);
        if (prompt.isEmpty() && images.isEmpty()) {
            throw InvalidBody.param(
                    "prompt", "empty, which only asks to load a model: " + ONLY_PASSED);
        }
        var parts = new ArrayList<Part>();
        parts.add(new Part.Text(prompt));
        parts.addAll(images);
        request.turn(Role.USER, parts);
        settings(GENERATE_FIELDS);
        return request.build();
    }

    private void message(Field message) throws InvalidBody {
        Field role = message.need("role", "system, user, assistant or tool");
        String content = text(message);
        switch (role.string()) {
            case "system" -> request.turn(Role.SYSTEM, said(message, content));
            case "user" -> request.turn(Role.USER, said(message, content));
            case "assistant" -> assistant(message, content);
            case "tool" -> result(message, content);
            default -> throw role.unknown("system, user, assistant or tool");
        }
        extras(message, MESSAGE_FIELDS);
    }

    /// A list of texts and images, as OpenAI's clients have it, is read as well.
    private static String text(Field message) throws InvalidBody {
        Optional<Field> content = message.get("content");
        if (content.isEmpty() || !content.get().isArray()) {
            return message.optionalString("content").orElse("");
        }
        var text = new StringBuilder();
        for (Field part : content.get().items()) {
            if (part.object().get("text").isPresent()) {
                text.append(text.isEmpty() ? "" : "\n\n").append(part.at("text").string());
            } else if (part.get("image_url").isEmpty()) {
                throw part.at("type").unknown("text or image_url");
            }
        }
        return text.toString();
    }

    private static List<Part> images(Field message) throws InvalidBody {
        var images = new ArrayList<Part>(OllamaImages.of(message));
        Field content = message.at("content");
        for (Field part : content.isArray() ? content.items() : List.<Field>of()) {
            Field image = part.at("image_url");
            if (image.given()) {
                Field url = image.isString() ? image : image.object().at("url");
                Media media = DataUrl.media(url, url.string());
                images.add(InlineMedia.part(media, new Part.Image(media, "")));
            }
        }
        return images;
    }

    private static List<Part> said(Field message, String content) throws InvalidBody {
        var parts = new ArrayList<Part>();
        List<Part> images = images(message);
        if (!content.isEmpty() || images.isEmpty()) {
            parts.add(new Part.Text(content));
        }
        parts.addAll(images);
        return parts;
    }

    private void assistant(Field message, String content) throws InvalidBody {
        var parts = new ArrayList<Part>();
        message.optionalString("thinking")
                .filter(thought -> !thought.isEmpty())
                .ifPresent(thought -> parts.add(new Part.Thinking(thought, Optional.empty())));
        Optional<Field> asked = message.get("tool_calls");
        List<Field> made = asked.isPresent() ? asked.get().items() : List.of();
        List<Part> said = said(message, content);
        if (!content.isEmpty() || said.size() > 1 || (made.isEmpty() && parts.isEmpty())) {
            parts.addAll(said);
        }
        open.clear();
        for (Field call : made) {
            parts.add(call(call.object()));
        }
        request.turn(Role.ASSISTANT, parts);
    }

    private Part.ToolCall call(Field call) throws InvalidBody {
        Field function = call.need("function", "an object").object();
        String name = function.need("name", "a string").string();
        String invented = "call_" + calls++;
        String id = call.optionalString("id").filter(given -> !given.isEmpty()).orElse(invented);
        Optional<Field> arguments = function.get("arguments");
        String json = arguments.isPresent() ? Json.text(arguments.get().object().node()) : "{}";
        open.put(id, name);
        return new Part.ToolCall(id, name, json, Optional.empty());
    }

    private void result(Field message, String content) throws InvalidBody {
        String name = message.optionalString("tool_name").orElse("");
        Optional<String> given =
                message.optionalString("tool_call_id").filter(text -> !text.isEmpty());
        String id = given.or(() -> unanswered(name)).orElse("");
        if (id.isEmpty()) {
            throw InvalidBody.param(
                    message.path(),
                    "a result of no call (expected: as many as the message before has tool_calls)");
        }
        String called = open.remove(id);
        request.turn(
                Role.USER,
                List.of(
                        new Part.ToolResult(
                                id,
                                name.isEmpty() && called != null ? called : name,
                                said(message, content),
                                false)));
    }

    private Optional<String> unanswered(String name) {
        return open.entrySet().stream()
                .filter(call -> name.isEmpty() || call.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void tool(Field tool) throws InvalidBody {
        String type = tool.optionalString("type").orElse("function");
        if (!type.equals("function")) {
            request.tool(new Tool.Hosted(Dialect.OLLAMA, type, tool.node()));
            return;
        }
        boolean bare = tool.get("function").isEmpty() && tool.get("name").isPresent();
        Field function = bare ? tool : tool.need("function", "an object").object();
        Optional<Field> parameters = function.get("parameters");
        if (parameters.isPresent()) {
            parameters.get().object();
        }
        request.tool(
                new Tool.Function(
                        function.need("name", "a string").string(),
                        function.optionalString("description").orElse(""),
                        parameters.map(Field::node),
                        Optional.empty(),
                        Optional.empty()));
        if (!bare) {
            extras(tool, Set.of("type", "function"));
        }
        extras(function, FUNCTION_FIELDS);
    }

    private void settings(Set<String> known) throws InvalidBody {
        body.optionalBool("stream");
        format();
        think();
        Optional<Field> options = body.get("options");
        if (options.isPresent()) {
            options(options.get().object());
        }
        extras(body, known);
    }

    private void extras(Field holder, Set<String> known) {
        for (Field field : holder.fields()) {
            String name = name(holder, field);
            if (!known.contains(name)) {
                request.extra(field.path(), field.node());
            }
        }
    }

    /// The name of a field, which may itself hold a dot.
    private static String name(Field holder, Field field) {
        return holder.path().isEmpty()
                ? field.path()
                : field.path().substring(holder.path().length() + 1);
    }

    private void format() throws InvalidBody {
        Optional<Field> given = body.get("format");
        if (given.isEmpty()) {
            return;
        }
        Field format = given.get();
        if (format.node().isObject()) {
            request.format(new AnswerFormat.JsonSchema("", "", format.node(), Optional.empty()));
            return;
        }
        if (!format.isString()) {
            throw format.wrong("\"json\" or a JSON Schema");
        }
        switch (format.string()) {
            case "" -> {}
            case "json" -> request.format(new AnswerFormat.JsonObject());
            default -> throw format.unknown("json, or a JSON Schema");
        }
    }

    private void think() throws InvalidBody {
        Optional<Field> given = body.get("think");
        if (given.isEmpty()) {
            return;
        }
        Field think = given.get();
        if (think.node().isBoolean()) {
            request.reasoning(
                    think.bool()
                            ? new ReasoningWish(
                                    Optional.empty(), OptionalLong.of(-1), Optional.of(true))
                            : new ReasoningWish(
                                    Optional.of(Effort.NONE),
                                    OptionalLong.empty(),
                                    Optional.of(false)));
            return;
        }
        if (!think.isString()) {
            throw think.wrong("true, false, or low, medium, high or max");
        }
        Optional<Effort> effort =
                EffortWords.effort(think, unknown -> request.extra(unknown.path(), unknown.node()));
        if (effort.isPresent()) {
            boolean shown = effort.get() != Effort.NONE;
            request.reasoning(new ReasoningWish(effort, OptionalLong.empty(), Optional.of(shown)));
        }
    }

    private void options(Field options) throws InvalidBody {
        var temperature = OptionalDouble.empty();
        var topP = OptionalDouble.empty();
        var topK = OptionalLong.empty();
        var seed = OptionalLong.empty();
        var presence = OptionalDouble.empty();
        var frequency = OptionalDouble.empty();
        for (Field option : options.fields()) {
            switch (name(options, option)) {
                case "temperature" -> temperature = OptionalDouble.of(option.number());
                case "top_p" -> topP = OptionalDouble.of(option.number());
                case "presence_penalty" -> presence = OptionalDouble.of(option.number());
                case "frequency_penalty" -> frequency = OptionalDouble.of(option.number());
                case "seed" -> seed = OptionalLong.of(whole(option));
                case "top_k" -> {
                    // 0 turns it off, which has no neutral word.
                    if (whole(option) >= 1) {
                        topK = OptionalLong.of(whole(option));
                    } else {
                        request.extra(option.path(), option.node());
                    }
                }
                case "num_predict" -> {
                    // Below 1 it is without bound, as it is where nothing is said.
                    if (whole(option) >= 1) {
                        request.maxOutputTokens(whole(option));
                    } else {
                        request.extra(option.path(), option.node());
                    }
                }
                case "stop" -> request.stop(stop(option));
                default -> request.extra(option.path(), option.node());
            }
        }
        request.sampling(new Sampling(temperature, topP, topK, seed, presence, frequency));
    }

    /// Ollama takes `100.0` too.
    private static long whole(Field option) throws InvalidBody {
        if (option.node().isIntegralNumber()) {
            return option.integer();
        }
        double number = option.number();
        if (number != Math.rint(number) || Math.abs(number) > 1e15) {
            throw option.wrong("an integer");
        }
        return (long) number;
    }

    private static List<String> stop(Field option) throws InvalidBody {
        if (option.isString()) {
            return List.of(option.string());
        }
        var texts = new ArrayList<String>();
        for (Field text : option.items()) {
            texts.add(text.string());
        }
        return texts;
    }
}
