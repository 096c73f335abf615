package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// One pass over the data of one event of a stream, whatever the order of its fields. Texts that are
/// not there are empty. Not thread-safe; to be used once.
final class AnthropicEventScan {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(128)
                                    .maxStringLength(64 * 1024 * 1024)
                                    .build())
                    .build();

    String type = "";

    /// Of the block; -1 where not said.
    long index = -1;

    /// Of the `content_block` or the `delta`.
    String piece = "";

    String text = "";
    String thinking = "";
    String signature = "";
    String hidden = "";
    String partialJson = "";
    String id = "";
    String name = "";

    /// The `input` of a block as JSON, where it is not `{}`.
    String input = "";

    String model = "";
    String stopReason = "";
    String stopSequence = "";
    String explanation = "";
    String errorType = "";
    String errorMessage = "";
    final AnthropicUsage counts = new AnthropicUsage();

    private AnthropicEventScan() {}

    /// @throws JacksonException if the bytes are not exactly one JSON object
    static AnthropicEventScan of(byte[] json, int from, int to) {
        var scan = new AnthropicEventScan();
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), json, from, to - from)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                scan.top(parser);
            } else {
                parser.skipChildren();
            }
            // Fails on what is not JSON; anything else behind it is no event either.
            if (parser.nextToken() != null) {
                scan.type = "";
            }
        }
        return scan;
    }

    private void top(JsonParser parser) {
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken value = parser.nextToken();
            boolean object = value == JsonToken.START_OBJECT;
            switch (field) {
                case "type" -> type = text(parser, value);
                case "index" -> index = number(parser, value);
                case "delta", "content_block" -> {
                    if (object) {
                        piece(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
                case "message" -> {
                    if (object) {
                        message(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
                case "usage" -> counts.read(parser, value);
                case "error" -> {
                    if (object) {
                        error(parser);
                    } else {
                        errorMessage = text(parser, value);
                    }
                }
                default -> parser.skipChildren();
            }
        }
    }

    private void piece(JsonParser parser) {
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (field) {
                case "type" -> piece = text(parser, value);
                case "text" -> text = text(parser, value);
                case "partial_json" -> partialJson = text(parser, value);
                case "thinking" -> thinking = text(parser, value);
                case "signature" -> signature = text(parser, value);
                case "data" -> hidden = text(parser, value);
                case "id" -> id = text(parser, value);
                case "name" -> name = text(parser, value);
                case "input" -> input = json(parser, value);
                case "stop_reason" -> stopReason = text(parser, value);
                case "stop_sequence" -> stopSequence = text(parser, value);
                case "stop_details" -> details(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private void details(JsonParser parser, JsonToken details) {
        if (details != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (field.equals("explanation")) {
                explanation = text(parser, value);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void message(JsonParser parser) {
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (field) {
                case "id" -> id = text(parser, value);
                case "model" -> model = text(parser, value);
                case "usage" -> counts.read(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private void error(JsonParser parser) {
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (field) {
                case "type" -> errorType = text(parser, value);
                case "message" -> errorMessage = text(parser, value);
                default -> parser.skipChildren();
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

    private static long number(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() == JsonParser.NumberType.INT) {
            return parser.getLongValue();
        }
        parser.skipChildren();
        return -1;
    }

    private static String json(JsonParser parser, JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return "";
        }
        var copy = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.generator(copy)) {
            generator.copyCurrentStructureExact(parser);
        }
        String json = copy.toString(StandardCharsets.UTF_8);
        return json.equals("{}") ? "" : json;
    }
}
