package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words one request for a provider. For one thread, once.
final class ResponsesRequestWriter {
    private static final String ENCRYPTED = "reasoning.encrypted_content";

    /// Extras of other dialects that mean the same here under the same name. Others would be answered
    /// with 400.
    private static final Set<String> SHARED =
            Set.of("metadata", "service_tier", "prompt_cache_key", "prompt_cache_retention");

    private final ResponsesFlavour flavour;
    private final ChatRequest asked;
    private final ModelTraits traits;
    private final ModelTarget target;

    /// Whether the client spoke this dialect.
    private final boolean own;

    private final ObjectNode body = Json.object();
    private final Set<String> dropped = new LinkedHashSet<>();

    ResponsesRequestWriter(ResponsesFlavour flavour, ChatRequest asked, ModelTarget target) {
        this.flavour = flavour;
        this.asked = asked;
        this.target = target;
        this.own = asked.asked() == Dialect.RESPONSES;
        this.traits = target.traits();
    }

    Worded chat() throws NotTranslatable {
        if (asked.answers() > 1) {
            throw new NotTranslatable("n", "Responses gives one answer");
        }
        question();
        if (asked.streamed()) {
            body.put("stream", true);
        }
        body.put("store", false);
        limits();
        sampling(asked.sampling());
        if (!asked.stop().isEmpty()) {
            dropped.add("stop: Responses has none");
        }
        asked.user().ifPresent(user -> body.put(flavour.userField(), user));
        if (wantsSealedReasoning()) {
            body.putArray("include").add(ENCRYPTED);
        }
        for (Extra extra : asked.extras()) {
            extra(extra);
        }
        return worded();
    }

    /// Only what makes up the prompt.
    Worded count() throws NotTranslatable {
        question();
        return worded();
    }

    private Worded worded() {
        return new Worded(Json.bytes(body), List.copyOf(dropped));
    }

    private void question() throws NotTranslatable {
        body.put("model", target.model());
        history();
        tools();
        format();
        reasoning();
    }

    private void history() throws NotTranslatable {
        var items = new ResponsesTurnWriter(flavour, target, own, dropped);
        boolean first = true;
        for (Turn turn : asked.turns()) {
            if (first && turn.role() == Role.SYSTEM) {
                system(turn, items);
            } else {
                items.turn(turn);
            }
            first = false;
        }
        body.set("input", items.items());
    }

    private void system(Turn turn, ResponsesTurnWriter items) throws NotTranslatable {
        if (!flavour.instructions()) {
            items.turn(turn);
            return;
        }
        var text = new StringBuilder();
        for (Part part : turn.parts()) {
            if (part instanceof Part.Text said) {
                text.append(text.isEmpty() ? "" : "\n\n").append(said.text());
            } else if (!(part instanceof Part.CacheMark)) {
                // Only texts go there.
                items.turn(turn);
                return;
            }
        }
        if (!text.isEmpty()) {
            body.put("instructions", text.toString());
        }
    }

    private void limits() {
        if (asked.maxOutputTokens().isEmpty()) {
            return;
        }
        long bound = asked.maxOutputTokens().getAsLong();
        if (bound < flavour.outputTokensMin()) {
            dropped.add(
                    "max_output_tokens: raised to " + flavour.outputTokensMin() + ", the least");
            bound = flavour.outputTokensMin();
        }
        if (traits.outputTokensMax().isPresent()) {
            bound = Math.min(bound, traits.outputTokensMax().getAsLong());
        }
        body.put("max_output_tokens", bound);
    }

    private void sampling(Sampling sampling) {
        boolean free = !traits.lacks(Capability.TEMPERATURE);
        if (sampling.temperature().isPresent()) {
            if (free) {
                number("temperature", sampling.temperature().getAsDouble());
            } else {
                dropped.add("temperature");
            }
        }
        if (sampling.topP().isPresent()) {
            boolean both = sampling.temperature().isPresent();
            if (free && !(both && traits.lacks(Capability.TEMPERATURE_WITH_TOP_P))) {
                number("top_p", sampling.topP().getAsDouble());
            } else {
                dropped.add("top_p");
            }
        }
        drop("top_k", sampling.topK().isPresent());
        drop("seed", sampling.seed().isPresent());
        drop("presence_penalty", sampling.presencePenalty().isPresent());
        drop("frequency_penalty", sampling.frequencyPenalty().isPresent());
    }

    private void number(String name, double value) {
        body.put(name, value);
    }

    private void drop(String name, boolean said) {
        if (said) {
            dropped.add(name);
        }
    }

    private void tools() throws NotTranslatable {
        if (asked.tools().isEmpty()) {
            // Said without tools, it is answered with 400.
            drop("tool_choice: there are no tools", ResponsesTools.forces(asked.toolChoice()));
            return;
        }
        if (traits.lacks(Capability.TOOLS)) {
            throw new NotTranslatable("tools", target.model() + " takes none");
        }
        ArrayNode tools = body.putArray("tools");
        for (Tool tool : asked.tools()) {
            switch (tool) {
                case Tool.Function function -> tools.add(ResponsesTools.function(function));
                case Tool.Hosted hosted -> {
                    if (hosted.dialect() != Dialect.RESPONSES) {
                        throw new NotTranslatable(
                                "tools", hosted.kind() + " is run by another provider only");
                    }
                    tools.add(hosted.raw());
                }
            }
        }
        asked.parallelTools().ifPresent(several -> body.put("parallel_tool_calls", several));
        choice();
    }

    private void choice() {
        ToolChoice choice = asked.toolChoice();
        if (choice instanceof ToolChoice.Unsaid) {
            return;
        }
        if (ResponsesTools.forces(choice) && traits.lacks(Capability.FORCED_TOOL)) {
            dropped.add("tool_choice: " + target.model() + " cannot be forced");
            choice =
                    switch (choice) {
                        case ToolChoice.Named named ->
                                new ToolChoice.Among(List.of(named.name()), false);
                        case ToolChoice.Among among -> new ToolChoice.Among(among.names(), false);
                        case ToolChoice.Unsaid _,
                                ToolChoice.Auto _,
                                ToolChoice.None _,
                                ToolChoice.Required _ ->
                                new ToolChoice.Auto();
                    };
        }
        body.set("tool_choice", ResponsesTools.choice(choice));
    }

    private void format() throws NotTranslatable {
        if (asked.format() instanceof AnswerFormat.Text) {
            return;
        }
        if (asked.format() instanceof AnswerFormat.JsonSchema) {
            if (traits.lacks(Capability.STRUCTURED_OUTPUT)) {
                throw new NotTranslatable("format", target.model() + " follows no JSON Schema");
            }
            if (!asked.tools().isEmpty() && traits.lacks(Capability.TOOLS_WITH_STRUCTURED_OUTPUT)) {
                throw new NotTranslatable(
                        "format", target.model() + " follows no JSON Schema beside tools");
            }
        }
        body.putObject("text").set("format", ResponsesTools.format(asked.format()));
    }

    private void reasoning() {
        ReasoningWish wish = asked.reasoning();
        Optional<Effort> effort = wish.meant();
        boolean shown = wish.shown().orElse(false);
        if (traits.neverReasons()) {
            if (effort.isPresent() && effort.get() != Effort.NONE) {
                dropped.add("reasoning: " + target.model() + " does not reason");
            }
            return;
        }
        if (effort.isPresent()) {
            Effort nearest = nearest(effort.get());
            if (nearest != effort.get()) {
                dropped.add("reasoning.effort: " + word(effort.get()) + " became " + word(nearest));
            }
            nested("reasoning").put("effort", word(nearest));
        }
        if (shown && flavour.summaries()) {
            nested("reasoning").put("summary", "auto");
        }
    }

    private Effort nearest(Effort effort) {
        Effort nearest = effort;
        if (nearest == Effort.NONE && traits.lacks(Capability.REASONING_OFF)) {
            nearest = Effort.MINIMAL;
        }
        if (nearest == Effort.MINIMAL && traits.lacks(Capability.EFFORT_MINIMAL)) {
            nearest = Effort.LOW;
        }
        if ((nearest == Effort.XHIGH || nearest == Effort.MAX)
                && traits.lacks(Capability.EFFORT_ABOVE_HIGH)) {
            nearest = Effort.HIGH;
        }
        return nearest;
    }

    private static String word(Effort effort) {
        return effort.name().toLowerCase(Locale.ROOT);
    }

    /// Models that do not reason answer the wish with 400: it is left out where nothing says that
    /// this one does.
    private boolean wantsSealedReasoning() {
        if (flavour.openReasoning() || traits.neverReasons()) {
            return false;
        }
        boolean off = asked.reasoning().meant().filter(Effort.NONE::equals).isPresent();
        return traits.reasons() || (asked.reasoning().said() && !off);
    }

    private void extra(Extra extra) {
        String field = extra.field();
        JsonNode value = extra.value();
        if (field.equals("verbosity") && !own) {
            // As chat calls it.
            nested("text").set("verbosity", value);
        } else if (field.equals("tool_choice")) {
            hostedChoice(value);
        } else if (field.equals("include") && value.isArray()) {
            ArrayNode all =
                    body.path("include") instanceof ArrayNode begun
                            ? begun
                            : body.putArray("include");
            value.values().forEach(all::add);
        } else if (own ? field.indexOf('[') >= 0 : !SHARED.contains(field)) {
            dropped.add(field);
        } else if (field.indexOf('.') < 0) {
            body.set(field, value);
        } else if (!field.startsWith("reasoning.") || !traits.neverReasons()) {
            int dot = field.indexOf('.');
            nested(field.substring(0, dot)).set(field.substring(dot + 1), value);
        } else {
            dropped.add(field);
        }
    }

    private void hostedChoice(JsonNode value) {
        boolean hosts = asked.tools().stream().anyMatch(Tool.Hosted.class::isInstance);
        if (hosts && value.isObject() && value.path("function").isMissingNode()) {
            body.set("tool_choice", value);
        } else {
            dropped.add("tool_choice");
        }
    }

    private ObjectNode nested(String name) {
        return body.path(name) instanceof ObjectNode begun ? begun : body.putObject(name);
    }
}
