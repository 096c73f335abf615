package dev.switchgear.dialects.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.responses.ResponsesRecordings.Recording;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import dev.switchgear.walls.RecordedFolders;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What real clients asked and real providers answered goes through the neutral model and back.
final class ResponsesDialectRecordingsTest {
    private static final ResponsesClientDialect CLIENT = new ResponsesClientDialect();
    private static final AnswerIdentity IDENTITY = new AnswerIdentity("1", 1, "m");

    @Test
    void every_recorded_request_is_worded_again_as_it_was() throws Exception {
        List<Recording> all = ResponsesRecordings.found().all();
        assertThat(all).hasSizeGreaterThan(RecordedFolders.count(50, 5));
        for (Recording recording : all) {
            ChatRequest asked = CLIENT.chat(recording.request(), "m", recording.stream());
            var provider = new ResponsesProviderDialect(recording.flavour());

            Worded worded = provider.chat(asked, target(recording));

            assertThat(normal(tree(worded.body()), recording))
                    .as(recording + " " + worded.dropped())
                    .isEqualTo(normal(tree(recording.request()), recording));
        }
    }

    /// Models that reason do so in the recordings too, where they were asked for it.
    private static ModelTarget target(Recording recording) {
        return new ModelTarget(
                tree(recording.request()).path("model").stringValue(),
                new ModelTraits(OptionalLong.empty(), Optional.of(Reasoning.EFFORT), Set.of()));
    }

    private static JsonNode tree(byte[] json) {
        return Json.read(json, 0, json.length);
    }

    /// The same request in one form. All that is made alike here may differ, and why.
    private static JsonNode normal(JsonNode request, Recording recording) {
        ObjectNode normal = (ObjectNode) request.deepCopy();
        for (String field : List.copyOf(normal.propertyNames())) {
            // Null is the same as left out.
            if (normal.path(field).isNull()) {
                normal.remove(field);
            }
        }
        // We store nothing, and want sealed reasoning back for the next turn, whatever was said.
        normal.remove("store");
        if (normal.path("include") instanceof ArrayNode include) {
            for (int i = include.size() - 1; i >= 0; i--) {
                if (include.get(i).asString("").equals("reasoning.encrypted_content")) {
                    include.remove(i);
                }
            }
            if (include.isEmpty()) {
                normal.remove("include");
            }
        }
        // False is the default.
        if (!normal.path("stream").asBoolean(false)) {
            normal.remove("stream");
        }
        // Provider xai: a summary comes unasked, and asking is not documented there.
        if (recording.provider().equals("xai") && normal.has("reasoning")) {
            ((ObjectNode) normal.path("reasoning")).remove("summary");
        }
        // Auto is the default.
        if (normal.path("tool_choice").asString("").equals("auto")) {
            normal.remove("tool_choice");
        }
        tools(normal);
        items(normal);
        return normal;
    }

    private static void tools(ObjectNode normal) {
        for (JsonNode tool : normal.path("tools").values()) {
            if (tool.path("type").asString("").equals("function")) {
                ObjectNode function = (ObjectNode) tool;
                // Left out it means "if the schema allows it": nobody else can say that.
                if (!function.has("strict") || function.path("strict").isNull()) {
                    function.put("strict", false);
                }
                if (function.path("description").asString("").isEmpty()) {
                    function.remove("description");
                }
            }
        }
    }

    /// Messages are split into one for each part, so that their borders do not matter.
    private static void items(ObjectNode normal) {
        ArrayNode items = Json.array();
        if (normal.path("instructions").asString("").isEmpty()) {
            // Nothing is instructed.
            normal.remove("instructions");
        } else {
            // A leading system message and instructions are the same.
            items.addObject()
                    .put("role", "system")
                    .put("type", "input_text")
                    .put("text", normal.path("instructions").stringValue());
            normal.remove("instructions");
        }
        if (normal.path("input").isString()) {
            items.addObject()
                    .put("role", "user")
                    .put("type", "input_text")
                    .put("text", normal.path("input").stringValue());
        } else {
            for (JsonNode item : normal.path("input").values()) {
                item((ObjectNode) item, items);
            }
        }
        normal.set("input", items);
    }

    private static void item(ObjectNode item, ArrayNode items) {
        String type = item.path("type").asString("message");
        if (!Set.of("message", "function_call", "function_call_output", "reasoning")
                .contains(type)) {
            items.add(item);
            return;
        }
        // Ids name what is stored; a state is the answer's, not the history's; phases have no
        // neutral place and are dropped by name.
        item.remove(List.of("id", "status", "phase"));
        if (type.equals("reasoning")) {
            if (item.path("encrypted_content").isNull()) {
                item.remove("encrypted_content");
            }
            if (item.path("content").isEmpty()) {
                item.remove("content");
            }
        }
        if (!type.equals("message")) {
            items.add(item);
            return;
        }
        String role = item.path("role").stringValue();
        if (item.path("content").isString()) {
            part(role, Json.object().put("text", item.path("content").stringValue()), items);
        } else {
            for (JsonNode part : item.path("content").values()) {
                part(role, (ObjectNode) part, items);
            }
        }
    }

    private static void part(String role, ObjectNode part, ArrayNode items) {
        if (role.equals("assistant") && part.path("text").asString("?").isEmpty()) {
            // It says nothing.
            return;
        }
        ObjectNode normal = part.deepCopy();
        if (normal.has("text")) {
            normal.put("type", "input_text");
        }
        // Of an answer only what was said is history.
        normal.remove(List.of("annotations", "logprobs"));
        if (normal.path("type").asString("").equals("input_image") && !normal.has("detail")) {
            // The default.
            normal.put("detail", "auto");
        }
        normal.put("role", role.equals("developer") ? "system" : role);
        items.add(normal);
    }

    @Test
    void every_recorded_answer_read_and_written_is_read_as_the_same_again() throws Exception {
        int answers = 0;
        for (Recording recording : ResponsesRecordings.found().all()) {
            if (recording.status() != 200) {
                continue;
            }
            List<ChatEvent> events =
                    ResponsesRecordings.read(recording.answer(), recording.stream());
            ObjectNode request =
                    (ObjectNode) Json.read(recording.request(), 0, recording.request().length);
            // Else reasoning would come behind the text, or not at all.
            request.withArray("include").add("reasoning.encrypted_content");
            ChatRequest asked = CLIENT.chat(Json.bytes(request), "m", recording.stream());

            byte[] stream = stream(asked, events);
            byte[] plain = CLIENT.answer(asked, IDENTITY).whole(events);

            assertThat(ResponsesStrictClient.accepts(stream))
                    .as("%s", recording)
                    .isEqualTo(tree(plain));
            assertThat(ResponsesEvents.withoutStart(ResponsesRecordings.read(stream, true)))
                    .as("%s", recording)
                    .isEqualTo(ResponsesEvents.withoutStart(events));
            assertThat(ResponsesEvents.withoutStart(ResponsesRecordings.read(plain, false)))
                    .as("%s", recording)
                    .isEqualTo(ResponsesEvents.withoutStart(events));
            answers++;
        }
        assertThat(answers).isGreaterThan(RecordedFolders.count(45, 5));
    }

    static byte[] stream(ChatRequest asked, List<ChatEvent> events) {
        var out = new ByteArrayOutputStream();
        AnswerWriter writer = CLIENT.answer(asked, IDENTITY);
        for (ChatEvent event : events) {
            writer.event(event, out);
        }
        if (!(events.getLast() instanceof ChatEvent.Broken)) {
            writer.end(out);
        }
        return out.toByteArray();
    }

    @Test
    void nothing_that_a_recorded_answer_says_is_lost() throws Exception {
        for (Recording recording : ResponsesRecordings.found().all()) {
            if (recording.status() != 200) {
                continue;
            }
            List<ChatEvent> events =
                    ResponsesRecordings.read(recording.answer(), recording.stream());
            JsonNode response = response(recording);

            assertThat(said(events)).as("%s", recording).isEqualTo(said(response));
            assertThat(events.getFirst())
                    .isEqualTo(
                            new ChatEvent.Start(
                                    response.path("id").stringValue(),
                                    response.path("model").stringValue()));
            JsonNode usage = response.path("usage");
            ChatEvent.Usage read = (ChatEvent.Usage) events.get(events.size() - 2);
            assertThat(read.tokens().wholeInput())
                    .isEqualTo(usage.path("input_tokens").longValue());
            assertThat(read.tokens().wholeOutput())
                    .isEqualTo(usage.path("output_tokens").longValue());
            assertThat(read.tokens().total()).isEqualTo(usage.path("total_tokens").longValue());
            assertThat(read.tokens().cacheRead())
                    .isEqualTo(
                            usage.path("input_tokens_details").path("cached_tokens").longValue());
            assertThat(read.tokens().reasoning())
                    .isEqualTo(
                            usage.path("output_tokens_details")
                                    .path("reasoning_tokens")
                                    .longValue());
            boolean called =
                    response.path("output").values().stream()
                            .anyMatch(i -> i.path("type").asString("").equals("function_call"));
            assertThat(events.getLast())
                    .isEqualTo(
                            new ChatEvent.Finish(
                                    called ? FinishReason.TOOL_CALLS : FinishReason.STOP, ""));
        }
    }

    private static JsonNode response(Recording recording) {
        if (!recording.stream()) {
            return tree(recording.answer());
        }
        List<String> data = ResponsesRecordings.data(recording.answer());
        ObjectNode response = (ObjectNode) Json.read(whole(data)).path("response");
        // Sealed reasoning is sealed anew in the last event: it is another text, and the same.
        ArrayNode output = Json.array();
        for (String event : data) {
            if (event.contains("\"response.output_item.done\"")) {
                output.add(Json.read(event).path("item"));
            }
        }
        response.set("output", output);
        return response;
    }

    /// Some providers send `[DONE]` behind it.
    private static String whole(List<String> data) {
        return data.reversed().stream().filter(d -> d.startsWith("{")).findFirst().orElseThrow();
    }

    private static List<String> said(List<ChatEvent> events) {
        var said = new ArrayList<String>();
        for (ChatEvent event : ResponsesEvents.joined(events)) {
            switch (event) {
                case ChatEvent.Text text -> said.add("text " + text.text());
                case ChatEvent.Thinking thinking -> said.add("thinking " + thinking.text());
                case ChatEvent.Signed signed -> said.add("sealed " + signed.signature().value());
                case ChatEvent.HiddenThinking hidden ->
                        said.add("sealed " + hidden.signature().value());
                case ChatEvent.ToolStart tool -> said.add("call " + tool.id() + " " + tool.name());
                case ChatEvent.ToolArgs args -> said.add("args " + args.json());
                case ChatEvent.Refusal refusal -> said.add("refusal " + refusal.text());
                case ChatEvent.Start _,
                        ChatEvent.ToolEnd _,
                        ChatEvent.Usage _,
                        ChatEvent.Finish _,
                        ChatEvent.Broken _,
                        ChatEvent.Made _,
                        ChatEvent.Omitted _,
                        ChatEvent.Ping _ -> {}
            }
        }
        return said;
    }

    private static List<String> said(JsonNode response) {
        var said = new ArrayList<String>();
        for (JsonNode item : response.path("output").values()) {
            switch (item.path("type").stringValue()) {
                case "message" -> {
                    var text = new StringBuilder();
                    for (JsonNode part : item.path("content").values()) {
                        text.append(part.path("text").stringValue());
                    }
                    add(said, "text ", text.toString());
                }
                case "reasoning" -> {
                    var texts = new ArrayList<String>();
                    for (String list : List.of("summary", "content")) {
                        item.path(list)
                                .values()
                                .forEach(part -> texts.add(part.path("text").stringValue()));
                    }
                    if (!texts.isEmpty()) {
                        add(said, "thinking ", String.join("\n\n", texts));
                    }
                    if (!item.path("encrypted_content").asString("").isEmpty()) {
                        said.add("sealed " + item.path("encrypted_content").stringValue());
                    }
                }
                case "function_call" -> {
                    said.add(
                            "call "
                                    + item.path("call_id").stringValue()
                                    + " "
                                    + item.path("name").stringValue());
                    said.add("args " + item.path("arguments").stringValue());
                }
                default ->
                        // Left out by name.
                        assertThat(OMITTED).containsKey(item.path("type").stringValue());
            }
        }
        return said;
    }

    private static final Map<String, String> OMITTED =
            Map.of(
                    "web_search_call", "what the provider's own tool did",
                    "code_interpreter_call", "what the provider's own tool did");

    private static void add(List<String> said, String kind, String text) {
        if (!text.isEmpty()) {
            if (!said.isEmpty() && said.getLast().startsWith(kind)) {
                said.set(said.size() - 1, said.getLast() + text);
            } else {
                said.add(kind + text);
            }
        }
    }
}
