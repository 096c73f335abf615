package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the door refuses before anybody understands it is told as the clients of the path know errors.
class DoorErrorsTest {
    private static final String PATHS =
            """
            /v1/chat/completions | {"error":{"message":" | "type":"invalid_request_error"
            /v1/responses | {"error":{"message":" | "type":"invalid_request_error"
            /v1/messages | {"type":"error","error":{"type":" | "message":"
            /v1beta/models/google/g:generateContent | {"error":{"code": | "status":"
            /api/chat | {"error":" | (SG-1400)"
            /api/llm/chat | {"error":{ | "code":"SG-1400"
            /openai/v1/chat/completions | {"error":{"message":" | "type":"invalid_request_error"
            /anthropic/v1/messages | {"type":"error","error":{"type":" | "message":"
            /anthropic/messages | {"type":"error","error":{"type":" | "message":"
            /anthropic/v1/nothing | {"type":"error","error":{"type":" | "message":"
            /genai/v1beta/models/google/g:generateContent | {"error":{"code": | "status":"
            /gemini/v1beta/models/google/g:generateContent | {"error":{"code": | "status":"
            /v1beta/nothing | {"error":{"code": | "status":"
            /ollama/api/chat | {"error":" | (SG-1400)"
            """;

    /// What the door refuses, but for the path: status, request line and further lines of the head, and
    /// what comes behind it.
    private static final List<Flaw> FLAWS =
            List.of(
                    new Flaw(400, "a folded header", "POST %s HTTP/1.1", "x: y\r\n z\r\n", ""),
                    new Flaw(400, "two hosts", "POST %s HTTP/1.1", "host: y\r\n", ""),
                    new Flaw(400, "a broken name", "POST %s HTTP/1.1", "a b : c\r\n", ""),
                    new Flaw(400, "NUL", "POST %s HTTP/1.1", "a: \0\r\n", ""),
                    new Flaw(400, "CONNECT", "CONNECT %s HTTP/1.1", "", ""),
                    new Flaw(400, "a small letter", "post %s HTTP/1.1", "", ""),
                    new Flaw(
                            400,
                            "a broken chunk",
                            "POST %s HTTP/1.1",
                            "transfer-encoding: chunked\r\n",
                            "nonsense\r\n"),
                    new Flaw(
                            400,
                            "a length and a coding",
                            "POST %s HTTP/1.1",
                            "transfer-encoding: chunked\r\ncontent-length: 2\r\n",
                            ""),
                    new Flaw(
                            413,
                            "too large a promise",
                            "POST %s HTTP/1.1",
                            "content-length: 2000\r\n",
                            ""),
                    new Flaw(
                            413,
                            "too large a body",
                            "POST %s HTTP/1.1",
                            "transfer-encoding: chunked\r\n",
                            "7d0\r\n" + "x".repeat(2000) + "\r\n0\r\n\r\n"),
                    new Flaw(
                            414,
                            "a long line",
                            "POST %s?" + "y".repeat(4000) + " HTTP/1.1",
                            "",
                            ""),
                    new Flaw(417, "a pony", "POST %s HTTP/1.1", "expect: a-pony\r\n", ""),
                    new Flaw(
                            431, "a long header", "POST %s HTTP/1.1", "y: " + "y".repeat(4000), ""),
                    new Flaw(431, "many headers", "POST %s HTTP/1.1", "y: y\r\n".repeat(120), ""),
                    new Flaw(505, "another version", "POST %s HTTP/1.7", "", ""));

    private record Flaw(int status, String name, String line, String lines, String behind) {
        String request(String path) {
            List<String> head =
                    List.of(
                            line.formatted(path),
                            "host: localhost",
                            "origin: https://app.example",
                            "x-request-id: my-own-name");
            return String.join("\r\n", head) + "\r\n" + lines + "\r\n" + behind;
        }
    }

    @Test
    void every_refusal_of_the_door_is_told_in_the_paths_dialect_and_can_be_read_by_a_page()
            throws IOException {
        for (String[] path : paths().toList()) {
            for (Flaw flaw : FLAWS) {
                if (path[0].endsWith("/nothing") && !flaw.behind().isEmpty()) {
                    // That nothing is there is told by the head, before what is behind it is read.
                    continue;
                }
                String what = flaw.name() + " at " + path[0];

                String told = raw(flaw.request(path[0]));

                assertThat(told).as(what).startsWith("HTTP/1.1 " + flaw.status() + " ");
                String head = told.substring(0, told.indexOf("\r\n\r\n"));
                assertThat(head)
                        .as(what)
                        .contains(
                                "\r\nx-request-id: my-own-name",
                                "\r\naccess-control-allow-origin: https://app.example",
                                "\r\naccess-control-expose-headers: ",
                                "\r\nvary: origin",
                                "\r\ncontent-type: application/json");
                shaped(told, path[1], path[2]);
            }
        }
    }

    @Test
    void a_head_that_stops_half_way_is_told_so_too() throws IOException {
        for (String[] path : paths().toList()) {
            String told =
                    raw(
                            "POST "
                                    + path[0]
                                    + " HTTP/1.1\r\nhost: x\r\norigin: https://app.example\r\n"
                                    + "x-request-id: my-own-name\r\nx: ");

            assertThat(told)
                    .startsWith("HTTP/1.1 408 ")
                    .contains(
                            "\r\nx-request-id: my-own-name",
                            "\r\naccess-control-allow-origin: https://app.example");
            shaped(told, path[1], path[2]);
        }
    }

    @Test
    void a_page_that_is_not_named_may_not_read_it_and_who_gives_no_name_gets_one()
            throws IOException {
        String told =
                raw(
                        String.join(
                                "\r\n",
                                "POST /v1/messages HTTP/1.1",
                                "host: x",
                                "origin: https://evil.example",
                                "x: y",
                                " z\r\n\r\n"));

        assertThat(told)
                .startsWith("HTTP/1.1 400 ")
                .contains("\r\nx-request-id: req_", "\r\nrequest-id: req_")
                .doesNotContain("access-control-allow-origin");
    }

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house =
                ScriptedHouse.of(
                        ScriptedHouse.PROVIDERS.replace(
                                "server: { port: 0 }",
                                "server: { port: 0, limits: { body-bytes: 1KiB, header-bytes: 2KiB,"
                                        + " header-time: 300ms },"
                                        + " cors: { origins: [ 'https://app.example' ] } }"));
    }

    @AfterAll
    static void close() {
        house.close();
    }

    static Stream<String[]> paths() {
        return PATHS.lines().map(line -> line.split(" \\| ", -1));
    }

    private static void shaped(String told, String begins, String has) {
        String body =
                told.substring(told.indexOf("\r\n\r\n") < 0 ? 0 : told.indexOf("\r\n\r\n") + 4);
        assertThat(body).contains("SG-1400").contains(has);
        // The order of our own API's fields is nobody's business.
        assertThat(body).startsWith(begins);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void too_large_a_body(String path, String begins, String has) {
        HttpResponse<String> answer = house.post(path, "{\"a\":\"" + "x".repeat(2_000) + "\"}");

        assertThat(answer.statusCode()).isEqualTo(413);
        shaped(answer.body(), begins, has);
        assertThat(answer.body()).contains("1024 bytes (setting server.limits.body-bytes)");
    }

    @ParameterizedTest
    @MethodSource("paths")
    void too_large_a_header(String path, String begins, String has) throws IOException {
        String told =
                raw(
                        "POST "
                                + path
                                + " HTTP/1.1\r\nhost: x\r\nx: "
                                + "y".repeat(4_000)
                                + "\r\n\r\n");

        assertThat(told).startsWith("HTTP/1.1 431 ");
        shaped(told, begins, has);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void a_folded_header(String path, String begins, String has) throws IOException {
        String told = raw("POST " + path + "?a=b HTTP/1.1\r\nhost: x\r\nx: y\r\n z\r\n\r\n");

        assertThat(told).startsWith("HTTP/1.1 400 ");
        shaped(told, begins, has);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void a_head_that_never_ends(String path, String begins, String has) throws IOException {
        String told = raw("POST " + path + " HTTP/1.1\r\nhost: x\r\n");

        assertThat(told).startsWith("HTTP/1.1 408 ");
        shaped(told, begins, has);
        assertThat(told).contains("300 ms (setting server.limits.header-time)");
    }

    @ParameterizedTest
    @CsvSource({"GARBAGE", "'GET /nowhere HTTP/1.1\r\nfolded: a\r\n b'"})
    void what_asks_for_no_path_of_anybody_is_told_as_our_own_api_does(String head)
            throws IOException {
        assertThat(raw(head + "\r\n\r\n")).contains("\"code\":\"SG-1400\"");
    }

    private static String raw(String head) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
