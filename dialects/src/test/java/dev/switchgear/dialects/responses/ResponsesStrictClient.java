package dev.switchgear.dialects.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// A client as strict as the strictest: every piece must have been announced, every end must repeat
/// its pieces, and the last event must hold every item.
final class ResponsesStrictClient {
    private final Map<String, StringBuilder> open = new HashMap<>();
    private final Map<Integer, String> items = new HashMap<>();
    private final TreeMap<Integer, JsonNode> done = new TreeMap<>();
    private final List<String> types = new ArrayList<>();
    private JsonNode last = Json.object();

    /// @return the object of the terminal event
    static JsonNode accepts(byte[] stream) {
        return read(stream).last.path("response");
    }

    static List<String> types(byte[] stream) {
        return read(stream).types;
    }

    private static ResponsesStrictClient read(byte[] stream) {
        var client = new ResponsesStrictClient();
        String text = new String(stream, StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n\n");
        for (String block : text.substring(0, text.length() - 2).split("\n\n", -1)) {
            // Some clients take a comment and an empty line for an event that says nothing.
            assertThat(block.replaceAll("(?m)^:.*\\n?", "")).isNotEmpty();
            String[] lines = block.replaceAll("(?m)^:.*\\n", "").split("\n", -1);
            assertThat(lines).hasSize(2);
            assertThat(lines[1]).startsWith("data: ");
            JsonNode event = Json.read(lines[1].substring(6));
            assertThat(lines[0]).isEqualTo("event: " + event.path("type").stringValue());
            client.event(event);
        }
        String end = client.types.getLast();
        assertThat(end).isIn("response.completed", "response.incomplete", "response.failed");
        if (!end.equals("response.failed")) {
            assertThat(client.open).as("left open").isEmpty();
            assertThat(client.last.path("response").path("output"))
                    .isEqualTo(Json.array().addAll(client.done.values()));
            assertThat(client.done.keySet())
                    .containsExactlyElementsOf(
                            java.util.stream.IntStream.range(0, client.done.size())
                                    .boxed()
                                    .toList());
        }
        return client;
    }

    private void event(JsonNode event) {
        String type = event.path("type").stringValue();
        assertThat(event.path("sequence_number").intValue()).as(type).isEqualTo(types.size());
        if (types.isEmpty()) {
            assertThat(type).isEqualTo("response.created");
        } else if (types.size() == 1) {
            assertThat(type).isEqualTo("response.in_progress");
        } else if (types.getLast().equals("error")) {
            assertThat(type).isEqualTo("response.failed");
        } else {
            assertThat(types.getLast())
                    .isNotIn("response.completed", "response.incomplete", "response.failed");
        }
        types.add(type);
        last = event;
        switch (type) {
            case "response.output_item.added" -> {
                JsonNode item = event.path("item");
                assertThat(item.path("id").stringValue()).isNotEmpty();
                assertThat(event.path("output_index").intValue()).isEqualTo(items.size());
                items.put(items.size(), item.path("id").stringValue());
                String kind = item.path("type").stringValue();
                if (kind.equals("function_call") || kind.equals("custom_tool_call")) {
                    assertThat(item.path("name").stringValue()).isNotEmpty();
                    assertThat(item.path("call_id").stringValue()).isNotEmpty();
                    open.put(key(event), new StringBuilder());
                }
            }
            case "response.content_part.added", "response.reasoning_summary_part.added" -> {
                known(event);
                assertThat(open.put(key(event), new StringBuilder())).isNull();
            }
            case "response.output_text.delta",
                    "response.refusal.delta",
                    "response.reasoning_summary_text.delta",
                    "response.function_call_arguments.delta",
                    "response.custom_tool_call_input.delta" -> {
                known(event);
                assertThat(open).containsKey(key(event));
                buffer(event).append(event.path("delta").stringValue());
            }
            case "response.output_text.done", "response.reasoning_summary_text.done" ->
                    assertThat(event.path("text").stringValue()).isEqualTo(buffer(event) + "");
            case "response.refusal.done" ->
                    assertThat(event.path("refusal").stringValue()).isEqualTo(buffer(event) + "");
            case "response.function_call_arguments.done" -> {
                assertThat(event.path("arguments").stringValue()).isEqualTo(buffer(event) + "");
                open.remove(key(event));
            }
            case "response.custom_tool_call_input.done" -> {
                assertThat(event.path("input").stringValue()).isEqualTo(buffer(event) + "");
                open.remove(key(event));
            }
            case "response.content_part.done", "response.reasoning_summary_part.done" -> {
                JsonNode part = event.path("part");
                assertThat(part.path("text").asString(part.path("refusal").asString("")))
                        .isEqualTo(buffer(event) + "");
                open.remove(key(event));
            }
            case "response.output_item.done" -> {
                int index = event.path("output_index").intValue();
                assertThat(event.path("item").path("id").stringValue()).isEqualTo(items.get(index));
                assertThat(done.put(index, event.path("item"))).isNull();
            }
            case "response.created",
                    "response.in_progress",
                    "response.completed",
                    "response.incomplete",
                    "response.failed" ->
                    assertThat(event.path("response").path("object").stringValue())
                            .isEqualTo("response");
            case "error" ->
                    assertThat(event.path("error").path("message").stringValue()).isNotEmpty();
            default -> throw new AssertionError("an event nobody knows: " + type);
        }
    }

    private StringBuilder buffer(JsonNode event) {
        StringBuilder buffer = open.get(key(event));
        if (buffer == null) {
            throw new AssertionError("never announced: " + event);
        }
        return buffer;
    }

    private void known(JsonNode event) {
        assertThat(items.get(event.path("output_index").intValue()))
                .isEqualTo(event.path("item_id").stringValue());
    }

    private static String key(JsonNode event) {
        return event.path("output_index").intValue()
                + "/"
                + event.path("content_index").asInt(event.path("summary_index").asInt(-1));
    }
}
