package dev.switchgear.dialects;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ReadBack;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A request on its way into a provider's words, and the rules by which every dialect fits it to the
/// model: what is cut, what is left out, what is refused, each told in one sentence. A writer says
/// only names and shapes.
///
/// Where a method takes a `field`, it is the name under which the dialect tells of it. For one
/// request and one thread.
public final class Wording {
    private static final int SCHEMA_NAME_CHARS_MAX = 64;
    private static final String UNLESS_CALLING =
            "This is about your answer, and not about calls of tools. ";
    private static final String NOTHING_ELSE =
            ", and with nothing else: no words before or after it, no code fence";
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9_-]");

    /// Vendors' switches whose meaning was read, and is worded elsewhere.
    private static final Set<String> UNDERSTOOD = Set.of("enable_thinking", "thinking_budget");

    /// Parts that a user shows to the model.
    private static final Set<String> SHOWN =
            Set.of("document", "search_result", "container_upload", "video", "videoMetadata");

    /// Items with the id of a call that a provider ran in a container of its own, or found itself.
    private static final Set<String> HOSTED_ITEMS =
            Set.of(
                    "shell_call",
                    "shell_call_output",
                    "tool_search_call",
                    "tool_search_output",
                    "code_interpreter_call",
                    "program",
                    "program_output");

    /// The block that names a tool which a client's search found.
    private static final String FOUND = "tool_reference";

    /// Items that offer tools, which every provider is told with the others.
    private static final Set<String> OFFERS = Set.of("additional_tools");

    private final Dialect client;
    private final ModelTarget target;
    private final Set<Capability> lacks;
    private final Map<String, String> originals;
    private final Optional<String> called;
    private final ObjectNode body = Json.object();
    private final Set<String> dropped = new LinkedHashSet<>();
    private final Set<String> functions = new HashSet<>();

    /// Of a tool, in the words of a client of Responses that chose a provider's.
    private JsonNode choice = Json.object();

    private ChatRequest asked;

    /// @param names which names of tools the provider takes; others are replaced
    /// @param lacks what none of the provider's models takes
    public Wording(ChatRequest given, ModelTarget target, ToolNames names, Set<Capability> lacks) {
        ChatRequest asked = ToolResults.placed(given);
        this.client = asked.asked();
        this.target = target;
        this.lacks = Set.copyOf(lacks);
        Optional<ForcedCall> forced =
                !takes(Capability.FORCED_TOOL) && takes(Capability.STRUCTURED_OUTPUT)
                        ? ForcedCall.of(asked)
                        : Optional.empty();
        if (forced.isPresent()) {
            drop("tool_choice: the call is asked for as a structured answer");
            drop(
                    "response_format: beside a demanded tool call",
                    !(asked.format() instanceof AnswerFormat.Text));
        }
        ToolNames.Fitted fitted = names.fit(forced.map(ForcedCall::asked).orElse(asked));
        this.asked = fitted.asked();
        this.originals = fitted.originals();
        this.called = forced.map(ForcedCall::tool);
    }

    /// Leaves out of the conversation what only another dialect's providers have words for, and the
    /// turns that held nothing else: an empty one would be said, and answered. Where a client's search
    /// for tools found some, that is told: they are all offered, and a result that says nothing would
    /// have the model search again.
    ///
    /// @param ours whether this provider's dialect has words for it
    public Wording without(Predicate<Part.Foreign> ours) throws NotTranslatable {
        if (asked.turns().stream().noneMatch(turn -> holds(turn, ours))) {
            return this;
        }
        var turns = new ArrayList<Turn>();
        for (Turn turn : asked.turns()) {
            var kept = new ArrayList<Part>();
            for (Part part : turn.parts()) {
                if (part instanceof Part.Foreign foreign && !ours.test(foreign)) {
                    foreign(foreign);
                } else {
                    kept.add(part instanceof Part.ToolResult result ? told(result, ours) : part);
                }
            }
            boolean emptied =
                    kept.size() < turn.parts().size()
                            && kept.stream().allMatch(Part.CacheMark.class::isInstance);
            if (!emptied) {
                turns.add(new Turn(turn.role(), kept));
            }
        }
        if (turns.isEmpty()) {
            throw new NotTranslatable("messages", "they hold nothing that can be sent");
        }
        asked = asked.withTurns(ToolResults.merged(turns));
        return this;
    }

    private static boolean holds(Turn turn, Predicate<Part.Foreign> ours) {
        return turn.parts().stream()
                .anyMatch(part ->
                        switch (part) {
                            case Part.Foreign foreign -> !ours.test(foreign);
                            case Part.ToolResult result ->
                                    result.content().stream().anyMatch(one -> found(one, ours));
                            case Part.Text _,
                                    Part.Refusal _,
                                    Part.Image _,
                                    Part.Document _,
                                    Part.Audio _,
                                    Part.Thinking _,
                                    Part.HiddenThinking _,
                                    Part.ToolCall _,
                                    Part.CacheMark _ ->
                                    false;
                        });
    }

    /// Whether it names a tool that a client's search found.
    private static boolean found(Part part, Predicate<Part.Foreign> ours) {
        return part instanceof Part.Foreign foreign
                && foreign.kind().equals(FOUND)
                && !ours.test(foreign);
    }

    private static Part.ToolResult told(Part.ToolResult result, Predicate<Part.Foreign> ours) {
        if (result.content().stream().noneMatch(part -> found(part, ours))) {
            return result;
        }
        var content = new ArrayList<Part>();
        for (Part part : result.content()) {
            content.add(
                    found(part, ours) && part instanceof Part.Foreign foreign
                            ? new Part.Text(
                                    "Found: " + foreign.raw().path("tool_name").asString(""))
                            : part);
        }
        return new Part.ToolResult(
                result.id(), result.name(), content, result.error(), result.raw());
    }

    /// Says a schema in words, and asks for JSON of whatever form, where the model follows none; where
    /// it takes no form beside tools, words are all that is left.
    public Wording orInWords() {
        switch (asked.format()) {
            case AnswerFormat.Text _ -> {}
            case AnswerFormat.JsonObject _ -> {
                if (takesBesideTools()) {
                    return this;
                }
                if (!besideDemandedCall()) {
                    drop("response_format: asked for in words");
                    inWords(UNLESS_CALLING + "Answer with one JSON object" + NOTHING_ELSE + ".");
                }
            }
            case AnswerFormat.JsonSchema schema -> {
                if (!takesBesideTools()) {
                    if (!besideDemandedCall()) {
                        inWords(schema, UNLESS_CALLING, false);
                    }
                } else if (!takes(Capability.STRUCTURED_OUTPUT)) {
                    inWords(schema, "", ObjectSchemas.ofObjects(schema.schema()));
                }
            }
        }
        return this;
    }

    /// Says a schema in words that OpenAI does not take for an answer: at its top must be an object, of
    /// which clients of other dialects know nothing.
    public Wording ofAnObject() {
        if (stranger() && asked.format() instanceof AnswerFormat.JsonSchema schema) {
            Optional<JsonNode> object = ObjectSchemas.withoutChoice(schema.schema());
            if (object.isEmpty()) {
                inWords(schema, "", ObjectSchemas.ofObjects(schema.schema()));
            } else {
                asked =
                        asked.withFormat(
                                new AnswerFormat.JsonSchema(
                                        schema.name(),
                                        schema.description(),
                                        object.get(),
                                        schema.strict()));
            }
        }
        return this;
    }

    /// Where a call must be made, its text, if any, has no form.
    private boolean besideDemandedCall() {
        if (!demands(asked.toolChoice()) || !takes(Capability.FORCED_TOOL)) {
            return false;
        }
        drop("response_format: beside a demanded tool call");
        asked = asked.withFormat(new AnswerFormat.Text());
        return true;
    }

    /// @param object whether some JSON object can be demanded all the same
    private void inWords(AnswerFormat.JsonSchema schema, String before, boolean object) {
        drop("response_format.json_schema: told in words");
        inWords(
                before
                        + "Answer with one JSON value that follows this JSON Schema"
                        + NOTHING_ELSE
                        + ".\n"
                        + Json.text(schema.schema()));
        if (object) {
            asked = asked.withFormat(new AnswerFormat.JsonObject());
        }
    }

    private void inWords(String words) {
        asked =
                asked.withTurns(ForcedCall.instructed(asked.turns(), words))
                        .withFormat(new AnswerFormat.Text());
    }

    private boolean stranger() {
        return asked.asked() != Dialect.OPENAI && asked.asked() != Dialect.RESPONSES;
    }

    /// Whether the model is held to a schema where the client wants that: OpenAI refuses the request
    /// for one that it cannot hold a model to. Its own clients are left to its judgement.
    ///
    /// @param field whose `strict` it is
    public Optional<Boolean> strict(Optional<Boolean> wanted, JsonNode schema, String field) {
        if (wanted.orElse(false) && stranger() && !StrictSchemas.take(schema)) {
            drop(field + ".strict: not with this schema here");
            return Optional.of(false);
        }
        return wanted;
    }

    /// The parameters of a tool as an object; what else they say is told in their description.
    ///
    /// @param field of the tool
    public JsonNode parameters(JsonNode schema, String field) {
        ObjectSchemas.Fitted fitted = ObjectSchemas.parameters(schema);
        toldInWords(field + ".parameters", fitted.told());
        return fitted.schema();
    }

    /// Tells which words of a schema only a description has.
    public void toldInWords(String field, Set<String> words) {
        if (!words.isEmpty()) {
            String verb = words.size() == 1 ? " is" : " are";
            drop(field + ": " + String.join(", ", words) + verb + " told in words");
        }
    }

    /// Names JSON where the request asks for it and no word of it does: OpenAI's dialects refuse that,
    /// of which clients of other dialects know nothing.
    public Wording withTheWordJson() {
        if (stranger() && asked.format() instanceof AnswerFormat.JsonObject && !saysJson()) {
            asked =
                    asked.withTurns(
                            ForcedCall.instructed(asked.turns(), "Answer with one JSON object."));
        }
        return this;
    }

    private boolean saysJson() {
        return asked.turns().stream()
                .flatMap(turn -> turn.parts().stream())
                .anyMatch(part ->
                        part instanceof Part.Text(String text)
                                && text.toLowerCase(Locale.ROOT).contains("json"));
    }

    /// Whether the answer is read back as a call of a tool.
    public boolean forcedCall() {
        return called.isPresent();
    }

    /// What is to be said, its tools under names that the provider takes.
    public ChatRequest asked() {
        return asked;
    }

    public String model() {
        return target.model();
    }

    public ModelTraits traits() {
        return target.traits();
    }

    /// Whether the model that is asked signed it, for the account that is asked.
    ///
    /// @param dialect in which the model signs
    public boolean signed(Signature signature, Dialect dialect) {
        return signature.by(dialect, target.model(), target.account());
    }

    public ObjectNode body() {
        return body;
    }

    public Worded worded() {
        return worded(body);
    }

    /// @param whole the body, where it is wrapped into another
    public Worded worded(ObjectNode whole) {
        byte[] bytes = Json.bytes(whole);
        Optional<ReadBack.Call> call =
                called.map(tool -> new ReadBack.Call(tool, "call_" + Hashes.hex(bytes, 12)));
        return new Worded(bytes, List.copyOf(dropped), new ReadBack(originals, call));
    }

    /// Whether nothing tells that the model does not take it.
    public boolean takes(Capability capability) {
        return !traits().lacks(capability) && !lacks.contains(capability);
    }

    /// Tells that something has no place here, by the client's name for it; the same is told once.
    public void drop(String what) {
        dropped.add(ClientFields.told(client, what));
    }

    public void drop(String what, boolean said) {
        if (said) {
            drop(what);
        }
    }

    /// What only the client's dialect has words for: what its provider did is left out, and that is
    /// told; what the model was to see cannot be left out.
    public void foreign(Part.Foreign foreign) throws NotTranslatable {
        boolean needed =
                foreign.dialect() == Dialect.OPENAI
                        || SHOWN.contains(foreign.kind())
                        || (foreign.dialect() == Dialect.RESPONSES && ofTheClient(foreign));
        if (OFFERS.contains(foreign.kind())) {
            return;
        }
        if (needed) {
            throw new NotTranslatable(
                    foreign.kind(), "only providers of its own dialect take such a part");
        }
        drop(foreign.kind());
    }

    /// Whether the client did it itself, as what bears the id of a call tells, or the conversation lies
    /// within: without it the model would do again what was done.
    private static boolean ofTheClient(Part.Foreign item) {
        String kind = item.kind();
        return kind.contains("compaction")
                || (!item.raw().path("call_id").asString("").isEmpty()
                        && !HOSTED_ITEMS.contains(kind));
    }

    /// Refuses what cannot be left out.
    ///
    /// @param what in the plural: `images`
    public void demand(boolean taken, String field, String what) throws NotTranslatable {
        if (!taken) {
            throw new NotTranslatable(field, model() + " takes no " + what);
        }
    }

    /// An answer is translated alone.
    public void oneAnswer() throws NotTranslatable {
        if (asked.answers() > 1) {
            throw new NotTranslatable(
                    "n", asked.answers() + " (expected: 1, as an answer is translated alone)");
        }
    }

    /// The beginning of a prompt that lies with Gemini (`cachedContent`) can be told to nobody else.
    public void wholePrompt() throws NotTranslatable {
        for (Extra extra : asked.extras()) {
            if (asked.asked() == Dialect.GEMINI && extra.field().equals("cachedContent")) {
                throw new NotTranslatable("cachedContent", "lies with another provider");
            }
        }
    }

    /// A last turn of the assistant is there to be continued.
    public void continued() throws NotTranslatable {
        if (!takes(Capability.PREFILL)) {
            throw new NotTranslatable(
                    "messages", model() + " does not go on from an assistant's message");
        }
    }

    /// The bound on output, cut to the model's most; empty where not said.
    public OptionalLong bound(String field) {
        OptionalLong bound = asked.maxOutputTokens();
        OptionalLong most = traits().outputTokensMax();
        if (bound.isEmpty() || most.isEmpty() || bound.getAsLong() <= most.getAsLong()) {
            return bound;
        }
        drop(field + ": cut to " + most.getAsLong() + ", the model's most");
        return most;
    }

    /// `top_p`, where it may stand beside `temperature`.
    public OptionalDouble topP() {
        OptionalDouble topP = asked.sampling().topP();
        if (topP.isPresent()
                && asked.sampling().temperature().isPresent()
                && !takes(Capability.TEMPERATURE_WITH_TOP_P)) {
            return withoutTopP();
        }
        return topP;
    }

    public OptionalDouble withoutTopP() {
        drop("top_p: not beside temperature");
        return OptionalDouble.empty();
    }

    /// Writes a number, or tells that it is not taken.
    ///
    /// @param name in the body
    public void put(
            ObjectNode into, String name, String field, OptionalDouble value, boolean taken) {
        drop(field, value.isPresent() && !taken);
        if (value.isPresent() && taken) {
            into.put(name, value.getAsDouble());
        }
    }

    public void put(ObjectNode into, String name, String field, OptionalLong value, boolean taken) {
        drop(field, value.isPresent() && !taken);
        if (value.isPresent() && taken) {
            into.put(name, value.getAsLong());
        }
    }

    /// The texts at which to stop; none where the model lacks them.
    ///
    /// @param most how many the provider takes
    public List<String> stop(int most) throws NotTranslatable {
        List<String> stop = asked.stop().stream().filter(text -> !text.isEmpty()).toList();
        if (stop.isEmpty()) {
            return stop;
        }
        if (!takes(Capability.STOP)) {
            drop("stop");
            return List.of();
        }
        if (stop.size() > most) {
            throw new NotTranslatable(
                    "stop", stop.size() + " texts (expected: at most " + most + ")");
        }
        return stop;
    }

    /// Whether there are tools to offer; without them no call can be demanded.
    public boolean tools() throws NotTranslatable {
        if (asked.tools().isEmpty()) {
            drop("tool_choice: there are no tools", demands(asked.toolChoice()));
            return false;
        }
        if (!takes(Capability.TOOLS)) {
            throw new NotTranslatable("tools", model() + " takes none");
        }
        return true;
    }

    /// A tool that a provider runs, as it came. Another provider cannot run it: beside tools that can be
    /// offered it is left out by name, alone or demanded it is refused.
    ///
    /// @param ours whether it is one of this dialect's
    public Optional<JsonNode> hosted(Tool.Hosted tool, boolean ours, String field)
            throws NotTranslatable {
        if (ours) {
            return Optional.of(tool.raw());
        }
        Set<String> functions = functions();
        if (functions.isEmpty() || tool.kind().startsWith("computer") || demanded(tool)) {
            throw new NotTranslatable(
                    field, tool.kind() + ": only its own provider runs this tool");
        }
        drop("tools: " + tool.kind() + ", which only its own provider runs");
        return Optional.empty();
    }

    /// The names of tools that can be offered; looked up once, as there may be thousands of both.
    private Set<String> functions() {
        if (functions.isEmpty()) {
            for (Tool tool : asked.tools()) {
                if (tool instanceof Tool.Function function) {
                    functions.add(function.name());
                }
            }
            for (Extra extra : asked.extras()) {
                if (extra.field().equals("tool_choice")) {
                    choice = extra.value();
                }
            }
        }
        return functions;
    }

    /// Whether the choice of a tool is this one, or one among tools that nobody else runs.
    private boolean demanded(Tool.Hosted tool) {
        String type = choice.path("type").asString("");
        if (!type.isEmpty()) {
            return type.equals(tool.kind())
                    || (type.equals("allowed_tools")
                            && asked.toolChoice() instanceof ToolChoice.Unsaid);
        }
        return asked.toolChoice() instanceof ToolChoice.Named(String name)
                && !functions.contains(name)
                && tool.raw().path("name").asString(tool.kind()).equals(name);
    }

    /// Whether a tool must be called.
    public static boolean demands(ToolChoice choice) {
        return switch (choice) {
            case ToolChoice.Required _, ToolChoice.Named _ -> true;
            case ToolChoice.Among among -> among.required();
            case ToolChoice.Unsaid _, ToolChoice.Auto _, ToolChoice.None _ -> false;
        };
    }

    /// The choice of a tool. A call that cannot be demanded is left to the model, among the same
    /// tools.
    ///
    /// @param demandable whether one can be
    public ToolChoice choice(boolean demandable) {
        ToolChoice choice = asked.toolChoice();
        if (demandable || !demands(choice)) {
            return choice;
        }
        drop("tool_choice: " + model() + " cannot be made to call a tool");
        return switch (choice) {
            case ToolChoice.Named named -> new ToolChoice.Among(List.of(named.name()), false);
            case ToolChoice.Among among -> new ToolChoice.Among(among.names(), false);
            case ToolChoice.Unsaid _, ToolChoice.Auto _, ToolChoice.None _, ToolChoice.Required _ ->
                    new ToolChoice.Auto();
        };
    }

    /// The name of a schema, which OpenAI's dialects demand; it means nothing to the model.
    public static String schemaName(String name) {
        if (name.isEmpty()) {
            return "answer";
        }
        String legal = NOT_IN_NAMES.matcher(name).replaceAll("_");
        return legal.substring(0, Math.min(SCHEMA_NAME_CHARS_MAX, legal.length()));
    }

    /// Whether an answer can be given a form and the tools that the request describes be offered.
    public boolean takesBesideTools() {
        return takes(Capability.TOOLS_WITH_STRUCTURED_OUTPUT)
                || asked.tools().stream().noneMatch(Tool.Function.class::isInstance);
    }

    /// Whether reasoning is turned off in so many words.
    public boolean off() {
        return asked.reasoning().meant().filter(Effort.NONE::equals).isPresent();
    }

    /// Whether the model may be told how much to reason; it is told that one which never does is not.
    public boolean mayReason(String field) {
        if (!traits().neverReasons()) {
            return true;
        }
        drop(field + ": " + model() + " does not reason", asked.reasoning().said() && !off());
        return false;
    }

    /// The effort that is taken: the one wanted, the next above it, or the highest.
    ///
    /// @param words what the provider has words for
    public Effort nearest(Effort wanted, Set<Effort> words, String field) {
        var taken = EnumSet.noneOf(Effort.class);
        taken.addAll(words);
        if (!takes(Capability.REASONING_OFF)) {
            taken.remove(Effort.NONE);
        }
        if (!takes(Capability.EFFORT_MINIMAL)) {
            taken.remove(Effort.MINIMAL);
        }
        if (!takes(Capability.EFFORT_ABOVE_HIGH)) {
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
        drop(field + ": " + word(wanted) + " is " + word(nearest) + " here", nearest != wanted);
        return nearest;
    }

    public static String word(Effort effort) {
        return effort.name().toLowerCase(Locale.ROOT);
    }

    /// What only the client's dialect knows, if it is one of `ours`; another's is told by its paths.
    public List<Extra> extras(Dialect... ours) {
        return extras(Set.of(), ours);
    }

    /// @param shared fields that mean the same in whichever dialect they are said
    public List<Extra> extras(Set<String> shared, Dialect... ours) {
        if (List.of(ours).contains(asked.asked())) {
            return asked.extras();
        }
        var kept = new ArrayList<Extra>();
        for (Extra extra : asked.extras()) {
            if (shared.contains(extra.field())) {
                kept.add(extra);
            } else if (!UNDERSTOOD.contains(extra.field())) {
                drop(extra.field());
            }
        }
        return kept;
    }
}
