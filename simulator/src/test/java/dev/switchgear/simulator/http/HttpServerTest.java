package dev.switchgear.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpServerTest {
    private static final HttpLimits LIMITS =
            new HttpLimits(2, 1000, 1000, Duration.ofSeconds(10), Duration.ofSeconds(10));

    private final HttpServer server =
            HttpServer.bind(0, LIMITS, new SystemTime(), Threads.virtual());

    @BeforeEach
    void serve() {
        server.serve(HttpServerTest::echo);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static boolean echo(ServerConnection connection, ReceivedHead head) throws IOException {
        byte[] body = connection.body(head);
        String begin = "HTTP/1.1 200 OK\r\ncontent-length: " + (body.length + head.path().length());
        connection.write((begin + "\r\n\r\n" + head.path()).getBytes(StandardCharsets.UTF_8));
        connection.write(body);
        return true;
    }

    private String exchange(String bytes) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void requests_follow_each_other_on_one_connection_even_when_sent_ahead() throws IOException {
        String answers =
                exchange(
                        String.join(
                                "\r\n",
                                "GET /a HTTP/1.1",
                                "",
                                "POST /b HTTP/1.1",
                                "content-length: 2",
                                "",
                                "xyGET /c HTTP/1.1",
                                "",
                                ""));

        assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
        assertThat(answers).contains("/bxy").endsWith("/c");
    }

    @Test
    void a_chunked_body_arrives_whole_with_extensions_and_trailers() throws IOException {
        String answer =
                exchange(
                        """
                        POST /c HTTP/1.1
                        transfer-encoding: chunked

                        3;a=b
                        abc
                        2
                        de
                        0
                        x-trailer: 1

                        """
                                .replace("\n", "\r\n"));

        assertThat(answer).endsWith("/cabcde");
    }

    @Test
    void a_client_that_asks_first_is_told_to_go_on() throws IOException {
        String answer =
                exchange("POST /e HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\nok");

        assertThat(answer).startsWith("HTTP/1.1 100 Continue\r\n\r\n").endsWith("/eok");
    }

    @Test
    void connection_close_and_http_1_0_end_after_one_answer() throws IOException {
        assertThat(exchange("GET /a HTTP/1.1\r\nconnection: close\r\n\r\nGET /b HTTP/1.1\r\n\r\n"))
                .doesNotContain("/b");
        assertThat(exchange("GET /a HTTP/1.0\r\n\r\nGET /b HTTP/1.0\r\n\r\n")).doesNotContain("/b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NONSENSE\\r\\n\\r\\n | 400",
                "GET / HTTP/2.0\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nbad header: 1\\r\\n\\r\\n | 400",
                "POST / HTTP/1.1\\r\\ncontent-length: +2\\r\\n\\r\\nxx | 400",
                "POST / HTTP/1.1\\r\\ncontent-length: 2\\r\\ntransfer-encoding: chunked\\r\\n\\r\\nxx | 400",
                "POST / HTTP/1.1\\r\\ntransfer-encoding: gzip\\r\\n\\r\\nxx | 501",
                "POST / HTTP/1.1\\r\\ntransfer-encoding: chunked\\r\\n\\r\\nzz\\r\\n | 400",
                "POST / HTTP/1.1\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n1\\r\\nabc\\r\\n | 400",
                "POST / HTTP/1.1\\r\\ncontent-length: 1001\\r\\n\\r\\n | 413",
                "POST / HTTP/1.1\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n3e9\\r\\n | 413",
            })
    void a_malformed_request_is_refused_and_the_connection_ends(String bytes, int status)
            throws IOException {
        String answer = exchange(bytes.replace("\\r\\n", "\r\n") + "GET /next HTTP/1.1\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").doesNotContain("/next");
    }

    @Test
    void a_head_beyond_the_limit_is_refused() throws IOException {
        assertThat(exchange("GET / HTTP/1.1\r\nx: " + "y".repeat(3000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void a_connection_beyond_the_limit_is_closed_at_once() throws IOException {
        try (var one = new Socket(InetAddress.getLoopbackAddress(), server.port());
                var two = new Socket(InetAddress.getLoopbackAddress(), server.port());
                var three = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            assertThat(one.isConnected() && two.isConnected()).isTrue();
            three.setSoTimeout(10_000);
            assertThat(three.getInputStream().read()).isEqualTo(-1);
        }
    }
}
