package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words one request for a model of Claude's. For one thread, once.
///
/// A demanded tool call goes before reasoning, and reasoning before sampling: what is asked for comes
/// before how it is found.
final class AnthropicRequestWriter {
    private static final long OUTPUT_DEFAULT = 32_000;
    private static final long BUDGET_LEAST = 1_024;
    private static final int MARKS_MAX = 4;
    private static final Pattern TOOL_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
    private static final Pattern TOP_EXTRA = Pattern.compile("[^.\\[]+");
    private static final Pattern CONFIG_EXTRA = Pattern.compile("output_config\\.[^.\\[]+");
    private static final Pattern TOOL_EXTRA = Pattern.compile("tools\\[(\\d{1,6})]\\.([^.\\[]+)");

    /// What only an answer needs: a question for a count is refused for it.
    private static final Set<String> NOT_COUNTED =
            Set.of("container", "inference_geo", "speed", "service_tier");

    private final ChatRequest asked;
    private final ModelTarget target;
    private final ModelTraits traits;
    private final Set<String> dropped = new LinkedHashSet<>();
    private final ObjectNode body = Json.object();
    private final ObjectNode outputConfig = Json.object();
    private boolean counting;

    AnthropicRequestWriter(ChatRequest asked, ModelTarget target) {
        this.asked = asked;
        this.target = target;
        this.traits = target.traits();
    }

    Worded count() throws NotTranslatable {
        counting = true;
        return chat();
    }

    Worded chat() throws NotTranslatable {
        if (asked.answers() > 1) {
            throw new NotTranslatable("n", "Anthropic gives one answer (expected: 1)");
        }
        AnthropicTurnWriter conversation = AnthropicTurnWriter.of(asked.turns(), target, dropped);
        List<ObjectNode> system = new ArrayList<>(conversation.system());
        List<Tool> kept = keptTools();
        boolean forced = forced() && !kept.isEmpty();
        Thinking thinking = thinking(conversation, forced);
        boolean mayForce = !traits.lacks(Capability.FORCED_TOOL) && !(forced && thinking.on());
        List<ObjectNode> tools = tools(kept);
        ObjectNode choice = choice(kept, forced, mayForce);
        format(system, tools, choice, forced, mayForce && !thinking.on());

        long max = max();
        thinking = within(max, thinking);
        body.put("model", target.model());
        if (!counting) {
            body.put("max_tokens", withRoom(max, thinking));
            if (asked.streamed()) {
                body.put("stream", true);
            }
        }
        if (system.size() == 1 && AnthropicTurnWriter.plainText(system.getFirst())) {
            body.set("system", system.getFirst().get("text"));
        } else if (!system.isEmpty()) {
            body.putArray("system").addAll(system);
        }
        body.set("messages", conversation.written());
        if (!tools.isEmpty()) {
            body.putArray("tools").addAll(tools);
        }
        if (!choice.isEmpty()) {
            body.set("tool_choice", choice);
        }
        write(thinking);
        if (!counting) {
            sampling(thinking.on());
            stop();
            asked.user().ifPresent(user -> body.putObject("metadata").put("user_id", user));
        }
        extras(tools, thinking);
        if (!outputConfig.isEmpty()) {
            body.set("output_config", outputConfig);
        }
        boundMarks();
        return new Worded(Json.bytes(body), List.copyOf(dropped));
    }

    /// What the model shall reason.
    ///
    /// @param on whether it reasons
    /// @param off whether that is turned off in so many words
    /// @param budget tokens; empty where the model decides
    private record Thinking(boolean on, boolean off, OptionalLong budget, Optional<String> effort) {
        static final Thinking UNSAID =
                new Thinking(false, false, OptionalLong.empty(), Optional.empty());
        static final Thinking OFF =
                new Thinking(false, true, OptionalLong.empty(), Optional.empty());

        static Thinking budget(long tokens) {
            return new Thinking(true, false, OptionalLong.of(tokens), Optional.empty());
        }

        static Thinking adaptive(Optional<String> effort) {
            return new Thinking(true, false, OptionalLong.empty(), effort);
        }
    }

    private Thinking thinking(AnthropicTurnWriter conversation, boolean forced) {
        Thinking wanted = wanted();
        if (forced && !traits.lacks(Capability.FORCED_TOOL)) {
            if (wanted.on() && !traits.lacks(Capability.REASONING_OFF)) {
                dropped.add("reasoning: off, because a tool call is demanded");
                return Thinking.OFF;
            }
            // Some reason unless told not to, and then refuse the demand.
            boolean bySelf = traits.reasonsBy(Reasoning.ADAPTIVE);
            if (!wanted.on() && bySelf && !traits.lacks(Capability.REASONING_OFF)) {
                return Thinking.OFF;
            }
        }
        if (wanted.budget().isPresent()) {
            if (conversation.prefilled()) {
                dropped.add("reasoning: off, because a turn of the assistant is continued");
                return Thinking.OFF;
            }
            if (conversation.callsWithoutReasoning()) {
                dropped.add("reasoning: off, because the last tool calls came without signed one");
                return Thinking.OFF;
            }
        }
        return wanted;
    }

    private Thinking wanted() {
        if (!asked.reasoning().said()) {
            return Thinking.UNSAID;
        }
        Optional<Effort> effort = asked.reasoning().meant();
        if (effort.isPresent() && effort.get() == Effort.NONE) {
            return off();
        }
        OptionalLong budget = asked.reasoning().budgetTokens();
        if (traits.reasoning().isEmpty()) {
            Optional<String> word = asked.reasoning().effort().map(this::word);
            return budget.isPresent() && budget.getAsLong() > 0
                    ? new Thinking(
                            true,
                            false,
                            OptionalLong.of(Math.max(BUDGET_LEAST, budget.getAsLong())),
                            word)
                    : Thinking.adaptive(word);
        }
        return switch (traits.reasoning().get()) {
            case NONE -> {
                dropped.add("reasoning: the model does none");
                yield Thinking.UNSAID;
            }
            case BUDGET -> Thinking.budget(budget(effort, budget));
            case ADAPTIVE, EFFORT -> {
                if (budget.isPresent() && budget.getAsLong() > 0) {
                    dropped.add("reasoning: the budget, which the model takes as an effort");
                }
                yield Thinking.adaptive(effort.map(this::word));
            }
        };
    }

    private Thinking off() {
        if (traits.neverReasons()) {
            return Thinking.UNSAID;
        }
        if (!traits.lacks(Capability.REASONING_OFF)) {
            return Thinking.OFF;
        }
        dropped.add("reasoning: low, because the model cannot do without");
        return Thinking.adaptive(Optional.of("low"));
    }

    private String word(Effort effort) {
        boolean tops = traits.lacks(Capability.EFFORT_ABOVE_HIGH);
        return switch (effort) {
            case NONE, MINIMAL, LOW -> "low";
            case MEDIUM -> "medium";
            case HIGH -> "high";
            case XHIGH -> tops ? "high" : "xhigh";
            case MAX -> tops ? "high" : "max";
        };
    }

    private static long budget(Optional<Effort> effort, OptionalLong budget) {
        if (budget.isPresent() && budget.getAsLong() > 0) {
            return Math.max(BUDGET_LEAST, budget.getAsLong());
        }
        return switch (effort.orElse(Effort.MEDIUM)) {
            case NONE, MINIMAL, LOW -> BUDGET_LEAST;
            case MEDIUM -> 8_192;
            case HIGH, XHIGH, MAX -> 24_576;
        };
    }

    private long max() {
        long most = traits.outputTokensMax().orElse(Long.MAX_VALUE);
        if (asked.maxOutputTokens().isEmpty()) {
            return Math.min(most, OUTPUT_DEFAULT);
        }
        long wish = asked.maxOutputTokens().getAsLong();
        if (wish > most) {
            dropped.add("max_tokens: cut to " + most + ", the model's most");
            return most;
        }
        return wish;
    }

    /// A budget that the model's own bound has room for beside an answer.
    private Thinking within(long max, Thinking thinking) {
        if (thinking.budget().isEmpty() || counting) {
            return thinking;
        }
        long most = traits.outputTokensMax().orElse(Long.MAX_VALUE);
        long budget = thinking.budget().getAsLong();
        if (budget < max || budget <= most - max) {
            return thinking;
        }
        long cut = most - Math.min(max, most / 2);
        if (cut < BUDGET_LEAST) {
            dropped.add("reasoning: off, because the bound on output leaves no room");
            return Thinking.OFF;
        }
        dropped.add("reasoning: the budget, cut to " + cut);
        return new Thinking(true, false, OptionalLong.of(cut), thinking.effort());
    }

    /// The API counts reasoning within the bound, which must be above the budget.
    private static long withRoom(long max, Thinking thinking) {
        long budget = thinking.budget().orElse(0);
        return thinking.budget().isPresent() && max <= budget ? max + budget : max;
    }

    private void write(Thinking thinking) {
        if (thinking.off()) {
            body.putObject("thinking").put("type", "disabled");
            return;
        }
        if (!thinking.on()) {
            return;
        }
        ObjectNode written = body.putObject("thinking");
        if (thinking.budget().isPresent()) {
            written.put("type", "enabled").put("budget_tokens", thinking.budget().getAsLong());
        } else {
            written.put("type", "adaptive");
        }
        asked.reasoning()
                .shown()
                .ifPresent(shown -> written.put("display", shown ? "summarized" : "omitted"));
        thinking.effort().ifPresent(effort -> outputConfig.put("effort", effort));
    }

    private boolean forced() {
        return switch (asked.toolChoice()) {
            case ToolChoice.Unsaid _, ToolChoice.Auto _, ToolChoice.None _ -> false;
            case ToolChoice.Required _, ToolChoice.Named _ -> true;
            case ToolChoice.Among among -> among.required();
        };
    }

    /// The tools the model may see: the API has no choice among some, so the others are left out.
    private List<Tool> keptTools() throws NotTranslatable {
        if (!asked.tools().isEmpty() && traits.lacks(Capability.TOOLS)) {
            throw new NotTranslatable("tools", "the model takes none");
        }
        Optional<List<String>> only =
                switch (asked.toolChoice()) {
                    case ToolChoice.Among among -> Optional.of(among.names());
                    case ToolChoice.Named named when traits.lacks(Capability.FORCED_TOOL) ->
                            Optional.of(List.of(named.name()));
                    case ToolChoice.Unsaid _,
                            ToolChoice.Auto _,
                            ToolChoice.None _,
                            ToolChoice.Required _,
                            ToolChoice.Named _ ->
                            Optional.empty();
                };
        if (only.isEmpty()) {
            return asked.tools();
        }
        return asked.tools().stream().filter(tool -> only.get().contains(name(tool))).toList();
    }

    private static String name(Tool tool) {
        return switch (tool) {
            case Tool.Function function -> function.name();
            case Tool.Hosted hosted -> hosted.raw().path("name").asString("");
        };
    }

    private List<ObjectNode> tools(List<Tool> kept) throws NotTranslatable {
        Map<Integer, List<Extra>> extras = toolExtras();
        var written = new ArrayList<ObjectNode>();
        for (int i = 0; i < asked.tools().size(); i++) {
            Tool tool = asked.tools().get(i);
            if (!kept.contains(tool)) {
                continue;
            }
            ObjectNode block = tool("tools[" + i + "]", tool);
            for (Extra extra : extras.getOrDefault(i, List.of())) {
                String field = extra.field().substring(extra.field().indexOf('.') + 1);
                block.set(field, extra.value());
            }
            written.add(block);
        }
        return written;
    }

    private Map<Integer, List<Extra>> toolExtras() {
        var found = new HashMap<Integer, List<Extra>>();
        for (Extra extra : asked.extras()) {
            Matcher tool = TOOL_EXTRA.matcher(extra.field());
            if (asked.asked() == Dialect.ANTHROPIC && tool.matches()) {
                found.computeIfAbsent(Integer.valueOf(tool.group(1)), _ -> new ArrayList<>())
                        .add(extra);
            }
        }
        return found;
    }

    private ObjectNode tool(String path, Tool tool) throws NotTranslatable {
        return switch (tool) {
            case Tool.Function function -> function(path, function);
            case Tool.Hosted hosted -> {
                if (hosted.dialect() == Dialect.ANTHROPIC
                        && hosted.raw().deepCopy() instanceof ObjectNode raw) {
                    yield raw;
                }
                throw new NotTranslatable(
                        path + ".type", hosted.kind() + ": only its own provider runs this tool");
            }
        };
    }

    private ObjectNode function(String path, Tool.Function function) throws NotTranslatable {
        if (function.name().equals(AnswerTool.NAME)) {
            throw new NotTranslatable(path + ".name", function.name() + ": reserved");
        }
        if (!TOOL_NAME.matcher(function.name()).matches()) {
            throw new NotTranslatable(
                    path + ".name",
                    "`" + function.name() + "` (expected: letters, digits, `_`, `-`, up to 128)");
        }
        ObjectNode written = Json.object().put("name", function.name());
        if (!function.description().isEmpty()) {
            written.put("description", function.description());
        }
        JsonNode schema = AnswerTool.objectSchema(function.parameters().orElseGet(Json::object));
        if (!schema.path("type").asString("").equals("object")) {
            throw new NotTranslatable(path + ".parameters", "not the schema of an object");
        }
        written.set("input_schema", withProperties(schema));
        if (function.strict().isPresent()) {
            if (traits.lacks(Capability.STRUCTURED_OUTPUT)) {
                dropped.add("strict: of tools, which the model does not take");
            } else {
                written.put("strict", function.strict().get());
            }
        }
        function.cacheMark()
                .ifPresent(mark ->
                        written.set("cache_control", AnthropicTurnWriter.cacheControl(mark)));
        return written;
    }

    /// `{}` and `{"type":"object"}` are given the properties they lack, as the API's own examples.
    private static JsonNode withProperties(JsonNode schema) {
        if (schema.size() > 1) {
            return schema;
        }
        ObjectNode none = Json.object().put("type", "object");
        none.putObject("properties");
        return none;
    }

    /// @return empty for nothing to say
    private ObjectNode choice(List<Tool> kept, boolean forced, boolean mayForce) {
        ObjectNode choice = Json.object();
        if (kept.isEmpty()) {
            return choice;
        }
        boolean oneByOne = asked.parallelTools().isPresent() && !asked.parallelTools().get();
        if (forced && !mayForce) {
            dropped.add("tool_choice: auto, because the model cannot be made to call");
            choice.put("type", "auto");
        } else {
            switch (asked.toolChoice()) {
                case ToolChoice.Unsaid _ -> {
                    if (oneByOne) {
                        choice.put("type", "auto");
                    }
                }
                case ToolChoice.Auto _ -> choice.put("type", "auto");
                case ToolChoice.None _ -> choice.put("type", "none");
                case ToolChoice.Required _ -> choice.put("type", "any");
                case ToolChoice.Named named -> choice.put("type", "tool").put("name", named.name());
                case ToolChoice.Among among ->
                        choice.put("type", among.required() ? "any" : "auto");
            }
        }
        if (oneByOne && !(asked.toolChoice() instanceof ToolChoice.None)) {
            choice.put("disable_parallel_tool_use", true);
        }
        return choice;
    }

    private void format(
            List<ObjectNode> system,
            List<ObjectNode> tools,
            ObjectNode choice,
            boolean forced,
            boolean mayForce) {
        switch (asked.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ -> {
                dropped.add("response_format: asked for in words");
                say(
                        system,
                        "Answer with one JSON object and nothing else: no words before or after"
                                + " it, no code fence.");
            }
            case AnswerFormat.JsonSchema schema -> {
                boolean own =
                        !traits.lacks(Capability.STRUCTURED_OUTPUT)
                                && (tools.isEmpty()
                                        || !traits.lacks(Capability.TOOLS_WITH_STRUCTURED_OUTPUT));
                if (own) {
                    outputConfig
                            .putObject("format")
                            .put("type", "json_schema")
                            .set("schema", ClosedSchema.of(schema.schema()));
                } else if (forced) {
                    // The answer will be a call; its text, if any, has no form.
                    dropped.add("response_format: beside a demanded tool call");
                } else if (mayForce
                        && !traits.lacks(Capability.TOOLS)
                        && AnswerTool.takes(schema.schema())) {
                    byTool(tools, choice, schema);
                } else {
                    dropped.add("response_format: asked for in words");
                    say(
                            system,
                            "Answer with one JSON value that follows this JSON Schema, and nothing"
                                    + " else: no words before or after it, no code fence.\n"
                                    + Json.text(schema.schema()));
                }
            }
        }
    }

    private void byTool(List<ObjectNode> tools, ObjectNode choice, AnswerFormat.JsonSchema schema) {
        boolean others = !tools.isEmpty() && !(asked.toolChoice() instanceof ToolChoice.None);
        tools.add(AnswerTool.definition(schema.schema(), schema.description()));
        if (others) {
            choice.put("type", "any");
        } else {
            choice.put("type", "tool").put("name", AnswerTool.NAME);
        }
    }

    private static void say(List<ObjectNode> system, String words) {
        system.add(Json.object().put("type", "text").put("text", words));
    }

    private void sampling(boolean thinking) {
        Sampling sampling = asked.sampling();
        boolean fixed = traits.lacks(Capability.TEMPERATURE);
        OptionalDouble temperature = sampling.temperature();
        OptionalDouble topP = sampling.topP();
        if (temperature.isPresent() && temperature.getAsDouble() > 1) {
            dropped.add("temperature: cut to 1");
            temperature = OptionalDouble.of(1);
        }
        if (temperature.isPresent() && temperature.getAsDouble() != 1 && (fixed || thinking)) {
            dropped.add(fixed ? "temperature" : "temperature: not beside reasoning");
            temperature = OptionalDouble.empty();
        }
        if (topP.isPresent() && (fixed || (thinking && topP.getAsDouble() < 0.95))) {
            dropped.add(fixed ? "top_p" : "top_p: not beside reasoning");
            topP = OptionalDouble.empty();
        }
        if (temperature.isPresent() && topP.isPresent()) {
            // Models since 4.5 take one of them, and all are content with one.
            if (temperature.getAsDouble() == 1) {
                temperature = OptionalDouble.empty();
            } else {
                dropped.add("top_p: not beside temperature");
                topP = OptionalDouble.empty();
            }
        }
        if (temperature.isPresent() && !fixed) {
            body.put("temperature", temperature.getAsDouble());
        }
        if (topP.isPresent()) {
            body.put("top_p", topP.getAsDouble());
        }
        if (sampling.topK().isPresent()) {
            if (fixed || thinking) {
                dropped.add(fixed ? "top_k" : "top_k: not beside reasoning");
            } else {
                body.put("top_k", sampling.topK().getAsLong());
            }
        }
        drop("seed", sampling.seed().isPresent());
        drop("presence_penalty", sampling.presencePenalty().isPresent());
        drop("frequency_penalty", sampling.frequencyPenalty().isPresent());
    }

    private void drop(String field, boolean given) {
        if (given) {
            dropped.add(field);
        }
    }

    private void stop() {
        var texts = Json.array();
        for (String text : asked.stop()) {
            if (text.isBlank()) {
                dropped.add("stop: white space alone");
            } else {
                texts.add(text);
            }
        }
        if (texts.isEmpty()) {
            return;
        }
        if (traits.lacks(Capability.STOP)) {
            dropped.add("stop");
        } else {
            body.set("stop_sequences", texts);
        }
    }

    /// What the neutral model has no word for goes back to the dialect it came from.
    private void extras(List<ObjectNode> tools, Thinking thinking) {
        for (Extra extra : asked.extras()) {
            String field = extra.field();
            if (asked.asked() != Dialect.ANTHROPIC) {
                dropped.add(field);
            } else if (field.equals("output_config.effort")) {
                effortBesideThinking(extra, thinking);
            } else if (CONFIG_EXTRA.matcher(field).matches()) {
                outputConfig.set(field.substring(field.indexOf('.') + 1), extra.value());
            } else if (TOP_EXTRA.matcher(field).matches()) {
                if (!counting || !NOT_COUNTED.contains(field)) {
                    body.set(field, extra.value());
                }
            } else if (tools.isEmpty() || !TOOL_EXTRA.matcher(field).matches()) {
                dropped.add(field);
            }
        }
    }

    private void effortBesideThinking(Extra extra, Thinking thinking) {
        String word = extra.value().asString("");
        // Some models refuse great effort with reasoning turned off.
        boolean great = word.equals("xhigh") || word.equals("max");
        if (great && thinking.off()) {
            dropped.add(extra.field());
        } else if (!outputConfig.has("effort")) {
            outputConfig.set("effort", extra.value());
        }
    }

    /// A mark covers all before it, so the last ones are worth most.
    private void boundMarks() {
        var marked = new ArrayList<ObjectNode>();
        collect(body.path("tools"), marked);
        collect(body.path("system"), marked);
        for (JsonNode message : body.path("messages")) {
            collect(message.path("content"), marked);
        }
        int most = body.has("cache_control") ? MARKS_MAX - 1 : MARKS_MAX;
        if (marked.size() <= most) {
            return;
        }
        dropped.add("cache_control: the first " + (marked.size() - most) + " of " + marked.size());
        for (ObjectNode early : marked.subList(0, marked.size() - most)) {
            early.remove("cache_control");
        }
    }

    private static void collect(JsonNode blocks, List<ObjectNode> marked) {
        if (!(blocks instanceof ArrayNode list)) {
            return;
        }
        for (JsonNode block : list) {
            if (block instanceof ObjectNode object) {
                collect(object.path("content"), marked);
                if (object.hasNonNull("cache_control")) {
                    marked.add(object);
                }
            }
        }
    }
}
