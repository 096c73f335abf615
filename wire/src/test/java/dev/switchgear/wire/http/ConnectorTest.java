package dev.switchgear.wire.http;

import static dev.switchgear.wire.http.BadUpstream.lines;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.stream.EventData;
import dev.switchgear.wire.stream.EventLimits;
import dev.switchgear.wire.stream.EventReader;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Waits.class)
class ConnectorTest {
    private final Waits waits;

    ConnectorTest(Waits waits) {
        this.waits = waits;
    }

    @Test
    void a_request_goes_out_as_http_1_1_and_its_answer_comes_back() throws Exception {
        try (var upstream =
                        BadUpstream.answering(
                                lines(
                                        "HTTP/1.1 200 OK",
                                        "Content-Length: 5",
                                        "X-Request-Id: r1",
                                        "",
                                        "hello"));
                var caller = waits.caller(upstream)) {
            var request =
                    new OutgoingRequest(
                            "POST",
                            "/chat",
                            Headers.of("Authorization", "Bearer k"),
                            "{}".getBytes(UTF_8));

            Exchange exchange = caller.send(request);

            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.headers().first("x-request-id")).contains("r1");
            assertThat(new String(exchange.readAll(100), UTF_8)).isEqualTo("hello");
            assertThat(upstream.request())
                    .isEqualTo(
                            lines(
                                    "POST /v1/chat HTTP/1.1",
                                    "Host: " + upstream.authority(),
                                    "Authorization: Bearer k",
                                    "Content-Length: 2",
                                    "",
                                    "{}"));
        }
    }

    @Test
    void a_streamed_answer_is_read_event_by_event_as_it_comes() throws Exception {
        var goOn = new CountDownLatch(1);
        try (var upstream =
                        new BadUpstream(visit -> {
                            visit.readRequest();
                            visit.write(
                                    lines(
                                            "HTTP/1.1 200 OK",
                                            "Transfer-Encoding: chunked",
                                            "",
                                            "9",
                                            "data: a\n\n",
                                            ""));
                            goOn.await();
                            visit.write(lines("9", "data: b\n\n", "0", "", ""));
                            visit.awaitHangUp();
                        });
                var caller = waits.caller(upstream)) {
            var events = new EventReader(caller.get(), EventLimits.DEFAULT);

            assertThat(events.next()).isTrue();
            assertThat(EventData.text(events)).isEqualTo("a");
            goOn.countDown();
            assertThat(events.next()).isTrue();
            assertThat(EventData.text(events)).isEqualTo("b");
            assertThat(events.next()).isFalse();
            assertThat(caller.connector().resting()).isEqualTo(1);
        }
    }

    @Test
    void a_second_request_uses_the_first_ones_connection() throws Exception {
        try (var upstream =
                        BadUpstream.answering(
                                lines("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"));
                var caller = waits.caller(upstream)) {
            for (int i = 0; i < 3; i++) {
                assertThat(caller.get().readAll(10)).hasSize(2);
            }

            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void a_body_larger_than_allowed_is_refused() throws Exception {
        try (var upstream =
                        BadUpstream.answering(
                                lines(
                                        "HTTP/1.1 200 OK",
                                        "Transfer-Encoding: chunked",
                                        "",
                                        "b",
                                        "01234567890",
                                        "0",
                                        "",
                                        ""));
                var caller = waits.caller(upstream)) {
            Exchange exchange = caller.get();

            assertThatThrownBy(() -> exchange.readAll(10)).hasMessageContaining("10 bytes");
            assertThat(caller.get().readAll(11)).hasSize(11);
        }
    }
}
