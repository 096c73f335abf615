package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.dialects.responses.ResponsesFlavour;
import dev.switchgear.dialects.responses.ResponsesProviderDialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Tools that a client of Responses runs itself, whatever their form: every provider is offered them,
/// its call comes back in the form the client knows, and goes to it again with its results.
final class ClientToolsTest {
    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /// @param tool as the client offers it
    /// @param name what another provider calls it
    /// @param arguments of the call that it makes
    /// @param item what the client gets of it, but for its id, status and call
    /// @param results what the client sends for it, but for the call
    /// @param told what the provider is told of each
    private record Form(
            String tool,
            String name,
            String arguments,
            String item,
            List<String> results,
            List<String> told) {
        Form {
            results = List.copyOf(results);
            told = List.copyOf(told);
        }

        @Override
        public String toString() {
            return item;
        }
    }

    private static final List<Form> FORMS =
            List.of(
                    new Form(
                            """
                            {"type":"custom","name":"exec","description":"runs code",
                             "format":{"type":"grammar","syntax":"lark","definition":"start: /.+/s"}}\
                            """,
                            "exec",
                            "{\"input\":\"say \\\"h\\u00e9\\ud83d\\ude00\\\"\\n\\tx\\\\y\"}",
                            "{\"type\":\"custom_tool_call\",\"name\":\"exec\","
                                    + "\"input\":\"say \\\"hé😀\\\"\\n\\tx\\\\y\"}",
                            List.of(
                                    "{\"type\":\"custom_tool_call_output\",\"output\":\"one\"}",
                                    "{\"type\":\"custom_tool_call_output\",\"output\":"
                                            + "[{\"type\":\"input_text\",\"text\":\"two\"}]}"),
                            List.of("one", "two")),
                    new Form(
                            """
                            {"type":"namespace","name":"agents","description":"d","tools":[
                              {"type":"function","name":"spawn","description":"s","strict":false,
                               "parameters":{"type":"object","properties":{"n":{"type":"number"}}}},
                              {"type":"custom","name":"exec"}]}\
                            """,
                            "agents__spawn",
                            "{\"n\":1}",
                            "{\"type\":\"function_call\",\"name\":\"spawn\",\"namespace\":\"agents\","
                                    + "\"arguments\":\"{\\\"n\\\":1}\"}",
                            List.of("{\"type\":\"function_call_output\",\"output\":\"spawned\"}"),
                            List.of("spawned")),
                    new Form(
                            """
                            {"type":"namespace","name":"agents","description":"d","tools":[
                              {"type":"custom","name":"exec"}]}\
                            """,
                            "agents__exec",
                            "{ \"input\" : \"ls\" }",
                            "{\"type\":\"custom_tool_call\",\"name\":\"exec\","
                                    + "\"namespace\":\"agents\",\"input\":\"ls\"}",
                            List.of("{\"type\":\"custom_tool_call_output\",\"output\":\"files\"}"),
                            List.of("files")),
                    new Form(
                            "{\"type\":\"local_shell\"}",
                            "local_shell",
                            "{\"command\":[\"ls\",\"-l\"],\"timeout_ms\":5}",
                            "{\"type\":\"local_shell_call\",\"action\":{\"type\":\"exec\","
                                    + "\"command\":[\"ls\",\"-l\"],\"env\":{},\"timeout_ms\":5}}",
                            List.of("{\"type\":\"local_shell_call_output\",\"output\":\"listed\"}"),
                            List.of("listed")),
                    new Form(
                            "{\"type\":\"shell\",\"environment\":{\"type\":\"local\"}}",
                            "shell",
                            "{\"commands\":[\"ls\",\"pwd\"]}",
                            "{\"type\":\"shell_call\",\"action\":{\"commands\":[\"ls\",\"pwd\"],"
                                    + "\"timeout_ms\":null,\"max_output_length\":null},"
                                    + "\"environment\":{\"type\":\"local\"}}",
                            List.of(
                                    "{\"type\":\"shell_call_output\",\"output\":[{"
                                            + "\"stdout\":\"seen\",\"stderr\":\"\","
                                            + "\"outcome\":{\"type\":\"exit\",\"exit_code\":7}}]}"),
                            List.of("seen", "exit_code", "7")),
                    new Form(
                            "{\"type\":\"apply_patch\"}",
                            "apply_patch",
                            "{\"type\":\"update_file\",\"path\":\"a.txt\",\"diff\":\"@@\\n-a\\n+b\"}",
                            "{\"type\":\"apply_patch_call\",\"operation\":{\"type\":\"update_file\","
                                    + "\"path\":\"a.txt\",\"diff\":\"@@\\n-a\\n+b\"}}",
                            List.of(
                                    "{\"type\":\"apply_patch_call_output\",\"status\":\"failed\","
                                            + "\"output\":\"no such line\"}"),
                            List.of("no such line")),
                    new Form(
                            """
                            {"type":"tool_search","execution":"client","description":"finds",
                             "parameters":{"type":"object","properties":{"q":{"type":"string"}}}}\
                            """,
                            "tool_search",
                            "{\"q\":\"mail\"}",
                            "{\"type\":\"tool_search_call\",\"execution\":\"client\","
                                    + "\"arguments\":{\"q\":\"mail\"}}",
                            List.of(
                                    "{\"type\":\"tool_search_output\",\"execution\":\"client\","
                                            + "\"tools\":[{\"type\":\"function\",\"name\":\"send_mail\","
                                            + "\"parameters\":{\"type\":\"object\",\"properties\":{}}}]}"),
                            List.of("send_mail")));

    static Stream<String> upstreams() {
        return Stream.of("chat", "claude", "google", "deep", "router", "xai", "mistral", "ollama");
    }

    private static String model(String upstream) {
        return switch (upstream) {
            case "claude" -> "claude/claude-sonnet-4-5";
            case "google" -> "google/gemini-2.5-flash";
            default -> upstream + "/m";
        };
    }

    private static String quoted(String text) {
        return Json.text(Json.object().stringNode(text));
    }

    /// A call as that upstream words it; in a stream the arguments come sign by sign.
    private static Answer calls(String upstream, String name, String arguments, boolean streamed) {
        return switch (upstream) {
            case "claude" ->
                    streamed
                            ? claudeStream(name, arguments)
                            : Answer.json(200, claude(name, arguments));
            case "google" -> {
                String body =
                        "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{"
                                + "\"functionCall\":{\"name\":\""
                                + name
                                + "\",\"args\":"
                                + arguments
                                + "}}]},\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{"
                                + "\"promptTokenCount\":3,\"candidatesTokenCount\":1,"
                                + "\"totalTokenCount\":4},\"modelVersion\":\"g\",\"responseId\":\"r1\"}";
                yield streamed ? Answer.events("data: " + body + "\n\n") : Answer.json(200, body);
            }
            case "ollama" -> {
                String body =
                        "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{"
                                + "\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{"
                                + "\"function\":{\"name\":\""
                                + name
                                + "\",\"arguments\":"
                                + arguments
                                + "}}]},\"done\":true,\"done_reason\":\"stop\","
                                + "\"prompt_eval_count\":3,\"eval_count\":1}";
                yield Answer.json(200, body + "\n");
            }
            default ->
                    streamed
                            ? chatStream(name, arguments)
                            : Answer.json(
                                    200,
                                    "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,"
                                            + "\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{"
                                            + "\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
                                            + chatCall(name, quoted(arguments))
                                            + "]},\"finish_reason\":\"tool_calls\"}],\"usage\":{"
                                            + "\"prompt_tokens\":3,\"completion_tokens\":1,"
                                            + "\"total_tokens\":4}}");
        };
    }

    private static String chatCall(String name, String arguments) {
        return "{\"index\":0,\"id\":\"call_abc\",\"type\":\"function\",\"function\":{\"name\":\""
                + name
                + "\",\"arguments\":"
                + arguments
                + "}}";
    }

    private static Answer chatStream(String name, String arguments) {
        String begun =
                "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                        + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":";
        var stream = new StringBuilder();
        stream.append(begun)
                .append("{\"role\":\"assistant\",\"tool_calls\":[")
                .append(chatCall(name, "\"\""))
                .append("]},\"finish_reason\":null}]}\n\n");
        for (int i = 0; i < arguments.length(); i++) {
            stream.append(begun)
                    .append("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":")
                    .append(quoted(arguments.substring(i, i + 1)))
                    .append("}}]},\"finish_reason\":null}]}\n\n");
        }
        stream.append(begun)
                .append("{},\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":3,")
                .append("\"completion_tokens\":1,\"total_tokens\":4}}\n\ndata: [DONE]\n\n");
        return Answer.events(stream.toString());
    }

    private static String claude(String name, String arguments) {
        return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\","
                + "\"content\":[{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\""
                + name
                + "\",\"input\":"
                + arguments
                + "}],\"stop_reason\":\"tool_use\",\"stop_sequence\":null,"
                + "\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}";
    }

    private static Answer claudeStream(String name, String arguments) {
        var stream = new StringBuilder();
        stream.append(
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\","
                        + "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",\"content\":[],"
                        + "\"stop_reason\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n"
                        + "event: content_block_start\ndata: {\"type\":\"content_block_start\","
                        + "\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_1\","
                        + "\"name\":\""
                        + name
                        + "\",\"input\":{}}}\n\n");
        for (int i = 0; i < arguments.length(); i++) {
            stream.append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",")
                    .append(
                            "\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":")
                    .append(quoted(arguments.substring(i, i + 1)))
                    .append("}}\n\n");
        }
        stream.append(
                "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
                        + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{"
                        + "\"stop_reason\":\"tool_use\",\"stop_sequence\":null},"
                        + "\"usage\":{\"output_tokens\":1}}\n\n"
                        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        return Answer.events(stream.toString());
    }

    private static ObjectNode asking(String upstream, Form form, boolean listed, boolean streamed) {
        ObjectNode body =
                Json.object()
                        .put("model", model(upstream))
                        .put("store", false)
                        .put("stream", streamed);
        ArrayNode input = body.putArray("input");
        ObjectNode search = Json.object().put("type", "web_search");
        if (listed) {
            body.putArray("tools").add(Json.read(form.tool())).add(search);
        } else {
            ObjectNode offer =
                    input.addObject()
                            .put("type", "additional_tools")
                            .put("id", "at_1")
                            .put("role", "developer");
            offer.putArray("tools").add(Json.read(form.tool())).add(search);
        }
        input.addObject()
                .put("type", "message")
                .put("role", "user")
                .put("content", "go")
                .put("internal_chat_message_metadata_passthrough", "x");
        return body;
    }

    private static JsonNode answer(HttpResponse<String> response, boolean streamed) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        if (!streamed) {
            return Json.read(response.body());
        }
        return events(response).getLast().path("response");
    }

    private static List<JsonNode> events(HttpResponse<String> response) {
        var events = new ArrayList<JsonNode>();
        for (String line : response.body().split("\n", -1)) {
            if (line.startsWith("data: ")) {
                events.add(Json.read(line.substring("data: ".length())));
            }
        }
        return events;
    }

    private static String lastAsked(String upstream) {
        return house.received(upstream).getLast().body();
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void a_call_comes_back_as_what_it_was_and_goes_on_with_its_results(String upstream) {
        for (Form form : FORMS) {
            for (boolean listed : new boolean[] {true, false}) {
                for (boolean streamed : new boolean[] {false, true}) {
                    goesRound(upstream, form, listed, streamed);
                }
            }
        }
    }

    private static void goesRound(String upstream, Form form, boolean listed, boolean streamed) {
        String what =
                upstream + " " + form + (listed ? " listed" : "") + (streamed ? " streamed" : "");
        house.answers(upstream, calls(upstream, form.name(), form.arguments(), streamed));
        ObjectNode first = asking(upstream, form, listed, streamed);

        HttpResponse<String> called = house.post("/v1/responses", Json.text(first));

        JsonNode item = answer(called, streamed).path("output").path(0);
        assertThat(offered(lastAsked(upstream))).as(what).contains(form.name());
        assertThat(called.headers().firstValue("x-switchgear-dropped").orElse(""))
                .as(what)
                .contains("web_search")
                .doesNotContain(form.name());
        ObjectNode plain = (ObjectNode) item.deepCopy();
        String id = plain.path("call_id").asString("");
        assertThat(id).as(what).isNotEmpty();
        assertThat(plain.path("status").asString("")).as(what).isEqualTo("completed");
        plain.remove(List.of("id", "status", "call_id"));
        assertThat(plain).as(what).isEqualTo(Json.read(form.item()));
        if (streamed) {
            holds(events(called), item, what);
        }

        house.answers(upstream, ScriptedHouse.usual(upstream));
        ObjectNode second = asking(upstream, form, listed, false);
        ArrayNode input = (ArrayNode) second.path("input");
        input.add(item);
        for (String result : form.results()) {
            input.add(((ObjectNode) Json.read(result)).put("call_id", id));
        }

        HttpResponse<String> gone = house.post("/v1/responses", Json.text(second));

        assertThat(gone.statusCode()).as(what + gone.body()).isEqualTo(200);
        JsonNode asked = Json.read(lastAsked(upstream));
        assertThat(callsIn(asked)).as(what).containsExactly(form.name());
        List<String> results = resultsIn(asked);
        assertThat(results).as(what).hasSize(1);
        assertThat(results.getFirst()).as(what).contains(form.told());
        assertThat(arguments(asked)).as(what).isEqualTo(Json.read(form.arguments()));
        if (form.name().equals("tool_search")) {
            assertThat(offered(lastAsked(upstream))).as(what).contains("send_mail");
        }
    }

    /// The events of the item tell the same as the item, in order, each once.
    private static void holds(List<JsonNode> events, JsonNode item, String what) {
        var deltas = new StringBuilder();
        var order = new ArrayList<String>();
        for (int i = 0; i < events.size(); i++) {
            JsonNode event = events.get(i);
            String type = event.path("type").asString("");
            assertThat(event.path("sequence_number").asInt(-1)).as(what).isEqualTo(i);
            if (type.endsWith(".delta")) {
                deltas.append(event.path("delta").asString(""));
                assertThat(event.path("item_id")).as(what).isEqualTo(item.path("id"));
            } else {
                order.add(type.substring("response.".length()));
            }
            if (type.equals("response.output_item.done")) {
                assertThat(event.path("item")).as(what).isEqualTo(item);
            }
            if (type.equals("response.output_item.added")) {
                assertThat(event.path("item").path("type")).as(what).isEqualTo(item.path("type"));
            }
        }
        String kind = item.path("type").asString("");
        switch (kind) {
            case "custom_tool_call" -> {
                assertThat(deltas.toString()).as(what).isEqualTo(item.path("input").asString(""));
                assertThat(order).as(what).contains("custom_tool_call_input.done");
            }
            case "function_call" ->
                    assertThat(deltas.toString())
                            .as(what)
                            .isEqualTo(item.path("arguments").asString(""));
            default -> assertThat(deltas.toString()).as(what).isEmpty();
        }
        assertThat(order)
                .as(what)
                .startsWith("created", "in_progress", "output_item.added")
                .endsWith("output_item.done", "completed");
    }

    /// Names of functions that a request offers, in any dialect.
    private static List<String> offered(String body) {
        var names = new ArrayList<String>();
        for (JsonNode tool : Json.read(body).path("tools").values()) {
            if (tool.has("functionDeclarations")) {
                tool.path("functionDeclarations")
                        .values()
                        .forEach(one -> names.add(one.path("name").asString("")));
            } else {
                JsonNode function = tool.path("function").isObject() ? tool.path("function") : tool;
                names.add(function.path("name").asString(""));
            }
        }
        return names;
    }

    private static List<JsonNode> found(JsonNode in, String field) {
        return in.findValues(field);
    }

    private static List<String> callsIn(JsonNode body) {
        var names = new ArrayList<String>();
        for (JsonNode message : messages(body)) {
            for (JsonNode calls : found(message, "tool_calls")) {
                calls.values()
                        .forEach(
                                call -> names.add(call.path("function").path("name").asString("")));
            }
            for (JsonNode call : found(message, "functionCall")) {
                names.add(call.path("name").asString(""));
            }
            for (JsonNode block : message.path("content").values()) {
                if (block.path("type").asString("").equals("tool_use")) {
                    names.add(block.path("name").asString(""));
                }
            }
        }
        return names;
    }

    private static JsonNode arguments(JsonNode body) {
        for (JsonNode message : messages(body)) {
            for (JsonNode calls : found(message, "tool_calls")) {
                JsonNode said = calls.get(0).path("function").path("arguments");
                return said.isString() ? Json.read(said.stringValue()) : said;
            }
            for (JsonNode call : found(message, "functionCall")) {
                return call.path("args");
            }
            for (JsonNode block : message.path("content").values()) {
                if (block.path("type").asString("").equals("tool_use")) {
                    return block.path("input");
                }
            }
        }
        return Json.object();
    }

    private static List<String> resultsIn(JsonNode body) {
        var results = new ArrayList<String>();
        for (JsonNode message : messages(body)) {
            if (message.path("role").asString("").equals("tool")) {
                results.add(Json.text(message.path("content")));
            }
            for (JsonNode result : found(message, "functionResponse")) {
                results.add(Json.text(result));
            }
            for (JsonNode block : message.path("content").values()) {
                if (block.path("type").asString("").equals("tool_result")) {
                    results.add(Json.text(block.path("content")));
                }
            }
        }
        return results;
    }

    private static List<JsonNode> messages(JsonNode body) {
        JsonNode messages = body.has("contents") ? body.path("contents") : body.path("messages");
        return List.copyOf(messages.values());
    }

    @Test
    void who_knows_them_gets_them_as_they_came() {
        for (String upstream : List.of("openai", "resp")) {
            house.answers(upstream, ScriptedHouse.usual("resp"));
            for (Form form : FORMS) {
                ObjectNode body = asking(upstream, form, true, false);

                HttpResponse<String> answer = house.post("/v1/responses", Json.text(body));

                assertThat(answer.statusCode()).as(upstream).isEqualTo(200);
                body.put("model", "m");
                assertThat(Json.read(lastAsked(upstream))).as(upstream).isEqualTo(body);
            }
        }
    }

    @Test
    void who_knows_them_gets_them_so_too_where_the_request_is_worded_anew() throws Exception {
        for (Form form : FORMS) {
            for (boolean listed : new boolean[] {true, false}) {
                ObjectNode body = asking("resp", form, listed, false);
                ArrayNode input = (ArrayNode) body.path("input");
                ObjectNode call = ((ObjectNode) Json.read(form.item())).put("call_id", "c1");
                input.add(call);
                form.results().forEach(result -> input.add(result(result, "c1")));

                JsonNode asked = wordedAnew(body);

                List<JsonNode> items = List.copyOf(asked.path("input").values());
                assertThat(items).as(form.item()).contains(call);
                JsonNode offer = listed ? asked.path("tools") : items.getFirst().path("tools");
                assertThat(offer.path(0)).as(form.item()).isEqualTo(Json.read(form.tool()));
                if (form.results().size() == 1) {
                    assertThat(items).contains(result(form.results().getFirst(), "c1"));
                } else {
                    assertThat(Json.text(items.getLast()))
                            .contains("custom_tool_call_output")
                            .contains(form.told());
                }
            }
        }
    }

    /// As where a client's bytes cannot pass.
    private static JsonNode wordedAnew(ObjectNode body) throws Exception {
        byte[] worded =
                new ResponsesProviderDialect(ResponsesFlavour.OPENAI)
                        .chat(
                                new ResponsesClientDialect().chat(Json.bytes(body), "m", false),
                                new ModelTarget("m", ModelTraits.UNKNOWN))
                        .body();
        return Json.read(worded, 0, worded.length);
    }

    private static ObjectNode result(String result, String call) {
        return ((ObjectNode) Json.read(result)).put("call_id", call);
    }

    /// A provider of Responses that answers with the item itself.
    private static Answer answers(ObjectNode item, boolean streamed) {
        ObjectNode response =
                Json.object()
                        .put("id", "resp_1")
                        .put("object", "response")
                        .put("created_at", 1_790_000_000)
                        .put("status", "completed")
                        .put("model", "m");
        response.putArray("output").add(item);
        response.putObject("usage")
                .put("input_tokens", 3)
                .put("output_tokens", 1)
                .put("total_tokens", 4);
        if (!streamed) {
            return Answer.json(200, Json.text(response));
        }
        ObjectNode begun = item.deepCopy();
        if (begun.has("input")) {
            begun.put("input", "");
        }
        var events = new ArrayList<ObjectNode>();
        ObjectNode added = event("response.output_item.added");
        added.set("item", begun);
        events.add(added);
        item.path("input")
                .asString("")
                .codePoints()
                .mapToObj(Character::toString)
                .forEach(sign ->
                        events.add(
                                event("response.custom_tool_call_input.delta")
                                        .put("item_id", "i_1")
                                        .put("delta", sign)));
        ObjectNode done = event("response.output_item.done");
        done.set("item", item);
        events.add(done);
        ObjectNode completed = event("response.completed");
        completed.set("response", response);
        events.add(completed);
        var words = new StringBuilder();
        events.forEach(one ->
                words.append("event: ")
                        .append(one.path("type").asString(""))
                        .append("\ndata: ")
                        .append(Json.text(one))
                        .append("\n\n"));
        return Answer.events(words.toString());
    }

    private static ObjectNode event(String type) {
        return Json.object().put("type", type).put("output_index", 0);
    }

    @Test
    void what_a_provider_of_responses_calls_is_read_plain_and_streamed() {
        for (Form form : FORMS) {
            for (boolean streamed : new boolean[] {false, true}) {
                String what = form.item() + streamed;
                ObjectNode item =
                        ((ObjectNode) Json.read(form.item()))
                                .put("id", "i_1")
                                .put("status", "completed")
                                .put("call_id", "c1");
                house.answers("resp", answers(item, streamed));
                ObjectNode body = asking("resp", form, true, streamed);

                JsonNode response = answer(house.post("/v1/responses", Json.text(body)), streamed);

                ObjectNode told = (ObjectNode) response.path("output").path(0).deepCopy();
                told.remove(List.of("id", "status"));
                ObjectNode meant = ((ObjectNode) Json.read(form.item())).put("call_id", "c1");
                assertThat(told).as(what).isEqualTo(meant);

                // To a client of another dialect it is a call of the function that stands for it.
                ObjectNode chat = Json.object().put("model", "resp/m").put("stream", streamed);
                chat.putArray("messages").addObject().put("role", "user").put("content", "go");
                house.answers("resp", answers(item, streamed));
                HttpResponse<String> other = house.post("/v1/chat/completions", Json.text(chat));
                JsonNode function = (streamed ? joined(other) : plainCall(other)).path("function");
                assertThat(function.path("name").asString("")).as(what).isEqualTo(form.name());
                assertThat(Json.read(function.path("arguments").asString("")))
                        .as(what)
                        .isEqualTo(Json.read(form.arguments()));
            }
        }
    }

    /// A client of chat, its custom tool and its call.
    private static ObjectNode chat(String upstream, boolean streamed) {
        ObjectNode body = Json.object().put("model", model(upstream)).put("stream", streamed);
        body.putArray("messages").addObject().put("role", "user").put("content", "go");
        body.set(
                "tools",
                Json.read(
                        """
                        [{"type":"custom","custom":{"name":"exec","description":"runs","format":
                          {"type":"grammar","grammar":{"syntax":"regex","definition":"[a-z]+"}}}}]\
                        """));
        return body;
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void custom_tools_of_chat_go_the_same_way(String upstream) {
        for (boolean streamed : new boolean[] {false, true}) {
            String what = upstream + streamed;
            house.answers(upstream, calls(upstream, "exec", "{\"input\":\"a\\nb\"}", streamed));

            HttpResponse<String> called =
                    house.post("/v1/chat/completions", Json.text(chat(upstream, streamed)));

            JsonNode call = streamed ? joined(called) : plainCall(called);
            assertThat(offered(lastAsked(upstream))).as(what).containsExactly("exec");
            assertThat(lastAsked(upstream)).as(what).contains("[a-z]+");
            assertThat(call.path("type").asString("")).as(what).isEqualTo("custom");
            assertThat(call.path("custom").path("name").asString("")).isEqualTo("exec");
            assertThat(call.path("custom").path("input").asString("")).as(what).isEqualTo("a\nb");

            house.answers(upstream, ScriptedHouse.usual(upstream));
            ObjectNode second = chat(upstream, false);
            ArrayNode messages = (ArrayNode) second.path("messages");
            messages.addObject()
                    .put("role", "assistant")
                    .putNull("content")
                    .putArray("tool_calls")
                    .add(call);
            messages.addObject()
                    .put("role", "tool")
                    .put("tool_call_id", call.path("id").asString(""))
                    .put("content", "done");
            second.putObject("tool_choice")
                    .put("type", "custom")
                    .putObject("custom")
                    .put("name", "exec");

            HttpResponse<String> gone = house.post("/v1/chat/completions", Json.text(second));

            assertThat(gone.statusCode()).as(what + gone.body()).isEqualTo(200);
            JsonNode asked = Json.read(lastAsked(upstream));
            assertThat(callsIn(asked)).as(what).containsExactly("exec");
            assertThat(resultsIn(asked).getFirst()).as(what).contains("done");
        }
    }

    private static JsonNode plainCall(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.read(response.body())
                .path("choices")
                .path(0)
                .path("message")
                .path("tool_calls")
                .path(0);
    }

    private static JsonNode joined(HttpResponse<String> response) {
        ObjectNode call = Json.object();
        var input = new StringBuilder();
        var arguments = new StringBuilder();
        for (String line : response.body().split("\n", -1)) {
            if (!line.startsWith("data: {")) {
                continue;
            }
            JsonNode piece =
                    Json.read(line.substring("data: ".length()))
                            .path("choices")
                            .path(0)
                            .path("delta")
                            .path("tool_calls")
                            .path(0);
            if (piece.has("id")) {
                call.setAll((ObjectNode) piece.deepCopy());
            }
            input.append(piece.path("custom").path("input").asString(""));
            arguments.append(piece.path("function").path("arguments").asString(""));
        }
        call.remove("index");
        if (call.has("custom")) {
            call.withObject("custom").put("input", input.toString());
        } else {
            call.withObject("function").put("arguments", arguments.toString());
        }
        return call;
    }

    @Test
    void openai_takes_custom_tools_of_chat_as_they_are_also_in_other_words() {
        for (boolean streamed : new boolean[] {false, true}) {
            ObjectNode item =
                    Json.object()
                            .put("id", "i_1")
                            .put("type", "custom_tool_call")
                            .put("status", "completed")
                            .put("call_id", "c1")
                            .put("name", "exec")
                            .put("input", "a\nb");
            house.answers("resp", answers(item, streamed));

            HttpResponse<String> called =
                    house.post("/v1/chat/completions", Json.text(chat("resp", streamed)));

            assertThat(Json.read(lastAsked("resp")).path("tools").path(0))
                    .isEqualTo(
                            Json.read(
                                    """
                                    {"type":"custom","name":"exec","description":"runs","format":
                                     {"type":"grammar","syntax":"regex","definition":"[a-z]+"}}\
                                    """));
            JsonNode call = streamed ? joined(called) : plainCall(called);
            assertThat(call.path("custom").path("input").asString("")).isEqualTo("a\nb");
        }
        house.answers("openai", ScriptedHouse.usual("openai"));
        house.post("/v1/chat/completions", Json.text(chat("openai", false)));
        assertThat(Json.read(lastAsked("openai")).path("tools"))
                .isEqualTo(chat("openai", false).path("tools"));
    }

    @Test
    void tools_of_claude_that_the_client_runs_are_offered_to_all() {
        String tools =
                """
                [{"type":"bash_20250124","name":"bash"},
                 {"type":"text_editor_20250728","name":"str_replace_based_edit_tool"},
                 {"type":"memory_20250818","name":"memory"}]\
                """;
        for (String upstream :
                List.of("chat", "google", "deep", "xai", "mistral", "ollama", "resp")) {
            for (boolean streamed : new boolean[] {false, true}) {
                if (!upstream.equals("resp")) {
                    house.answers(
                            upstream, calls(upstream, "bash", "{\"command\":\"ls\"}", streamed));
                } else {
                    house.answers(upstream, ScriptedHouse.usual(upstream));
                }
                ObjectNode body =
                        Json.object()
                                .put("model", model(upstream))
                                .put("max_tokens", 99)
                                .put("stream", streamed);
                body.set("tools", Json.read(tools));
                body.putArray("messages").addObject().put("role", "user").put("content", "go");

                HttpResponse<String> answer = house.post("/v1/messages", Json.text(body));

                assertThat(answer.statusCode()).as(upstream + answer.body()).isEqualTo(200);
                assertThat(offered(lastAsked(upstream)))
                        .as(upstream)
                        .containsExactly("bash", "str_replace_based_edit_tool", "memory");
                assertThat(lastAsked(upstream)).contains("view_range").contains("old_path");
                if (!upstream.equals("resp")) {
                    assertThat(answer.body())
                            .as(upstream)
                            .contains("tool_use")
                            .contains("\"name\":\"bash\"");
                }
            }
        }
    }

    @Test
    void claude_gets_its_own_tools_as_they_came() {
        house.answers("claude", ScriptedHouse.usual("claude"));
        String body =
                """
                {"model":"claude/claude-sonnet-4-5","max_tokens":99,
                 "tools":[{"type":"bash_20250124","name":"bash"}],
                 "messages":[{"role":"user","content":"go"},
                   {"role":"assistant","content":[{"type":"thinking","thinking":"t",
                     "signature":"sg1.OPENAI.bQ.cw"},{"type":"text","text":"a"}]},
                   {"role":"user","content":"on"}]}\
                """;

        house.post("/v1/messages", body);

        assertThat(Json.read(lastAsked("claude")).path("tools").path(0))
                .isEqualTo(Json.read("{\"type\":\"bash_20250124\",\"name\":\"bash\"}"));
    }
}
