package dev.switchgear.families.llm.scan;

import dev.switchgear.families.json.JsonCursor;
import dev.switchgear.families.json.JsonFlaw;
import dev.switchgear.families.json.Utf8;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.scan.ScanRules.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// Reads a client's JSON once, to its last byte: proves that it is well-formed within limits and
/// finds what routing and limits need. It is on the path of every call.
///
/// A field that we act on may stand only once, because a provider might read the other one.
public final class RequestScan {
    /// Those fields of an object about thinking that say how much of it is wanted.
    private static final Set<String> EFFORT_FIELDS =
            Set.of(
                    "effort",
                    "type",
                    "enabled",
                    "max_tokens",
                    "budget_tokens",
                    "thinkingLevel",
                    "thinking_level",
                    "thinkingBudget",
                    "thinking_budget");

    /// How the types begin of tools of Responses that clients run and that are no functions, and of items
    /// of their calls.
    private static final List<String> CLIENT_RUN =
            List.of(
                    "custom",
                    "namespace",
                    "additional_tools",
                    "apply_patch",
                    "local_shell",
                    "shell",
                    "tool_search");

    private static final Set<String> NO_EFFORT = Set.of("none", "disabled", "off", "default", "");

    private final byte[] body;
    private final JsonCursor cursor;
    private final ScanRules rules;
    private final ScanTally tally;

    private @Nullable String model;
    private int modelFrom;
    private int modelTo;
    private @Nullable Boolean streamed;
    private boolean streamOptions;
    private boolean effort;
    private Optional<Service> service = Optional.empty();
    private OptionalLong outputBound = OptionalLong.empty();
    private long seen;
    private long promptBytes;
    private long promptTokens;
    private List<Steer> steers = List.of();
    private String conversation = "";
    private boolean continued;
    private boolean beheaded;
    private int systemFrom = -1;
    private int systemTo = -1;
    private int turnsFrom = -1;
    private int turnsTo = -1;
    private Role role = Role.OTHER;
    private boolean referred;
    private boolean named;
    private Optional<Boolean> store = Optional.empty();
    private boolean background;
    private boolean compacted;
    private boolean threaded;
    private boolean developer;
    private boolean customTools;
    private boolean clientRunTools;
    private int inputFrom = -1;
    private int inputTo = -1;

    /// Who speaks in the turn that is being read.
    private enum Role {
        USER,
        ASSISTANT,
        SYSTEM,
        OTHER
    }

    private RequestScan(byte[] body, ScanRules rules, ScanLimits limits) {
        this.body = body;
        this.cursor = new JsonCursor(body, limits.depth(), limits.numberDigits());
        this.rules = rules;
        this.tally = new ScanTally(cursor, limits.counts());
    }

    /// @throws InvalidBody if `body` is not one JSON object in UTF-8 within `limits`, lacks a usable
    ///     `model` where the dialect has it there, or has a field of the wrong type that we act on
    public static RequestBody scan(byte[] body, ScanRules rules, ScanLimits limits)
            throws InvalidBody {
        beginsAsUtf8(body);
        try {
            return new RequestScan(body, rules, limits).whole();
        } catch (JsonCursor.Malformed broken) {
            throw malformed(body, limits);
        }
    }

    /// Other encodings are told by their first bytes.
    private static void beginsAsUtf8(byte[] body) throws InvalidBody {
        if (body.length == 0) {
            throw InvalidBody.of("the body is empty (expected: a JSON object)");
        }
        if (body.length >= 3
                && body[0] == (byte) 0xEF
                && body[1] == (byte) 0xBB
                && body[2] == (byte) 0xBF) {
            throw InvalidBody.of("byte 0: a byte order mark (expected: UTF-8 without one)");
        }
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0) {
                throw InvalidBody.of("byte " + i + ": zero (expected: JSON in UTF-8)");
            }
        }
    }

    /// What is wrong is looked for anew: whoever walks for the first time makes no words.
    private static InvalidBody malformed(byte[] body, ScanLimits limits) {
        int invalid = Utf8.firstInvalid(body);
        if (invalid >= 0) {
            return InvalidBody.of("byte " + invalid + ": not UTF-8");
        }
        return JsonFlaw.in(body, 0, body.length, limits.depth(), limits.numberDigits())
                .map(RequestScan::invalid)
                .orElseGet(() -> InvalidBody.of("a value that cannot be read (expected: JSON)"));
    }

    private static InvalidBody invalid(JsonFlaw flaw) {
        return InvalidBody.at(flaw.line(), flaw.column(), flaw.offset(), flaw.what());
    }

    private RequestBody whole() throws InvalidBody {
        if (cursor.nextToken() != JsonToken.START_OBJECT) {
            throw InvalidBody.of("byte 0: not an object (expected: a JSON object)");
        }
        for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
            field(name);
        }
        if (!cursor.ended()) {
            String what = "more after the object (expected: the end)";
            throw invalid(JsonFlaw.at(body, 0, cursor.to(), what));
        }
        tally.check();
        if (model == null && rules.modelInBody() && !firstOfModels()) {
            throw InvalidBody.param("model", "missing (expected: a string)");
        }
        return new RequestBody(
                body,
                model == null ? "" : model,
                model == null ? -1 : modelFrom,
                model == null ? -1 : modelTo,
                new RequestBody.Wishes(
                        streamed == null ? rules.streamedUnsaid() : streamed,
                        streamOptions,
                        effort,
                        service),
                outputBound,
                promptTokens + (promptBytes + 3) / 4,
                steers,
                new ConversationStart(
                        conversation,
                        continued,
                        beheaded,
                        systemFrom,
                        systemTo,
                        turnsFrom,
                        turnsTo),
                new Elsewhere(referred, store, background, compacted, threaded, inputFrom, inputTo),
                new Seldom(developer, customTools, clientRunTools));
    }

    /// OpenRouter's clients may leave `model` out and name several: then it is the first, and stands
    /// in their place.
    private boolean firstOfModels() {
        for (Steer steer : steers) {
            if (steer instanceof Steer.Models several
                    && several.field().equals("models")
                    && !several.models().isEmpty()) {
                model = several.models().getFirst();
                modelFrom = several.from();
                modelTo = several.to();
                return true;
            }
        }
        return false;
    }

    private void field(String name) throws InvalidBody {
        ScanRules.Rule rule = rules.at(name);
        if (rule != null && rule.use() == Use.STEER) {
            once(name, rule);
            steer(name);
            return;
        }
        JsonToken value = cursor.nextToken();
        if (rule == null) {
            skip(value);
            return;
        }
        once(name, rule);
        switch (rule.use()) {
            case MODEL -> model(value);
            case STREAM -> stream(value);
            case STREAM_OPTIONS -> {
                streamOptions = true;
                skip(value);
            }
            case OUTPUT_BOUND -> bound(name, value);
            case ARRAY -> array(name, value);
            case INPUT -> input(name, value);
            case CONVERSATION -> conversation(value);
            case TURNS -> turns(name, value, false);
            case SYSTEM -> {
                systemFrom = cursor.from();
                prompt(value, false, ScanTally.Kind.SYSTEM);
                systemTo = cursor.to();
            }
            case PROMPT -> prompt(value, false, ScanTally.Kind.OTHER);
            case LIST -> prompt(value, false, ScanTally.Kind.MESSAGES, name);
            case TOOLS -> prompt(value, false, ScanTally.Kind.TOOLS, name);
            case REQUEST -> request(value);
            case SETTINGS -> settings(name, value);
            case EFFORT -> effort(value);
            case SERVICE -> {
                service =
                        value == JsonToken.VALUE_STRING
                                ? Service.told(cursor.string())
                                : Optional.empty();
                skip(value);
            }
            case ELSEWHERE -> {
                referred |= value != JsonToken.VALUE_NULL;
                skip(value);
            }
            case THREAD -> {
                threaded = value != JsonToken.VALUE_NULL;
                skip(value);
            }
            case STORE -> {
                store = flag(value);
                skip(value);
            }
            case BACKGROUND -> {
                background = flag(value).orElse(false);
                skip(value);
            }
            case SETTINGS_BOUND, SETTINGS_EFFORT -> skip(value);
            case STEER -> throw new IllegalStateException("read before");
        }
    }

    /// What is neither is the reader's to refuse.
    private static Optional<Boolean> flag(JsonToken value) {
        return switch (value) {
            case VALUE_TRUE -> Optional.of(true);
            case VALUE_FALSE -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private void once(String name, ScanRules.Rule rule) throws InvalidBody {
        if ((seen & rule.bit()) != 0 && !rule.use().mayRepeat()) {
            throw InvalidBody.param(name, "given twice (expected: once)");
        }
        seen |= rule.bit();
    }

    /// The cursor stands on the name. Null says nothing.
    private void steer(String name) throws InvalidBody {
        int from = cursor.from();
        if (cursor.nextToken() == JsonToken.VALUE_NULL) {
            return;
        }
        var reader = new SteerReader(cursor, tally);
        Steer found =
                name.equals("provider") ? reader.providers(name, from) : reader.models(name, from);
        steers = new ArrayList<>(steers);
        steers.add(found);
    }

    /// Some dialects bound the output in an object with other settings.
    private void settings(String name, JsonToken value) throws InvalidBody {
        if (value != JsonToken.START_OBJECT) {
            if (value != JsonToken.VALUE_NULL) {
                throw InvalidBody.wrong(name, value, "an object");
            }
            return;
        }
        for (String inner = cursor.nextName(); inner != null; inner = cursor.nextName()) {
            JsonToken setting = cursor.nextToken();
            if (rules.bound(inner).isPresent()) {
                bound(name + "." + inner, setting);
            } else if (rules.effort(inner)) {
                effort(setting);
            } else {
                skip(setting);
            }
        }
    }

    /// A word, a number, a switch, or an object with one of these. What is none of them is the
    /// provider's to refuse.
    private void effort(JsonToken value) throws InvalidBody {
        if (value != JsonToken.START_OBJECT) {
            effort |= asksForEffort(value);
            skip(value);
            return;
        }
        for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
            JsonToken inner = cursor.nextToken();
            if (EFFORT_FIELDS.contains(name)) {
                effort |= asksForEffort(inner);
            }
            skip(inner);
        }
    }

    private boolean asksForEffort(JsonToken value) {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_STRING -> !NO_EFFORT.contains(cursor.string());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> !cursor.string().equals("0");
            default -> false;
        };
    }

    private void model(JsonToken value) throws InvalidBody {
        if (value != JsonToken.VALUE_STRING) {
            throw InvalidBody.wrong("model", value, "a string");
        }
        modelFrom = cursor.from();
        String name = cursor.string();
        modelTo = cursor.to();
        AskedName.check("model", name);
        model = name;
    }

    private void stream(JsonToken value) throws InvalidBody {
        streamed =
                switch (value) {
                    case VALUE_TRUE -> true;
                    case VALUE_FALSE, VALUE_NULL -> false;
                    default -> throw InvalidBody.wrong("stream", value, "true or false");
                };
    }

    /// Of several bounds the smallest holds. A negative one is how some local servers write "none".
    private void bound(String name, JsonToken value) throws InvalidBody {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        long tokens =
                cursor.integer().orElseThrow(() -> InvalidBody.wrong(name, value, "an integer"));
        if (tokens >= 0) {
            outputBound = OptionalLong.of(Math.min(tokens, outputBound.orElse(tokens)));
        }
    }

    /// A request within another: what counts in one counts there.
    private void request(JsonToken value) throws InvalidBody {
        if (value != JsonToken.START_OBJECT) {
            prompt(value, false, ScanTally.Kind.OTHER);
            return;
        }
        for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
            JsonToken inner = cursor.nextToken();
            ScanRules.Rule rule = rules.at(name);
            prompt(inner, false, rule == null ? ScanTally.Kind.OTHER : rule.use().counted(), name);
        }
    }

    private void array(String name, JsonToken value) throws InvalidBody {
        if (value != JsonToken.START_ARRAY) {
            throw InvalidBody.wrong(name, value, "an array");
        }
        turns(name, value, false);
    }

    private void input(String name, JsonToken value) throws InvalidBody {
        if (value != JsonToken.START_ARRAY && value != JsonToken.VALUE_STRING) {
            throw InvalidBody.wrong(name, value, "a string or an array");
        }
        inputFrom = cursor.from();
        turns(name, value, true);
        inputTo = cursor.to();
    }

    /// What is no name of a conversation is the provider's to refuse.
    private void conversation(JsonToken value) throws InvalidBody {
        if (value == JsonToken.VALUE_STRING) {
            conversation = cursor.string();
        }
        skip(value);
    }

    /// Walks the turns, and finds where the first one of the user ends.
    private void turns(String name, JsonToken first, boolean mayBeIds) throws InvalidBody {
        turnsFrom = cursor.from();
        turnsTo = -1;
        beheaded = false;
        prompt(first, mayBeIds, ScanTally.Kind.TURNS, name);
        if (turnsTo < 0) {
            turnsTo = cursor.to();
        }
    }

    private void turnEnds() {
        switch (role) {
            case USER -> {
                if (turnsTo < 0) {
                    turnsTo = cursor.to();
                }
            }
            case ASSISTANT -> {
                continued = true;
                beheaded |= turnsTo < 0;
            }
            case SYSTEM -> {}
            // Gemini's turns without a role are the user's.
            case OTHER -> beheaded |= named && turnsTo < 0;
        }
        // An item without a role or a kind has a name alone: it stands for one that lies elsewhere.
        referred |= !named;
        named = false;
        role = Role.OTHER;
    }

    /// The cursor stands on a text of a turn.
    private void told() {
        if (cursor.named("role")) {
            role = role();
            named = true;
        } else if (cursor.named("type")) {
            referred |= cursor.is("item_reference");
            compacted |= compaction();
            named = true;
        }
    }

    /// Whether the string in hand is the kind of an item that a conversation was cut down to, or that asks
    /// for one.
    private boolean compaction() {
        return cursor.is("compaction")
                || cursor.is("compaction_summary")
                || cursor.is("context_compaction")
                || cursor.is("compaction_trigger");
    }

    /// Whose turn the string in hand names.
    private Role role() {
        if (cursor.is("user")) {
            return Role.USER;
        }
        if (cursor.is("assistant") || cursor.is("model")) {
            return Role.ASSISTANT;
        }
        if (cursor.is("developer")) {
            developer = true;
            return Role.SYSTEM;
        }
        return cursor.is("system") ? Role.SYSTEM : Role.OTHER;
    }

    /// The cursor stands on a string. If it says of what type something is, that may be a type that few
    /// know.
    private void typed() {
        if (!cursor.named("type")) {
            return;
        }
        customTools |= cursor.is("custom");
        for (String type : CLIENT_RUN) {
            clientRunTools |= cursor.starts(type);
        }
    }

    /// Walks a value that becomes prompt tokens: its bytes count as text, but for media sent inline,
    /// whose tokens are few and depend on the model.
    ///
    /// @param mayBeIds whether bare integers in arrays are tokens already
    /// @param kind what its entries are
    private void prompt(JsonToken first, boolean mayBeIds, ScanTally.Kind kind) throws InvalidBody {
        prompt(first, mayBeIds, kind, "");
    }

    /// @param name of the field, where its entries are bounded
    private void prompt(JsonToken first, boolean mayBeIds, ScanTally.Kind kind, String name)
            throws InvalidBody {
        boolean turns = kind == ScanTally.Kind.TURNS;
        tally.enter(kind, name);
        long from = cursor.from();
        long media = 0;
        long ids = 0;
        int depth = 0;
        for (JsonToken token = first;
                token != JsonToken.NOT_AVAILABLE;
                token = cursor.nextToken()) {
            if (token.isStructStart()) {
                tally.value(depth);
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
                if (turns && depth == 1) {
                    turnEnds();
                }
            } else if (mayBeIds && token == JsonToken.VALUE_NUMBER_INT && cursor.nameless()) {
                ids++;
            } else if (token == JsonToken.VALUE_STRING) {
                tally.value(depth);
                if (turns && depth == 2) {
                    told();
                }
                typed();
                media += mediaBytes();
            } else if (token != JsonToken.PROPERTY_NAME) {
                tally.value(depth);
            }
            if (depth == 0) {
                break;
            }
        }
        long length = cursor.to() - from - media;
        promptTokens += ids;
        promptBytes += ids > 0 ? 0 : Math.max(0, length);
    }

    /// The bytes of the string in hand, with its quotes, if it holds an address or a file; 0 otherwise.
    private long mediaBytes() {
        boolean media = cursor.named("url") || cursor.named("data") || cursor.named("file_data");
        return media ? cursor.to() - cursor.from() : 0;
    }

    private void skip(JsonToken first) throws InvalidBody {
        int depth = 0;
        for (JsonToken token = first;
                token != JsonToken.NOT_AVAILABLE;
                token = cursor.nextToken()) {
            if (token.isStructStart()) {
                tally.value();
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.VALUE_STRING) {
                tally.value();
                typed();
            } else if (token != JsonToken.PROPERTY_NAME) {
                tally.value();
            }
            if (depth == 0) {
                return;
            }
        }
    }
}
