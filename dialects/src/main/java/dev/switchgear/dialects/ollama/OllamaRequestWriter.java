package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.json.Json;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words a request for `/api/chat`. For one thread, once.
final class OllamaRequestWriter {
    private static final String OPTION = "options.";

    /// What an answer would hold in return has no place in one that is read into events.
    private static final Set<String> UNANSWERABLE = Set.of("logprobs", "top_logprobs");

    private final ChatRequest asked;
    private final ModelTarget target;
    private final ModelTraits traits;
    private final ObjectNode body = Json.object();
    private final ObjectNode options = Json.object();
    private final Set<String> dropped = new LinkedHashSet<>();

    private OllamaRequestWriter(ChatRequest asked, ModelTarget target) {
        this.asked = asked;
        this.target = target;
        this.traits = target.traits();
    }

    static Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return new OllamaRequestWriter(asked, target).whole();
    }

    private Worded whole() throws NotTranslatable {
        if (asked.answers() > 1) {
            throw new NotTranslatable(
                    "n", asked.answers() + " (expected: 1, as an answer is translated alone)");
        }
        body.put("model", target.model());
        body.set("messages", new OllamaTurnWriter(asked, target, dropped).messages());
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
        if (asked.user().isPresent()) {
            dropped.add("user");
        }
        return new Worded(Json.bytes(body), List.copyOf(dropped));
    }

    /// Ollama lets the model choose. Which tools it may choose from can be said by offering only
    /// those; that it must call one cannot.
    private void tools() throws NotTranslatable {
        if (asked.tools().isEmpty()) {
            return;
        }
        if (traits.lacks(Capability.TOOLS)) {
            throw new NotTranslatable("tools", target.model() + " takes none");
        }
        Set<String> only = Set.of();
        switch (asked.toolChoice()) {
            case ToolChoice.Unsaid _, ToolChoice.Auto _ -> {}
            case ToolChoice.None _ -> {
                dropped.add("tools: none may be called");
                return;
            }
            case ToolChoice.Required _ -> notForced();
            case ToolChoice.Named(String name) -> {
                notForced();
                only = Set.of(name);
            }
            case ToolChoice.Among(List<String> names, boolean required) -> {
                if (required) {
                    notForced();
                }
                only = Set.copyOf(names);
            }
        }
        ArrayNode tools = Json.array();
        for (int i = 0; i < asked.tools().size(); i++) {
            switch (asked.tools().get(i)) {
                case Tool.Function function -> {
                    if (only.isEmpty() || only.contains(function.name())) {
                        tools.add(function(function));
                    }
                }
                case Tool.Hosted hosted -> {
                    if (hosted.dialect() != Dialect.OLLAMA) {
                        throw new NotTranslatable(
                                "tools[" + i + "].type", hosted.kind() + " is not offered here");
                    }
                    tools.add(hosted.raw());
                }
            }
        }
        if (tools.isEmpty()) {
            throw new NotTranslatable("tool_choice", "names no tool that is there");
        }
        body.set("tools", tools);
        if (asked.parallelTools().isPresent()) {
            dropped.add("parallel_tool_calls");
        }
    }

    private void notForced() {
        dropped.add("tool_choice: " + target.model() + " cannot be made to call a tool");
    }

    private ObjectNode function(Tool.Function function) {
        ObjectNode tool = Json.object().put("type", "function");
        ObjectNode inner = tool.putObject("function").put("name", function.name());
        if (!function.description().isEmpty()) {
            inner.put("description", function.description());
        }
        function.parameters().ifPresent(schema -> inner.set("parameters", schema));
        if (function.strict().isPresent()) {
            dropped.add("tools.strict");
        }
        if (function.cacheMark().isPresent()) {
            dropped.add("cache_control");
        }
        return tool;
    }

    private void format() throws NotTranslatable {
        switch (asked.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ -> body.put("format", "json");
            case AnswerFormat.JsonSchema schema -> {
                if (traits.lacks(Capability.STRUCTURED_OUTPUT)) {
                    throw new NotTranslatable(
                            "response_format", target.model() + " takes no JSON Schema");
                }
                if (!asked.tools().isEmpty()
                        && traits.lacks(Capability.TOOLS_WITH_STRUCTURED_OUTPUT)) {
                    throw new NotTranslatable(
                            "response_format",
                            target.model() + " takes no JSON Schema beside tools");
                }
                body.set("format", schema.schema());
            }
        }
    }

    private void think() {
        ReasoningWish reasoning = asked.reasoning();
        if (!reasoning.said()) {
            return;
        }
        Optional<Effort> meant = reasoning.meant();
        boolean off = meant.filter(Effort.NONE::equals).isPresent();
        if (traits.neverReasons()) {
            // A model that does not reason takes `false` as well, but no `true`.
            if (!off) {
                dropped.add("reasoning_effort: " + target.model() + " does not reason");
            }
            return;
        }
        if (off && traits.lacks(Capability.REASONING_OFF)) {
            dropped.add("reasoning_effort: none is low here");
            body.put("think", "low");
        } else if (meant.isEmpty()) {
            body.put("think", true);
        } else if (off) {
            body.put("think", false);
        } else {
            body.put("think", level(meant.get()));
        }
    }

    private String level(Effort effort) {
        boolean upToHigh = traits.lacks(Capability.EFFORT_ABOVE_HIGH);
        String level =
                switch (effort) {
                    case NONE, MINIMAL, LOW -> "low";
                    case MEDIUM -> "medium";
                    case HIGH -> "high";
                    case XHIGH, MAX -> upToHigh ? "high" : "max";
                };
        String word = effort.name().toLowerCase(Locale.ROOT);
        if (!word.equals(level)) {
            dropped.add("reasoning_effort: " + word + " is " + level + " here");
        }
        return level;
    }

    private void options() {
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
        if (sampling.topK().isPresent() && fixed) {
            dropped.add("top_k");
        } else {
            sampling.topK().ifPresent(value -> options.put("top_k", value));
        }
        sampling.seed().ifPresent(value -> options.put("seed", value));
        put("presence_penalty", sampling.presencePenalty(), !fixed);
        put("frequency_penalty", sampling.frequencyPenalty(), !fixed);
        List<String> stop = asked.stop().stream().filter(text -> !text.isEmpty()).toList();
        if (!stop.isEmpty()) {
            if (traits.lacks(Capability.STOP)) {
                dropped.add("stop");
            } else {
                ArrayNode texts = options.putArray("stop");
                stop.forEach(texts::add);
            }
        }
        bound();
    }

    private void bound() {
        OptionalLong bound = asked.maxOutputTokens();
        if (bound.isEmpty()) {
            return;
        }
        long value = bound.getAsLong();
        OptionalLong most = traits.outputTokensMax();
        if (most.isPresent() && value > most.getAsLong()) {
            value = most.getAsLong();
            dropped.add("num_predict: cut to the model's " + value);
        }
        options.put("num_predict", value);
    }

    private void put(String option, OptionalDouble value, boolean taken) {
        if (value.isPresent()) {
            if (taken) {
                options.put(option, value.getAsDouble());
            } else {
                dropped.add(option);
            }
        }
    }

    private void extras() {
        boolean ours = asked.asked() == Dialect.OLLAMA || asked.asked() == Dialect.OLLAMA_GENERATE;
        for (Extra extra : asked.extras()) {
            String field = extra.field();
            if (ours && field.startsWith(OPTION)) {
                options.set(field.substring(OPTION.length()), extra.value());
            } else if (ours
                    && field.indexOf('.') < 0
                    && field.indexOf('[') < 0
                    && !UNANSWERABLE.contains(field)
                    && !body.has(field)) {
                body.set(field, extra.value());
            } else {
                dropped.add(field);
            }
        }
    }
}
