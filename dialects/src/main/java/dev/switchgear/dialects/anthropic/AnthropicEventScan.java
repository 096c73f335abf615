package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.JsonPull;
import dev.switchgear.families.llm.dialect.MalformedAnswer;

/// One pass over the data of one event of a stream, whatever the order of its fields. Texts that are
/// not there are empty. Not thread-safe; to be used once.
final class AnthropicEventScan {
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

    /// The `input` of a block as JSON.
    String input = "";

    String model = "";
    String stopReason = "";
    String stopSequence = "";
    String explanation = "";
    String errorType = "";
    String errorMessage = "";
    final AnthropicUsage counts = new AnthropicUsage();

    private AnthropicEventScan() {}

    static AnthropicEventScan of(byte[] json, int from, int to) throws MalformedAnswer {
        var scan = new AnthropicEventScan();
        JsonPull.read(json, from, to, scan::top);
        return scan;
    }

    private void top(JsonPull json) {
        if (!json.enterObject()) {
            return;
        }
        while (json.field()) {
            switch (json.name()) {
                case "type" -> type = json.text();
                case "index" -> index = json.count();
                case "delta", "content_block" -> piece(json);
                case "message" -> message(json);
                case "usage" -> counts.read(json);
                case "error" -> {
                    if (json.isObject()) {
                        error(json);
                    } else {
                        errorMessage = json.text();
                    }
                }
                default -> json.skip();
            }
        }
    }

    private void piece(JsonPull json) {
        if (!json.enterObject()) {
            return;
        }
        while (json.field()) {
            switch (json.name()) {
                case "type" -> piece = json.text();
                case "text" -> text = json.text();
                case "partial_json" -> partialJson = json.text();
                case "thinking" -> thinking = json.text();
                case "signature" -> signature = json.text();
                case "data" -> hidden = json.text();
                case "id" -> id = json.text();
                case "name" -> name = json.text();
                case "input" -> input = json.isObject() ? json.compact() : json.text();
                case "stop_reason" -> stopReason = json.text();
                case "stop_sequence" -> stopSequence = json.text();
                case "stop_details" -> details(json);
                default -> json.skip();
            }
        }
    }

    private void details(JsonPull json) {
        if (!json.enterObject()) {
            return;
        }
        while (json.field()) {
            if (json.name().equals("explanation")) {
                explanation = json.text();
            } else {
                json.skip();
            }
        }
    }

    private void message(JsonPull json) {
        if (!json.enterObject()) {
            return;
        }
        while (json.field()) {
            switch (json.name()) {
                case "id" -> id = json.text();
                case "model" -> model = json.text();
                case "usage" -> counts.read(json);
                default -> json.skip();
            }
        }
    }

    private void error(JsonPull json) {
        while (json.field()) {
            switch (json.name()) {
                case "type" -> errorType = json.text();
                case "message" -> errorMessage = json.text();
                default -> json.skip();
            }
        }
    }
}
