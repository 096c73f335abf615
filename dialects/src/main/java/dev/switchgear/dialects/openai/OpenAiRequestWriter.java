package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
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
import dev.switchgear.families.llm.model.ModelTraits;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
    private static final int STOP_TEXTS_MAX = 4;
    private static final int SCHEMA_NAME_CHARS_MAX = 64;
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9_-]");

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
                    "prompt_cache_options");

    /// What an answer would hold in return has no place in one that is read into events.
    private static final Set<String> UNANSWERABLE = Set.of("logprobs", "top_logprobs");

    private final ChatRequest asked;
    private final ModelTarget target;
    private final ModelTraits traits;
    private final OpenAiFlavour flavour;
    private final ObjectNode body = Json.object();
    private final Set<String> dropped = new LinkedHashSet<>();

    private OpenAiRequestWriter(ChatRequest asked, ModelTarget target, OpenAiFlavour flavour) {
        this.asked = asked;
        this.target = target;
        this.traits = target.traits();
        this.flavour = flavour;
    }

    static Worded write(ChatRequest asked, ModelTarget target, OpenAiFlavour flavour)
            throws NotTranslatable {
        return new OpenAiRequestWriter(asked, target, flavour).whole();
    }

    private Worded whole() throws NotTranslatable {
        if (asked.answers() > 1) {
            throw new NotTranslatable(
                    "n", asked.answers() + " (expected: 1, as an answer is translated alone)");
        }
        body.put("model", target.model());
        body.set("messages", new OpenAiTurnWriter(asked, target, flavour, dropped).messages());
        if (asked.streamed()) {
            body.put("stream", true);
            if (flavour.takes(Takes.STREAM_OPTIONS)) {
                body.putObject("stream_options").put("include_usage", true);
            }
        }
        bound();
        sampling();
        stop();
        tools();
        format();
        reasoning();
        user();
        extras();
        return new Worded(Json.bytes(body), List.copyOf(dropped));
    }

    private void user() {
        if (asked.user().isEmpty()) {
            return;
        }
        if (flavour.names().user().isEmpty()) {
            dropped.add("user");
        } else {
            body.put(flavour.names().user(), asked.user().get());
        }
    }

    private void bound() {
        OptionalLong bound = asked.maxOutputTokens();
        if (bound.isEmpty()) {
            return;
        }
        OptionalLong most = traits.outputTokensMax();
        long value = bound.getAsLong();
        if (most.isPresent() && value > most.getAsLong()) {
            value = most.getAsLong();
            dropped.add(flavour.bound().field() + ": cut to the model's " + value);
        }
        body.put(flavour.bound().field(), value);
    }

    private void sampling() {
        Sampling sampling = asked.sampling();
        boolean fixed = traits.lacks(Capability.TEMPERATURE);
        OptionalDouble topP = sampling.topP();
        if (topP.isPresent()
                && sampling.temperature().isPresent()
                && traits.lacks(Capability.TEMPERATURE_WITH_TOP_P)) {
            dropped.add("top_p: not together with temperature");
            topP = OptionalDouble.empty();
        }
        put("temperature", sampling.temperature(), !fixed);
        put("top_p", topP, !fixed);
        put("top_k", sampling.topK(), !fixed && flavour.takes(Takes.TOP_K));
        put(flavour.names().seed(), sampling.seed(), flavour.takes(Takes.SEED));
        boolean penalties = !fixed && flavour.takes(Takes.PENALTIES);
        put("presence_penalty", sampling.presencePenalty(), penalties);
        put("frequency_penalty", sampling.frequencyPenalty(), penalties);
    }

    private void put(String field, OptionalDouble value, boolean taken) {
        if (value.isPresent()) {
            if (taken) {
                body.put(field, value.getAsDouble());
            } else {
                dropped.add(field);
            }
        }
    }

    private void put(String field, OptionalLong value, boolean taken) {
        if (value.isPresent()) {
            if (taken) {
                body.put(field, value.getAsLong());
            } else {
                dropped.add(field);
            }
        }
    }

    private void stop() throws NotTranslatable {
        List<String> stop = asked.stop().stream().filter(text -> !text.isEmpty()).toList();
        if (stop.isEmpty()) {
            return;
        }
        if (!flavour.takes(Takes.STOP) || traits.lacks(Capability.STOP)) {
            dropped.add("stop");
            return;
        }
        if (stop.size() > STOP_TEXTS_MAX) {
            throw new NotTranslatable(
                    "stop", stop.size() + " texts (expected: at most " + STOP_TEXTS_MAX + ")");
        }
        if (stop.size() == 1) {
            body.put("stop", stop.getFirst());
        } else {
            ArrayNode texts = body.putArray("stop");
            stop.forEach(texts::add);
        }
    }

    private void tools() throws NotTranslatable {
        if (asked.tools().isEmpty()) {
            if (asked.parallelTools().isPresent()) {
                dropped.add("parallel_tool_calls: no tools");
            }
            switch (asked.toolChoice()) {
                case ToolChoice.Unsaid _, ToolChoice.None _ -> {}
                case ToolChoice.Auto _,
                        ToolChoice.Required _,
                        ToolChoice.Named _,
                        ToolChoice.Among _ ->
                        dropped.add("tool_choice: no tools");
            }
            return;
        }
        if (traits.lacks(Capability.TOOLS)) {
            throw new NotTranslatable("tools", target.model() + " takes none");
        }
        ArrayNode tools = body.putArray("tools");
        Set<String> only = choice();
        for (int i = 0; i < asked.tools().size(); i++) {
            Tool tool = asked.tools().get(i);
            if (only.isEmpty() || only.contains(name(tool))) {
                ObjectNode worded = tool(tool, i);
                toolExtras(worded, i);
                tools.add(worded);
            }
        }
        if (tools.isEmpty()) {
            throw new NotTranslatable("tool_choice", "names no tool that is there");
        }
        if (asked.parallelTools().isPresent()) {
            if (flavour.takes(Takes.PARALLEL_TOOL_CALLS)) {
                body.put("parallel_tool_calls", asked.parallelTools().get());
            } else {
                dropped.add("parallel_tool_calls");
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
        boolean forced = !traits.lacks(Capability.FORCED_TOOL);
        switch (asked.toolChoice()) {
            case ToolChoice.Unsaid _ -> {}
            case ToolChoice.Auto _ -> body.put("tool_choice", "auto");
            case ToolChoice.None _ -> body.put("tool_choice", "none");
            case ToolChoice.Required _ -> required(forced);
            case ToolChoice.Named(String name) -> {
                if (!forced) {
                    required(false);
                    return Set.of(name);
                }
                boolean custom =
                        asked.tools().stream()
                                .anyMatch(tool ->
                                        tool instanceof Tool.Hosted(_, String kind, _)
                                                && kind.equals("custom")
                                                && name(tool).equals(name));
                String type = custom ? "custom" : "function";
                body.putObject("tool_choice").put("type", type).putObject(type).put("name", name);
            }
            case ToolChoice.Among(List<String> names, boolean required) -> {
                if (!flavour.takes(Takes.ALLOWED_TOOLS) || (required && !forced)) {
                    if (required) {
                        required(forced);
                    } else {
                        body.put("tool_choice", "auto");
                    }
                    return Set.copyOf(names);
                }
                ObjectNode allowed =
                        body.putObject("tool_choice")
                                .put("type", "allowed_tools")
                                .putObject("allowed_tools");
                ArrayNode tools =
                        allowed.put("mode", required ? "required" : "auto").putArray("tools");
                for (String name : names) {
                    tools.addObject()
                            .put("type", "function")
                            .putObject("function")
                            .put("name", name);
                }
            }
        }
        return Set.of();
    }

    private void required(boolean forced) {
        if (forced) {
            body.put("tool_choice", "required");
        } else {
            body.put("tool_choice", "auto");
            dropped.add("tool_choice: " + target.model() + " cannot be made to call a tool");
        }
    }

    private ObjectNode tool(Tool tool, int index) throws NotTranslatable {
        return switch (tool) {
            case Tool.Function function -> function(function);
            case Tool.Hosted hosted -> {
                if (hosted.dialect() != Dialect.OPENAI
                        || !flavour.takes(Takes.HOSTED_TOOLS)
                        || !(hosted.raw() instanceof ObjectNode raw)) {
                    throw new NotTranslatable(
                            "tools[" + index + "].type", hosted.kind() + " is not offered here");
                }
                yield raw.deepCopy();
            }
        };
    }

    private ObjectNode function(Tool.Function function) {
        ObjectNode tool = Json.object().put("type", "function");
        ObjectNode inner = tool.putObject("function").put("name", function.name());
        if (!function.description().isEmpty()) {
            inner.put("description", function.description());
        }
        if (function.parameters().isPresent()) {
            inner.set("parameters", function.parameters().get());
        } else if (!flavour.takes(Takes.BARE_FUNCTIONS)) {
            inner.putObject("parameters").put("type", "object").putObject("properties");
        }
        if (function.strict().isPresent()) {
            if (flavour.takes(Takes.STRICT)) {
                inner.put("strict", function.strict().get());
            } else {
                dropped.add("tools.strict");
            }
        }
        if (function.cacheMark().isPresent()) {
            if (flavour.takes(Takes.CACHE_MARKS)) {
                OpenAiTurnWriter.mark(tool, function.cacheMark().get());
            } else {
                dropped.add("cache_control");
            }
        }
        return tool;
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
                    dropped.add(extra.field());
                } else if (holder instanceof ObjectNode object) {
                    object.set(path.group(3), extra.value());
                }
            }
        }
    }

    private void format() throws NotTranslatable {
        switch (asked.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ ->
                    body.putObject("response_format").put("type", "json_object");
            case AnswerFormat.JsonSchema schema -> {
                if (!flavour.takes(Takes.JSON_SCHEMA)
                        || traits.lacks(Capability.STRUCTURED_OUTPUT)) {
                    throw new NotTranslatable(
                            "response_format", target.model() + " takes no JSON Schema");
                }
                if (!asked.tools().isEmpty()
                        && traits.lacks(Capability.TOOLS_WITH_STRUCTURED_OUTPUT)) {
                    throw new NotTranslatable(
                            "response_format",
                            target.model() + " takes no JSON Schema beside tools");
                }
                ObjectNode named =
                        body.putObject("response_format")
                                .put("type", "json_schema")
                                .putObject("json_schema");
                named.put("name", schemaName(schema.name()));
                if (!schema.description().isEmpty()) {
                    named.put("description", schema.description());
                }
                named.set("schema", schema.schema());
                schema.strict().ifPresent(strict -> named.put("strict", strict));
            }
        }
    }

    private static String schemaName(String name) {
        if (name.isEmpty()) {
            return "answer";
        }
        String legal = NOT_IN_NAMES.matcher(name).replaceAll("_");
        return legal.substring(0, Math.min(SCHEMA_NAME_CHARS_MAX, legal.length()));
    }

    private void reasoning() {
        ReasoningWish reasoning = asked.reasoning();
        if (flavour.asking() == OpenAiFlavour.Asking.OBJECT
                && reasoning.shown().isPresent()
                && !reasoning.shown().get()) {
            object().put("exclude", true);
        }
        if (!reasoning.said()) {
            return;
        }
        boolean off = reasoning.meant().filter(Effort.NONE::equals).isPresent();
        if (flavour.asking() == OpenAiFlavour.Asking.NONE || traits.neverReasons()) {
            if (!off) {
                dropped.add("reasoning_effort: " + target.model() + " is not asked to reason");
            }
            return;
        }
        Optional<Effort> effort = reasoning.meant().map(this::nearest);
        switch (flavour.asking()) {
            case NONE -> {}
            case EFFORT -> effort.ifPresent(word -> body.put("reasoning_effort", word(word)));
            case THINKING -> {
                boolean disabled = effort.filter(Effort.NONE::equals).isPresent();
                body.putObject("thinking").put("type", disabled ? "disabled" : "enabled");
                if (!disabled) {
                    effort.ifPresent(word -> body.put("reasoning_effort", word(word)));
                }
            }
            case OBJECT -> {
                long budget = reasoning.budgetTokens().orElse(0);
                if (reasoning.effort().isPresent() || budget == 0) {
                    effort.ifPresent(word -> object().put("effort", word(word)));
                } else if (budget > 0) {
                    object().put("max_tokens", budget);
                } else {
                    object().put("enabled", true);
                }
            }
        }
    }

    private ObjectNode object() {
        return body.get("reasoning") instanceof ObjectNode there
                ? there
                : body.putObject("reasoning");
    }

    /// The word that is taken here: the effort itself, the next above it, or the highest.
    private Effort nearest(Effort wanted) {
        var taken = EnumSet.noneOf(Effort.class);
        taken.addAll(flavour.efforts());
        if (traits.lacks(Capability.REASONING_OFF)) {
            taken.remove(Effort.NONE);
        }
        if (traits.lacks(Capability.EFFORT_MINIMAL)) {
            taken.remove(Effort.MINIMAL);
        }
        if (traits.lacks(Capability.EFFORT_ABOVE_HIGH)) {
            taken.remove(Effort.XHIGH);
            taken.remove(Effort.MAX);
        }
        Effort nearest = wanted;
        for (Effort effort : taken) {
            nearest = effort;
            if (effort.compareTo(wanted) >= 0) {
                break;
            }
        }
        if (nearest != wanted) {
            dropped.add("reasoning_effort: " + word(wanted) + " is " + word(nearest) + " here");
        }
        return nearest;
    }

    private static String word(Effort effort) {
        return effort.name().toLowerCase(Locale.ROOT);
    }

    private void extras() throws NotTranslatable {
        for (Extra extra : asked.extras()) {
            String field = extra.field();
            if (asked.asked() == Dialect.OPENAI) {
                own(extra, field);
            } else if (asked.asked() == Dialect.RESPONSES
                    && SHARED_WITH_RESPONSES.contains(field)
                    && !flavour.refuses(field)) {
                body.set(field, extra.value());
            } else if (asked.asked() == Dialect.RESPONSES
                    && field.equals("text.verbosity")
                    && !flavour.refuses("verbosity")) {
                body.set("verbosity", extra.value());
            } else {
                dropped.add(field);
            }
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
            dropped.add(field);
        } else if (reasoning.matches() && flavour.asking() == OpenAiFlavour.Asking.OBJECT) {
            object().set(reasoning.group(1), extra.value());
        } else if (field.indexOf('.') >= 0 || body.has(field)) {
            dropped.add(field);
        } else {
            body.set(field, extra.value());
        }
    }
}
