package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.door.RawSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Turns on a connection, as clients of Responses ask for them there: before upstreams of every kind.
final class ResponsesWebSocketTest {
    private static final String SOCKET = "/v1/responses";

    /// Every upstream there is, with a model of its kind.
    static List<String> models() {
        return List.of(
                "openai/gpt-5",
                "chat/m",
                "resp/gpt-5",
                "claude/claude-sonnet-4-5",
                "google/gemini-2.5-flash",
                "router/openai/gpt-4o",
                "deep/deepseek-chat",
                "xai/grok-4",
                "mistral/mistral-large-latest",
                "ollama/llama3");
    }

    private static String upstream(String model) {
        return model.substring(0, model.indexOf('/'));
    }

    /// The events of one turn, up to the one that ends it.
    private static List<JsonNode> turn(RawSocket socket) throws IOException {
        var events = new ArrayList<JsonNode>();
        while (true) {
            RawSocket.Frame frame = socket.next();
            assertThat(frame.opcode()).as("%s", frame.text()).isEqualTo(RawSocket.TEXT);
            JsonNode event = Json.read(frame.text());
            events.add(event);
            switch (type(event)) {
                case "response.completed", "response.failed", "response.incomplete", "error" -> {
                    return events;
                }
                default -> {}
            }
        }
    }

    private static String type(JsonNode event) {
        return event.path("type").stringValue("");
    }

    private static String id(List<JsonNode> turn) {
        return turn.getLast().path("response").path("id").stringValue("");
    }

    private static String text(List<JsonNode> turn) {
        return turn.getLast()
                .path("response")
                .path("output")
                .path(0)
                .path("content")
                .path(0)
                .path("text")
                .stringValue("");
    }

    private static String create(String model, String input, String more) {
        return """
        {"type":"response.create","model":"%s","store":false,"stream":true,\
        "input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"%s"}]}]%s}\
        """
                .formatted(model, input, more);
    }

    private static String after(String id) {
        return ",\"previous_response_id\":\"" + id + "\"";
    }

    @ParameterizedTest
    @MethodSource("models")
    void a_conversation_goes_on_with_what_was_answered_on_the_connection(String model)
            throws Exception {
        try (var house = ScriptedHouse.open();
                var socket = new RawSocket(house.port(), SOCKET)) {
            // Those that speak Responses themselves are asked in it.
            for (String name : List.of("openai", "router", "deep", "xai")) {
                house.answers(name, ScriptedHouse.usual("resp"));
            }
            // As Codex begins: with nothing at all, and no answer wanted.
            socket.text(
                    """
                    {"type":"response.create","model":"%s","store":false,"stream":true,"input":[],\
                    "generate":false,"client_metadata":{"turn_id":""}}\
                    """
                            .formatted(model));
            List<JsonNode> warm = turn(socket);
            assertThat(warm).hasSize(2);
            assertThat(type(warm.getFirst())).isEqualTo("response.created");
            assertThat(type(warm.getLast())).isEqualTo("response.completed");
            assertThat(id(warm)).isEqualTo(id(List.of(warm.getFirst()))).startsWith("resp_");
            assertThat(house.received(upstream(model))).isEmpty();

            socket.text(create(model, "first question", after(id(warm))));
            List<JsonNode> first = turn(socket);
            assertThat(type(first.getFirst())).isEqualTo("response.created");
            assertThat(type(first.getLast())).isEqualTo("response.completed");
            assertThat(text(first)).isEqualTo("ok");
            assertThat(first.getLast().path("response").path("status").stringValue())
                    .isEqualTo("completed");

            socket.text(create(model, "second question", after(id(first))));
            List<JsonNode> second = turn(socket);
            assertThat(text(second)).isEqualTo("ok");

            String asked = house.received(upstream(model)).getLast().body();
            assertThat(asked).contains("first question").contains("second question");
            assertThat(asked.indexOf("first question")).isLessThan(asked.indexOf("\"ok\""));
            assertThat(asked.indexOf("\"ok\"")).isLessThan(asked.indexOf("second question"));
            assertThat(asked)
                    .doesNotContain("previous_response_id")
                    .doesNotContain("response.create")
                    .doesNotContain("\"generate\"");
            assertThat(house.received(upstream(model))).hasSize(2);

            // Nobody finds by HTTP, or on another connection, what was not to be stored.
            assertThat(house.get("/v1/responses/" + id(first)).statusCode()).isEqualTo(404);
            try (var other = new RawSocket(house.port(), SOCKET)) {
                other.text(create(model, "x", after(id(first))));
                JsonNode error = turn(other).getFirst();
                assertThat(error.path("status").intValue()).isEqualTo(400);
                assertThat(error.path("error").path("code").stringValue())
                        .isEqualTo("previous_response_not_found");
                assertThat(error.path("error").path("param").stringValue())
                        .isEqualTo("previous_response_id");
            }
        }
    }

    @Test
    void what_is_stored_goes_on_by_http_and_on_another_connection() throws Exception {
        try (var house = ScriptedHouse.open();
                var socket = new RawSocket(house.port(), SOCKET);
                var other = new RawSocket(house.port(), SOCKET)) {
            socket.text(create("chat/m", "one", "").replace("\"store\":false,", ""));
            String id = id(turn(socket));
            assertThat(house.get("/v1/responses/" + id).statusCode()).isEqualTo(200);

            other.text(create("chat/m", "two", after(id)));
            assertThat(text(turn(other))).isEqualTo("ok");
            assertThat(house.received("chat").getLast().body()).contains("one").contains("two");
        }
    }

    @Test
    void the_first_event_tells_who_answers_and_an_error_what_to_do() throws Exception {
        try (var house =
                        ScriptedHouse.open(
                                """
                                routes:
                                  - match: { model: auto }
                                    to: [ { provider: chat, model: m }, { provider: claude, model: c } ]
                                """);
                var socket =
                        new RawSocket(
                                house.port(), SOCKET, "x-request-id: mine", "x-session-id: s")) {
            house.answers("chat", ScriptedHouse.Answer.json(500, "{}"));
            socket.text(create("auto", "hi", ""));
            JsonNode headers = turn(socket).getFirst().path("headers");
            assertThat(headers.path("x-switchgear-provider").stringValue()).isEqualTo("claude");
            assertThat(headers.path("x-switchgear-attempts").stringValue()).isEqualTo("2");
            assertThat(headers.path("x-request-id").stringValue()).isEqualTo("mine.1");

            house.answers(
                    "claude",
                    ScriptedHouse.Answer.json(
                                    429,
                                    "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
                                            + "\"message\":\"slow\"}}")
                            .with("retry-after", "7"));
            socket.text(create("auto", "hi", ""));
            JsonNode error = turn(socket).getFirst();
            assertThat(type(error)).isEqualTo("error");
            assertThat(error.path("status").intValue()).isGreaterThanOrEqualTo(429);
            assertThat(error.path("headers").path("retry-after").stringValue("")).isNotEmpty();
            assertThat(error.path("headers").path("x-request-id").stringValue())
                    .isEqualTo("mine.2");
            // The connection goes on.
            house.answers("chat", ScriptedHouse.usual("chat"));
        }
    }

    /// What is sent, and the error that it gets; the connection serves the next turn all the same.
    static List<String[]> unfit() {
        return List.of(
                new String[] {"no JSON", "{\"type\":", "invalid_json", "400"},
                new String[] {"no object", "[]", "invalid_json", "400"},
                new String[] {"two objects", "{} {}", "invalid_json", "400"},
                new String[] {"no type", "{\"model\":\"chat/m\"}", "unsupported_event_type", "400"},
                new String[] {
                    "another type", "{\"type\":\"session.update\"}", "unsupported_event_type", "400"
                },
                new String[] {
                    "no model",
                    "{\"type\":\"response.create\",\"input\":\"x\"}",
                    "invalid_request_body",
                    "400"
                },
                new String[] {
                    "an unknown model",
                    "{\"type\":\"response.create\",\"model\":\"nobody\",\"input\":\"x\"}",
                    "model_not_found",
                    "404"
                },
                new String[] {
                    "an empty lane",
                    "{\"type\":\"response.create\",\"stream_id\":\"\",\"model\":\"chat/m\"}",
                    "invalid_stream_id",
                    "400"
                },
                new String[] {
                    "a lane with a space",
                    "{\"type\":\"response.create\",\"stream_id\":\"a b\",\"model\":\"chat/m\"}",
                    "invalid_stream_id",
                    "400"
                },
                new String[] {
                    "a lane that is none",
                    "{\"type\":\"response.create\",\"stream_id\":7,\"model\":\"chat/m\"}",
                    "invalid_stream_id",
                    "400"
                },
                new String[] {
                    "an unknown answer",
                    "{\"type\":\"response.create\",\"previous_response_id\":\"resp_0\","
                            + "\"model\":\"chat/m\",\"input\":\"x\"}",
                    "previous_response_not_found",
                    "400"
                },
                new String[] {
                    "an unknown answer to warm up with",
                    "{\"type\":\"response.create\",\"previous_response_id\":\"resp_0\","
                            + "\"generate\":false,\"model\":\"chat/m\",\"input\":\"x\"}",
                    "previous_response_not_found",
                    "400"
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unfit")
    void a_turn_that_cannot_be_is_told_so_and_the_next_one_is_served(
            String name, String message, String code, String status) throws Exception {
        try (var house = ScriptedHouse.open();
                var socket = new RawSocket(house.port(), SOCKET)) {
            socket.text(message);
            JsonNode error = turn(socket).getFirst();

            assertThat(type(error)).isEqualTo("error");
            assertThat(error.path("error").path("code").stringValue("")).isEqualTo(code);
            assertThat(error.path("error").path("message").stringValue("")).isNotEmpty();
            assertThat(error.path("error").path("type").stringValue(""))
                    .isEqualTo("invalid_request_error");
            assertThat(error.path("status").intValue()).isEqualTo(Integer.parseInt(status));
            socket.text(create("chat/m", "hi", ""));
            assertThat(text(turn(socket))).isEqualTo("ok");
        }
    }

    @Test
    void lanes_run_beside_each_other_and_a_lane_in_order() throws Exception {
        try (var house = ScriptedHouse.open();
                var socket = new RawSocket(house.port(), SOCKET)) {
            for (int i = 0; i < 3; i++) {
                for (String lane : List.of("a", "b.c-d_1")) {
                    socket.text(create("chat/m", lane + i, ",\"stream_id\":\"" + lane + "\""));
                }
            }
            var created = new ArrayList<String>();
            int over = 0;
            while (over < 6) {
                JsonNode event = Json.read(socket.next().text());
                assertThat(event.path("stream_id").stringValue("")).isIn("a", "b.c-d_1");
                if (type(event).equals("response.created")) {
                    created.add(event.path("stream_id").stringValue());
                }
                over += type(event).equals("response.completed") ? 1 : 0;
            }
            assertThat(created.stream().filter("a"::equals)).hasSize(3);
            List<String> asked =
                    house.received("chat").stream()
                            .map(ScriptedHouse.Received::body)
                            .filter(body -> body.contains("\"a"))
                            .toList();
            assertThat(asked).hasSize(3);
            assertThat(asked.get(0)).contains("a0");
            assertThat(asked.get(1)).contains("a1");
            assertThat(asked.get(2)).contains("a2");
        }
    }

    @Test
    void a_connection_has_so_many_lanes_and_no_more() throws Exception {
        try (var house = ScriptedHouse.open();
                var socket = new RawSocket(house.port(), SOCKET)) {
            for (int i = 0; i < 32; i++) {
                socket.text(
                        create("chat/m", "x", ",\"generate\":false,\"stream_id\":\"l" + i + "\""));
                assertThat(type(turn(socket).getLast())).isEqualTo("response.completed");
            }
            socket.text(create("chat/m", "x", ",\"stream_id\":\"one-more\""));
            JsonNode error = turn(socket).getFirst();
            assertThat(error.path("error").path("code").stringValue())
                    .isEqualTo("websocket_stream_limit_reached");
            assertThat(error.path("stream_id").stringValue()).isEqualTo("one-more");
            socket.text(create("chat/m", "x", ",\"stream_id\":\"l0\""));
            assertThat(text(turn(socket))).isEqualTo("ok");
            socket.text(create("chat/m", "x", ""));
            assertThat(text(turn(socket))).isEqualTo("ok");
        }
    }

    @Test
    void a_failed_turn_evicts_what_it_went_on_with_but_not_for_another_lane() throws Exception {
        try (var house = ScriptedHouse.open();
                var socket = new RawSocket(house.port(), SOCKET)) {
            socket.text(create("chat/m", "one", ",\"stream_id\":\"main\""));
            String id = id(turn(socket));

            house.answers(
                    "chat", ScriptedHouse.Answer.json(400, "{\"error\":{\"message\":\"no\"}}"));
            socket.text(create("chat/m", "fork", ",\"stream_id\":\"fork\"" + after(id)));
            assertThat(type(turn(socket).getLast())).isEqualTo("error");
            house.answers("chat", ScriptedHouse.usual("chat"));
            socket.text(create("chat/m", "two", ",\"stream_id\":\"main\"" + after(id)));
            assertThat(text(turn(socket))).isEqualTo("ok");

            house.answers(
                    "chat", ScriptedHouse.Answer.json(400, "{\"error\":{\"message\":\"no\"}}"));
            socket.text(create("chat/m", "bad", ",\"stream_id\":\"main\"" + after(id)));
            assertThat(type(turn(socket).getLast())).isEqualTo("error");
            house.answers("chat", ScriptedHouse.usual("chat"));
            socket.text(create("chat/m", "three", ",\"stream_id\":\"main\"" + after(id)));
            assertThat(turn(socket).getFirst().path("error").path("code").stringValue())
                    .isEqualTo("previous_response_not_found");
        }
    }

    @Test
    void steering_is_refused_with_what_was_to_steer() throws Exception {
        try (var house = ScriptedHouse.open();
                var socket = new RawSocket(house.port(), SOCKET)) {
            socket.text(
                    """
                    {"type":"response.steer","previous_response_id":"resp_1","input":[{"role":"user"}]}\
                    """);
            JsonNode event = Json.read(socket.next().text());
            assertThat(type(event)).isEqualTo("response.steer.failed");
            assertThat(event.path("steer").path("previous_response_id").stringValue())
                    .isEqualTo("resp_1");
            assertThat(event.path("steer").path("input").toString())
                    .isEqualTo("[{\"role\":\"user\"}]");
            assertThat(event.path("error").path("code").stringValue())
                    .isEqualTo("steering_not_supported");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "response.failed"})
    void an_answer_that_breaks_off_ends_with_one_event(String told) throws Exception {
        String begun =
                "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":"
                        + "\"resp_9\",\"status\":\"in_progress\",\"output\":[]}}\n\n"
                        + "event: response.output_text.delta\ndata: {\"type\":"
                        + "\"response.output_text.delta\",\"item_id\":\"m\",\"output_index\":0,"
                        + "\"content_index\":0,\"delta\":\"hi\"}\n\n";
        String failed =
                told.equals("error")
                        ? "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\","
                                + "\"message\":\"broke\",\"param\":null}\n\n"
                        : "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":"
                                + "{\"id\":\"resp_9\",\"status\":\"failed\",\"error\":{\"code\":"
                                + "\"server_error\",\"message\":\"broke\"},\"output\":[]}}\n\n";
        try (var house = ScriptedHouse.open();
                var socket = new RawSocket(house.port(), SOCKET)) {
            house.answers("resp", ScriptedHouse.Answer.events(begun, failed));
            socket.text(create("resp/gpt-5", "hi", ""));
            List<JsonNode> events = turn(socket);
            assertThat(type(events.getLast())).isIn("error", "response.failed");
            assertThat(events.getLast().toString()).contains("broke");
            if (type(events.getLast()).equals("error")) {
                assertThat(events.getLast().path("status").intValue()).isGreaterThan(399);
                assertThat(events.getLast().path("error").path("message").stringValue(""))
                        .contains("broke");
            }

            // And nothing of it comes with the next turn.
            house.answers("resp", ScriptedHouse.usual("resp"));
            socket.text(create("resp/gpt-5", "hi", ""));
            assertThat(type(turn(socket).getFirst())).isEqualTo("response.created");

            // Nor is a turn without an end left without one.
            house.answers("resp", ScriptedHouse.Answer.events(begun));
            socket.text(create("resp/gpt-5", "hi", ""));
            assertThat(type(turn(socket).getLast())).isIn("error", "response.failed");
        }
    }

    @Test
    void a_plain_get_is_told_to_upgrade_and_other_paths_lead_here_too() throws Exception {
        try (var house = ScriptedHouse.open()) {
            var plain = house.get("/v1/responses");
            assertThat(plain.statusCode()).isEqualTo(426);
            assertThat(plain.headers().firstValue("upgrade")).hasValue("websocket");
            assertThat(plain.headers().firstValue("sec-websocket-version")).hasValue("13");
            for (String path : List.of("/openai/v1/responses", "/responses", "/v1/v1/responses")) {
                try (var socket = new RawSocket(house.port(), path)) {
                    socket.text(create("chat/m", "hi", ""));
                    assertThat(text(turn(socket))).isEqualTo("ok");
                }
            }
        }
    }

    /// As Codex does it: the trigger is the last item of an ordinary turn.
    @Test
    void a_conversation_on_a_connection_is_compacted_and_goes_on() throws Exception {
        try (var house = ScriptedHouse.open();
                var socket = new RawSocket(house.port(), SOCKET)) {
            socket.text(create("chat/m", "a long story", ""));
            String id = id(turn(socket));
            socket.text(
                    """
                    {"type":"response.create","model":"chat/m","store":false,\
                    "input":[{"type":"compaction_trigger"}]%s}\
                    """
                            .formatted(after(id)));
            JsonNode compaction = turn(socket).getLast().path("response").path("output").path(0);
            assertThat(compaction.path("type").stringValue("")).isEqualTo("compaction");
            assertThat(house.received("chat").getLast().body()).contains("a long story");

            socket.text(
                    """
                    {"type":"response.create","model":"chat/m","store":false,"input":[%s,\
                    {"role":"user","content":"go on"}]}\
                    """
                            .formatted(compaction));
            assertThat(text(turn(socket))).isEqualTo("ok");
            assertThat(house.received("chat").getLast().body())
                    .contains("go on")
                    .doesNotContain("encrypted_content");
        }
    }

    @Test
    void where_nothing_is_kept_clients_are_sent_back_to_http_at_once() throws Exception {
        try (var house = ScriptedHouse.open("responses: { keep: 0s }\n");
                var socket = new RawSocket(house.port(), SOCKET)) {
            assertThat(socket.head()).startsWith("HTTP/1.1 426 ").contains("upgrade: HTTP/1.1\r\n");
        }
    }

    @Test
    void pages_of_others_open_nothing() throws Exception {
        try (var house = ScriptedHouse.open()) {
            for (String origin :
                    List.of("https://evil.example", "null", "http://localhost.evil.example")) {
                try (var socket = new RawSocket(house.port(), SOCKET, "origin: " + origin)) {
                    // Without clients the key itself is refused to such a page.
                    assertThat(socket.head()).as(origin).containsAnyOf(" 401 ", " 403 ");
                }
            }
            try (var socket =
                    new RawSocket(house.port(), SOCKET, "origin: http://localhost:3000")) {
                assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
            }
        }
        try (var house =
                ScriptedHouse.of(
                        ScriptedHouse.PROVIDERS.replace(
                                "server: { port: 0 }",
                                "server: { port: 0, cors: { origins: [\"https://app.example\"] } }"))) {
            try (var socket = new RawSocket(house.port(), SOCKET, "origin: https://app.example")) {
                assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
            }
        }
    }
}
