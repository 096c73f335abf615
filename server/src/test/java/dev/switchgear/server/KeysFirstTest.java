package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.door.RawClient;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may not come in, or asks for what is not there, is told so when the head has come: not one byte
/// of the body is waited for.
class KeysFirstTest {
    private static final ClientKey KEY = ClientKey.generate(new SecureRandom());
    private static House house;

    @BeforeAll
    static void open() {
        house =
                House.open(
                        House.ROUTES
                                + "clients: [ { name: some-client, key-hash: \""
                                + KEY.stored(Secret.of(House.PEPPER)).text()
                                + "\" } ]\n");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Arguments refused(int status, String line, String key, String shape) {
        return Arguments.of(status, line, key, shape);
    }

    static Stream<Arguments> heads() {
        String good = "authorization: Bearer " + KEY.reveal() + "\r\n";
        String wrong = "authorization: Bearer sk-wrong\r\n";
        return Stream.of(
                        Stream.of("", wrong, "authorization: Basic eDp5\r\n")
                                .flatMap(key ->
                                        Stream.of(
                                                refused(
                                                        401,
                                                        "POST /v1/chat/completions",
                                                        key,
                                                        "\"invalid_api_key\""),
                                                refused(
                                                        401,
                                                        "POST /v1/embeddings",
                                                        key,
                                                        "\"invalid_api_key\""),
                                                refused(
                                                        401,
                                                        "POST /v1/responses",
                                                        key,
                                                        "\"invalid_api_key\""),
                                                refused(
                                                        401,
                                                        "POST /v1/messages",
                                                        key,
                                                        "\"authentication_error\""),
                                                refused(
                                                        401,
                                                        "POST /v1beta/models/m:generateContent",
                                                        key,
                                                        "\"UNAUTHENTICATED\""),
                                                refused(401, "POST /api/chat", key, "SG-1401"),
                                                refused(401, "POST /api/llm/chat", key, "SG-1401"),
                                                refused(
                                                        401,
                                                        "POST //openai/v1/chat/completions/",
                                                        key,
                                                        "\"invalid_api_key\""))),
                        Stream.of(good, wrong)
                                .flatMap(key ->
                                        Stream.of(
                                                refused(404, "POST /v1/nothing", key, "SG-1404"),
                                                refused(404, "PUT /", key, "SG-1404"),
                                                refused(
                                                        405,
                                                        "PUT /v1/chat/completions",
                                                        key,
                                                        "SG-1404"),
                                                refused(405, "POST /livez", key, "SG-1404"))))
                .flatMap(all -> all);
    }

    private static List<String> bodies() {
        return List.of(
                "content-length: 49000000\r\n\r\n",
                "content-length: 49000000\r\n\r\n{\"model\":",
                "transfer-encoding: chunked\r\n\r\n",
                "transfer-encoding: chunked\r\n\r\nnonsense\r\n",
                "transfer-encoding: chunked\r\n\r\n2\r\nabXX0\r\n\r\n",
                "content-length: 9\r\nexpect: 100-continue\r\n\r\n");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("heads")
    void is_refused_before_a_body_is_taken(int status, String line, String key, String shape)
            throws Exception {
        for (String body : bodies()) {
            try (var raw = new RawClient(house.port())) {
                raw.send(line + " HTTP/1.1\r\nhost: localhost\r\n" + key + body);

                String answer = raw.readAll();

                assertThat(answer)
                        .as(body)
                        .startsWith("HTTP/1.1 " + status + " ")
                        .contains(shape)
                        .doesNotContain(" 100 ");
                assertThat(answer.toLowerCase(Locale.ROOT))
                        .contains("connection: close", "x-request-id: ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/metrics", "/v1/models", "/api/health"})
    void who_only_looks_is_answered_before_a_body_is_taken(String path) throws Exception {
        for (String body : bodies()) {
            try (var raw = new RawClient(house.port())) {
                raw.send(
                        "GET "
                                + path
                                + " HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
                                + KEY.reveal()
                                + "\r\n"
                                + body);

                assertThat(raw.readAll()).as(body).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("heads")
    void a_small_body_that_nobody_wants_costs_no_connection(
            int status, String line, String key, String shape) throws Exception {
        try (var raw = new RawClient(house.port())) {
            for (int i = 0; i < 2; i++) {
                raw.send(
                        line
                                + " HTTP/1.1\r\nhost: localhost\r\n"
                                + key
                                + "content-length: 1000\r\n\r\n");
                String head = raw.readUntil("\r\n\r\n");
                assertThat(head).startsWith("HTTP/1.1 " + status + " ");
                assertThat(raw.read(length(head))).contains(shape);
                raw.send("x".repeat(1000));
            }
            raw.send("GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
            assertThat(raw.readAll()).contains("HTTP/1.1 200 ");
        }
    }

    private static int length(String head) {
        String name = "content-length: ";
        int from = head.indexOf(name) + name.length();
        return Integer.parseInt(head.substring(from, head.indexOf('\r', from)));
    }

    @ParameterizedTest
    @MethodSource("bodiesOfWhoMayComeIn")
    void who_may_come_in_is_told_to_go_on_once_the_key_is_known(String expect) throws Exception {
        String body = House.plain("auto");
        try (var raw = new RawClient(house.port())) {
            raw.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
                            + KEY.reveal()
                            + "\r\nconnection: close\r\ncontent-type: application/json\r\n"
                            + expect
                            + "content-length: "
                            + body.length()
                            + "\r\n\r\n");
            if (!expect.isEmpty()) {
                assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            }
            raw.send(body);

            assertThat(raw.readAll()).startsWith("HTTP/1.1 200 ");
        }
    }

    static Stream<String> bodiesOfWhoMayComeIn() {
        return Stream.of("", "expect: 100-continue\r\n", "expect: 100-Continue\r\n");
    }
}
