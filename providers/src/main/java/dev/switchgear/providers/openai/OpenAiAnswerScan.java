package dev.switchgear.providers.openai;

import dev.switchgear.dialects.Charge;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiFlavour.Counting;
import dev.switchgear.dialects.openai.OpenAiUsage;
import dev.switchgear.families.json.BoundedJson;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// One pass over a completion, a list of embeddings, or one chunk of a stream.
///
/// Everything is optional here: servers that speak alike leave out what they do not have.
final class OpenAiAnswerScan {
    private static final JsonFactory JSON = BoundedJson.factory();

    /// An `error` that says something, at the top or in a choice.
    private boolean error;

    /// A `delta` or `message` that carries more than its role, or a reason to finish.
    private boolean token;

    private int choices;
    private boolean data;
    private String model = "";
    private String finish = "";
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private Optional<Money> charge = Optional.empty();
    private Optional<Service> service = Optional.empty();
    private final Counting counting;

    private OpenAiAnswerScan(Counting counting) {
        this.counting = counting;
    }

    /// @throws JacksonException if the bytes are not exactly one JSON object
    static OpenAiAnswerScan of(byte[] json, int from, int to, Counting counting) {
        var scan = new OpenAiAnswerScan(counting);
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), json, from, to - from)) {
            scan.whole(parser);
        }
        return scan;
    }

    boolean error() {
        return error;
    }

    boolean token() {
        return token;
    }

    /// How many choices were listed.
    int choices() {
        return choices;
    }

    /// Whether there was a list called `data`.
    boolean data() {
        return data;
    }

    String model() {
        return model;
    }

    String finish() {
        return finish;
    }

    TokenUsage usage() {
        return usage;
    }

    Optional<Money> charge() {
        return charge;
    }

    Optional<Service> service() {
        return service;
    }

    private void whole(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new NotAnAnswer(parser, "not an object");
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "error" -> {
                    error |= value != JsonToken.VALUE_NULL && value != JsonToken.VALUE_FALSE;
                    parser.skipChildren();
                }
                case "model" -> model = text(parser, value);
                case "service_tier" -> service = Service.told(text(parser, value));
                case "usage" -> usage(parser, value);
                case "choices" -> choices(parser, value);
                case "data" -> {
                    data = value == JsonToken.START_ARRAY;
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new NotAnAnswer(parser, "more after the object");
        }
    }

    private void choices(JsonParser parser, JsonToken value) {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken entry = parser.nextToken();
                entry != JsonToken.END_ARRAY;
                entry = parser.nextToken()) {
            choices++;
            if (entry == JsonToken.START_OBJECT) {
                choice(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void choice(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "finish_reason" -> {
                    String reason = text(parser, value);
                    finish = finish.isEmpty() ? reason : finish;
                    token |= !reason.isEmpty();
                }
                case "delta", "message" -> delta(parser, value);
                case "error" -> {
                    error |= value == JsonToken.START_OBJECT;
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
    }

    /// Any field but the role counts: content, refusal, tool calls, reasoning under all its names.
    private void delta(JsonParser parser, JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken field = parser.nextToken();
            if (name.equals("role")) {
                parser.skipChildren();
            } else if (field.isStructStart()) {
                JsonToken first = parser.nextToken();
                token |= !first.isStructEnd();
                leave(parser, first);
            } else if (field == JsonToken.VALUE_STRING) {
                token |= parser.getStringLength() > 0;
            }
        }
    }

    /// Moves to the end of the structure whose first token is `token`.
    private static void leave(JsonParser parser, JsonToken first) {
        int depth = 1;
        JsonToken token = first;
        while (true) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (depth == 0) {
                return;
            }
            token = parser.nextToken();
        }
    }

    private void usage(JsonParser parser, JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        var counts = new OpenAiUsage();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken field = parser.nextToken();
            switch (name) {
                case "prompt_tokens_details", "prompt_token_details" ->
                        parts(parser, field, counts::countInput, counts::countCached);
                case "completion_tokens_details" ->
                        parts(parser, field, counts::countOutput, (_, _) -> {});
                case "cost_details" -> {
                    if (field == JsonToken.START_OBJECT) {
                        for (String part = parser.nextName();
                                part != null;
                                part = parser.nextName()) {
                            number(part, parser, parser.nextToken(), counts);
                        }
                    }
                }
                default -> number(name, parser, field, counts);
            }
        }
        usage = counts.usage(counting);
        charge = counts.charge().amount();
    }

    private static void number(
            String name, JsonParser parser, JsonToken value, OpenAiUsage counts) {
        if (name.equals("is_byok")) {
            counts.charge().ownKey(value == JsonToken.VALUE_TRUE);
        } else if (!Charge.isMoney(name)) {
            counts.count(name, Json.count(parser));
        } else if (value.isNumeric() && parser.getDecimalValue().signum() >= 0) {
            counts.charge().money(name, parser.getDecimalValue());
        } else {
            parser.skipChildren();
        }
    }

    /// @param cached takes what is told of the cached part by itself
    private static void parts(
            JsonParser parser,
            JsonToken value,
            ObjLongConsumer<String> counts,
            ObjLongConsumer<String> cached) {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken field = parser.nextToken();
            if (name.equals("cached_tokens_details")) {
                parts(parser, field, cached, cached);
            } else {
                counts.accept(name, Json.count(parser));
            }
        }
    }

    private static String text(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        parser.skipChildren();
        return "";
    }

    /// JSON, but not of the shape every answer has.
    private static final class NotAnAnswer extends JacksonException {
        private static final long serialVersionUID = 1L;

        private NotAnAnswer(JsonParser parser, String what) {
            super(parser, what);
        }
    }
}
