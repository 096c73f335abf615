package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.ToolNames;
import dev.switchgear.dialects.Wording;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words a request for `/api/chat`. For one thread, once.
final class OllamaRequestWriter {
    private static final String OPTION = "options.";

    /// There is no `tool_choice`.
    private static final Set<Capability> LACKS = EnumSet.of(Capability.FORCED_TOOL);

    /// What `think` has words for, `false` being one.
    private static final Set<Effort> LEVELS =
            EnumSet.of(Effort.NONE, Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.MAX);

    /// What an answer would hold in return has no place in one that is read into events.
    private static final Set<String> UNANSWERABLE = Set.of("logprobs", "top_logprobs");

    private final Wording wording;
    private final ChatRequest asked;
    private final ObjectNode body;
    private final ObjectNode options = Json.object();

    private OllamaRequestWriter(Wording wording) {
        this.wording = wording;
        this.asked = wording.asked();
        this.body = wording.body();
    }

    static Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return new OllamaRequestWriter(
                        new Wording(asked, target, ToolNames.ANY, LACKS)
                                .without(_ -> false)
                                .orInWords())
                .whole();
    }

    private Worded whole() throws NotTranslatable {
        wording.oneAnswer();
        wording.wholePrompt();
        body.put("model", wording.model());
        body.set("messages", new OllamaTurnWriter(wording).messages());
        // Unsaid it would stream.
        body.put("stream", asked.streamed());
        tools();
        format();
        think();
        options();
        extras();
        if (!options.isEmpty()) {
            body.set("options", options);
        }
        wording.drop("user", asked.user().isPresent());
        return wording.worded();
    }

    /// Ollama lets the model choose. Which tools it may choose from can be said by offering only
    /// those; that it must call one cannot.
    private void tools() throws NotTranslatable {
        if (!wording.tools()) {
            return;
        }
        Set<String> only = Set.of();
        switch (wording.choice(false)) {
            case ToolChoice.Unsaid _, ToolChoice.Auto _ -> {}
            case ToolChoice.None _ -> {
                wording.drop("tools: none may be called", !wording.forcedCall());
                return;
            }
            case ToolChoice.Among among -> only = Set.copyOf(among.names());
            case ToolChoice.Required _, ToolChoice.Named _ ->
                    throw new IllegalStateException("a call that was not to be demanded");
        }
        ArrayNode tools = Json.array();
        for (int i = 0; i < asked.tools().size(); i++) {
            switch (asked.tools().get(i)) {
                case Tool.Function function -> {
                    if (only.isEmpty() || only.contains(function.name())) {
                        tools.add(function(function));
                    }
                }
                case Tool.Hosted hosted ->
                        wording.hosted(
                                        hosted,
                                        hosted.dialect() == Dialect.OLLAMA,
                                        "tools[" + i + "].type")
                                .ifPresent(tools::add);
            }
        }
        if (tools.isEmpty()) {
            throw new NotTranslatable("tool_choice", "names no tool that is there");
        }
        body.set("tools", tools);
        wording.drop("parallel_tool_calls", asked.parallelTools().isPresent());
    }

    private ObjectNode function(Tool.Function function) {
        ObjectNode tool = Json.object().put("type", "function");
        ObjectNode inner = tool.putObject("function").put("name", function.name());
        if (!function.description().isEmpty()) {
            inner.put("description", function.description());
        }
        function.parameters().ifPresent(schema -> inner.set("parameters", schema));
        wording.drop("tools.strict", function.strict().isPresent());
        wording.drop("cache_control", function.cacheMark().isPresent());
        return tool;
    }

    private void format() {
        switch (asked.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ -> body.put("format", "json");
            case AnswerFormat.JsonSchema schema -> body.set("format", schema.schema());
        }
    }

    private void think() {
        // A model that does not reason takes `false` as well, but no `true`.
        if (!asked.reasoning().said() || !wording.mayReason("reasoning_effort")) {
            return;
        }
        Optional<Effort> meant = asked.reasoning().meant();
        if (meant.isEmpty()) {
            body.put("think", true);
            return;
        }
        Effort level = wording.nearest(meant.get(), LEVELS, "reasoning_effort");
        if (level == Effort.NONE) {
            body.put("think", false);
        } else {
            body.put("think", Wording.word(level));
        }
    }

    private void options() throws NotTranslatable {
        Sampling sampling = asked.sampling();
        OptionalDouble topP = wording.topP();
        boolean free = wording.takes(Capability.TEMPERATURE);
        put("temperature", sampling.temperature(), free);
        put("top_p", topP, free);
        wording.put(options, "top_k", "top_k", sampling.topK(), free);
        sampling.seed().ifPresent(value -> options.put("seed", value));
        boolean penalties = free && wording.takes(Capability.PENALTIES);
        put("presence_penalty", sampling.presencePenalty(), penalties);
        put("frequency_penalty", sampling.frequencyPenalty(), penalties);
        List<String> stop = wording.stop(Integer.MAX_VALUE);
        if (!stop.isEmpty()) {
            stop.forEach(options.putArray("stop")::add);
        }
        wording.bound("num_predict").ifPresent(bound -> options.put("num_predict", bound));
    }

    private void put(String option, OptionalDouble value, boolean taken) {
        wording.put(options, option, option, value, taken);
    }

    private void extras() {
        for (Extra extra : wording.extras(Dialect.OLLAMA, Dialect.OLLAMA_GENERATE)) {
            String field = extra.field();
            if (field.startsWith(OPTION)) {
                options.set(field.substring(OPTION.length()), extra.value());
            } else if (field.indexOf('.') < 0
                    && field.indexOf('[') < 0
                    && !UNANSWERABLE.contains(field)
                    && !body.has(field)) {
                body.set(field, extra.value());
            } else {
                wording.drop(field);
            }
        }
    }
}
