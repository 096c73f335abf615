package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.CustomTool;
import dev.switchgear.dialects.EffortWords;
import dev.switchgear.dialects.json.Field;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.AnswerWish;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads a client's chat completion request. For one thread, once.
final class OpenAiRequestReader {
    /// Fields that are read here; all others are extras.
    private static final Set<String> KNOWN =
            Set.of(
                    "model",
                    "stream",
                    "messages",
                    "tools",
                    "functions",
                    "tool_choice",
                    "function_call",
                    "parallel_tool_calls",
                    "response_format",
                    "max_completion_tokens",
                    "max_tokens",
                    "temperature",
                    "top_p",
                    "top_k",
                    "seed",
                    "presence_penalty",
                    "frequency_penalty",
                    "stop",
                    "reasoning_effort",
                    "reasoning",
                    "include_reasoning",
                    "thinking",
                    "user",
                    "n",
                    "stream_options");

    private static final Set<String> FUNCTION =
            Set.of(
                    "name",
                    "description",
                    "parameters",
                    "input_schema",
                    "strict",
                    "type",
                    "cache_control");

    private final Field body;
    private final ChatRequest.Builder request;

    private OpenAiRequestReader(Field body, ChatRequest.Builder request) {
        this.body = body;
        this.request = request;
    }

    static ChatRequest read(Field body, String model, boolean streamed) throws InvalidBody {
        var request = ChatRequest.builder(model).streamed(streamed).asked(Dialect.OPENAI);
        return new OpenAiRequestReader(body, request).whole();
    }

    private ChatRequest whole() throws InvalidBody {
        new OpenAiTurnReader(request).read(body.need("messages", "an array"));
        tools();
        toolChoice();
        body.optionalBool("parallel_tool_calls").ifPresent(request::parallelTools);
        Optional<Field> format = body.get("response_format");
        if (format.isPresent()) {
            request.format(format(format.get().object()));
        }
        bound();
        sampling();
        OpenAiSharedFields.stop(body, request);
        reasoning();
        body.optionalString("user").ifPresent(request::user);
        OpenAiSharedFields.answers(body, request);
        OpenAiSharedFields.streamOptions(body, request);
        for (Field field : body.fields()) {
            if (!KNOWN.contains(field.path())) {
                request.extra(field.path(), field.node());
            }
        }
        return request.build();
    }

    private void tools() throws InvalidBody {
        Optional<Field> tools = body.get("tools");
        if (tools.isPresent()) {
            for (Field tool : tools.get().items()) {
                request.tool(tool(tool.object()));
            }
        }
        Optional<Field> functions = body.get("functions");
        if (functions.isPresent()) {
            for (Field function : functions.get().items()) {
                request.tool(function(function.object(), cacheMark(function.object())));
            }
            if (tools.isEmpty()) {
                request.wish(AnswerWish.FUNCTION_CALL);
            }
        }
    }

    /// A function may stand in the tool itself, as Responses has it, and need not say what it is.
    private Tool tool(Field tool) throws InvalidBody {
        Optional<Field> inner = tool.get("function");
        boolean named = inner.isPresent() || tool.get("name").isPresent();
        Optional<String> type = tool.optionalString("type");
        if (type.orElse("").equals("custom")) {
            return custom(tool);
        }
        if (!type.orElse(named ? "function" : "").equals("function")) {
            return new Tool.Hosted(
                    Dialect.OPENAI, tool.need("type", "a string").string(), tool.node());
        }
        if (inner.isEmpty() && named) {
            return function(tool, cacheMark(tool));
        }
        Field function = tool.need("function", "an object").object();
        for (Field field : tool.fields()) {
            if (!Set.of("type", "function", "cache_control").contains(field.name())) {
                request.extra(field.path(), field.node());
            }
        }
        Optional<Part.CacheMark> mark = cacheMark(tool);
        return function(function, mark.isPresent() ? mark : cacheMark(function));
    }

    /// The client runs it, as it runs functions. Its fields may stand beside the type, as Responses has
    /// them.
    private static Tool custom(Field tool) throws InvalidBody {
        String name = tool.get("custom").orElse(tool).object().need("name", "a string").string();
        return CustomTool.of(tool.node())
                .function(
                        name,
                        new ClientTool(
                                Dialect.OPENAI,
                                ClientTool.Form.CUSTOM,
                                name,
                                Optional.empty(),
                                tool.node(),
                                true));
    }

    private Tool.Function function(Field function, Optional<Part.CacheMark> mark)
            throws InvalidBody {
        String name = function.need("name", "a string").string();
        if (name.isEmpty()) {
            throw function.need("name", "a string").unknown("the name of a function");
        }
        // Anthropic's word for it, which clients of several providers send.
        Optional<Field> parameters =
                function.get("parameters").or(() -> function.get("input_schema"));
        if (parameters.isPresent()) {
            parameters.get().object();
        }
        for (Field field : function.fields()) {
            if (!FUNCTION.contains(field.name())) {
                request.extra(field.path(), field.node());
            }
        }
        return new Tool.Function(
                name,
                function.optionalString("description").orElse(""),
                parameters.map(Field::node),
                function.optionalBool("strict"),
                mark);
    }

    /// As Anthropic calls it, which OpenRouter and others take over, or as OpenAI does.
    static Optional<Part.CacheMark> cacheMark(Field marked) throws InvalidBody {
        Optional<Field> mark = marked.get("cache_control");
        if (mark.isPresent()) {
            return Optional.of(
                    new Part.CacheMark(mark.get().object().optionalString("ttl").orElse("")));
        }
        return marked.get("prompt_cache_breakpoint").map(_ -> new Part.CacheMark(""));
    }

    private void toolChoice() throws InvalidBody {
        Optional<Field> choice = body.get("tool_choice");
        if (choice.isPresent()) {
            request.toolChoice(
                    choice.get().isString() ? word(choice.get()) : choice(choice.get().object()));
            return;
        }
        Optional<Field> legacy = body.get("function_call");
        if (legacy.isPresent()) {
            request.toolChoice(
                    legacy.get().isString()
                            ? word(legacy.get())
                            : new ToolChoice.Named(
                                    legacy.get().object().need("name", "a string").string()));
        }
    }

    private static ToolChoice word(Field choice) throws InvalidBody {
        return switch (choice.string()) {
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            // `any` is what some clients of local servers say.
            case "required", "any" -> new ToolChoice.Required();
            default -> throw choice.unknown("auto, none, required or an object");
        };
    }

    private static ToolChoice choice(Field choice) throws InvalidBody {
        boolean named = choice.get("function").isPresent() || choice.get("name").isPresent();
        Field type = choice.at("type");
        return switch (type.given() || !named ? type.string() : "function") {
            // Responses and Anthropic have the name beside the type.
            case "function", "tool" ->
                    new ToolChoice.Named(
                            choice.get("function")
                                    .orElse(choice)
                                    .object()
                                    .need("name", "a string")
                                    .string());
            case "custom" ->
                    new ToolChoice.Named(
                            choice.get("custom")
                                    .orElse(choice)
                                    .object()
                                    .need("name", "a string")
                                    .string());
            case "allowed_tools" -> {
                Field allowed = choice.need("allowed_tools", "an object").object();
                Field mode = allowed.need("mode", "auto or required");
                var names = new ArrayList<String>();
                for (Field tool : allowed.need("tools", "an array").items()) {
                    String kind = tool.object().need("type", "a string").string();
                    names.add(
                            tool.get(kind).orElse(tool).object().need("name", "a string").string());
                }
                yield switch (mode.string()) {
                    case "auto" -> new ToolChoice.Among(names, false);
                    case "required" -> new ToolChoice.Among(names, true);
                    default -> throw mode.unknown("auto or required");
                };
            }
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            case "required", "any" -> new ToolChoice.Required();
            default -> throw type.unknown("function, custom or allowed_tools");
        };
    }

    private AnswerFormat format(Field format) throws InvalidBody {
        Field type = format.at("type");
        boolean schemed = format.get("json_schema").isPresent();
        return switch (type.given() || !schemed ? type.string() : "json_schema") {
            case "text" -> new AnswerFormat.Text();
            case "json_object" -> {
                // llama.cpp takes a schema beside it.
                Optional<Field> schema = format.get("schema");
                yield schema.isEmpty()
                        ? new AnswerFormat.JsonObject()
                        : new AnswerFormat.JsonSchema(
                                "", "", schema.get().object().node(), Optional.empty());
            }
            case "json_schema" -> {
                Field named = format.need("json_schema", "an object").object();
                yield new AnswerFormat.JsonSchema(
                        named.optionalString("name").orElse(""),
                        named.optionalString("description").orElse(""),
                        named.need("schema", "an object").object().node(),
                        named.optionalBool("strict"));
            }
            default -> throw type.unknown("text, json_object or json_schema");
        };
    }

    /// A negative bound is how some local servers write "none".
    private void bound() throws InvalidBody {
        OptionalLong bound = body.optionalInteger("max_completion_tokens");
        OptionalLong old = body.optionalInteger("max_tokens");
        OptionalLong either = bound.isPresent() ? bound : old;
        if (either.isPresent() && either.getAsLong() >= 0) {
            request.maxOutputTokens(either.getAsLong());
        }
    }

    private void sampling() throws InvalidBody {
        request.sampling(
                new Sampling(
                        body.optionalNumber("temperature"),
                        body.optionalNumber("top_p"),
                        body.optionalInteger("top_k"),
                        body.optionalInteger("seed"),
                        body.optionalNumber("presence_penalty"),
                        body.optionalNumber("frequency_penalty")));
    }

    /// OpenAI's word, OpenRouter's object and DeepSeek's switch (with Anthropic's budget, which some
    /// servers take in it).
    private void reasoning() throws InvalidBody {
        Optional<Effort> effort = switched(effort(body.get("reasoning_effort")));
        OptionalLong budget = body.optionalInteger("thinking_budget");
        Optional<Boolean> shown = body.optionalBool("include_reasoning");
        Field google = body.at("extra_body").at("google").at("thinking_config");
        if (google.node().isObject()) {
            // As Google's own layer takes it.
            budget = budget.isPresent() ? budget : google.optionalInteger("thinking_budget");
            shown = shown.isPresent() ? shown : google.optionalBool("include_thoughts");
            effort = effort.isPresent() ? effort : effort(google.get("thinking_level"));
        }
        Optional<Field> object = body.get("reasoning");
        if (object.isPresent()) {
            Field asked = object.get().object();
            if (effort.isEmpty()) {
                effort = effort(asked.get("effort"));
            }
            budget = asked.optionalInteger("max_tokens");
            Optional<Boolean> enabled = asked.optionalBool("enabled");
            if (effort.isEmpty() && budget.isEmpty() && enabled.isPresent()) {
                effort = enabled.get() ? effort : Optional.of(Effort.NONE);
                budget = enabled.get() ? OptionalLong.of(-1) : budget;
            }
            Optional<Boolean> exclude = asked.optionalBool("exclude");
            if (exclude.isPresent()) {
                shown = Optional.of(!exclude.get());
            }
            for (Field field : asked.fields()) {
                if (!Set.of("effort", "max_tokens", "enabled", "exclude").contains(field.name())) {
                    request.extra(field.path(), field.node());
                }
            }
        }
        Optional<Field> thinking = body.get("thinking");
        if (thinking.isPresent()) {
            boolean bare = thinking.get().node().isBoolean() || thinking.get().isString();
            Field type = bare ? thinking.get() : thinking.get().object().at("type");
            switch (type.given() ? word(type.node()) : "enabled") {
                case "disabled", "false", "none", "off" -> effort = Optional.of(Effort.NONE);
                case "enabled", "adaptive", "auto", "true", "on" -> {
                    OptionalLong tokens = thinking.get().optionalInteger("budget_tokens");
                    if (tokens.isPresent()) {
                        budget = tokens;
                    } else if (effort.isEmpty() && budget.isEmpty()) {
                        budget = OptionalLong.of(-1);
                    }
                }
                default -> request.extra(type.path(), type.node());
            }
        }
        request.reasoning(new ReasoningWish(effort, budget, shown));
    }

    private static String word(JsonNode switched) {
        return switched.isBoolean()
                ? Boolean.toString(switched.booleanValue())
                : switched.asString("");
    }

    private Optional<Effort> effort(Optional<Field> field) throws InvalidBody {
        return field.isEmpty()
                ? Optional.empty()
                : EffortWords.effort(field.get(), word -> request.extra(word.path(), word.node()));
    }

    /// The switches of Qwen's own API and of vLLM, where no effort is said.
    private Optional<Effort> switched(Optional<Effort> said) throws InvalidBody {
        Optional<Boolean> on = body.optionalBool("enable_thinking");
        Field template = body.at("chat_template_kwargs");
        for (String name : List.of("enable_thinking", "thinking")) {
            JsonNode value = template.node().path(name);
            if (on.isEmpty() && value.isBoolean()) {
                on = Optional.of(value.booleanValue());
            }
        }
        return said.isEmpty() && on.isPresent() && !on.get() ? Optional.of(Effort.NONE) : said;
    }
}
