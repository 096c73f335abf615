package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A conversation that an Anthropic client would leave with its provider: it passes to one account of
/// Anthropic's alone, and is refused in the words that make the SDKs send all of it wherever the next
/// call may come to somebody else.
class ThreadsTest {
    private static final ScriptedHouse HOUSE =
            ScriptedHouse.open(
                    """
                      keyed:
                        kind: anthropic
                        base-url: "http://127.0.0.1:%1$d/claude"
                        keys: [{ name: one, secret: "sk-1" }, { name: two, secret: "sk-2" }]
                    routes:
                      - match: { model: alone }
                        to: [ { provider: claude, model: c } ]
                      - match: { model: one-key }
                        to: [ { provider: keyed, model: c, key: one } ]
                      - match: { model: marked }
                        to: [ { provider: claude, model: c } ]
                        prompt-cache: auto
                      - match: { model: both-keys }
                        to: [ { provider: keyed, model: c } ]
                      - match: { model: two-accounts }
                        to: [ { provider: claude, model: c }, { provider: keyed, model: c, key: one } ]
                      - match: { model: before-another }
                        to: [ { provider: claude, model: c }, { provider: chat, model: c } ]
                      - match: { model: with-larger }
                        to: [ { provider: claude, model: c } ]
                        larger: [ { provider: claude, model: large } ]
                      - match: { model: taken-up }
                        to: [ { provider: claude, model: c } ]
                        stream: { promise: continue }
                    """);

    private static final List<String> UPSTREAMS =
            List.of(
                    "openai", "chat", "resp", "claude", "google", "router", "deep", "xai",
                    "mistral", "ollama");

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    private static String body(String model, String thread, boolean streamed) {
        return "{\"model\":\"%s\",\"max_tokens\":100,\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}"
                .formatted(model, streamed, thread);
    }

    private static HttpResponse<String> asked(String path, String body) {
        return HOUSE.post(
                path,
                body,
                "anthropic-version",
                "2023-06-01",
                "anthropic-beta",
                "message-threads-2026-08-12");
    }

    private static int received() {
        return UPSTREAMS.stream().mapToInt(upstream -> HOUSE.received(upstream).size()).sum();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai/m",
                "chat/m",
                "resp/m",
                "google/m",
                "router/m",
                "deep/m",
                "xai/m",
                "mistral/m",
                "ollama/m",
                "keyed/m",
                "both-keys",
                "two-accounts",
                "before-another",
                "with-larger",
                "taken-up"
            })
    void where_a_thread_could_be_lost_it_is_refused_so_that_all_is_sent(String model) {
        int before = received();
        for (String thread :
                List.of(
                        ",\"thread\":{\"type\":\"create\"}",
                        ",\"thread\":{\"type\":\"continue\",\"previous_message_id\":\"msg_1\"}")) {
            for (String path :
                    List.of(
                            "/v1/messages",
                            "/anthropic/v1/messages",
                            "/v1/messages/count_tokens")) {
                for (boolean streamed : new boolean[] {false, true}) {
                    HttpResponse<String> answer = asked(path, body(model, thread, streamed));

                    assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(400);
                    JsonNode error = JsonMapper.shared().readTree(answer.body()).path("error");
                    assertThat(error.path("type").asString("")).isEqualTo("invalid_request_error");
                    assertThat(error.path("details").path("error_code").asString(""))
                            .isEqualTo("thread_unsupported_request");
                    assertThat(error.path("message").asString("")).endsWith("(SG-1407)");
                    assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
                }
            }
        }
        assertThat(received()).as("nobody was asked").isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "two-accounts, ''",
        "openai/m, ''",
        "claude/c, ',\"thread\":null'",
        "both-keys, ',\"thread\":null'"
    })
    void who_leaves_no_thread_is_refused_nothing(String model, String thread) {
        HttpResponse<String> answer = asked("/v1/messages", body(model, thread, false));

        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude/c", "alone", "one-key", "marked"})
    void one_account_alone_keeps_the_thread(String model) {
        String thread = ",\"thread\":{\"type\":\"continue\",\"previous_message_id\":\"msg_1\"}";

        HttpResponse<String> answer = asked("/v1/messages", body(model, thread, false));

        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
        ScriptedHouse.Received last = HOUSE.received("claude").getLast();
        assertThat(last.body()).as("to the byte").isEqualTo(body("c", thread, false));
        assertThat(last.headers().get("Anthropic-beta"))
                .containsExactly("message-threads-2026-08-12");
    }

    /// What a client says of where to go counts as what the configuration says of it.
    @ParameterizedTest
    @CsvSource({
        "'\"model\":\"alone\",\"models\":[\"openai/m\"]', 400",
        "'\"model\":\"two-accounts\",\"provider\":{\"only\":[\"claude\"]}', 200",
        "'\"model\":\"marked\",\"provider\":{\"only\":[\"claude\"]}', 200",
        "'\"model\":\"before-another\",\"provider\":{\"only\":[\"chat\"]}', 400"
    })
    void clients_that_choose_providers_are_told_by_what_is_left(String chosen, int status) {
        String body =
                "{"
                        + chosen
                        + ",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                        + "\"thread\":{\"type\":\"create\"}}";

        HttpResponse<String> answer = asked("/v1/messages", body);

        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(status);
        if (status == 200) {
            assertThat(HOUSE.received("claude").getLast().body())
                    .contains("\"thread\"")
                    .doesNotContain("cache_control");
        }
    }
}
