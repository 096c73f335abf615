package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words one request as generateContent takes it. For one thread, once.
///
/// Gemini wants each turn with calls followed at once by a turn with as many results and nothing
/// else, so what a user says beside results goes into a turn behind them.
final class GeminiRequestWriter {
    static final String MODE = "toolConfig.functionCallingConfig.mode";

    private static final int STOPS_MAX = 5;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:-]{0,127}");
    private static final Pattern LEVELS = Pattern.compile("gemini-(?:[3-9]|[1-9][0-9]).*");
    private static final Pattern BUDGETS = Pattern.compile("gemini-2\\.5.*");
    private static final Set<String> TOP =
            Set.of("safetySettings", "cachedContent", "labels", "serviceTier");

    /// Settings whose answers no event can carry.
    private static final Set<String> UNCARRIED =
            Set.of("generationConfig.responseLogprobs", "generationConfig.logprobs");

    private final ChatRequest asked;
    private final String model;
    private final ModelTraits traits;
    private final GeminiFlavour flavour;
    private final ObjectNode body = Json.object();
    private final ArrayNode contents = Json.array();
    private final Set<String> dropped = new LinkedHashSet<>();

    /// Calls of the latest turn that calls, until their results come.
    private final List<Part.ToolCall> open = new ArrayList<>();

    private GeminiRequestWriter(ChatRequest asked, ModelTarget target, GeminiFlavour flavour) {
        this.asked = asked;
        this.model = target.model();
        this.traits = target.traits();
        this.flavour = flavour;
    }

    /// The body, and what was left out of it.
    record Said(ObjectNode body, List<String> dropped) {}

    static Said chat(ChatRequest asked, ModelTarget target, GeminiFlavour flavour)
            throws NotTranslatable {
        var wording = new GeminiRequestWriter(asked, target, flavour);
        wording.prompt();
        wording.config();
        return new Said(wording.body, List.copyOf(wording.dropped));
    }

    /// Only what makes up the prompt.
    static Said countable(ChatRequest asked, ModelTarget target, GeminiFlavour flavour)
            throws NotTranslatable {
        var wording = new GeminiRequestWriter(asked, target, flavour);
        wording.prompt();
        return new Said(wording.body, List.copyOf(wording.dropped));
    }

    private void prompt() throws NotTranslatable {
        var system = Json.array();
        boolean begun = false;
        for (Turn turn : asked.turns()) {
            switch (turn.role()) {
                case SYSTEM -> {
                    if (begun) {
                        dropped.add("system: a message inside the conversation went to the user");
                        userTurn(turn.parts());
                    } else {
                        system(turn.parts(), system);
                    }
                }
                case USER -> {
                    begun = true;
                    userTurn(turn.parts());
                }
                case ASSISTANT -> {
                    begun = true;
                    modelTurn(turn.parts());
                }
            }
        }
        boolean endsWithModel =
                !asked.turns().isEmpty() && asked.turns().getLast().role() == Role.ASSISTANT;
        if (endsWithModel && traits.lacks(Capability.PREFILL)) {
            throw new NotTranslatable(
                    "messages", model + " does not go on from a last message of the assistant");
        }
        if (contents.isEmpty()) {
            throw new NotTranslatable("messages", "nothing is said by the user");
        }
        if (!system.isEmpty()) {
            body.putObject("systemInstruction").set("parts", system);
        }
        body.set("contents", contents);
        tools();
    }

    private void system(List<Part> parts, ArrayNode into) throws NotTranslatable {
        for (Part part : parts) {
            switch (part) {
                case Part.Text text -> {
                    if (!text.text().isEmpty()) {
                        into.addObject().put("text", text.text());
                    }
                }
                case Part.CacheMark _ -> {}
                case Part.Image _,
                        Part.Document _,
                        Part.Audio _,
                        Part.ToolCall _,
                        Part.ToolResult _,
                        Part.Thinking _,
                        Part.HiddenThinking _,
                        Part.Refusal _,
                        Part.Foreign _ ->
                        throw new NotTranslatable("system", "not a text (expected: text only)");
            }
        }
    }

    private void userTurn(List<Part> parts) throws NotTranslatable {
        var results = new LinkedHashMap<String, Part.ToolResult>();
        var rest = Json.array();
        for (Part part : parts) {
            if (part instanceof Part.ToolResult result) {
                if (results.put(result.id(), result) != null) {
                    dropped.add("a second result of call " + result.id());
                }
            } else {
                piece(part, rest);
            }
        }
        if (!results.isEmpty()) {
            results(results, rest);
        }
        append("user", rest);
    }

    /// As many results as there were calls, in their order.
    private void results(Map<String, Part.ToolResult> results, ArrayNode behind)
            throws NotTranslatable {
        var parts = Json.array();
        var attached = Json.array();
        for (Part.ToolCall call : open) {
            Part.ToolResult result = results.remove(call.id());
            if (result == null) {
                throw new NotTranslatable("messages", "call " + call.id() + " has no result");
            }
            result(call, result, parts, attached);
        }
        if (!results.isEmpty()) {
            throw new NotTranslatable(
                    "messages",
                    "a result of "
                            + results.keySet().iterator().next()
                            + ", which the message before does not call");
        }
        open.clear();
        append("user", parts);
        if (!attached.isEmpty()) {
            attached.values().forEach(behind::add);
        }
    }

    private void result(
            Part.ToolCall call, Part.ToolResult result, ArrayNode into, ArrayNode attached)
            throws NotTranslatable {
        var text = new StringBuilder();
        var media = Json.array();
        boolean first = true;
        for (Part part : result.content()) {
            if (part instanceof Part.Text each) {
                text.append(first ? "" : "\n").append(each.text());
                first = false;
            } else {
                piece(part, media);
            }
        }
        ObjectNode said = into.addObject().putObject("functionResponse");
        said.put("name", call.name());
        if (flavour.callIds()) {
            said.put("id", call.id());
        }
        said.set("response", response(text.toString(), result.error()));
        if (media.isEmpty()) {
            return;
        }
        if (levels()) {
            said.set("parts", media);
        } else {
            attached.addObject().put("text", "Returned by " + call.name() + ":");
            media.values().forEach(attached::add);
        }
    }

    private static ObjectNode response(String text, boolean error) {
        if (GeminiRequestReader.isObject(text)) {
            var object = (ObjectNode) Json.read(text);
            if (!error || (object.size() == 1 && object.has("error"))) {
                return object;
            }
        }
        return Json.object().put(error ? "error" : "output", text);
    }

    private void modelTurn(List<Part> parts) throws NotTranslatable {
        if (!open.isEmpty()) {
            throw new NotTranslatable(
                    "messages", "call " + open.getFirst().id() + " has no result");
        }
        var said = Json.array();
        boolean first = true;
        for (Part part : parts) {
            if (part instanceof Part.ToolCall call) {
                call(call, first, said);
                first = false;
            } else {
                piece(part, said);
            }
        }
        append("model", said);
    }

    private void call(Part.ToolCall call, boolean first, ArrayNode into) throws NotTranslatable {
        open.add(call);
        ObjectNode part = into.addObject();
        ObjectNode said = part.putObject("functionCall");
        said.put("name", named(call.name(), "tool_calls"));
        said.set("args", arguments(call.arguments()));
        if (flavour.callIds()) {
            said.put("id", call.id());
        }
        Optional<Signature> own =
                call.signature().filter(signature -> signature.by(Dialect.GEMINI, model));
        if (own.isPresent()) {
            part.put("thoughtSignature", own.get().value());
        } else if (first && levels()) {
            // Google's stand-in for calls that another model made. Gemini 3 and later demand a
            // signature on the first call of a turn; on the others it is optional.
            part.put("thoughtSignature", pending(into).orElse(GeminiSeals.ABSENT));
        }
    }

    /// A signature that came alone right before a call is the call's: dialects without a place on
    /// calls show it as reasoning.
    private static Optional<String> pending(ArrayNode parts) {
        if (parts.size() < 2) {
            return Optional.empty();
        }
        JsonNode before = parts.get(parts.size() - 2);
        String seal = before.path("thoughtSignature").asString("");
        if (seal.isEmpty()
                || !before.path("text").asString("?").isEmpty()
                || before.has("thought")) {
            return Optional.empty();
        }
        parts.remove(parts.size() - 2);
        return Optional.of(seal);
    }

    /// Text that is no JSON object, as a model may leave it, is kept under a name of ours.
    private static ObjectNode arguments(String text) {
        if (text.isBlank()) {
            return Json.object();
        }
        try {
            if (Json.read(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException brokenOff) {
            return Json.object().put("_raw", text);
        }
        return Json.object().put("_raw", text);
    }

    private void piece(Part part, ArrayNode into) throws NotTranslatable {
        switch (part) {
            case Part.Text text -> text(text.text(), into);
            case Part.Refusal refusal -> text(refusal.text(), into);
            case Part.Image image -> {
                refuse(Capability.VISION, "image");
                media(image.media(), "image", into);
                detail(image.detail(), into);
            }
            case Part.Document document -> {
                refuse(Capability.DOCUMENTS, "document");
                media(document.media(), "document", into);
            }
            case Part.Audio audio -> {
                refuse(Capability.AUDIO, "audio");
                media(audio.media(), "audio", into);
            }
            case Part.Thinking thinking -> thinking(thinking, into);
            case Part.HiddenThinking hidden -> {
                if (hidden.signature().by(Dialect.GEMINI, model)) {
                    into.addObject()
                            .put("text", "")
                            .put("thoughtSignature", hidden.signature().value());
                } else {
                    dropped.add("thinking: only " + hidden.signature().signer() + " can read it");
                }
            }
            case Part.CacheMark _ -> {}
            case Part.Foreign foreign -> {
                if (foreign.dialect() == Dialect.GEMINI) {
                    into.add(foreign.raw());
                } else {
                    dropped.add(foreign.kind());
                }
            }
            case Part.ToolCall _, Part.ToolResult _ ->
                    throw new NotTranslatable(
                            "messages", "a call or its result in the wrong place");
        }
    }

    /// A signature that stands alone belongs to the text behind it.
    private static void text(String text, ArrayNode into) {
        if (text.isEmpty()) {
            return;
        }
        if (!into.isEmpty()
                && into.get(into.size() - 1) instanceof ObjectNode last
                && last.path("text").asString("?").isEmpty()
                && !last.has("thought")) {
            last.put("text", text);
        } else {
            into.addObject().put("text", text);
        }
    }

    private void thinking(Part.Thinking thinking, ArrayNode into) {
        Optional<Signature> own =
                thinking.signature().filter(signature -> signature.by(Dialect.GEMINI, model));
        if (thinking.signature().isPresent() && own.isEmpty()) {
            dropped.add("thinking: another model's");
            return;
        }
        if (thinking.text().isEmpty() && own.isEmpty()) {
            return;
        }
        ObjectNode part = into.addObject().put("text", thinking.text());
        if (!thinking.text().isEmpty()) {
            part.put("thought", true);
        }
        own.ifPresent(signature -> part.put("thoughtSignature", signature.value()));
    }

    private void refuse(Capability feature, String what) throws NotTranslatable {
        if (traits.lacks(feature)) {
            throw new NotTranslatable(what, model + " does not take it");
        }
    }

    private static void media(Media media, String what, ArrayNode into) throws NotTranslatable {
        switch (media) {
            case Media.Inline inline -> data(inline.type(), inline.base64(), into);
            case Media.PlainText text ->
                    data(
                            "text/plain",
                            Base64.getEncoder()
                                    .encodeToString(text.text().getBytes(StandardCharsets.UTF_8)),
                            into);
            case Media.Url url -> {
                if (!GeminiHostedFiles.kept(url.url()) && !GeminiHostedFiles.watched(url.url())) {
                    throw new NotTranslatable(
                            what,
                            "Gemini does not fetch addresses (expected: the data itself, a file at"
                                    + " Google, or a video on YouTube)");
                }
                file(url.url(), url.type(), into);
            }
            case Media.FileId file -> {
                if (file.dialect() != Dialect.GEMINI) {
                    throw new NotTranslatable(
                            what, "the file lies with another provider (expected: the data)");
                }
                file(file.id(), file.type(), into);
            }
        }
    }

    private static void data(String type, String base64, ArrayNode into) {
        into.addObject().putObject("inlineData").put("mimeType", type).put("data", base64);
    }

    private static void file(String uri, String type, ArrayNode into) {
        ObjectNode file = into.addObject().putObject("fileData").put("fileUri", uri);
        if (!type.isEmpty()) {
            file.put("mimeType", type);
        }
    }

    private void detail(String detail, ArrayNode into) {
        if (detail.isEmpty() || detail.equals("auto") || detail.equals("unspecified")) {
            return;
        }
        if (levels() && into.get(into.size() - 1) instanceof ObjectNode part) {
            part.putObject("mediaResolution")
                    .put("level", "MEDIA_RESOLUTION_" + detail.toUpperCase(Locale.ROOT));
        } else {
            dropped.add("detail");
        }
    }

    /// Neighbours of one side become one turn, but results stay apart from what is said.
    private void append(String role, ArrayNode parts) {
        if (parts.isEmpty()) {
            return;
        }
        JsonNode last = contents.isEmpty() ? contents : contents.get(contents.size() - 1);
        if (last.path("role").asString("").equals(role)
                && last.get("parts") instanceof ArrayNode before
                && !before.path(0).has("functionResponse")
                && !parts.path(0).has("functionResponse")) {
            parts.values().forEach(before::add);
        } else {
            ObjectNode content = contents.addObject().put("role", role);
            content.set("parts", parts);
        }
    }

    private void tools() throws NotTranslatable {
        var functions = Json.array();
        var tools = Json.array();
        for (int i = 0; i < asked.tools().size(); i++) {
            switch (asked.tools().get(i)) {
                case Tool.Function function -> function(function, "tools[" + i + "]", functions);
                case Tool.Hosted hosted -> {
                    if (hosted.dialect() != Dialect.GEMINI) {
                        throw new NotTranslatable(
                                "tools[" + i + "]", hosted.kind() + " runs at another provider");
                    }
                    tools.add(hosted.raw());
                }
            }
        }
        if (!asked.tools().isEmpty() && traits.lacks(Capability.TOOLS)) {
            throw new NotTranslatable("tools", model + " does not take tools");
        }
        if (!functions.isEmpty()) {
            tools.addObject().set("functionDeclarations", functions);
        }
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        choice(!functions.isEmpty());
        if (asked.parallelTools().isPresent() && !asked.parallelTools().get()) {
            dropped.add("parallel_tool_calls: Gemini may call several tools at once");
        }
    }

    private void function(Tool.Function function, String field, ArrayNode into)
            throws NotTranslatable {
        ObjectNode said = into.addObject().put("name", named(function.name(), field + ".name"));
        if (!function.description().isEmpty()) {
            said.put("description", function.description());
        }
        if (function.strict().orElse(false)) {
            dropped.add("strict");
        }
        if (function.parameters().isEmpty()) {
            return;
        }
        JsonNode schema = function.parameters().get();
        if (flavour.jsonSchema()) {
            if (!schema.isEmpty()) {
                said.set("parametersJsonSchema", schema);
            }
        } else if (!GeminiSchemas.empty(function.parameters())) {
            said.set("parameters", GeminiSchemas.openApi(schema, field + ".parameters"));
        }
    }

    private static String named(String name, String field) throws NotTranslatable {
        if (!NAME.matcher(name).matches()) {
            throw new NotTranslatable(
                    field,
                    "\""
                            + (name.length() <= 130 ? name : name.substring(0, 130) + "…")
                            + "\" (expected by Gemini: a letter or _, then letters, digits or _.:-,"
                            + " at most 128)");
        }
        return name;
    }

    private void choice(boolean functions) {
        ObjectNode calling = Json.object();
        switch (asked.toolChoice()) {
            case ToolChoice.Unsaid _ -> {}
            case ToolChoice.Auto _ -> calling.put("mode", "AUTO");
            case ToolChoice.None _ -> calling.put("mode", "NONE");
            case ToolChoice.Required _ -> forced(List.of(), calling);
            case ToolChoice.Named named -> forced(List.of(named.name()), calling);
            case ToolChoice.Among among -> {
                if (among.required()) {
                    forced(among.names(), calling);
                } else {
                    calling.put("mode", "VALIDATED");
                    allow(among.names(), calling);
                }
            }
        }
        ObjectNode config = Json.object();
        if (!calling.isEmpty()) {
            config.set("functionCallingConfig", calling);
        }
        for (Extra extra : asked.extras()) {
            if (asked.asked() == Dialect.GEMINI && extra.field().startsWith("toolConfig.")) {
                put(config, extra.field().substring("toolConfig.".length()), extra.value());
            }
        }
        if (!functions && config.remove("functionCallingConfig") != null) {
            dropped.add("tool_choice: there are no functions");
        }
        if (!config.isEmpty()) {
            body.set("toolConfig", config);
        }
    }

    private void forced(List<String> names, ObjectNode calling) {
        if (traits.lacks(Capability.FORCED_TOOL)) {
            dropped.add("tool_choice: " + model + " cannot be made to call a tool");
            calling.put("mode", names.isEmpty() ? "AUTO" : "VALIDATED");
        } else {
            calling.put("mode", "ANY");
        }
        allow(names, calling);
    }

    private static void allow(List<String> names, ObjectNode calling) {
        if (!names.isEmpty()) {
            ArrayNode allowed = calling.putArray("allowedFunctionNames");
            names.forEach(allowed::add);
        }
    }

    private void config() throws NotTranslatable {
        if (asked.answers() > 1) {
            throw new NotTranslatable(
                    "n", asked.answers() + " answers (expected: 1, a translated answer is one)");
        }
        ObjectNode config = Json.object();
        asked.maxOutputTokens().ifPresent(most -> config.put("maxOutputTokens", bounded(most)));
        sampling(asked.sampling(), config);
        stop(config);
        format(config);
        thinking(config);
        for (Extra extra : asked.extras()) {
            extra(extra, config);
        }
        if (asked.user().isPresent()) {
            dropped.add("user");
        }
        if (!config.isEmpty()) {
            body.set("generationConfig", config);
        }
    }

    private void extra(Extra extra, ObjectNode config) {
        String field = extra.field();
        if (asked.asked() != Dialect.GEMINI) {
            dropped.add(field);
        } else if (TOP.contains(field)) {
            body.set(field, extra.value());
        } else if (UNCARRIED.contains(field)) {
            dropped.add(field + ": a translated answer has no place for it");
        } else if (field.startsWith("generationConfig.")) {
            put(config, field.substring("generationConfig.".length()), extra.value());
        } else if (!field.startsWith("toolConfig.")) {
            dropped.add(field);
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

    private long bounded(long asked) {
        if (traits.outputTokensMax().isPresent() && asked > traits.outputTokensMax().getAsLong()) {
            dropped.add(
                    "max_tokens: "
                            + model
                            + " puts out at most "
                            + traits.outputTokensMax().getAsLong());
            return traits.outputTokensMax().getAsLong();
        }
        return asked;
    }

    private void sampling(Sampling sampling, ObjectNode config) {
        boolean lacks = traits.lacks(Capability.TEMPERATURE);
        if (sampling.temperature().isPresent()) {
            if (lacks) {
                dropped.add("temperature");
            } else {
                config.put("temperature", sampling.temperature().getAsDouble());
            }
        }
        if (sampling.topP().isPresent()) {
            boolean both =
                    sampling.temperature().isPresent()
                            && traits.lacks(Capability.TEMPERATURE_WITH_TOP_P);
            if (lacks || both) {
                dropped.add("top_p");
            } else {
                config.put("topP", sampling.topP().getAsDouble());
            }
        }
        if (sampling.topK().isPresent()) {
            if (lacks) {
                dropped.add("top_k");
            } else {
                config.put("topK", sampling.topK().getAsLong());
            }
        }
        sampling.seed().ifPresent(seed -> config.put("seed", seed(seed)));
        sampling.presencePenalty().ifPresent(penalty -> config.put("presencePenalty", penalty));
        sampling.frequencyPenalty().ifPresent(penalty -> config.put("frequencyPenalty", penalty));
    }

    /// Gemini's seeds have 32 bits; a longer one is folded, so that equal seeds stay equal.
    private static int seed(long seed) {
        return seed == (int) seed ? (int) seed : Long.hashCode(seed);
    }

    private void stop(ObjectNode config) throws NotTranslatable {
        if (asked.stop().isEmpty()) {
            return;
        }
        if (traits.lacks(Capability.STOP)) {
            throw new NotTranslatable("stop", model + " does not take it");
        }
        if (asked.stop().size() > STOPS_MAX) {
            throw new NotTranslatable(
                    "stop", asked.stop().size() + " texts (expected by Gemini: at most 5)");
        }
        ArrayNode stop = config.putArray("stopSequences");
        asked.stop().forEach(stop::add);
    }

    private void format(ObjectNode config) throws NotTranslatable {
        boolean tools = asked.tools().stream().anyMatch(Tool.Function.class::isInstance);
        switch (asked.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ -> {
                besideTools(tools);
                config.put("responseMimeType", "application/json");
            }
            case AnswerFormat.JsonSchema schema -> {
                if (traits.lacks(Capability.STRUCTURED_OUTPUT)) {
                    throw new NotTranslatable(
                            "response_format", model + " does not answer by a schema");
                }
                besideTools(tools);
                config.put("responseMimeType", "application/json");
                if (flavour.jsonSchema()) {
                    config.set("responseJsonSchema", schema.schema());
                } else {
                    config.set(
                            "responseSchema",
                            GeminiSchemas.openApi(schema.schema(), "response_format"));
                }
            }
        }
    }

    private void besideTools(boolean tools) throws NotTranslatable {
        if (tools && traits.lacks(Capability.TOOLS_WITH_STRUCTURED_OUTPUT)) {
            throw new NotTranslatable(
                    "response_format", model + " takes tools or a format of the answer, not both");
        }
    }

    private void thinking(ObjectNode config) {
        ReasoningWish reasoning = asked.reasoning();
        if (!reasoning.said() && reasoning.shown().isEmpty()) {
            return;
        }
        if (traits.neverReasons()) {
            if (reasoning.said() && !reasoning.meant().equals(Optional.of(Effort.NONE))) {
                dropped.add("reasoning: " + model + " does not reason");
            }
            return;
        }
        ObjectNode thinking = Json.object();
        reasoning.shown().ifPresent(shown -> thinking.put("includeThoughts", shown));
        if (levels()) {
            level(reasoning, thinking);
        } else if (budgets()) {
            budget(reasoning, thinking);
        } else if (reasoning.effort().isPresent()) {
            level(reasoning, thinking);
        } else {
            budget(reasoning, thinking);
        }
        if (!thinking.isEmpty()) {
            config.set("thinkingConfig", thinking);
        }
    }

    private void level(ReasoningWish reasoning, ObjectNode thinking) {
        if (reasoning.meant().isEmpty()) {
            return;
        }
        Effort effort = reasoning.meant().get();
        String minimal = traits.lacks(Capability.EFFORT_MINIMAL) ? "low" : "minimal";
        if (effort == Effort.NONE) {
            dropped.add("reasoning none: " + model + " always reasons, told " + minimal);
        }
        thinking.put(
                "thinkingLevel",
                switch (effort) {
                    case NONE, MINIMAL -> minimal;
                    case LOW -> "low";
                    case MEDIUM -> "medium";
                    case HIGH, XHIGH, MAX -> "high";
                });
    }

    /// The values that Google's own OpenAI layer takes for words.
    private void budget(ReasoningWish reasoning, ObjectNode thinking) {
        if (!reasoning.said()) {
            return;
        }
        long budget =
                reasoning.budgetTokens().isPresent()
                        ? reasoning.budgetTokens().getAsLong()
                        : switch (reasoning.effort().orElse(Effort.MEDIUM)) {
                            case NONE -> 0;
                            case MINIMAL, LOW -> 1_024;
                            case MEDIUM -> 8_192;
                            case HIGH, XHIGH, MAX -> 24_576;
                        };
        if (budget == 0 && alwaysReasons()) {
            dropped.add("reasoning none: " + model + " always reasons, told 128 tokens");
            budget = 128;
        }
        thinking.put("thinkingBudget", budget);
    }

    private boolean alwaysReasons() {
        return traits.lacks(Capability.REASONING_OFF) || model.startsWith("gemini-2.5-pro");
    }

    /// Whether the model is told a level, as Gemini 3 and later are.
    private boolean levels() {
        return traits.reasons()
                ? !traits.reasonsBy(Reasoning.BUDGET)
                : LEVELS.matcher(model).matches();
    }

    private boolean budgets() {
        return traits.reasons()
                ? traits.reasonsBy(Reasoning.BUDGET)
                : BUDGETS.matcher(model).matches();
    }
}
