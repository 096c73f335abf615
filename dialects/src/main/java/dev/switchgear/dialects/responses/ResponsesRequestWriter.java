package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.CacheMarks;
import dev.switchgear.dialects.ToolNames;
import dev.switchgear.dialects.Wording;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.Part;
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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words one request for a provider. For one thread, once.
final class ResponsesRequestWriter {
    private static final String ENCRYPTED = "reasoning.encrypted_content";

    /// An item that offers tools.
    private static final String OFFER = "additional_tools";

    /// Whether a search may leave its cache.
    private static final String EXTERNAL = "external_web_access";

    private static final String BOUND = "max_output_tokens";

    /// What stands beside the known fields of a tool, wherever it was offered.
    private static final Pattern OF_A_TOOL = Pattern.compile("(^|\\.)tools\\[\\d+]\\.[^.\\[]+$");

    private static final Set<Effort> EFFORTS = EnumSet.allOf(Effort.class);
    private static final ToolNames NAMES = new ToolNames(64, "_-", false, Set.of());

    /// Extras of other dialects that mean the same here under the same name. Others would be answered
    /// with 400.
    private static final Set<String> SHARED =
            Set.of(
                    "metadata",
                    "service_tier",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    CacheMarks.OPTIONS);

    private final Wording wording;
    private final ChatRequest asked;
    private final ResponsesFlavour flavour;

    /// Whether the client spoke this dialect.
    private final boolean own;

    /// Whether cache marks are told: older models refuse them, so only who spoke this dialect is taken
    /// at their word.
    private final boolean marks;

    /// Whether tools that the client runs are told as what they are, and not as functions.
    private final boolean forms;

    private final ObjectNode body;

    ResponsesRequestWriter(ResponsesFlavour flavour, ChatRequest asked, ModelTarget target)
            throws NotTranslatable {
        this.forms = flavour.clientTools() && ResponsesTools.apart(asked.tools());
        this.wording =
                new Wording(CacheMarks.onParts(asked), target, NAMES, Set.of())
                        .without(this::known)
                        .orInWords();
        if (flavour.strictSubset()) {
            wording.ofAnObject();
        }
        wording.withTheWordJson();
        this.asked = wording.asked();
        this.flavour = flavour;
        this.own = asked.asked() == Dialect.RESPONSES;
        this.marks = own || CacheMarks.breakpoints(target.model());
        this.body = wording.body();
    }

    Worded chat() throws NotTranslatable {
        wording.oneAnswer();
        wording.wholePrompt();
        question();
        if (asked.streamed()) {
            body.put("stream", true);
        }
        body.put("store", false);
        bound();
        sampling(asked.sampling());
        wording.drop("stop: Responses has none", !asked.stop().isEmpty());
        asked.user().ifPresent(user -> body.put(flavour.userField(), user));
        if (wantsSealedReasoning()) {
            body.putArray("include").add(ENCRYPTED);
        }
        for (Extra extra : asked.extras()) {
            extra(extra);
        }
        return wording.worded();
    }

    /// Only what makes up the prompt.
    Worded count() throws NotTranslatable {
        question();
        return wording.worded();
    }

    private void question() throws NotTranslatable {
        body.put("model", wording.model());
        history();
        tools();
        format();
        reasoning();
    }

    private void history() throws NotTranslatable {
        var items = new ResponsesTurnWriter(wording, flavour, marks, forms);
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
        boolean marked = turn.parts().stream().anyMatch(Part.CacheMark.class::isInstance);
        wording.drop("cache_control", marked && !marks);
        var offers = new ArrayList<Part.Foreign>();
        for (Part part : turn.parts()) {
            if (part instanceof Part.Text said) {
                text.append(text.isEmpty() ? "" : "\n\n").append(said.text());
            } else if (part instanceof Part.Foreign item && item.kind().equals(OFFER)) {
                offers.add(item);
            } else if (marks || !(part instanceof Part.CacheMark)) {
                // Only texts go there, and no marks.
                items.turn(turn);
                return;
            }
        }
        if (!text.isEmpty()) {
            body.put("instructions", text.toString());
        }
        for (Part.Foreign item : offers) {
            items.foreign(item);
        }
    }

    private void bound() {
        wording.bound(BOUND)
                .ifPresent(bound -> {
                    long least = flavour.outputTokensMin();
                    wording.drop(BOUND + ": raised to " + least + ", the least", bound < least);
                    body.put(BOUND, Math.max(bound, least));
                });
    }

    private void sampling(Sampling sampling) {
        boolean free = wording.takes(Capability.TEMPERATURE);
        OptionalDouble topP = wording.topP();
        wording.put(body, "temperature", "temperature", sampling.temperature(), free);
        wording.put(body, "top_p", "top_p", topP, free);
        wording.drop("top_k", sampling.topK().isPresent());
        wording.drop("seed", sampling.seed().isPresent());
        wording.drop("presence_penalty", sampling.presencePenalty().isPresent());
        wording.drop("frequency_penalty", sampling.frequencyPenalty().isPresent());
    }

    private void tools() throws NotTranslatable {
        // A choice said without tools is answered with 400.
        if (!wording.tools()) {
            return;
        }
        ArrayNode tools = Json.array();
        var offer = new ResponsesTools.Offer(tools);
        for (int i = 0; i < asked.tools().size(); i++) {
            switch (asked.tools().get(i)) {
                case Tool.Function function -> {
                    wording.drop("cache_control: of a tool", function.cacheMark().isPresent());
                    if (forms && function.client().isPresent()) {
                        // What an item offers, it offers where it stands.
                        if (function.client().get().listed()) {
                            offer.asItWas(function);
                        }
                    } else {
                        offer.plain(function(function, "tools[" + i + "]"));
                    }
                }
                case Tool.Hosted hosted ->
                        wording.hosted(hosted, hosted.dialect() == Dialect.RESPONSES, "tools")
                                .ifPresent(raw -> offer.plain(known(raw)));
            }
        }
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        asked.parallelTools().ifPresent(several -> body.put("parallel_tool_calls", several));
        if (!(asked.toolChoice() instanceof ToolChoice.Unsaid)) {
            ToolChoice choice = wording.choice(wording.takes(Capability.FORCED_TOOL));
            body.set(
                    "tool_choice",
                    forms
                            ? ResponsesTools.choice(choice, asked.tools())
                            : ResponsesTools.choice(choice));
        }
    }

    /// Whether an item is said as it came. Tools that it offers may be functions among the others.
    private boolean known(Part.Foreign item) {
        return item.dialect() == Dialect.RESPONSES && (forms || !item.kind().equals(OFFER));
    }

    /// A tool of the provider's without a word of OpenAI's that others refuse, and Codex always says.
    private JsonNode known(JsonNode raw) {
        if (flavour.clientTools() || !raw.has(EXTERNAL)) {
            return raw;
        }
        wording.drop("tools." + EXTERNAL);
        return ((ObjectNode) raw.deepCopy()).without(EXTERNAL);
    }

    private ObjectNode function(Tool.Function function, String field) {
        ObjectNode written = ResponsesTools.function(function);
        written.set("parameters", wording.parameters(written.path("parameters"), field));
        strict(function.strict(), written.path("parameters"), field)
                .ifPresent(strict -> written.put("strict", strict));
        return written;
    }

    private Optional<Boolean> strict(Optional<Boolean> wanted, JsonNode schema, String field) {
        return flavour.strictSubset() ? wording.strict(wanted, schema, field) : wanted;
    }

    private void format() {
        if (asked.format() instanceof AnswerFormat.Text) {
            return;
        }
        ObjectNode format = ResponsesTools.format(asked.format());
        if (asked.format() instanceof AnswerFormat.JsonSchema schema) {
            format.put("name", Wording.schemaName(schema.name()));
            strict(schema.strict(), schema.schema(), "response_format.json_schema")
                    .ifPresent(strict -> format.put("strict", strict));
        }
        body.putObject("text").set("format", format);
    }

    private void reasoning() {
        if (!wording.mayReason("reasoning")) {
            return;
        }
        asked.reasoning()
                .meant()
                .map(wanted -> wording.nearest(wanted, EFFORTS, "reasoning.effort"))
                .ifPresent(effort -> nested("reasoning").put("effort", Wording.word(effort)));
        if (flavour.summaries() && asked.reasoning().shown().orElse(false)) {
            nested("reasoning").put("summary", "auto");
        }
    }

    /// Models that do not reason answer the wish with 400: it is left out where nothing says that
    /// this one does.
    private boolean wantsSealedReasoning() {
        ModelTraits traits = wording.traits();
        if (flavour.openReasoning() || traits.neverReasons()) {
            return false;
        }
        return traits.reasons() || (asked.reasoning().said() && !wording.off());
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
        } else if (forms && own && OF_A_TOOL.matcher(field).find()) {
            return; // Its tool has it.
        } else if (own
                ? field.indexOf('[') >= 0
                : !SHARED.contains(field) || !CacheMarks.takes(wording.model(), field)) {
            wording.drop(field);
        } else if (field.indexOf('.') < 0) {
            body.set(field, value);
        } else if (!field.startsWith("reasoning.") || !wording.traits().neverReasons()) {
            int dot = field.indexOf('.');
            nested(field.substring(0, dot)).set(field.substring(dot + 1), value);
        } else {
            wording.drop(field);
        }
    }

    private void hostedChoice(JsonNode value) {
        boolean hosts = asked.tools().stream().anyMatch(Tool.Hosted.class::isInstance);
        if (hosts && value.isObject() && value.path("function").isMissingNode()) {
            body.set("tool_choice", value);
        } else {
            wording.drop("tool_choice");
        }
    }

    private ObjectNode nested(String name) {
        return body.path(name) instanceof ObjectNode begun ? begun : body.putObject(name);
    }
}
