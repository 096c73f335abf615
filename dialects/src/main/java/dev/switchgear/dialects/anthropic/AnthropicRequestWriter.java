package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.ToolNames;
import dev.switchgear.dialects.Wording;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words one request for a model of Claude's. For one thread, once.
///
/// Reasoning goes before sampling: what is asked for comes before how it is found.
final class AnthropicRequestWriter {
    private static final long OUTPUT_DEFAULT = 32_000;
    private static final int MARKS_MAX = 4;

    /// On the request itself: what is said last is marked.
    private static final Set<String> MARK = Set.of("cache_control");

    private static final ToolNames NAMES = new ToolNames(128, "_-", false, Set.of(AnswerTool.NAME));
    private static final Pattern TOP_EXTRA = Pattern.compile("[^.\\[]+");
    private static final Pattern CONFIG_EXTRA = Pattern.compile("output_config\\.[^.\\[]+");
    private static final Pattern TOOL_EXTRA = Pattern.compile("tools\\[(\\d{1,6})]\\.([^.\\[]+)");

    /// What only an answer needs: a question for a count is refused for it.
    private static final Set<String> NOT_COUNTED =
            Set.of("container", "inference_geo", "speed", "service_tier");

    private final Wording wording;
    private final ChatRequest asked;
    private final ObjectNode body;
    private final ObjectNode outputConfig = Json.object();
    private final AnthropicSchemas.Room room = new AnthropicSchemas.Room();
    private boolean counting;

    AnthropicRequestWriter(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        this.wording =
                new Wording(asked, target, NAMES, Set.of())
                        .without(part -> part.dialect() == Dialect.ANTHROPIC);
        this.asked = wording.asked();
        this.body = wording.body();
    }

    Worded count() throws NotTranslatable {
        counting = true;
        return chat();
    }

    Worded chat() throws NotTranslatable {
        wording.oneAnswer();
        wording.wholePrompt();
        AnthropicTurnWriter conversation = AnthropicTurnWriter.of(wording);
        List<ObjectNode> system = new ArrayList<>(conversation.system());
        boolean demanded = Wording.demands(asked.toolChoice());
        boolean demandable = wording.takes(Capability.FORCED_TOOL);
        List<Tool> kept = keptTools(demandable);
        boolean forced = demanded && !kept.isEmpty();
        AnthropicThinking thinking = AnthropicThinking.of(wording, conversation, forced);
        boolean mayForce = demandable && !(forced && thinking.on());
        // Before the tools, of which a schema may be left to the model.
        Optional<AnthropicSchemas.Fitted> followed = followed(kept);
        List<ObjectNode> tools = tools(kept);
        ObjectNode choice = choice(kept, mayForce);
        format(system, tools, choice, followed, forced, mayForce && !thinking.on());

        long max = max();
        if (!counting) {
            thinking = thinking.within(max, wording);
        }
        body.put("model", wording.model());
        if (!counting) {
            body.put("max_tokens", thinking.withRoom(max));
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
        thinking.write(asked.reasoning(), body, outputConfig);
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
        return wording.worded();
    }

    private long max() {
        long most = wording.traits().outputTokensMax().orElse(Long.MAX_VALUE);
        return wording.bound("max_tokens").orElse(Math.min(most, OUTPUT_DEFAULT));
    }

    /// The tools the model may see: the API has no choice among some, so the others are left out.
    private List<Tool> keptTools(boolean demandable) throws NotTranslatable {
        if (!wording.tools()) {
            return List.of();
        }
        Optional<Set<String>> only =
                switch (asked.toolChoice()) {
                    case ToolChoice.Among among -> Optional.of(Set.copyOf(among.names()));
                    case ToolChoice.Named named when !demandable ->
                            Optional.of(Set.of(named.name()));
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
        // By identity: to compare two tools is to compare their schemas.
        Set<Tool> these = Collections.newSetFromMap(new IdentityHashMap<>());
        these.addAll(kept);
        for (int i = 0; i < asked.tools().size(); i++) {
            Tool tool = asked.tools().get(i);
            if (!these.contains(tool)) {
                continue;
            }
            Optional<ObjectNode> block = tool("tools[" + i + "]", tool);
            if (block.isEmpty()) {
                continue;
            }
            for (Extra extra : extras.getOrDefault(i, List.of())) {
                String field = extra.field().substring(extra.field().indexOf('.') + 1);
                block.get().set(field, extra.value());
            }
            written.add(block.get());
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

    private Optional<ObjectNode> tool(String path, Tool tool) throws NotTranslatable {
        return switch (tool) {
            case Tool.Function function -> Optional.of(function(path, function));
            case Tool.Hosted hosted -> {
                boolean ours = hosted.dialect() == Dialect.ANTHROPIC && hosted.raw().isObject();
                yield wording.hosted(hosted, ours, path + ".type")
                        .map(raw -> (ObjectNode) raw.deepCopy());
            }
        };
    }

    private ObjectNode function(String path, Tool.Function function) throws NotTranslatable {
        if (function.client().isPresent()
                && function.client().get().dialect() == Dialect.ANTHROPIC) {
            return (ObjectNode) function.client().get().raw().deepCopy();
        }
        ObjectNode written = Json.object().put("name", function.name());
        if (!function.description().isEmpty()) {
            written.put("description", function.description());
        }
        JsonNode schema = wording.parameters(function.parameters().orElseGet(Json::object), path);
        if (!schema.path("type").asString("").equals("object")) {
            throw new NotTranslatable(path + ".parameters", "not the schema of an object");
        }
        written.set("input_schema", schema);
        if (function.strict().isPresent()) {
            strict(path, function.strict().get(), schema, written);
        }
        function.cacheMark()
                .ifPresent(mark ->
                        written.set("cache_control", AnthropicTurnWriter.cacheControl(mark)));
        return written;
    }

    /// Holds the model to the schema as far as the API can, or leaves it to the model.
    private void strict(String path, boolean wanted, JsonNode schema, ObjectNode written) {
        if (!wording.takes(Capability.STRUCTURED_OUTPUT)) {
            wording.drop("strict: of tools, which the model does not take", wanted);
            return;
        }
        if (!wanted) {
            written.put("strict", false);
            return;
        }
        Optional<AnthropicSchemas.Fitted> fitted =
                AnthropicSchemas.fit(schema).filter(room::takesTool);
        if (fitted.isEmpty()) {
            wording.drop(path + ".strict: not with this schema here");
            return;
        }
        wording.toldInWords(path + ".parameters", fitted.get().told());
        written.set("input_schema", fitted.get().schema());
        written.put("strict", true);
    }

    /// @return empty for nothing to say
    private ObjectNode choice(List<Tool> kept, boolean demandable) {
        ObjectNode choice = Json.object();
        if (kept.isEmpty()) {
            return choice;
        }
        boolean oneByOne = asked.parallelTools().isPresent() && !asked.parallelTools().get();
        switch (wording.choice(demandable)) {
            case ToolChoice.Unsaid _ -> {
                if (oneByOne) {
                    choice.put("type", "auto");
                }
            }
            case ToolChoice.Auto _ -> choice.put("type", "auto");
            case ToolChoice.None _ -> choice.put("type", "none");
            case ToolChoice.Required _ -> choice.put("type", "any");
            case ToolChoice.Named named -> choice.put("type", "tool").put("name", named.name());
            case ToolChoice.Among among -> choice.put("type", among.required() ? "any" : "auto");
        }
        if (oneByOne && !(asked.toolChoice() instanceof ToolChoice.None)) {
            choice.put("disable_parallel_tool_use", true);
        }
        return choice;
    }

    /// The schema of the answer to which the API holds the model; empty for none.
    private Optional<AnthropicSchemas.Fitted> followed(List<Tool> kept) {
        if (!(asked.format() instanceof AnswerFormat.JsonSchema schema)
                || !wording.takes(Capability.STRUCTURED_OUTPUT)
                || !(kept.isEmpty() || wording.takesBesideTools())) {
            return Optional.empty();
        }
        return AnthropicSchemas.fit(schema.schema()).filter(room::takes);
    }

    private void format(
            List<ObjectNode> system,
            List<ObjectNode> tools,
            ObjectNode choice,
            Optional<AnthropicSchemas.Fitted> followed,
            boolean forced,
            boolean mayForce) {
        switch (asked.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ -> {
                wording.drop("response_format: asked for in words");
                say(
                        system,
                        "Answer with one JSON object and nothing else: no words before or after"
                                + " it, no code fence.");
            }
            case AnswerFormat.JsonSchema schema -> {
                if (followed.isPresent()) {
                    wording.toldInWords("response_format.json_schema", followed.get().told());
                    outputConfig
                            .putObject("format")
                            .put("type", "json_schema")
                            .set("schema", followed.get().schema());
                } else if (forced) {
                    // The answer will be a call; its text, if any, has no form.
                    wording.drop("response_format: beside a demanded tool call");
                } else if (mayForce
                        && wording.takes(Capability.TOOLS)
                        && AnswerTool.takes(schema.schema())) {
                    byTool(tools, choice, schema);
                } else {
                    wording.drop("response_format: asked for in words");
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
        boolean fixed = !wording.takes(Capability.TEMPERATURE);
        OptionalDouble temperature = sampling.temperature();
        OptionalDouble topP = sampling.topP();
        if (temperature.isPresent() && temperature.getAsDouble() > 1) {
            wording.drop("temperature: cut to 1");
            temperature = OptionalDouble.of(1);
        }
        if (temperature.isPresent() && temperature.getAsDouble() != 1 && (fixed || thinking)) {
            wording.drop(fixed ? "temperature" : "temperature: not beside reasoning");
            temperature = OptionalDouble.empty();
        }
        if (topP.isPresent() && (fixed || (thinking && topP.getAsDouble() < 0.95))) {
            wording.drop(fixed ? "top_p" : "top_p: not beside reasoning");
            topP = OptionalDouble.empty();
        }
        if (temperature.isPresent() && topP.isPresent()) {
            // Models since 4.5 take one of them, and all are content with one.
            if (temperature.getAsDouble() == 1) {
                temperature = OptionalDouble.empty();
            } else {
                topP = wording.withoutTopP();
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
                wording.drop(fixed ? "top_k" : "top_k: not beside reasoning");
            } else {
                body.put("top_k", sampling.topK().getAsLong());
            }
        }
        wording.drop("seed", sampling.seed().isPresent());
        wording.drop("presence_penalty", sampling.presencePenalty().isPresent());
        wording.drop("frequency_penalty", sampling.frequencyPenalty().isPresent());
    }

    private void stop() throws NotTranslatable {
        var texts = Json.array();
        for (String text : wording.stop(Integer.MAX_VALUE)) {
            if (text.isBlank()) {
                wording.drop("stop: white space alone");
            } else {
                texts.add(text);
            }
        }
        if (!texts.isEmpty()) {
            body.set("stop_sequences", texts);
        }
    }

    /// What the neutral model has no word for goes back to the dialect it came from.
    private void extras(List<ObjectNode> tools, AnthropicThinking thinking) {
        for (Extra extra : wording.extras(MARK, Dialect.ANTHROPIC)) {
            String field = extra.field();
            if (field.equals("output_config.effort")) {
                effortBesideThinking(extra, thinking);
            } else if (CONFIG_EXTRA.matcher(field).matches()) {
                outputConfig.set(field.substring(field.indexOf('.') + 1), extra.value());
            } else if (TOP_EXTRA.matcher(field).matches()) {
                if (!counting || !NOT_COUNTED.contains(field)) {
                    body.set(field, extra.value());
                }
            } else if (tools.isEmpty() || !TOOL_EXTRA.matcher(field).matches()) {
                wording.drop(field);
            }
        }
    }

    private void effortBesideThinking(Extra extra, AnthropicThinking thinking) {
        String word = extra.value().asString("");
        // Some models refuse great effort with reasoning turned off.
        boolean great = word.equals("xhigh") || word.equals("max");
        if (great && thinking.off()) {
            wording.drop(extra.field());
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
        wording.drop("cache_control: the first " + (marked.size() - most) + " of " + marked.size());
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
