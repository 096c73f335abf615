package dev.switchgear.wire.http;

import static dev.switchgear.wire.http.BadUpstream.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// FAULTS, "HTTP framing cases": what a bad upstream may say to our connector.
@ParameterizedClass
@EnumSource(Waits.class)
class FramingTest {
    private final Waits waits;

    FramingTest(Waits waits) {
        this.waits = waits;
    }

    record Bad(String name, Kind kind, boolean thenHangUp, String response) {
        @Override
        public String toString() {
            return name;
        }
    }

    record Good(String name, String response, String body, boolean reused) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Bad bad(String name, String... response) {
        return new Bad(name, Kind.MALFORMED, false, lines(response));
    }

    private static Bad cut(String name, String... response) {
        return new Bad(name, Kind.CONNECTION_LOST, true, lines(response));
    }

    private static Bad large(String name, String... response) {
        return new Bad(name, Kind.TOO_LARGE, false, lines(response));
    }

    private static Bad field(String name, String... fields) {
        return bad(name, "HTTP/1.1 200 OK", lines(fields), "", "ok");
    }

    private static Bad chunks(String name, String... body) {
        return bad(name, "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", lines(body));
    }

    static Stream<Bad> bad() {
        String chunked = "Transfer-Encoding: chunked";
        String ok = "HTTP/1.1 200 OK";
        return Stream.of(
                field("length and chunked", "Content-Length: 2", chunked),
                field("chunked and length", chunked, "Content-Length: 2"),
                field("two lengths", "Content-Length: 2", "Content-Length: 3"),
                field("the same length twice", "Content-Length: 2", "Content-Length: 2"),
                field("a length with a plus", "Content-Length: +2"),
                field("a negative length", "Content-Length: -1"),
                field("a list of lengths", "Content-Length: 2,2"),
                field("a hexadecimal length", "Content-Length: 0x2"),
                field("an empty length", "Content-Length: "),
                field("a length with a fraction", "Content-Length: 2.0"),
                field("a length with a space inside", "Content-Length: 1 2"),
                field("a length beyond 64 bits", "Content-Length: 99999999999999999999"),
                field("a length of other digits", "Content-Length: \u00b2"),
                field("an unknown coding", "Transfer-Encoding: xchunked"),
                field("a coding before chunked", "Transfer-Encoding: gzip, chunked"),
                field("chunked twice", "Transfer-Encoding: chunked, chunked"),
                field("two codings", chunked, "Transfer-Encoding: identity"),
                field("identity", "Transfer-Encoding: identity"),
                field("chunked in quotes", "Transfer-Encoding: \"chunked\""),
                field("a vertical tab before chunked", "Transfer-Encoding: \u000bchunked"),
                field("a space before the colon", "Content-Length : 2"),
                field("a tab before the colon", "Content-Length\t: 2"),
                field("a folded line", "X-A: b", " Content-Length: 2"),
                field("a folded line with a tab", "X-A: b", "\tc"),
                field("a folded first line", " X-A: b"),
                field("a field without a name", ": b"),
                field("a field without a colon", "Content-Length"),
                field("a space in a name", "Content Length: 2"),
                field("a name outside ASCII", "Cont\u00e9nt: 2"),
                field("NUL in a value", "X-A: a\0b"),
                field("CR in a value", "X-A: a\rb"),
                field("a bare LF ends a field", "X-A: b\nContent-Length: 2"),
                field("DEL in a value", "X-A: \u007f"),
                field("NUL in a name", "X\0A: b"),
                field("an encoding we did not ask for", "Content-Encoding: br", chunked),
                field("gzip twice", "Content-Encoding: gzip, gzip", "Content-Length: 2"),
                bad("a bare LF ends the status line", "HTTP/1.1 200 OK\nContent-Length: 2", "", ""),
                bad("a bare LF ends the head", ok, "Content-Length: 2\n\nok"),
                bad("HTTP/2.0", "HTTP/2.0 200 OK", "", ""),
                bad("HTTP/1.2", "HTTP/1.2 200 OK", "", ""),
                bad("http in lower case", "http/1.1 200 OK", "", ""),
                bad("HTTP/0.9", "<html>hello, this is no HTTP</html>", "", ""),
                bad("a blank line first", "", ok, "Content-Length: 2", "", "ok"),
                bad("a status of two digits", "HTTP/1.1 20 OK  ", "", ""),
                bad("a status of four digits", "HTTP/1.1 2000 OK", "", ""),
                bad("a status with a sign", "HTTP/1.1 +20 OK", "", ""),
                bad("status 099", "HTTP/1.1 099 OK", "", ""),
                bad("status 600", "HTTP/1.1 600 OK", "", ""),
                bad("two spaces before the status", "HTTP/1.1  200 OK", "", ""),
                bad("NUL in the reason", "HTTP/1.1 200 O\0K", "", ""),
                bad("an upgrade nobody asked for", "HTTP/1.1 101 Switching", "", ""),
                bad("chunked in HTTP/1.0", "HTTP/1.0 200 OK", chunked, "", "0", "", ""),
                chunks("data longer than its chunk", "2", "okX", "0", "", ""),
                chunks("data followed by a bare LF", "2", "ok\n0", "", ""),
                chunks("data followed by CR and more", "2", "ok\rX"),
                chunks("a size that is no number", "zz", "ok"),
                chunks("a size with 0x", "0x2", "ok", "0", "", ""),
                chunks("a size with a plus", "+2", "ok", "0", "", ""),
                chunks("a negative size", "-2", "ok", "0", "", ""),
                chunks("a size after a space", " 2", "ok", "0", "", ""),
                chunks("a size before a space", "2 ", "ok", "0", "", ""),
                chunks("an empty size", "", "ok", "0", "", ""),
                chunks("a size beyond 64 bits", "10000000000000002", "ok"),
                chunks("a size with its top bit set", "8000000000000000", "ok"),
                chunks("a bare LF behind a size", "2\nok", "0", "", ""),
                chunks("NUL in a chunk extension", "2;a=\0", "ok", "0", "", ""),
                chunks("a trailer with a length", "2", "ok", "0", "Content-Length: 3", "", ""),
                chunks("a trailer with a coding", "2", "ok", "0", chunked, "", ""),
                chunks("a trailer with a host", "2", "ok", "0", "Host: a", "", ""),
                chunks("a trailer without a colon", "2", "ok", "0", "nonsense", "", ""),
                chunks("a bare LF in the trailer", "2", "ok", "0", "X-A: b\n", ""),
                large("a head without end", ok, "X-A: " + "a".repeat(70_000)),
                large("a status line without end", "HTTP/1.1 200 " + "a".repeat(70_000)),
                large("too many fields", ok, "X-A: b\r\n".repeat(129), ""),
                large(
                        "a chunk line without end",
                        ok,
                        chunked,
                        "",
                        "2;" + "a".repeat(2000),
                        "ok",
                        "0",
                        "",
                        ""),
                large("a trailer without end", ok, chunked, "", "0", "X: " + "a".repeat(9000)),
                large("many trailers", ok, chunked, "", "0", "X-A: b\r\n".repeat(1200), ""),
                large("interim heads without end", "HTTP/1.1 100 Continue\r\n\r\n".repeat(20)),
                cut("nothing at all", ""),
                cut("half a status line", "HTTP/1."),
                cut("half a head", ok, "Content-Len"),
                cut("a head without its blank line", ok, "Content-Length: 2", ""),
                cut("half a sized body", ok, "Content-Length: 3", "", "ok"),
                cut("half a chunk", ok, chunked, "", "5", "ok"),
                cut("no last chunk", ok, chunked, "", "2", "ok", ""),
                cut("half a chunk size", ok, chunked, "", "2"),
                cut("no blank line behind the last chunk", ok, chunked, "", "2", "ok", "0", ""));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void a_malformed_answer_fails_cleanly_and_its_connection_is_not_reused(Bad bad)
            throws Exception {
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.readRequest();
                            visit.write(bad.response);
                            if (!bad.thenHangUp) {
                                visit.awaitHangUp();
                            }
                        });
                var caller = waits.caller(upstream)) {
            WireException thrown =
                    catchThrowableOfType(WireException.class, () -> caller.get().readAll(100_000));

            assertThat(thrown.kind()).as(thrown.getMessage()).isEqualTo(bad.kind);
            assertThat(thrown.mayHaveActed()).isTrue();
            assertThat(upstream.end()).as("we hung up").isNotEqualTo("still open");
            assertThat(caller.connector().open()).isZero();
        }
    }

    private static Good good(String name, String body, boolean reused, String... response) {
        return new Good(name, lines(response), body, reused);
    }

    static Stream<Good> good() {
        String chunked = "Transfer-Encoding: chunked";
        String ok = "HTTP/1.1 200 OK";
        return Stream.of(
                good("a length", "ok", true, ok, "Content-Length: 2", "", "ok"),
                good("a length with zeros before", "ok", true, ok, "content-length:02", "", "ok"),
                good("no body", "", true, ok, "Content-Length: 0", "", ""),
                good("chunks", "okay", true, ok, chunked, "", "2", "ok", "2", "ay", "0", "", ""),
                good(
                        "a chunk size in capitals",
                        "0123456789",
                        true,
                        ok,
                        chunked,
                        "",
                        "A",
                        "0123456789",
                        "0",
                        "",
                        ""),
                good(
                        "a size with zeros before",
                        "ok",
                        true,
                        ok,
                        chunked,
                        "",
                        "0002",
                        "ok",
                        "000",
                        "",
                        ""),
                good(
                        "a legal chunk extension",
                        "ok",
                        true,
                        ok,
                        chunked,
                        "",
                        "2;a=b;c=\"d\"",
                        "ok",
                        "0;e",
                        "",
                        ""),
                good(
                        "legal trailers",
                        "ok",
                        true,
                        ok,
                        chunked,
                        "",
                        "2",
                        "ok",
                        "0",
                        "X-Sum: 1",
                        "X-B: 2",
                        "",
                        ""),
                good(
                        "Chunked in capitals",
                        "ok",
                        true,
                        ok,
                        "transfer-encoding: CHUNKED",
                        "",
                        "2",
                        "ok",
                        "0",
                        "",
                        ""),
                good("no reason", "ok", true, "HTTP/1.1 200", "Content-Length: 2", "", "ok"),
                good("an empty reason", "ok", true, "HTTP/1.1 200 ", "Content-Length: 2", "", "ok"),
                good(
                        "a value outside ASCII",
                        "ok",
                        true,
                        ok,
                        "X-A: \u00e9",
                        "Content-Length: 2",
                        "",
                        "ok"),
                good("an empty value", "ok", true, ok, "X-A:", "Content-Length: 2", "", "ok"),
                good(
                        "interim heads",
                        "ok",
                        true,
                        "HTTP/1.1 100 Continue",
                        "",
                        "HTTP/1.1 103 Early Hints",
                        "Link: a",
                        "",
                        ok,
                        "Content-Length: 2",
                        "",
                        "ok"),
                good("204", "", true, "HTTP/1.1 204 No Content", "", ""),
                good(
                        "204 with a length of nothing",
                        "",
                        true,
                        "HTTP/1.1 204 No Content",
                        "Content-Length: 0",
                        "",
                        ""),
                good(
                        "204 that promises a body",
                        "",
                        false,
                        "HTTP/1.1 204 No Content",
                        "Content-Length: 2",
                        "",
                        ""),
                good(
                        "304 with the length of what it would have had",
                        "",
                        true,
                        "HTTP/1.1 304 Not Modified",
                        "Content-Length: 99",
                        "",
                        ""),
                good("close", "ok", false, ok, "Connection: close", "Content-Length: 2", "", "ok"),
                good(
                        "close in a list",
                        "ok",
                        false,
                        ok,
                        "Connection: foo, Close",
                        "Content-Length: 2",
                        "",
                        "ok"),
                good("HTTP/1.0", "ok", false, "HTTP/1.0 200 OK", "Content-Length: 2", "", "ok"),
                good(
                        "HTTP/1.0 that keeps alive",
                        "ok",
                        true,
                        "HTTP/1.0 200 OK",
                        "Connection: keep-alive",
                        "Content-Length: 2",
                        "",
                        "ok"),
                good(
                        "more than was promised",
                        "ok",
                        false,
                        ok,
                        "Content-Length: 2",
                        "",
                        "okHTTP/1.1 200 OK"),
                good(
                        "a redirect, which is not followed",
                        "",
                        true,
                        "HTTP/1.1 302 Found",
                        "Location: http://169.254.169.254/",
                        "Content-Length: 0",
                        "",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("good")
    void a_legal_answer_is_read_and_its_connection_reused_where_that_is_safe(Good good)
            throws Exception {
        try (var upstream = BadUpstream.answering(good.response);
                var caller = waits.caller(upstream)) {
            Exchange exchange = caller.get();
            byte[] body = exchange.readAll(100);

            assertThat(new String(body, StandardCharsets.ISO_8859_1)).isEqualTo(good.body);
            assertThat(caller.connector().resting()).isEqualTo(good.reused ? 1 : 0);
            caller.get().readAll(100);
            assertThat(upstream.connections()).isEqualTo(good.reused ? 1 : 2);
        }
    }
}
