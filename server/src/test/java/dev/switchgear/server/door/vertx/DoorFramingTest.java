package dev.switchgear.server.door.vertx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.ResponseHead;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests that two HTTP programs might read differently. Behind each comes a second request, the
/// canary: were it ever executed, somebody could smuggle.
final class DoorFramingTest {
    private static final String CHUNKED =
            "POST /good HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";

    private static final String CANARY = "GET /canary HTTP/1.1\r\nhost: x\r\n\r\n";
    private static final Queue<String> EXECUTED = new ConcurrentLinkedQueue<>();
    private static Door door;

    @BeforeAll
    static void open() {
        door =
                VertxDoor.open(
                        DoorSettings.DEFAULT.at("127.0.0.1", 0),
                        exchange -> {
                            EXECUTED.add(exchange.path());
                            exchange.respond(ResponseHead.of(200, "text/plain"), exchange.body());
                        },
                        (status, message) ->
                                ("{\"error\":\"" + status + " " + message + "\"}").getBytes(UTF_8),
                        EventLoops.start(),
                        Threads.virtual(),
                        new SystemTime());
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @BeforeEach
    void forget() {
        EXECUTED.clear();
    }

    static Stream<Arguments> malformed() {
        String post = "POST /first HTTP/1.1\r\nhost: x\r\n";
        String chunked = post + "transfer-encoding: chunked\r\n\r\n";
        return Stream.of(
                bad(
                        400,
                        "length and coding",
                        post + "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad(
                        400,
                        "coding and length",
                        post + "transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n"),
                bad(400, "two lengths", post + "content-length: 2\r\ncontent-length: 3\r\n\r\nabc"),
                bad(
                        400,
                        "two equal lengths",
                        post + "content-length: 2\r\ncontent-length: 2\r\n\r\nab"),
                bad(400, "+2", post + "content-length: +2\r\n\r\nab"),
                bad(400, "-1", post + "content-length: -1\r\n\r\n"),
                bad(400, "2,2", post + "content-length: 2,2\r\n\r\nab"),
                bad(400, "2, 3", post + "content-length: 2, 3\r\n\r\nab"),
                bad(400, "0x2", post + "content-length: 0x2\r\n\r\nab"),
                bad(400, "2 with text", post + "content-length: 2a\r\n\r\nab"),
                bad(400, "empty length", post + "content-length: \r\n\r\n"),
                bad(400, "huge length", post + "content-length: 99999999999999999999\r\n\r\n"),
                bad(400, "length in other digits", post + "content-length: \u00b2\r\n\r\nab"),
                bad(400, "unknown coding", post + "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n"),
                bad(
                        400,
                        "coding behind a tab",
                        post + "transfer-encoding:\tx chunked\r\n\r\n0\r\n\r\n"),
                bad(
                        400,
                        "identity, chunked",
                        post + "transfer-encoding: identity, chunked\r\n\r\n0\r\n\r\n"),
                bad(
                        400,
                        "chunked, identity",
                        post + "transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
                bad(
                        400,
                        "chunked twice",
                        post + "transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
                bad(
                        400,
                        "two codings",
                        post
                                + "transfer-encoding: chunked\r\ntransfer-encoding: cow\r\n\r\n0\r\n\r\n"),
                bad(400, "quoted coding", post + "transfer-encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
                bad(
                        400,
                        "coding with NUL",
                        post + "transfer-encoding: chunked\u0000\r\n\r\n0\r\n\r\n"),
                bad(
                        400,
                        "coding with vertical tab",
                        post + "transfer-encoding: \u000bchunked\r\n\r\n0\r\n\r\n"),
                bad(
                        400,
                        "coding in HTTP/1.0",
                        "POST /first HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad(400, "space before colon", post + "content-length : 2\r\n\r\nab"),
                bad(
                        400,
                        "tab before colon",
                        post + "transfer-encoding\t: chunked\r\n\r\n0\r\n\r\n"),
                bad(400, "header without colon", post + "nonsense\r\n\r\n"),
                bad(400, "header without name", post + ": value\r\n\r\n"),
                bad(400, "folded line", post + "x-a: b\r\n content-length: 2\r\n\r\nab"),
                bad(400, "folded coding", post + "transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
                bad(400, "first header line folded", "POST /first HTTP/1.1\r\n host: x\r\n\r\n"),
                bad(400, "NUL in a value", post + "x-a: b\u0000c\r\n\r\n"),
                bad(400, "CR in a value", post + "x-a: b\rc\r\n\r\n"),
                bad(400, "NUL in a name", post + "x\u0000a: b\r\n\r\n"),
                bad(
                        400,
                        "bare LF behind the request line",
                        "POST /first HTTP/1.1\nhost: x\r\n\r\n"),
                bad(
                        400,
                        "bare LF behind a header",
                        "POST /first HTTP/1.1\r\nhost: x\ncontent-length: 0\r\n\r\n"),
                bad(400, "bare LF behind the head", post + "content-length: 0\r\n\n"),
                bad(400, "chunk not followed by CRLF", chunked + "2\r\nabXX0\r\n\r\n"),
                bad(400, "chunk longer than said", chunked + "2\r\nabc\r\n0\r\n\r\n"),
                bad(400, "chunk size not hex", chunked + "xyz\r\nab\r\n0\r\n\r\n"),
                bad(400, "chunk size with 0x", chunked + "0x2\r\nab\r\n0\r\n\r\n"),
                bad(400, "chunk size signed", chunked + "+2\r\nab\r\n0\r\n\r\n"),
                bad(400, "chunk size negative", chunked + "-1\r\nab\r\n0\r\n\r\n"),
                bad(400, "chunk size empty", chunked + "\r\nab\r\n0\r\n\r\n"),
                bad(400, "chunk size over 2^64", chunked + "100000000000000002\r\nab\r\n0\r\n\r\n"),
                bad(400, "chunk size over 2^32", chunked + "100000002\r\nab\r\n0\r\n\r\n"),
                bad(400, "chunk size with bare LF", chunked + "2\nab\r\n0\r\n\r\n"),
                bad(400, "LF in a chunk extension", chunked + "2;a\nb\r\nab\r\n0\r\n\r\n"),
                bad(400, "absolute target", "GET http://other/first HTTP/1.1\r\nhost: x\r\n\r\n"),
                bad(400, "authority target", "CONNECT other:443 HTTP/1.1\r\nhost: x\r\n\r\n"),
                bad(400, "CONNECT to a path", "CONNECT /first HTTP/1.1\r\nhost: x\r\n\r\n"),
                bad(400, "target without slash", "GET first HTTP/1.1\r\nhost: x\r\n\r\n"),
                bad(400, "fragment in the target", "GET /first#a HTTP/1.1\r\nhost: x\r\n\r\n"),
                bad(400, "non-ASCII target", "GET /f\u00efrst HTTP/1.1\r\nhost: x\r\n\r\n"),
                bad(400, "lower-case method", "get /first HTTP/1.1\r\nhost: x\r\n\r\n"),
                bad(400, "method with a colon", "GE:T /first HTTP/1.1\r\nhost: x\r\n\r\n"),
                bad(400, "no host", "GET /first HTTP/1.1\r\n\r\n"),
                bad(400, "two hosts", "GET /first HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n"),
                bad(400, "no version", "GET /first\r\nhost: x\r\n\r\n"),
                bad(505, "version that is none", "GET /first HTTQ/1.1\r\nhost: x\r\n\r\n"),
                bad(505, "version 1.2", "GET /first HTTP/1.2\r\nhost: x\r\n\r\n"),
                bad(505, "version 3", "GET /first HTTP/3.0\r\nhost: x\r\n\r\n"),
                bad(400, "spaces in the request line", "GET /first HTTP/1.1 \r\nhost: x\r\n\r\n"),
                bad(505, "HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                bad(
                        400,
                        "TLS hello",
                        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"),
                bad(413, "body above the limit", post + "content-length: 52428801\r\n\r\nab"),
                bad(
                        414,
                        "long target",
                        "GET /" + "a".repeat(64 * 1024) + " HTTP/1.1\r\nhost: x\r\n\r\n"),
                bad(
                        431,
                        "long header",
                        "GET /first HTTP/1.1\r\nhost: x\r\nx-a: "
                                + "a".repeat(64 * 1024)
                                + "\r\n\r\n"),
                bad(
                        431,
                        "long header, many lines",
                        "GET /first HTTP/1.1\r\nhost: x\r\n"
                                + ("x-a: " + "a".repeat(400) + "\r\n").repeat(60)
                                + "\r\n"),
                bad(
                        431,
                        "many header lines",
                        "GET /first HTTP/1.1\r\nhost: x\r\n" + "a: b\r\n".repeat(101) + "\r\n"),
                bad(
                        417,
                        "unknown expectation",
                        post + "expect: a-pony\r\ncontent-length: 2\r\n\r\n"));
    }

    private static Arguments bad(int status, String name, String request) {
        return Arguments.of(name, status, request);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void what_is_malformed_is_answered_and_closed_and_nothing_behind_it_is_executed(
            String name, int status, String request) throws Exception {
        try (var raw = new RawClient(door.port())) {
            raw.send(request + CANARY);

            String answer = raw.readAll();

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("connection: close");
            assertThat(answer).contains("{\"error\":\"" + status);
            assertThat(answer.split("HTTP/1\\.1 ", -1)).as("answers").hasSize(2);
            assertThat(EXECUTED).as("executed").isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void it_makes_no_difference_that_the_bytes_come_one_by_one(
            String name, int status, String request) throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(request.length() < 1000);
        try (var raw = new RawClient(door.port())) {
            try {
                for (byte b :
                        (request + CANARY).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)) {
                    raw.send(new byte[] {b});
                }
            } catch (java.net.SocketException closed) {
                // The door may close while we still talk: that is what this test wants.
                assertThat(closed).hasMessageMatching("(?i).*(broken pipe|reset).*");
            }

            String answer = raw.readAll();

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            assertThat(EXECUTED).as("executed").isEmpty();
        }
    }

    static Stream<Arguments> behindOthers() {
        List<Arguments> before =
                List.of(
                        Arguments.of("a request", "GET /good HTTP/1.1\r\nhost: x\r\n\r\n", 1),
                        Arguments.of(
                                "two requests",
                                "GET /good HTTP/1.1\r\nhost: x\r\n\r\n".repeat(2),
                                2),
                        Arguments.of(
                                "a body",
                                "POST /good HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\na b\r\n",
                                1),
                        Arguments.of(
                                "a body that looks like the end of a head",
                                "POST /good HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\na\r\n\r\n ",
                                1),
                        Arguments.of(
                                "a body in chunks", CHUNKED.concat("3\r\na\n \r\n0\r\n\r\n"), 1),
                        Arguments.of(
                                "a body in chunks with a trailer",
                                CHUNKED.concat("2\r\nhi\r\n0\r\nx-a: b\r\n\r\n"),
                                1));
        return before.stream()
                .flatMap(first ->
                        malformed()
                                .map(flaw ->
                                        Arguments.of(
                                                flaw.get()[0] + " behind " + first.get()[0],
                                                first.get()[1],
                                                first.get()[2],
                                                flaw.get()[1],
                                                flaw.get()[2])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("behindOthers")
    void a_later_request_on_a_connection_is_read_as_strictly_as_the_first(
            String name, String before, int good, int status, String request) throws Exception {
        try (var raw = new RawClient(door.port())) {
            raw.send(before + request + CANARY);

            String[] answers = raw.readAll().split("HTTP/1\\.1 ", -1);

            assertThat(answers).hasSize(1 + good + 1);
            for (int i = 1; i <= good; i++) {
                assertThat(answers[i]).startsWith("200 ");
            }
            assertThat(answers[good + 1])
                    .startsWith(status + " ")
                    .containsIgnoringCase("connection: close");
            assertThat(EXECUTED).hasSize(good).containsOnly("/good");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void and_so_is_one_that_comes_after_the_first_was_answered(
            String name, int status, String request) throws Exception {
        try (var raw = new RawClient(door.port())) {
            raw.send("POST /good HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nok");
            assertThat(raw.readUntil("\r\n\r\nok")).startsWith("HTTP/1.1 200 ");
            raw.send(request + CANARY);

            assertThat(raw.readAll()).startsWith("HTTP/1.1 " + status + " ");
            assertThat(EXECUTED).containsExactly("/good");
        }
    }

    static Stream<Arguments> wellFormed() {
        String chunked = "POST /first HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
        return Stream.of(
                Arguments.of("chunk extension", chunked + "2;a=b\r\nhi\r\n0\r\n\r\n"),
                Arguments.of("quoted chunk extension", chunked + "2;a=\"b c\"\r\nhi\r\n0\r\n\r\n"),
                Arguments.of("chunk size with zeros", chunked + "0002\r\nhi\r\n0\r\n\r\n"),
                Arguments.of("a trailer", chunked + "2\r\nhi\r\n0\r\nx-a: b\r\n\r\n"),
                Arguments.of(
                        "forbidden trailers, which are dropped",
                        chunked + "2\r\nhi\r\n0\r\ncontent-length: 500\r\nhost: y\r\n\r\n"),
                Arguments.of(
                        "upper-case coding",
                        chunked.replace("chunked", "CHUNKED") + "2\r\nhi\r\n0\r\n\r\n"),
                Arguments.of(
                        "an empty line before",
                        "\r\nPOST /first HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi"),
                Arguments.of(
                        "spaces around a value",
                        "POST /first HTTP/1.1\r\nhost: x\r\ncontent-length:   2  \r\n\r\nhi"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wellFormed")
    void what_is_only_unusual_is_executed_and_so_is_what_follows_it(String name, String request)
            throws Exception {
        try (var raw = new RawClient(door.port())) {
            raw.send(request + CANARY.replace("host: x", "host: x\r\nconnection: close"));

            String answer = raw.readAll();

            assertThat(answer).contains("\r\n\r\nhi");
            assertThat(EXECUTED).containsExactly("/first", "/canary");
        }
    }

    static Stream<String> oddPaths() {
        return Stream.of(
                "/a/..%2fcanary", "/a/../canary", "/a;x=1/%2e%2e/canary", "//canary", "/./canary");
    }

    @ParameterizedTest
    @MethodSource("oddPaths")
    void a_path_reaches_the_handler_as_it_came(String path) throws Exception {
        try (var raw = new RawClient(door.port())) {
            raw.send("GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            raw.readAll();

            assertThat(EXECUTED).containsExactly(path);
        }
    }
}
