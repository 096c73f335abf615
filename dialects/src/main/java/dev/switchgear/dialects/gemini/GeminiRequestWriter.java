package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.ObjectSchemas;
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
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words one request as generateContent takes it. For one thread, once.
final class GeminiRequestWriter {
    static final String MODE = "toolConfig.functionCallingConfig.mode";

    private static final int STOPS_MAX = 5;

    /// Later pages say 128 characters; 64 are taken by all models.
    private static final ToolNames NAMES = new ToolNames(64, "_.:-", true, Set.of());

    private static final Set<String> TOP =
            Set.of("safetySettings", "cachedContent", "labels", "serviceTier");

    /// Settings whose answers no event can carry.
    private static final Set<String> UNCARRIED =
            Set.of("generationConfig.responseLogprobs", "generationConfig.logprobs");

    private final Wording wording;
    private final ChatRequest asked;
    private final GeminiFlavour flavour;
    private final ObjectNode body;

    private GeminiRequestWriter(Wording wording, GeminiFlavour flavour) {
        this.wording = wording;
        this.asked = wording.asked();
        this.flavour = flavour;
        this.body = wording.body();
    }

    static Worded chat(ChatRequest asked, ModelTarget target, GeminiFlavour flavour)
            throws NotTranslatable {
        var writer = new GeminiRequestWriter(wording(asked, target), flavour);
        writer.prompt();
        writer.config();
        return writer.wording.worded();
    }

    /// What clients of chat show as a video has a place here, too.
    private static Wording wording(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return new Wording(asked, target, NAMES, Set.of())
                .without(part ->
                        part.dialect() == Dialect.GEMINI || part.dialect() == Dialect.OPENAI)
                .orInWords();
    }

    /// Only what makes up the prompt.
    ///
    /// @param model as the question for a count names it
    static Worded count(ChatRequest asked, ModelTarget target, GeminiFlavour flavour, String model)
            throws NotTranslatable {
        var writer = new GeminiRequestWriter(wording(asked, target), flavour);
        writer.prompt();
        ObjectNode whole = Json.object();
        whole.putObject("generateContentRequest").put("model", model).setAll(writer.body);
        return writer.wording.worded(whole);
    }

    private void prompt() throws NotTranslatable {
        new GeminiTurnWriter(wording, flavour).write(body);
        tools();
    }

    private void tools() throws NotTranslatable {
        boolean offered = wording.tools();
        var functions = Json.array();
        var tools = Json.array();
        for (int i = 0; i < asked.tools().size(); i++) {
            switch (asked.tools().get(i)) {
                case Tool.Function function -> function(function, "tools[" + i + "]", functions);
                case Tool.Hosted hosted ->
                        wording.hosted(
                                        hosted,
                                        hosted.dialect() == Dialect.GEMINI,
                                        "tools[" + i + "]")
                                .ifPresent(tools::add);
            }
        }
        if (!functions.isEmpty()) {
            tools.addObject().set("functionDeclarations", functions);
        }
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        choice(offered, !functions.isEmpty());
        boolean oneByOne = asked.parallelTools().isPresent() && !asked.parallelTools().get();
        wording.drop("parallel_tool_calls: Gemini may call several tools at once", oneByOne);
    }

    private void function(Tool.Function function, String field, ArrayNode into)
            throws NotTranslatable {
        ObjectNode said = into.addObject().put("name", function.name());
        if (!function.description().isEmpty()) {
            said.put("description", function.description());
        }
        wording.drop("strict", function.strict().orElse(false));
        wording.drop("cache_control", function.cacheMark().isPresent());
        if (function.parameters().isEmpty()) {
            return;
        }
        JsonNode schema = function.parameters().get();
        if (flavour.jsonSchema()) {
            if (!schema.isEmpty()) {
                said.set("parametersJsonSchema", schema);
            }
        } else if (!GeminiSchemas.empty(function.parameters())) {
            ObjectSchemas.Fitted fitted = GeminiSchemas.openApi(schema, field + ".parameters");
            wording.toldInWords(field + ".parameters", fitted.told());
            said.set("parameters", fitted.schema());
        }
    }

    private void choice(boolean offered, boolean functions) {
        ObjectNode config = Json.object();
        if (functions) {
            ObjectNode calling = calling();
            if (!calling.isEmpty()) {
                config.set("functionCallingConfig", calling);
            }
        } else if (offered && !(asked.toolChoice() instanceof ToolChoice.Unsaid)) {
            wording.drop("tool_choice: there are no functions");
        }
        for (Extra extra : asked.extras()) {
            if (asked.asked() == Dialect.GEMINI && extra.field().startsWith("toolConfig.")) {
                put(config, extra.field().substring("toolConfig.".length()), extra.value());
            }
        }
        if (!functions && config.remove("functionCallingConfig") != null) {
            wording.drop("tool_choice: there are no functions");
        }
        if (!config.isEmpty()) {
            body.set("toolConfig", config);
        }
    }

    private ObjectNode calling() {
        ObjectNode calling = Json.object();
        ToolChoice choice = wording.choice(wording.takes(Capability.FORCED_TOOL));
        switch (choice) {
            case ToolChoice.Unsaid _ -> {}
            case ToolChoice.Auto _ -> calling.put("mode", "AUTO");
            case ToolChoice.None _ -> calling.put("mode", "NONE");
            case ToolChoice.Required _ -> calling.put("mode", "ANY");
            case ToolChoice.Named named -> allow("ANY", List.of(named.name()), calling);
            case ToolChoice.Among among ->
                    allow(among.required() ? "ANY" : "VALIDATED", among.names(), calling);
        }
        return calling;
    }

    private static void allow(String mode, List<String> names, ObjectNode calling) {
        calling.put("mode", mode);
        if (!names.isEmpty()) {
            names.forEach(calling.putArray("allowedFunctionNames")::add);
        }
    }

    private void config() throws NotTranslatable {
        wording.oneAnswer();
        ObjectNode config = Json.object();
        wording.bound("max_tokens").ifPresent(most -> config.put("maxOutputTokens", most));
        sampling(asked.sampling(), config);
        stop(config);
        format(config);
        ObjectNode thinking = GeminiThinking.config(wording);
        if (!thinking.isEmpty()) {
            config.set("thinkingConfig", thinking);
        }
        for (Extra extra : wording.extras(Dialect.GEMINI)) {
            extra(extra, config);
        }
        wording.drop("user", asked.user().isPresent());
        if (!config.isEmpty()) {
            body.set("generationConfig", config);
        }
    }

    private void extra(Extra extra, ObjectNode config) {
        String field = extra.field();
        if (TOP.contains(field)) {
            body.set(field, extra.value());
        } else if (UNCARRIED.contains(field)) {
            wording.drop(field + ": a translated answer has no place for it");
        } else if (field.startsWith("generationConfig.")) {
            put(config, field.substring("generationConfig.".length()), extra.value());
        } else if (!field.startsWith("toolConfig.")) {
            wording.drop(field);
        }
    }

    /// Sets `a.b.c` within `into`, making what is missing on the way.
    private static void put(ObjectNode into, String path, JsonNode value) {
        ObjectNode at = into;
        String[] steps = path.split("\\.", -1);
        for (int i = 0; i < steps.length - 1; i++) {
            at = at.get(steps[i]) instanceof ObjectNode there ? there : at.putObject(steps[i]);
        }
        at.set(steps[steps.length - 1], value);
    }

    private void sampling(Sampling sampling, ObjectNode config) {
        boolean free = wording.takes(Capability.TEMPERATURE);
        OptionalDouble topP = wording.topP();
        wording.put(config, "temperature", "temperature", sampling.temperature(), free);
        wording.put(config, "topP", "top_p", topP, free);
        wording.put(config, "topK", "top_k", sampling.topK(), free);
        sampling.seed().ifPresent(seed -> config.put("seed", seed(seed)));
        boolean penalties = wording.takes(Capability.PENALTIES);
        wording.put(
                config,
                "presencePenalty",
                "presence_penalty",
                sampling.presencePenalty(),
                penalties);
        wording.put(
                config,
                "frequencyPenalty",
                "frequency_penalty",
                sampling.frequencyPenalty(),
                penalties);
    }

    /// Gemini's seeds have 32 bits; a longer one is folded, so that equal seeds stay equal.
    private static int seed(long seed) {
        return seed == (int) seed ? (int) seed : Long.hashCode(seed);
    }

    private void stop(ObjectNode config) throws NotTranslatable {
        List<String> stop = wording.stop(STOPS_MAX);
        if (!stop.isEmpty()) {
            stop.forEach(config.putArray("stopSequences")::add);
        }
    }

    private void format(ObjectNode config) throws NotTranslatable {
        switch (asked.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ -> config.put("responseMimeType", "application/json");
            case AnswerFormat.JsonSchema schema -> {
                config.put("responseMimeType", "application/json");
                ObjectSchemas.Fitted fitted =
                        flavour.jsonSchema()
                                ? GeminiSchemas.followed(schema.schema())
                                : GeminiSchemas.openApi(schema.schema(), "response_format");
                wording.toldInWords("response_format.json_schema", fitted.told());
                config.set(
                        flavour.jsonSchema() ? "responseJsonSchema" : "responseSchema",
                        fitted.schema());
            }
        }
    }
}
