package dev.switchgear.server;

import dev.switchgear.server.AgentAnswer.BrokenAnswerException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent that speaks OpenAI's chat.
final class AgentOfChat extends Agent {
    /// Fields of other vendors in the assistant's messages.
    private static final List<String> VENDOR =
            List.of("reasoning_content", "reasoning", "reasoning_details", "extra_content");

    private final boolean keepsVendorFields;
    private ArrayNode messages = JSON.createArrayNode();

    /// @param keepsVendorFields whether it sends back what OpenAI's own SDK has no field for
    AgentOfChat(String model, boolean streamed, String system, boolean keepsVendorFields) {
        super(model, streamed, system);
        this.keepsVendorFields = keepsVendorFields;
        forget();
    }

    @Override
    String path() {
        return "/chat/completions";
    }

    @Override
    String base() {
        return "/v1";
    }

    @Override
    ObjectNode request(String forced) {
        ObjectNode body = node().put("model", model).put("reasoning_effort", "low");
        body.set("messages", copy(messages));
        ArrayNode tools = body.putArray("tools");
        for (String tool : TOOLS) {
            ObjectNode function = tools.addObject().put("type", "function").putObject("function");
            function.put("name", tool).set("parameters", schema());
        }
        if (!forced.isEmpty()) {
            body.putObject("tool_choice")
                    .put("type", "function")
                    .putObject("function")
                    .put("name", forced);
        }
        if (streamed) {
            body.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        return body;
    }

    @Override
    void said(String text, AgentScript.Enclosed enclosed) {
        ObjectNode message = messages.addObject().put("role", "user");
        String words = withSummary(text);
        switch (enclosed) {
            case NOTHING -> message.put("content", words);
            case PICTURE -> {
                ArrayNode parts = message.putArray("content");
                parts.addObject().put("type", "text").put("text", words);
                parts.addObject()
                        .put("type", "image_url")
                        .putObject("image_url")
                        .put("url", "data:image/png;base64," + AgentScript.PICTURE);
            }
            case FILE -> {
                ArrayNode parts = message.putArray("content");
                parts.addObject()
                        .put("type", "file")
                        .putObject("file")
                        .put("filename", "paper.txt")
                        .put("file_data", "data:text/plain;base64," + base64(AgentScript.FILE));
                parts.addObject().put("type", "text").put("text", words);
            }
        }
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void ran(List<AgentAnswer.Call> calls, List<String> results) {
        for (int i = 0; i < calls.size(); i++) {
            messages.addObject()
                    .put("role", "tool")
                    .put("tool_call_id", calls.get(i).id())
                    .put("content", results.get(i));
        }
    }

    @Override
    void forget() {
        messages = JSON.createArrayNode();
        messages.addObject().put("role", "system").put("content", system);
    }

    @Override
    AgentAnswer hear(String body) throws BrokenAnswerException {
        ObjectNode message;
        JsonNode usage;
        if (streamed) {
            var gathering = new Gathering();
            for (JsonNode event : events(body)) {
                unlessError(event);
                gathering.add(event);
            }
            require(body.contains("data: [DONE]"), "no [DONE]");
            require(!gathering.finish.isEmpty(), "no finish_reason");
            message = gathering.message();
            usage = gathering.usage;
        } else {
            JsonNode answer = whole(body);
            unlessError(answer);
            JsonNode choice = answer.path("choices").path(0);
            require(!choice.path("finish_reason").asString("").isEmpty(), "no finish_reason");
            require(choice.path("message").isObject(), "no message");
            message = (ObjectNode) choice.get("message").deepCopy();
            usage = answer.path("usage");
        }
        List<AgentAnswer.Call> calls = new ArrayList<>();
        for (JsonNode call : message.path("tool_calls")) {
            calls.add(
                    new AgentAnswer.Call(
                            call.path("id").asString(""),
                            call.at("/function/name").asString(""),
                            call.at("/function/arguments").asString("")));
        }
        List<String> seals = keepsVendorFields ? seals(message) : List.of();
        messages.add(held(message));
        return new AgentAnswer(
                message.path("content").asString(""),
                calls,
                seals,
                usage.at("/prompt_tokens_details/cached_tokens").asInt(0),
                usage.path("prompt_tokens").asInt(0));
    }

    /// What the SDK keeps of a message.
    private ObjectNode held(ObjectNode message) {
        ObjectNode held = message.deepCopy();
        held.put("role", "assistant");
        held.remove(List.of("refusal", "annotations", "audio", "function_call"));
        if (!keepsVendorFields) {
            held.remove(VENDOR);
            for (JsonNode call : held.path("tool_calls")) {
                ((ObjectNode) call).remove(VENDOR);
            }
        }
        if (held.path("tool_calls").isEmpty()) {
            held.remove("tool_calls");
        }
        return held;
    }

    /// Puts the pieces of a stream together, as OpenAI's SDK does, and vendors' fields as theirs do.
    private static final class Gathering {
        private final StringBuilder content = new StringBuilder();
        private final StringBuilder thoughts = new StringBuilder();
        private String thoughtsField = "";
        private final List<ObjectNode> calls = new ArrayList<>();
        private final ArrayNode details = JSON.createArrayNode();
        private String finish = "";
        private JsonNode usage = JSON.createObjectNode();

        void add(JsonNode event) {
            if (event.hasNonNull("usage")) {
                usage = event.get("usage");
            }
            JsonNode choice = event.path("choices").path(0);
            finish += choice.path("finish_reason").asString("");
            JsonNode delta = choice.path("delta");
            content.append(delta.path("content").asString(""));
            for (String field : List.of("reasoning_content", "reasoning")) {
                if (!delta.path(field).asString("").isEmpty()) {
                    thoughtsField = field;
                    thoughts.append(delta.path(field).asString(""));
                }
            }
            delta.path("reasoning_details").forEach(this::detail);
            delta.path("tool_calls").forEach(this::call);
        }

        /// Pieces of one index and kind are one detail.
        private void detail(JsonNode piece) {
            for (JsonNode known : details) {
                boolean same =
                        known.path("index").equals(piece.path("index"))
                                && known.path("type").equals(piece.path("type"));
                if (same) {
                    ObjectNode detail = (ObjectNode) known;
                    for (var field : piece.properties()) {
                        boolean text =
                                List.of("text", "summary", "data", "signature")
                                        .contains(field.getKey());
                        if (text && field.getValue().isString()) {
                            detail.put(
                                    field.getKey(),
                                    detail.path(field.getKey()).asString("")
                                            + field.getValue().stringValue());
                        } else if (!field.getValue().isNull()) {
                            detail.set(field.getKey(), field.getValue());
                        }
                    }
                    return;
                }
            }
            details.add(piece.deepCopy());
        }

        private void call(JsonNode piece) {
            int index = piece.path("index").asInt(calls.size());
            while (calls.size() <= index) {
                ObjectNode call = node().put("id", "").put("type", "function");
                call.putObject("function").put("name", "").put("arguments", "");
                calls.add(call);
            }
            ObjectNode call = calls.get(index);
            if (!piece.path("id").asString("").isEmpty()) {
                call.put("id", piece.path("id").asString(""));
            }
            if (piece.has("extra_content")) {
                call.set("extra_content", piece.get("extra_content"));
            }
            ObjectNode function = (ObjectNode) call.get("function");
            for (String field : List.of("name", "arguments")) {
                function.put(
                        field,
                        function.path(field).asString("")
                                + piece.path("function").path(field).asString(""));
            }
        }

        ObjectNode message() {
            ObjectNode message = node().put("role", "assistant").put("content", content.toString());
            if (!thoughtsField.isEmpty()) {
                message.put(thoughtsField, thoughts.toString());
            }
            if (!details.isEmpty()) {
                message.set("reasoning_details", details);
            }
            if (!calls.isEmpty()) {
                ArrayNode list = message.putArray("tool_calls");
                calls.forEach(list::add);
            }
            return message;
        }
    }
}
