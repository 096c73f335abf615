package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.RawSocket;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// What must be read whole, since it refers to something or is to be compacted, takes more memory than
/// what passes, and says so when there is none.
class ReadWholeMemoryTest {
    private static final long BUDGET = DoorSettings.ofHeap(0.01);
    private static final ScriptedHouse HOUSE =
            ScriptedHouse.of(
                    ScriptedHouse.PROVIDERS.replace(
                            "server: { port: 0 }",
                            "server: { port: 0, limits: { body-memory: 1%% } }"));

    private static final String KEPT = kept();
    private static final String CONVERSATION = id(HOUSE.post("/v1/conversations", "{}").body());

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    /// An answer by a name that no later one has.
    private static String kept() {
        String usual = ScriptedHouse.usual("resp").parts().getFirst();
        HOUSE.answers("resp", ScriptedHouse.Answer.json(200, usual.replace("_1", "_kept")));
        String came = HOUSE.post("/v1/responses", "{\"model\":\"resp/m\",\"input\":\"hi\"}").body();
        HOUSE.answers("resp", ScriptedHouse.usual("resp"));
        return id(came);
    }

    private static String id(String body) {
        return Json.read(body).path("id").stringValue("");
    }

    /// Where it is asked, and with what: `FILL` stands for a long text.
    static Stream<Arguments> requests() {
        String text = "{\"role\":\"user\",\"content\":\"FILL\"}";
        return Stream.of(
                Arguments.of(
                        "a compaction in an answer",
                        "/v1/responses",
                        "{\"model\":\"resp/m\",\"store\":false,\"input\":["
                                + text
                                + ",{\"type\":\"compaction_trigger\"}]}"),
                Arguments.of(
                        "a compaction by itself",
                        "/v1/responses/compact",
                        "{\"model\":\"resp/m\",\"input\":[" + text + "]}"),
                Arguments.of(
                        "an answer before",
                        "/v1/responses",
                        "{\"model\":\"resp/m\",\"previous_response_id\":\""
                                + KEPT
                                + "\",\"input\":\"FILL\"}"),
                Arguments.of(
                        "a conversation",
                        "/v1/responses",
                        "{\"model\":\"resp/m\",\"store\":false,\"conversation\":\""
                                + CONVERSATION
                                + "\",\"input\":\"FILL\"}"),
                Arguments.of(
                        "an item",
                        "/v1/responses",
                        "{\"model\":\"resp/m\",\"store\":false,\"input\":["
                                + text
                                + ",{\"type\":\"item_reference\",\"id\":\"msg_kept\"}]}"),
                Arguments.of(
                        "a conversation that begins",
                        "/v1/conversations",
                        "{\"items\":[" + text + "]}"),
                Arguments.of(
                        "items of a conversation",
                        "/v1/conversations/" + CONVERSATION + "/items",
                        "{\"items\":[" + text + "]}"),
                Arguments.of(
                        "what a conversation is called",
                        "/v1/conversations/" + CONVERSATION,
                        "{\"metadata\":{\"a\":\"FILL\"}}"),
                Arguments.of(
                        "a warm-up",
                        "socket",
                        "{\"type\":\"response.create\",\"model\":\"resp/m\",\"generate\":false,\"input\":\"FILL\"}"),
                Arguments.of(
                        "a turn on a connection",
                        "socket",
                        "{\"type\":\"response.create\",\"model\":\"resp/m\",\"previous_response_id\":\""
                                + KEPT
                                + "\",\"input\":\"FILL\"}"));
    }

    /// What came of it.
    ///
    /// @param retryAfter empty where nothing was said of that
    private record Told(int status, String retryAfter, String text) {}

    private static Told ask(String path, String body, long bytes) throws IOException {
        String filled = body.replace("FILL", "x".repeat((int) bytes));
        if (!path.equals("socket")) {
            HttpResponse<String> came = HOUSE.post(path, filled);
            String after = came.headers().firstValue("retry-after").orElse("");
            return new Told(came.statusCode(), after, came.body());
        }
        try (var socket = new RawSocket(HOUSE.port(), "/v1/responses")) {
            socket.text(filled);
            JsonNode event = Json.read(socket.next().text());
            return new Told(
                    event.path("status").intValue(200),
                    event.path("headers").path("retry-after").stringValue(""),
                    event.toString());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void what_would_never_fit_is_too_large(String name, String path, String body)
            throws IOException {
        int before = HOUSE.received("resp").size();

        Told told = ask(path, body, BUDGET / 6);

        assertThat(told.status()).as(told.text()).isEqualTo(413);
        assertThat(told.text())
                .contains(
                        "request_too_large", "read whole", "server.limits.body-memory", "SG-1400");
        assertThat(told.retryAfter()).isEmpty();
        assertThat(HOUSE.received("resp")).hasSize(before);
    }

    /// One of each that is read in another place: each takes as long as memory is waited for.
    static Stream<Arguments> some() {
        List<String> some =
                List.of(
                        "a compaction in an answer",
                        "an answer before",
                        "items of a conversation",
                        "a warm-up");
        return requests().filter(each -> some.contains(each.get()[0]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("some")
    void what_finds_no_memory_in_time_is_told_when_to_ask_again(
            String name, String path, String body) throws Exception {
        int before = HOUSE.received("resp").size();

        Told inVain;
        try (var _ = HeldBody.of(HOUSE.port(), BUDGET / 4)) {
            inVain = ask(path, body, BUDGET / 12);
        }

        assertThat(inVain.status()).as(inVain.text()).isEqualTo(503);
        assertThat(inVain.text()).contains("overloaded", "read whole", "SG-1216");
        assertThat(inVain.retryAfter()).isEqualTo("2");
        assertThat(HOUSE.received("resp")).hasSize(before);
        Told later = ask(path, body, BUDGET / 12);
        for (int i = 0; i < 10 && later.status() == 503; i++) {
            later = ask(path, body, BUDGET / 12);
        }
        assertThat(later.status()).as(later.text()).isEqualTo(200);
    }
}
