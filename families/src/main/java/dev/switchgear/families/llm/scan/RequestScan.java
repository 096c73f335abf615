package dev.switchgear.families.llm.scan;

import dev.switchgear.families.json.JsonFlaw;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.scan.ScanRules.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;

/// Reads a client's JSON once, to its last byte: proves that it is well-formed within limits and
/// finds what routing and limits need. It is on the path of every call (about 1.2 µs for 1 KiB).
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

    private static final Set<String> NO_EFFORT = Set.of("none", "disabled", "off", "default", "");

    private final byte[] body;
    private final JsonParser parser;
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
    private int inputFrom = -1;
    private int inputTo = -1;

    /// Who speaks in the turn that is being read.
    private enum Role {
        USER,
        ASSISTANT,
        SYSTEM,
        OTHER
    }

    private RequestScan(byte[] body, JsonParser parser, ScanRules rules, ScanLimits limits) {
        this.body = body;
        this.parser = parser;
        this.rules = rules;
        this.tally = new ScanTally(parser, limits.counts());
    }

    /// @throws InvalidBody if `body` is not one JSON object in UTF-8 within `limits`, lacks a usable
    ///     `model` where the dialect has it there, or has a field of the wrong type that we act on
    public static RequestBody scan(byte[] body, ScanRules rules, ScanLimits limits)
            throws InvalidBody {
        beginsAsUtf8(body);
        int invalid = Utf8.firstInvalid(body);
        if (invalid >= 0) {
            throw InvalidBody.of("byte " + invalid + ": not UTF-8");
        }
        try (JsonParser parser = limits.json().createParser(ObjectReadContext.empty(), body)) {
            return new RequestScan(body, parser, rules, limits).whole();
        } catch (JacksonException broken) {
            throw malformed(body, broken, limits);
        }
    }

    /// Jackson would otherwise take other encodings by their first bytes, and read a text that no
    /// provider reads.
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

    /// The parser's own words are about its insides: what is wrong is looked for anew.
    private static InvalidBody malformed(byte[] body, JacksonException broken, ScanLimits limits) {
        return JsonFlaw.in(body, 0, body.length, limits.depth(), limits.numberDigits())
                .map(flaw -> InvalidBody.at(flaw.line(), flaw.column(), flaw.offset(), flaw.what()))
                .orElseGet(() -> unreadable(broken.getLocation()));
    }

    private static InvalidBody unreadable(@Nullable TokenStreamLocation at) {
        String what = "a value that cannot be read (expected: JSON)";
        return at == null
                ? InvalidBody.of(what)
                : InvalidBody.at(at.getLineNr(), at.getColumnNr(), at.getByteOffset(), what);
    }

    private RequestBody whole() throws InvalidBody {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw InvalidBody.of("byte 0: not an object (expected: a JSON object)");
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            field(name);
        }
        if (parser.nextToken() != null) {
            TokenStreamLocation at = parser.currentTokenLocation();
            throw InvalidBody.at(
                    at.getLineNr(),
                    at.getColumnNr(),
                    at.getByteOffset(),
                    "more after the object (expected: the end)");
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
                new Elsewhere(
                        referred, store, background, compacted, threaded, inputFrom, inputTo));
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
        JsonToken value = parser.nextToken();
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
                systemFrom = (int) parser.currentTokenLocation().getByteOffset();
                prompt(value, false, ScanTally.Kind.SYSTEM);
                systemTo = (int) parser.currentLocation().getByteOffset();
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
                                ? Service.told(parser.getString())
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

    /// The parser stands on the name. Null says nothing.
    private void steer(String name) throws InvalidBody {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.nextToken() == JsonToken.VALUE_NULL) {
            return;
        }
        var reader = new SteerReader(parser, tally);
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
        for (String inner = parser.nextName(); inner != null; inner = parser.nextName()) {
            JsonToken setting = parser.nextToken();
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
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken inner = parser.nextToken();
            if (EFFORT_FIELDS.contains(name)) {
                effort |= asksForEffort(inner);
            }
            skip(inner);
        }
    }

    private boolean asksForEffort(JsonToken value) {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_STRING -> !NO_EFFORT.contains(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> !parser.getString().equals("0");
            default -> false;
        };
    }

    private void model(JsonToken value) throws InvalidBody {
        if (value != JsonToken.VALUE_STRING) {
            throw InvalidBody.wrong("model", value, "a string");
        }
        modelFrom = (int) parser.currentTokenLocation().getByteOffset();
        String name = parser.getString();
        modelTo = (int) parser.currentLocation().getByteOffset();
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
        if (value != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw InvalidBody.wrong(name, value, "an integer");
        }
        long tokens = parser.getLongValue();
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
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken inner = parser.nextToken();
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
        inputFrom = (int) parser.currentTokenLocation().getByteOffset();
        turns(name, value, true);
        inputTo = (int) parser.currentLocation().getByteOffset();
    }

    /// What is no name of a conversation is the provider's to refuse.
    private void conversation(JsonToken value) throws InvalidBody {
        if (value == JsonToken.VALUE_STRING) {
            conversation = parser.getString();
        }
        skip(value);
    }

    /// Walks the turns, and finds where the first one of the user ends.
    private void turns(String name, JsonToken first, boolean mayBeIds) throws InvalidBody {
        turnsFrom = (int) parser.currentTokenLocation().getByteOffset();
        turnsTo = -1;
        beheaded = false;
        prompt(first, mayBeIds, ScanTally.Kind.TURNS, name);
        if (turnsTo < 0) {
            turnsTo = (int) parser.currentLocation().getByteOffset();
        }
    }

    private void turnEnds() {
        switch (role) {
            case USER -> {
                if (turnsTo < 0) {
                    turnsTo = (int) parser.currentLocation().getByteOffset();
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

    /// The parser stands on a text of a turn.
    private void told() throws InvalidBody {
        String name = parser.currentName();
        if ("role".equals(name)) {
            role = role();
            named = true;
        } else if ("type".equals(name)) {
            referred |= reference();
            compacted |= compaction();
            named = true;
        }
    }

    /// Whether the string that the parser stands on is `item_reference`; told as a role is.
    private boolean reference() {
        return parser.getStringLength() == 14
                && parser.getStringCharacters()[parser.getStringOffset()] == 'i'
                && parser.getString().equals("item_reference");
    }

    /// Whether the string that the parser stands on is the kind of an item that a conversation was cut
    /// down to (`compaction`, `compaction_summary`, `context_compaction`), or that asks for one
    /// (`compaction_trigger`). Told by the letters in which it differs from all other kinds, `computer_call`
    /// and `custom_tool_call` among them.
    private boolean compaction() {
        int length = parser.getStringLength();
        if (length < 10) {
            return false;
        }
        char[] letters = parser.getStringCharacters();
        int from = parser.getStringOffset();
        if (letters[from] != 'c' || letters[from + 1] != 'o') {
            return false;
        }
        return letters[from + 2] == 'm'
                ? letters[from + 4] == 'a'
                : letters[from + 2] == 'n' && length == 18;
    }

    /// Whose turn the string is that the parser stands on: `user`; `assistant`, or `model`; `system`, or
    /// `developer`. Told apart by length and first letter, which is exact enough and makes no garbage.
    private Role role() {
        int length = parser.getStringLength();
        char letter = length == 0 ? ' ' : parser.getStringCharacters()[parser.getStringOffset()];
        if (length == 4 && letter == 'u') {
            return Role.USER;
        }
        if ((length == 9 && letter == 'a') || (length == 5 && letter == 'm')) {
            return Role.ASSISTANT;
        }
        boolean system = (length == 6 && letter == 's') || (length == 9 && letter == 'd');
        return system ? Role.SYSTEM : Role.OTHER;
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
        long from = parser.currentTokenLocation().getByteOffset();
        long media = 0;
        long ids = 0;
        int depth = 0;
        for (JsonToken token = first; token != null; token = parser.nextToken()) {
            if (token.isStructStart()) {
                tally.value(depth);
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
                if (turns && depth == 1) {
                    turnEnds();
                }
            } else if (mayBeIds
                    && token == JsonToken.VALUE_NUMBER_INT
                    && parser.currentName() == null) {
                ids++;
            } else if (token == JsonToken.VALUE_STRING) {
                tally.value(depth);
                if (turns && depth == 2) {
                    told();
                }
                media += mediaBytes();
            } else if (token != JsonToken.PROPERTY_NAME) {
                tally.value(depth);
            }
            if (depth == 0) {
                break;
            }
        }
        parser.finishToken();
        long length = parser.currentLocation().getByteOffset() - from - media;
        promptTokens += ids;
        promptBytes += ids > 0 ? 0 : Math.max(0, length);
    }

    /// The bytes of the string the parser stands on if it holds an address or a file; 0 otherwise.
    private long mediaBytes() throws InvalidBody {
        String name = parser.currentName();
        if ("url".equals(name) || "data".equals(name) || "file_data".equals(name)) {
            return stringBytes();
        }
        return 0;
    }

    /// The bytes of the string the parser stands on, with its quotes.
    private long stringBytes() throws InvalidBody {
        long from = parser.currentTokenLocation().getByteOffset();
        parser.finishToken();
        return parser.currentLocation().getByteOffset() - from;
    }

    private void skip(JsonToken first) throws InvalidBody {
        int depth = 0;
        for (JsonToken token = first; token != null; token = parser.nextToken()) {
            if (token.isStructStart()) {
                tally.value();
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token != JsonToken.PROPERTY_NAME) {
                tally.value();
            }
            if (depth == 0) {
                return;
            }
        }
    }
}
