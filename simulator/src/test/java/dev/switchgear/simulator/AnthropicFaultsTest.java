package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.Spot;
import dev.switchgear.simulator.limit.RateLimits;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Every fault in Anthropic's own shape.
class AnthropicFaultsTest {
    private static final String PATH = "/claude/v1/messages";
    private static final String PLAIN =
            "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":1024,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Explain tides\"}]}";
    private static final String STREAM = PLAIN.replace("{\"model\"", "{\"stream\":true,\"model\"");

    private final ManualTime time = new ManualTime();
    private final Simulator simulator =
            Simulator.start(
                    SimulatorSettings.of(ProviderSettings.of("claude", Kind.ANTHROPIC).instant()),
                    time);
    private final SimulatedProvider claude = simulator.provider("claude");
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private HttpResponse<String> post(String body) throws Exception {
        return client.send("POST", PATH, body, "x-api-key", "k", "anthropic-version", "2023-06-01");
    }

    private SimulatorRawClient raw(String body) throws Exception {
        return new SimulatorRawClient(simulator.port())
                .send(
                        "POST "
                                + PATH
                                + " HTTP/1.1\r\nhost: localhost\r\nanthropic-version: 2023-06-01\r\n"
                                + "content-length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body);
    }

    private static int events(String text) {
        return text.split("event: ", -1).length - 1;
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error, false",
        "401, authentication_error, false",
        "402, billing_error, false",
        "403, permission_error, false",
        "404, not_found_error, false",
        "413, request_too_large, false",
        "429, rate_limit_error, true",
        "500, api_error, true",
        "503, api_error, true",
        "504, timeout_error, true",
        "529, overloaded_error, true",
    })
    void a_status_has_its_type_and_says_whether_to_retry(int status, String type, String retry)
            throws Exception {
        claude.fault(FaultKind.status(status));

        var response = post(PLAIN);

        JsonNode error = SimulatorClient.JSON.readTree(response.body());
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(error.at("/error/type").asString()).isEqualTo(type);
        assertThat(error.at("/error/message").asString()).isNotBlank();
        assertThat(response.headers().firstValue("request-id"))
                .hasValue(error.path("request_id").asString());
        assertThat(response.headers().firstValue("x-should-retry")).hasValue(retry);
    }

    @Test
    void a_429_says_how_long_to_wait_but_a_spend_limit_does_not() throws Exception {
        claude.fault(FaultKind.tooMany(Duration.ofSeconds(20)));
        var wait = post(PLAIN);
        claude.fault(
                new FaultKind.Status(
                        429,
                        "enforced_spend_limit_reached",
                        "",
                        Optional.empty(),
                        List.of(),
                        Optional.empty()));
        var spent = post(PLAIN);

        assertThat(wait.headers().firstValue("retry-after")).hasValue("20");
        JsonNode error = SimulatorClient.JSON.readTree(spent.body());
        assertThat(error.at("/error/type").asString()).isEqualTo("rate_limit_error");
        assertThat(error.at("/error/details/error_code").asString())
                .isEqualTo("enforced_spend_limit_reached");
        assertThat(spent.headers().firstValue("retry-after")).isEmpty();
        assertThat(spent.headers().firstValue("x-should-retry")).hasValue("false");
    }

    @Test
    void an_expired_key_is_a_401() throws Exception {
        claude.fault(new FaultKind.ExpiredKey());

        var response = post(PLAIN);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("invalid x-api-key");
    }

    @Test
    void a_rate_limit_fault_counts_and_recovers() throws Exception {
        claude.fault(new FaultKind.RateLimit(new RateLimits(1, 1_000_000, Duration.ofMinutes(1))));

        int first = post(PLAIN).statusCode();
        var second = post(PLAIN);
        time.advance(Duration.ofMinutes(1));

        assertThat(first).isEqualTo(200);
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValue("retry-after")).hasValue("60");
        assertThat(second.headers().firstValue("anthropic-ratelimit-requests-limit")).hasValue("1");
        assertThat(post(PLAIN).statusCode()).isEqualTo(200);
    }

    @Test
    void an_error_as_the_first_event_is_an_error_event_with_status_200() throws Exception {
        claude.fault(new FaultKind.ErrorFirstEvent("", ""));

        var response = post(STREAM);

        List<Sse> events = Sse.read(response.body(), "\n");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type"))
                .hasValue("text/event-stream; charset=utf-8");
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().name()).isEqualTo("error");
        assertThat(events.getFirst().data().at("/error/type").asString())
                .isEqualTo("overloaded_error");
        assertThat(response.headers().firstValue("request-id"))
                .hasValue(events.getFirst().data().path("request_id").asString());
    }

    @Test
    void an_error_in_mid_stream_ends_it_without_a_message_stop() throws Exception {
        claude.fault(new FaultKind.ErrorEvent(4, "api_error", "Internal server error"));

        var response = post(STREAM);

        List<Sse> events = Sse.read(response.body(), "\n");
        assertThat(events).hasSize(5);
        assertThat(events.getLast().data().at("/error/type").asString()).isEqualTo("api_error");
        assertThat(events).noneMatch(e -> e.name().equals("message_stop"));
        assertThat(response.headers().firstValue("request-id"))
                .hasValue(events.getLast().data().path("request_id").asString());
    }

    @Test
    void what_is_missing_at_the_end_is_message_stop_or_message_delta_or_both() throws Exception {
        List<String> done = names(FaultKind.Missing.DONE);
        List<String> finish = names(FaultKind.Missing.FINISH);
        List<String> both = names(FaultKind.Missing.BOTH);

        assertThat(done).contains("message_delta").doesNotContain("message_stop");
        assertThat(finish).contains("message_stop").doesNotContain("message_delta");
        assertThat(both).doesNotContain("message_stop", "message_delta");
        assertThat(both.getLast()).isEqualTo("content_block_stop");
    }

    private List<String> names(FaultKind.Missing missing) throws Exception {
        claude.fault(new FaultKind.NoTerminalEvent(missing));
        return Sse.read(post(STREAM).body(), "\n").stream().map(Sse::name).toList();
    }

    @Test
    void a_cut_after_events_and_a_reset_break_the_stream() throws Exception {
        claude.fault(FaultKind.cutAfter(4));
        try (var connection = raw(STREAM)) {
            String answer = new String(connection.untilClosed(), StandardCharsets.UTF_8);
            assertThat(events(answer)).isEqualTo(4);
            assertThat(answer).doesNotEndWith("0\r\n\r\n");
        }

        claude.fault(new FaultKind.Reset(new Spot.AfterEvents(2)));
        try (var connection = raw(STREAM)) {
            assertThatThrownBy(connection::untilClosed).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_cut_inside_a_character_leaves_bytes_that_are_not_utf_8() throws Exception {
        claude.fault(new FaultKind.Cut(new Spot.InsideCharacter()));

        try (var connection = raw(PLAIN)) {
            byte[] answer = connection.untilClosed();

            assertThatThrownBy(() ->
                            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(answer)))
                    .isInstanceOf(CharacterCodingException.class);
        }
    }

    @Test
    void a_stall_goes_on_after_its_time() throws Exception {
        claude.fault(
                new FaultKind.Stall(new Spot.AfterEvents(3), Optional.of(Duration.ofMinutes(1))));
        long before = time.nanos();

        List<Sse> events = Sse.read(post(STREAM).body(), "\n");

        assertThat(events.getLast().name()).isEqualTo("message_stop");
        assertThat(time.nanos() - before).isEqualTo(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void a_slow_first_token_waits_behind_the_opening() throws Exception {
        claude.fault(new FaultKind.SlowFirstToken(Duration.ofSeconds(9), Duration.ZERO, true));
        long before = time.nanos();

        post(STREAM);

        assertThat(time.nanos() - before).isEqualTo(Duration.ofSeconds(9).toNanos());
    }

    @Test
    void a_refused_and_a_garbled_connection_are_as_for_any_api() throws Exception {
        claude.fault(new FaultKind.Refuse());
        try (var connection =
                new SimulatorRawClient(simulator.port())
                        .send("POST " + PATH + " HTTP/1.1\r\ncontent-length: 10\r\n\r\n")) {
            assertThat(connection.untilClosed()).isEmpty();
        }

        claude.fault(new FaultKind.Garbage(50));
        try (var connection = raw(PLAIN)) {
            assertThat(connection.untilClosed()).hasSize(50);
        }

        claude.fault(new FaultKind.WrongContentType("text/html", "<html>"));
        assertThat(post(STREAM).body()).isEqualTo("<html>");
    }
}
