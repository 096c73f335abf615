package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
            """;

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house =
                ScriptedHouse.of(
                        ScriptedHouse.PROVIDERS.replace(
                                "server: { port: 0 }",
                                "server: { port: 0, limits: { body-bytes: 1KiB, header-bytes: 2KiB,"
                                        + " header-time: 300ms } }"));
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
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
