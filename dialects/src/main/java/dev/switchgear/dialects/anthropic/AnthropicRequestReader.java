package dev.switchgear.dialects.anthropic;

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
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads the body of `/v1/messages` and of `/v1/messages/count_tokens`.
///
/// What a block has beside its neutral meaning follows it as a [Part.Foreign] whose kind is the
/// block's type, a point and the field (`text.citations`); what a tool has is an extra
/// (`tools[0].defer_loading`). Effort without thinking is read as a wish to reason that much.
final class AnthropicRequestReader {
    private static final Set<String> TOP =
            Set.of(
                    "model",
                    "stream",
                    "messages",
                    "system",
                    "max_tokens",
                    "temperature",
                    "top_p",
                    "top_k",
                    "stop_sequences",
                    "metadata",
                    "tools",
                    "tool_choice",
                    "thinking",
                    "output_config",
                    "output_format");
    private static final Set<String> TOOL =
            Set.of(
                    "type",
                    "name",
                    "description",
                    "input_schema",
                    "parameters",
                    "strict",
                    "cache_control");
    private static final Set<String> DOCUMENT = Set.of("type", "source", "title", "cache_control");
    private static final Set<String> RESULT =
            Set.of("type", "tool_use_id", "content", "is_error", "cache_control");
    private static final Set<String> CALL = Set.of("type", "id", "name", "input", "cache_control");
    private static final Set<String> TEXT = Set.of("type", "text", "cache_control");
    private static final Set<String> IMAGE = Set.of("type", "source", "cache_control");

    private AnthropicRequestReader() {}

    /// @param counted whether tokens are to be counted, for which no `max_tokens` is given
    static ChatRequest read(byte[] body, String model, boolean streamed, boolean counted)
            throws InvalidBody {
        Field top = Json.asked(body);
        ChatRequest.Builder request =
                ChatRequest.builder(model).asked(Dialect.ANTHROPIC).streamed(streamed);
        bounds(top, request, counted);
        reasoning(top, request);
        tools(top, request);
        system(top.at("system"), request);
        messages(top.at("messages"), request);
        for (Field other : top.others(TOP)) {
            request.extra(other.path(), other.node());
        }
        return request.build();
    }

    private static void bounds(Field top, ChatRequest.Builder request, boolean counted)
            throws InvalidBody {
        Field max = top.at("max_tokens");
        if (max.given() || !counted) {
            // 0 warms the cache without an answer.
            request.maxOutputTokens(max.integer(0));
        }
        Field temperature = top.at("temperature");
        Field topP = top.at("top_p");
        Field topK = top.at("top_k");
        request.sampling(
                new Sampling(
                        temperature.given()
                                ? OptionalDouble.of(temperature.number(0, 1))
                                : OptionalDouble.empty(),
                        topP.given()
                                ? OptionalDouble.of(topP.number(0, 1))
                                : OptionalDouble.empty(),
                        topK.given() ? OptionalLong.of(topK.integer(0)) : OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty()));
        Field stop = top.at("stop_sequences");
        if (stop.given()) {
            var texts = new ArrayList<String>();
            for (Field text : stop.items()) {
                texts.add(text.string());
            }
            request.stop(texts);
        }
        Field metadata = top.at("metadata");
        if (metadata.given()) {
            Field user = metadata.object().at("user_id");
            if (user.given()) {
                request.user(user.string());
            }
            for (Field other : metadata.others(Set.of("user_id"))) {
                request.extra(other.path(), other.node());
            }
        }
    }

    private static void reasoning(Field top, ChatRequest.Builder request) throws InvalidBody {
        Optional<Effort> effort = Optional.empty();
        OptionalLong budget = OptionalLong.empty();
        Optional<Boolean> shown = Optional.empty();
        Field format = top.at("output_format");
        Field config = top.at("output_config");
        if (config.given()) {
            Field word = config.object().at("effort");
            if (word.given()) {
                effort =
                        EffortWords.effort(
                                word, unknown -> request.extra(unknown.path(), unknown.node()));
            }
            format = config.at("format").given() ? config.at("format") : format;
            for (Field other : config.others(Set.of("effort", "format"))) {
                request.extra(other.path(), other.node());
            }
        }
        Field thinking = top.at("thinking");
        if (thinking.given()) {
            Field type = thinking.object().at("type");
            boolean counted = !type.given() && thinking.at("budget_tokens").given();
            switch (counted ? "enabled" : type.string()) {
                case "enabled" -> budget = OptionalLong.of(thinking.at("budget_tokens").integer(1));
                case "adaptive", "auto" -> budget = OptionalLong.of(-1);
                case "disabled" -> {
                    // The effort then only means how much to write.
                    if (effort.isPresent()) {
                        request.extra("output_config.effort", config.at("effort").node());
                    }
                    effort = Optional.of(Effort.NONE);
                }
                default -> request.extra(type.path(), type.node());
            }
            Field display = thinking.at("display");
            if (display.given()) {
                switch (display.string()) {
                    case "summarized" -> shown = Optional.of(true);
                    case "omitted" -> shown = Optional.of(false);
                    // Agents ask in words that came after us: a wish that nobody understands is
                    // named as left out, and no reason to refuse the request.
                    default -> request.extra(display.path(), display.node());
                }
            }
            for (Field other : thinking.others(Set.of("type", "budget_tokens", "display"))) {
                request.extra(other.path(), other.node());
            }
        }
        request.reasoning(new ReasoningWish(effort, budget, shown));
        if (format.given()) {
            request.format(format(format));
        }
    }

    private static AnswerFormat format(Field format) throws InvalidBody {
        Field type = format.object().at("type");
        if (!type.string().equals("json_schema")) {
            throw type.unknown("json_schema");
        }
        JsonNode schema = format.at("schema").object().node();
        return new AnswerFormat.JsonSchema("", "", schema, Optional.empty());
    }

    private static void tools(Field top, ChatRequest.Builder request) throws InvalidBody {
        Field tools = top.at("tools");
        if (tools.given()) {
            for (Field tool : tools.items()) {
                tool(tool.object(), request);
            }
        }
        Field choice = top.at("tool_choice");
        if (!choice.given()) {
            return;
        }
        Field type = choice.object().at("type");
        request.toolChoice(
                switch (type.string()) {
                    case "auto" -> new ToolChoice.Auto();
                    case "any" -> new ToolChoice.Required();
                    case "none" -> new ToolChoice.None();
                    case "tool" -> new ToolChoice.Named(choice.at("name").string());
                    default -> throw type.unknown("auto, any, tool or none");
                });
        Field alone = choice.at("disable_parallel_tool_use");
        if (alone.given()) {
            request.parallelTools(!alone.bool());
        }
        Set<String> known = Set.of("type", "name", "disable_parallel_tool_use");
        for (Field other : choice.others(known)) {
            request.extra(other.path(), other.node());
        }
    }

    private static void tool(Field tool, ChatRequest.Builder request) throws InvalidBody {
        String type = tool.optionalString("type").orElse("custom");
        Optional<Field> wrapped = tool.get("function");
        if (wrapped.isPresent() && !tool.at("name").given()) {
            tool(wrapped.get().object(), request);
            return;
        }
        if (AnthropicClientTools.is(type)) {
            request.tool(AnthropicClientTools.read(tool, type, mark(tool)));
            return;
        }
        // As OpenAI's clients call one of their own.
        if (!type.equals("custom") && !type.equals("function")) {
            request.tool(new Tool.Hosted(Dialect.ANTHROPIC, type, tool.node()));
            return;
        }
        Field schema =
                tool.get("input_schema")
                        .or(() -> tool.get("parameters"))
                        .orElse(tool.at("input_schema"));
        request.tool(
                new Tool.Function(
                        tool.at("name").string(),
                        tool.optionalString("description").orElse(""),
                        Optional.of(schema.object().node()),
                        tool.optionalBool("strict"),
                        mark(tool)));
        for (Field other : tool.others(TOOL)) {
            request.extra(other.path(), other.node());
        }
    }

    private static void system(Field system, ChatRequest.Builder request) throws InvalidBody {
        if (system.given()) {
            request.turn(Role.SYSTEM, parts(system));
        }
    }

    private static void messages(Field messages, ChatRequest.Builder request) throws InvalidBody {
        List<Field> all = messages.items();
        if (all.isEmpty()) {
            throw InvalidBody.param(messages.path(), "empty (expected: at least one message)");
        }
        // Messages of one side are one turn, its results of tools before all else.
        Role role = Role.USER;
        var results = new ArrayList<Part>();
        var rest = new ArrayList<Part>();
        for (Field message : all) {
            Role next = role(message.object().at("role"));
            if (next != role) {
                turn(request, role, results, rest);
                role = next;
            }
            Field content = message.at("content");
            if (content.node().isString()) {
                rest.add(new Part.Text(content.string()));
            } else if (!content.node().isNull()) {
                for (Field block : content.items()) {
                    boolean result = block.node().path("type").asString("").equals("tool_result");
                    block(block, result ? results : rest);
                }
            }
            for (Field other : message.others(Set.of("role", "content"))) {
                request.extra(other.path(), other.node());
            }
        }
        turn(request, role, results, rest);
    }

    private static void turn(
            ChatRequest.Builder request, Role role, List<Part> results, List<Part> rest) {
        if (!results.isEmpty() || !rest.isEmpty()) {
            results.addAll(rest);
            request.turn(role, results);
            results.clear();
            rest.clear();
        }
    }

    private static Role role(Field role) throws InvalidBody {
        return switch (role.string()) {
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "system" -> Role.SYSTEM;
            default -> throw role.unknown("user or assistant");
        };
    }

    /// A string, or a list of blocks.
    private static List<Part> parts(Field content) throws InvalidBody {
        if (content.node().isString()) {
            return List.of(new Part.Text(content.string()));
        }
        var parts = new ArrayList<Part>();
        for (Field block : content.items()) {
            block(block, parts);
        }
        return parts;
    }

    private static void block(Field block, List<Part> into) throws InvalidBody {
        boolean text = !block.object().at("type").given() && block.at("text").given();
        String type = text ? "text" : block.at("type").string();
        switch (type) {
            case "text" -> {
                into.add(new Part.Text(block.at("text").string()));
                rest(type, block, TEXT, into);
            }
            case "image" -> {
                Media media = media(block.at("source"));
                into.add(InlineMedia.part(media, new Part.Image(media, "")));
                rest(type, block, IMAGE, into);
            }
            case "document" -> document(block, into);
            case "tool_use" -> call(block, into);
            case "tool_result" -> {
                Field content = block.at("content");
                Field error = block.at("is_error");
                into.add(
                        new Part.ToolResult(
                                block.at("tool_use_id").string(),
                                "",
                                content.given() ? parts(content) : List.of(),
                                error.given() && error.bool()));
                rest(type, block, RESULT, into);
            }
            case "thinking" -> {
                String signature = block.optionalString("signature").orElse("");
                if (signature.equals(AnthropicAnswerWriter.UNTHOUGHT.shownTo(Dialect.ANTHROPIC))) {
                    return;
                }
                into.add(
                        new Part.Thinking(
                                block.at("thinking").string(),
                                signature.isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(
                                                Signature.readFrom(Dialect.ANTHROPIC, signature))));
            }
            case "redacted_thinking" ->
                    hidden(Signature.readFrom(Dialect.ANTHROPIC, block.at("data").string()), into);
            default -> into.add(new Part.Foreign(Dialect.ANTHROPIC, type, block.node()));
        }
    }

    /// What Gemini sealed stands in an answer's text or on a call, never by itself: hidden thinking of
    /// its behind a call is the call's signature, which [AnthropicAnswerWriter] put there.
    private static void hidden(Signature signature, List<Part> into) {
        int last = into.size() - 1;
        while (last >= 0 && into.get(last) instanceof Part.CacheMark) {
            last--;
        }
        if (signature.signer() == Dialect.GEMINI
                && last >= 0
                && into.get(last) instanceof Part.ToolCall call
                && call.signature().isEmpty()) {
            into.set(last, call.signed(Optional.of(signature)));
        } else {
            into.add(new Part.HiddenThinking(signature));
        }
    }

    private static void document(Field block, List<Part> into) throws InvalidBody {
        Field source = block.at("source").object();
        if (source.at("type").string().equals("content")) {
            into.add(new Part.Foreign(Dialect.ANTHROPIC, "document", block.node()));
            return;
        }
        Media media = media(source);
        into.add(
                InlineMedia.part(
                        media, new Part.Document(media, block.optionalString("title").orElse(""))));
        rest("document", block, DOCUMENT, into);
    }

    /// What Gemini signed a call with stands before it, in a block of thinking without text:
    /// [AnthropicAnswerWriter] puts it there. Other providers sign no calls, but thoughts, which may be
    /// without words.
    private static void call(Field block, List<Part> into) throws InvalidBody {
        Optional<Signature> signature = Optional.empty();
        if (!into.isEmpty()
                && into.getLast() instanceof Part.Thinking(String text, Optional<Signature> seal)
                && text.isEmpty()
                && seal.isPresent()
                && seal.get().signer() == Dialect.GEMINI
                && seal.get().place().isEmpty()) {
            signature = seal;
            into.removeLast();
        }
        into.add(
                new Part.ToolCall(
                        block.at("id").string(),
                        block.at("name").string(),
                        Json.text(block.at("input").object().node()),
                        signature));
        Field caller = block.at("caller");
        // A direct call is the usual one.
        boolean usual = caller.node().path("type").asString("").equals("direct");
        rest("tool_use", block, usual ? with(CALL, "caller") : CALL, into);
    }

    private static Set<String> with(Set<String> known, String other) {
        var more = new HashSet<>(known);
        more.add(other);
        return more;
    }

    private static Media media(Field source) throws InvalidBody {
        Field type = source.object().at("type");
        return switch (type.string()) {
            case "base64" ->
                    DataUrl.is(source.at("data").string())
                            ? DataUrl.media(source.at("data"), source.at("data").string())
                            : InlineMedia.of(
                                    source.at("data"),
                                    source.optionalString("media_type").orElse(""),
                                    source.at("data").string());
            case "url" -> new Media.Url(source.at("url").string(), "");
            case "file" -> new Media.FileId(Dialect.ANTHROPIC, source.at("file_id").string(), "");
            case "text" -> new Media.PlainText(source.at("data").string());
            default -> throw type.unknown("base64, url, file or text");
        };
    }

    private static void rest(String type, Field block, Set<String> known, List<Part> into)
            throws InvalidBody {
        for (Field other : block.others(known)) {
            into.add(new Part.Foreign(Dialect.ANTHROPIC, type + "." + other.name(), other.node()));
        }
        mark(block).ifPresent(into::add);
    }

    private static Optional<Part.CacheMark> mark(Field block) throws InvalidBody {
        Field mark = block.at("cache_control");
        return mark.given()
                ? Optional.of(new Part.CacheMark(mark.object().optionalString("ttl").orElse("")))
                : Optional.empty();
    }
}
