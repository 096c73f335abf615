package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.CacheMarks;
import dev.switchgear.dialects.CustomTool;
import dev.switchgear.dialects.ToolNames;
import dev.switchgear.dialects.Wording;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words a chat request for one provider. For one thread, once.
final class OpenAiRequestWriter {
    private static final String EFFORT = "reasoning_effort";
    private static final int STOP_TEXTS_MAX = 4;

    /// OpenAI's; nobody who speaks its dialect documents fewer.
    private static final ToolNames NAMES = new ToolNames(64, "_-", false, Set.of());

    /// A path of a tool's own unknown field: `tools[3].eager_input_streaming`.
    private static final Pattern OF_A_TOOL =
            Pattern.compile("tools\\[(\\d{1,6})]\\.(function\\.)?([^.\\[\\]]+)");

    private static final Pattern OF_REASONING = Pattern.compile("reasoning\\.([^.\\[\\]]+)");

    /// Extras of the Responses dialect that mean the same here.
    private static final Set<String> SHARED_WITH_RESPONSES =
            Set.of(
                    "metadata",
                    "service_tier",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    CacheMarks.OPTIONS);

    /// What an answer would hold in return has no place in one that is read into events.
    private static final Set<String> UNANSWERABLE = Set.of("logprobs", "top_logprobs");

    private static final Set<String> TEMPLATED = Set.of("chat_template_kwargs", "enable_thinking");

    private final Wording wording;
    private final ChatRequest asked;
    private final OpenAiFlavour flavour;

    /// Names of tools that go out as what they are, and not as functions.
    private final Set<String> customs;

    private final ObjectNode body;

    private OpenAiRequestWriter(Wording wording, OpenAiFlavour flavour) {
        this.wording = wording;
        this.asked = wording.asked();
        this.flavour = flavour;
        this.customs = flavour.customTools() ? CustomTool.names(asked) : Set.of();
        this.body = wording.body();
    }

    static Worded write(ChatRequest asked, ModelTarget target, OpenAiFlavour flavour)
            throws NotTranslatable {
        Set<Capability> lacks =
                flavour.takes(Takes.JSON_SCHEMA) ? Set.of() : Set.of(Capability.STRUCTURED_OUTPUT);
        var wording = new Wording(CacheMarks.onParts(asked), target, NAMES, lacks);
        wording.without(part -> part.dialect() == Dialect.OPENAI && flavour.takes(Takes.LISTS))
                .orInWords();
        if (flavour.takes(Takes.STRICT_SUBSET)) {
            wording.ofAnObject();
        }
        return new OpenAiRequestWriter(wording.withTheWordJson(), flavour).whole();
    }

    private Worded whole() throws NotTranslatable {
        wording.oneAnswer();
        wording.wholePrompt();
        body.put("model", wording.model());
        body.set("messages", new OpenAiTurnWriter(wording, flavour, customs).messages());
        if (asked.streamed()) {
            body.put("stream", true);
            if (flavour.takes(Takes.STREAM_OPTIONS)) {
                body.putObject("stream_options").put("include_usage", true);
            }
        }
        String bound =
                wording.takes(Capability.MAX_TOKENS)
                        ? flavour.bound().field()
                        : OpenAiFlavour.Bound.MAX_COMPLETION_TOKENS.field();
        wording.bound(bound).ifPresent(most -> body.put(bound, most));
        sampling();
        stop();
        tools();
        format();
        reasoning();
        user();
        extras();
        return wording.worded();
    }

    private void user() {
        if (asked.user().isEmpty()) {
            return;
        }
        if (flavour.names().user().isEmpty()) {
            wording.drop("user");
        } else {
            body.put(flavour.names().user(), asked.user().get());
        }
    }

    private void sampling() {
        Sampling sampling = asked.sampling();
        OptionalDouble topP = wording.topP();
        boolean free = wording.takes(Capability.TEMPERATURE);
        put("temperature", sampling.temperature(), free);
        put("top_p", topP, free);
        put("top_k", sampling.topK(), free && flavour.takes(Takes.TOP_K));
        put(flavour.names().seed(), sampling.seed(), flavour.takes(Takes.SEED));
        boolean penalties =
                free && flavour.takes(Takes.PENALTIES) && wording.takes(Capability.PENALTIES);
        put("presence_penalty", sampling.presencePenalty(), penalties);
        put("frequency_penalty", sampling.frequencyPenalty(), penalties);
    }

    private void put(String field, OptionalDouble value, boolean taken) {
        wording.put(body, field, field, value, taken);
    }

    private void put(String field, OptionalLong value, boolean taken) {
        wording.put(body, field, field, value, taken);
    }

    private void stop() throws NotTranslatable {
        if (!flavour.takes(Takes.STOP)) {
            wording.drop("stop", asked.stop().stream().anyMatch(text -> !text.isEmpty()));
            return;
        }
        List<String> stop = wording.stop(STOP_TEXTS_MAX);
        if (stop.size() == 1) {
            body.put("stop", stop.getFirst());
        } else if (!stop.isEmpty()) {
            stop.forEach(body.putArray("stop")::add);
        }
    }

    private void tools() throws NotTranslatable {
        if (!wording.tools()) {
            wording.drop("parallel_tool_calls: no tools", asked.parallelTools().isPresent());
            return;
        }
        ArrayNode tools = body.putArray("tools");
        Set<String> only = choice();
        for (int i = 0; i < asked.tools().size(); i++) {
            Tool tool = asked.tools().get(i);
            if (only.isEmpty() || only.contains(name(tool))) {
                Optional<ObjectNode> worded = tool(tool, i);
                if (worded.isPresent()) {
                    toolExtras(worded.get(), i);
                    tools.add(worded.get());
                }
            }
        }
        if (tools.isEmpty()) {
            throw new NotTranslatable("tool_choice", "names no tool that is there");
        }
        if (asked.parallelTools().isPresent()) {
            if (flavour.takes(Takes.PARALLEL_TOOL_CALLS)) {
                body.put("parallel_tool_calls", asked.parallelTools().get());
            } else {
                wording.drop("parallel_tool_calls");
            }
        }
    }

    private static String name(Tool tool) {
        return switch (tool) {
            case Tool.Function function -> function.name();
            case Tool.Hosted hosted ->
                    hosted.raw().path(hosted.kind()).path("name").asString(hosted.kind());
        };
    }

    /// Writes the choice.
    ///
    /// @return the only tools that may be offered, because the choice cannot be said otherwise;
    ///     empty for all
    private Set<String> choice() {
        ToolChoice choice = wording.choice(wording.takes(Capability.FORCED_TOOL));
        boolean narrowed = !choice.equals(asked.toolChoice());
        switch (choice) {
            case ToolChoice.Unsaid _ -> {}
            case ToolChoice.Auto _ -> body.put("tool_choice", "auto");
            case ToolChoice.None _ -> body.put("tool_choice", "none");
            case ToolChoice.Required _ -> body.put("tool_choice", "required");
            case ToolChoice.Named(String name) -> body.set("tool_choice", named(name));
            case ToolChoice.Among(List<String> names, boolean required) -> {
                String mode = required ? "required" : "auto";
                if (narrowed || !flavour.takes(Takes.ALLOWED_TOOLS)) {
                    body.put("tool_choice", mode);
                    return Set.copyOf(names);
                }
                ObjectNode allowed =
                        body.putObject("tool_choice")
                                .put("type", "allowed_tools")
                                .putObject("allowed_tools");
                ArrayNode tools = allowed.put("mode", mode).putArray("tools");
                names.forEach(name -> tools.add(named(name)));
            }
        }
        return Set.of();
    }

    private ObjectNode named(String name) {
        String type = customs.contains(name) ? "custom" : "function";
        ObjectNode choice = Json.object().put("type", type);
        choice.putObject(type).put("name", name);
        return choice;
    }

    private Optional<ObjectNode> tool(Tool tool, int index) throws NotTranslatable {
        return switch (tool) {
            case Tool.Function function ->
                    Optional.of(
                            customs.contains(function.name())
                                    ? custom(function)
                                    : function(function, "tools[" + index + "]"));
            case Tool.Hosted hosted -> {
                boolean ours =
                        hosted.dialect() == Dialect.OPENAI
                                && flavour.takes(Takes.HOSTED_TOOLS)
                                && hosted.raw().isObject();
                yield wording.hosted(hosted, ours, "tools[" + index + "].type")
                        .map(raw -> (ObjectNode) raw.deepCopy());
            }
        };
    }

    /// As the client of this dialect described it, or in its words.
    private static ObjectNode custom(Tool.Function function) {
        ClientTool client = function.client().orElseThrow();
        if (client.dialect() == Dialect.OPENAI
                && client.raw().path("custom").isObject()
                && client.raw().deepCopy() instanceof ObjectNode own) {
            own.withObject("custom").put("name", function.name());
            return own;
        }
        return CustomTool.of(client.raw()).wrapped(function.name());
    }

    private ObjectNode function(Tool.Function function, String field) {
        ObjectNode tool = Json.object().put("type", "function");
        ObjectNode inner = tool.putObject("function").put("name", function.name());
        if (!function.description().isEmpty()) {
            inner.put("description", function.description());
        }
        if (function.parameters().isPresent()) {
            inner.set("parameters", wording.parameters(function.parameters().get(), field));
        } else if (!flavour.takes(Takes.BARE_FUNCTIONS)) {
            inner.putObject("parameters").put("type", "object").putObject("properties");
        }
        if (function.strict().isPresent()) {
            if (flavour.takes(Takes.STRICT)) {
                strict(function.strict(), inner.path("parameters"), field)
                        .ifPresent(strict -> inner.put("strict", strict));
            } else {
                wording.drop("tools.strict");
            }
        }
        if (function.cacheMark().isPresent()) {
            if (flavour.takes(Takes.CACHE_MARKS)) {
                OpenAiTurnWriter.mark(tool, function.cacheMark().get());
            } else {
                wording.drop("cache_control");
            }
        }
        return tool;
    }

    private Optional<Boolean> strict(Optional<Boolean> wanted, JsonNode schema, String field) {
        return flavour.takes(Takes.STRICT_SUBSET) ? wording.strict(wanted, schema, field) : wanted;
    }

    /// Puts back what the client's tool had beside the known fields, if it spoke this dialect.
    private void toolExtras(ObjectNode tool, int index) {
        if (asked.asked() != Dialect.OPENAI) {
            return;
        }
        for (Extra extra : asked.extras()) {
            Matcher path = OF_A_TOOL.matcher(extra.field());
            if (path.matches() && Integer.parseInt(path.group(1)) == index) {
                JsonNode holder = path.group(2) == null ? tool : tool.path("function");
                if (flavour.refuses(path.group(3))) {
                    wording.drop(extra.field());
                } else if (holder instanceof ObjectNode object) {
                    object.set(path.group(3), extra.value());
                }
            }
        }
    }

    private void format() {
        switch (asked.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ ->
                    body.putObject("response_format").put("type", "json_object");
            case AnswerFormat.JsonSchema schema -> {
                ObjectNode named =
                        body.putObject("response_format")
                                .put("type", "json_schema")
                                .putObject("json_schema");
                named.put("name", Wording.schemaName(schema.name()));
                if (!schema.description().isEmpty()) {
                    named.put("description", schema.description());
                }
                named.set("schema", schema.schema());
                strict(schema.strict(), schema.schema(), "response_format.json_schema")
                        .ifPresent(strict -> named.put("strict", strict));
            }
        }
    }

    private void reasoning() {
        ReasoningWish reasoning = asked.reasoning();
        if (flavour.asking() == OpenAiFlavour.Asking.OBJECT
                && reasoning.shown().isPresent()
                && !reasoning.shown().get()) {
            object().put("exclude", true);
        }
        if (!reasoning.said() || templated()) {
            return;
        }
        if (!wording.mayReason(EFFORT)) {
            return;
        }
        if (flavour.asking() == OpenAiFlavour.Asking.NONE) {
            wording.drop(
                    EFFORT + ": " + wording.model() + " is not asked to reason", !wording.off());
            return;
        }
        Optional<Effort> effort =
                reasoning.meant().map(wanted -> wording.nearest(wanted, flavour.efforts(), EFFORT));
        switch (flavour.asking()) {
            case NONE -> {}
            case EFFORT -> effort.ifPresent(word -> body.put(EFFORT, Wording.word(word)));
            case THINKING -> {
                boolean disabled = effort.filter(Effort.NONE::equals).isPresent();
                body.putObject("thinking").put("type", disabled ? "disabled" : "enabled");
                if (!disabled) {
                    effort.ifPresent(word -> body.put(EFFORT, Wording.word(word)));
                }
            }
            case OBJECT -> {
                long budget = reasoning.budgetTokens().orElse(0);
                if (reasoning.effort().isPresent() || budget == 0) {
                    effort.ifPresent(word -> object().put("effort", Wording.word(word)));
                } else if (budget > 0) {
                    object().put("max_tokens", budget);
                } else {
                    object().put("enabled", true);
                }
            }
        }
    }

    /// Whether the client speaks to the server's own template, which says how to reason.
    private boolean templated() {
        return asked.asked() == Dialect.OPENAI
                && flavour.equals(OpenAiFlavour.COMPATIBLE)
                && asked.extras().stream().anyMatch(extra -> TEMPLATED.contains(extra.field()));
    }

    private ObjectNode object() {
        return body.get("reasoning") instanceof ObjectNode there
                ? there
                : body.putObject("reasoning");
    }

    private void extras() throws NotTranslatable {
        for (Extra extra : wording.extras(Dialect.OPENAI, Dialect.COMPLETIONS, Dialect.RESPONSES)) {
            if (asked.asked() == Dialect.RESPONSES) {
                ofResponses(extra, extra.field());
            } else {
                own(extra, extra.field());
            }
        }
    }

    private void ofResponses(Extra extra, String field) {
        String here = field.equals("text.verbosity") ? "verbosity" : field;
        boolean shared =
                !here.equals(field)
                        || (SHARED_WITH_RESPONSES.contains(field)
                                && CacheMarks.takes(wording.model(), field));
        wording.drop(field, !shared || flavour.refuses(here));
        if (shared && !flavour.refuses(here)) {
            body.set(here, extra.value());
        }
    }

    private void own(Extra extra, String field) throws NotTranslatable {
        Matcher reasoning = OF_REASONING.matcher(field);
        if (field.equals("modalities") && Json.text(extra.value()).contains("\"audio\"")) {
            throw new NotTranslatable("modalities", "audio in an answer cannot be carried");
        }
        if (OF_A_TOOL.matcher(field).matches()) {
            return; // Put back where it belongs.
        }
        if (flavour.refuses(field) || UNANSWERABLE.contains(field)) {
            wording.drop(field);
        } else if (reasoning.matches() && flavour.asking() == OpenAiFlavour.Asking.OBJECT) {
            object().set(reasoning.group(1), extra.value());
        } else if (field.indexOf('.') >= 0 || body.has(field)) {
            wording.drop(field);
        } else {
            body.set(field, extra.value());
        }
    }
}
