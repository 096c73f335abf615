package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.simulator.answer.ApiOperation;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.FaultReader;
import dev.switchgear.simulator.fault.SimulatedFault;
import dev.switchgear.simulator.fault.Spot;
import dev.switchgear.simulator.limit.RateLimits;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each fault as a client on the other side of a socket meets it.
class FaultsTest {
    private static final String PATH = "/alpha/v1/chat/completions";
    private static final String PLAIN =
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Explain tides\"}]}";
    private static final String STREAM = PLAIN.replace("{\"model\"", "{\"stream\":true,\"model\"");

    private final ManualTime time = new ManualTime();
    private final Simulator simulator =
            Simulator.start(SimulatorSettings.instant("alpha", "beta"), time);
    private final SimulatedProvider alpha = simulator.provider("alpha");
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private SimulatorRawClient raw(String body) throws Exception {
        return new SimulatorRawClient(simulator.port()).post(PATH, body);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int events(String text) {
        return text.split("data: ", -1).length - 1;
    }

    @Test
    void a_status_comes_in_the_provider_s_shape_with_its_headers() throws Exception {
        alpha.fault(FaultKind.tooMany(Duration.ofSeconds(20)));

        var response = client.chat(PLAIN);

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("retry-after")).hasValue("20");
        assertThat(SimulatorClient.JSON.readTree(response.body()).at("/error/code").asString())
                .isEqualTo("rate_limit_exceeded");
    }

    @Test
    void a_status_can_bring_its_own_body_and_replace_headers() throws Exception {
        simulator
                .provider("alpha")
                .faults(
                        FaultReader.list(
                                SimulatorClient.JSON.readTree(
                                        """
                                        [{"type":"status","code":502,"body":"<html>bad</html>",
                                          "headers":{"content-type":"text/html"}}]\
                                        """),
                                "faults"));

        var response = client.chat(PLAIN);

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).isEqualTo("<html>bad</html>");
        assertThat(response.headers().allValues("content-type")).containsExactly("text/html");
    }

    @Test
    void other_providers_are_not_touched() throws Exception {
        alpha.fault(FaultKind.status(503));

        assertThat(client.send("GET", "/beta/v1/models", "").statusCode()).isEqualTo(200);
    }

    @Test
    void latency_passes_before_the_head() throws Exception {
        alpha.fault(FaultKind.slow(Duration.ofSeconds(30)));
        long before = time.nanos();

        assertThat(client.chat(PLAIN).statusCode()).isEqualTo(200);

        assertThat(time.nanos() - before).isEqualTo(Duration.ofSeconds(30).toNanos());
    }

    @Test
    void a_slow_first_token_lets_the_head_come_in_time() throws Exception {
        try (var live = Simulator.start(SimulatorSettings.instant("alpha"));
                var connection = new SimulatorRawClient(live.port())) {
            live.provider("alpha")
                    .fault(
                            new FaultKind.SlowFirstToken(
                                    Duration.ofMinutes(5), Duration.ZERO, true));

            String begin = connection.post(PATH, STREAM).until("\"role\":\"assistant\"");

            assertThat(begin).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(events(begin)).isEqualTo(1);
        }
    }

    @Test
    void a_stall_sends_its_events_and_then_nothing_until_the_client_hangs_up() throws Exception {
        try (var live = Simulator.start(SimulatorSettings.instant("alpha"))) {
            live.provider("alpha").fault(FaultKind.stallAfter(3));
            try (var connection = new SimulatorRawClient(live.port()).post(PATH, STREAM)) {
                connection.until(received -> received.split("\n\n", -1).length == 1 + 3);
            }

            Optional<ReceivedRequest> left =
                    live.provider("alpha").await(ReceivedRequest::hungUp, Duration.ofSeconds(10));

            assertThat(left).hasValueSatisfying(r -> assertThat(r.sent().events()).isEqualTo(3));
        }
    }

    @Test
    void a_stall_with_an_end_goes_on_after_it() throws Exception {
        alpha.fault(
                new FaultKind.Stall(new Spot.AfterEvents(2), Optional.of(Duration.ofMinutes(1))));
        long before = time.nanos();

        String stream = client.chat(STREAM).body();

        assertThat(SimulatorClient.events(stream).getLast()).isEqualTo("[DONE]");
        assertThat(time.nanos() - before).isEqualTo(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void a_cut_after_bytes_leaves_a_plain_body_shorter_than_announced() throws Exception {
        alpha.fault(new FaultKind.Cut(new Spot.AfterBytes(100)));

        try (var connection = raw(PLAIN)) {
            String answer = text(connection.untilClosed());

            assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).hasSize(100);
            assertThat(answer).doesNotContain("content-length: 100\r\n");
        }
    }

    @Test
    void a_cut_after_events_ends_the_stream_without_its_last_chunk() throws Exception {
        alpha.fault(FaultKind.cutAfter(3));

        try (var connection = raw(STREAM)) {
            String answer = text(connection.untilClosed());

            assertThat(events(answer)).isEqualTo(3);
            assertThat(answer).doesNotContain("[DONE]").doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void a_cut_inside_a_character_leaves_bytes_that_are_not_utf_8() throws Exception {
        alpha.fault(new FaultKind.Cut(new Spot.InsideCharacter()));

        for (String body : List.of(PLAIN, STREAM)) {
            try (var connection = raw(body)) {
                byte[] answer = connection.untilClosed();
                int end = body.equals(STREAM) ? answer.length - 2 : answer.length;

                assertThat(answer[end - 1] & 0xc0).as("a lead byte").isEqualTo(0xc0);
                assertThatThrownBy(() ->
                                StandardCharsets.UTF_8
                                        .newDecoder()
                                        .decode(ByteBuffer.wrap(answer, 0, end)))
                        .isInstanceOf(CharacterCodingException.class);
            }
        }
    }

    @Test
    void a_reset_before_the_head_is_a_reset() throws Exception {
        alpha.fault(FaultKind.reset());

        try (var connection = raw(PLAIN)) {
            assertThatThrownBy(connection::untilClosed).isInstanceOf(SocketException.class);
            assertThat(connection.received()).isEmpty();
        }
    }

    @Test
    void a_reset_in_a_stream_comes_after_its_events() throws Exception {
        alpha.fault(new FaultKind.Reset(new Spot.AfterEvents(2)));

        try (var connection = raw(STREAM)) {
            assertThatThrownBy(connection::untilClosed).isInstanceOf(SocketException.class);
        }
        assertThat(alpha.requests().getFirst().sent().events()).isEqualTo(2);
    }

    @Test
    void a_black_hole_takes_the_request_and_notices_when_the_client_gives_up() throws Exception {
        alpha.fault(new FaultKind.BlackHole());

        try (var connection = raw(PLAIN)) {
            assertThat(alpha.await(r -> r.bodyBytes() > 0, Duration.ofSeconds(10))).isPresent();
            assertThat(connection.received()).isEmpty();
        }

        Optional<ReceivedRequest> left =
                alpha.await(ReceivedRequest::hungUp, Duration.ofSeconds(10));
        assertThat(left)
                .hasValueSatisfying(request -> {
                    assertThat(request.sent().status()).isEmpty();
                    assertThat(request.body()).isEqualTo(PLAIN);
                });
    }

    @Test
    void a_refused_request_sees_the_connection_close_without_a_byte() throws Exception {
        alpha.fault(new FaultKind.Refuse());

        try (var connection =
                new SimulatorRawClient(simulator.port())
                        .send("POST " + PATH + " HTTP/1.1\r\ncontent-length: 10\r\n\r\n")) {
            assertThat(connection.untilClosed()).isEmpty();
        }
    }

    @Test
    void garbage_does_not_begin_like_http() throws Exception {
        alpha.fault(new FaultKind.Garbage(200));

        try (var connection = raw(PLAIN)) {
            byte[] answer = connection.untilClosed();

            assertThat(answer).hasSize(200);
            assertThat(answer[0]).isNotEqualTo((byte) 'H');
        }
    }

    @Test
    void a_wrong_content_type_is_a_page_with_status_200() throws Exception {
        alpha.faults(
                FaultReader.list(
                        SimulatorClient.JSON.readTree("[{\"type\":\"wrong-content-type\"}]"),
                        "faults"));

        var response = client.chat(STREAM);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type"))
                .hasValue("text/html; charset=utf-8");
        assertThat(response.body()).startsWith("<!DOCTYPE html>");
    }

    @Test
    void an_error_in_the_first_event_comes_with_status_200_and_ends_the_stream() throws Exception {
        alpha.fault(new FaultKind.ErrorFirstEvent("insufficient_quota", ""));

        var response = client.chat(STREAM);

        List<String> events = SimulatorClient.events(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(events).hasSize(1);
        assertThat(SimulatorClient.JSON.readTree(events.getFirst()).at("/error/code").asString())
                .isEqualTo("insufficient_quota");
    }

    @Test
    void an_error_event_follows_good_ones_and_ends_the_stream_without_done() throws Exception {
        alpha.fault(new FaultKind.ErrorEvent(3, "", "went wrong"));

        List<String> events = SimulatorClient.events(client.chat(STREAM).body());

        assertThat(events).hasSize(4);
        assertThat(events.getLast()).contains("went wrong").contains("server_error");
    }

    @Test
    void a_missing_terminal_event_leaves_out_just_what_it_says() throws Exception {
        List<String> whole = SimulatorClient.events(client.chat(STREAM).body());

        alpha.fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.DONE));
        List<String> withoutDone = SimulatorClient.events(client.chat(STREAM).body());
        alpha.fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.FINISH));
        List<String> withoutFinish = SimulatorClient.events(client.chat(STREAM).body());
        alpha.fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.BOTH));
        List<String> withoutBoth = SimulatorClient.events(client.chat(STREAM).body());

        assertThat(withoutDone).hasSize(whole.size() - 1).doesNotContain("[DONE]");
        assertThat(withoutDone.getLast()).contains("\"finish_reason\":\"stop\"");
        assertThat(withoutFinish).hasSize(whole.size() - 1).contains("[DONE]");
        assertThat(withoutFinish).noneMatch(e -> e.contains("\"finish_reason\":\"stop\""));
        assertThat(withoutBoth).hasSize(whole.size() - 2);
    }

    @Test
    void a_rate_limit_counts_and_its_tokens_come_back_with_time() throws Exception {
        alpha.fault(new FaultKind.RateLimit(new RateLimits(2, 1_000_000, Duration.ofMinutes(1))));

        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            statuses.add(client.chat(PLAIN).statusCode());
        }
        var limited = client.chat(PLAIN);
        time.advance(Duration.ofSeconds(30));

        assertThat(statuses).containsExactly(200, 200, 429);
        assertThat(limited.headers().firstValue("retry-after")).hasValue("30");
        assertThat(limited.headers().firstValue("x-ratelimit-limit-requests")).hasValue("2");
        assertThat(limited.headers().firstValue("x-ratelimit-reset-requests")).hasValue("1m0s");
        assertThat(client.chat(PLAIN).statusCode()).isEqualTo(200);
    }

    @Test
    void the_provider_s_own_limits_count_each_key_by_itself() throws Exception {
        var limited =
                ProviderSettings.openAi("alpha")
                        .instant()
                        .withLimits(RateLimits.perMinute(1, 100_000));
        try (var other = Simulator.start(SimulatorSettings.of(limited), time);
                var visitor = new SimulatorClient(other)) {
            List<Integer> statuses = new ArrayList<>();
            for (String key : List.of("sk-aaaaaaaaaaaa", "sk-aaaaaaaaaaaa", "sk-bbbbbbbbbbbb")) {
                statuses.add(
                        visitor.send("POST", PATH, PLAIN, "authorization", "Bearer " + key)
                                .statusCode());
            }

            assertThat(statuses).containsExactly(200, 429, 200);
        }
    }

    @Test
    void an_expired_key_is_a_401_that_shows_only_its_ends() throws Exception {
        alpha.fault(new FaultKind.ExpiredKey());

        var response =
                client.send("POST", PATH, PLAIN, "authorization", "Bearer sk-abcdefgh12345678");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("invalid_api_key").contains("5678");
        assertThat(response.body()).doesNotContain("abcdefgh");
        assertThat(response.headers().firstValue("www-authenticate")).isPresent();
    }

    @Test
    void a_fault_with_a_duration_ends_by_itself() throws Exception {
        alpha.faults(
                List.of(
                        SimulatedFault.always(FaultKind.status(500))
                                .lasting(Duration.ofSeconds(10))));

        int during = client.chat(PLAIN).statusCode();
        time.advance(Duration.ofSeconds(10));
        int after = client.chat(PLAIN).statusCode();

        assertThat(during).isEqualTo(500);
        assertThat(after).isEqualTo(200);
    }

    @Test
    void a_fault_with_times_happens_so_often_and_no_more() throws Exception {
        alpha.faults(List.of(SimulatedFault.always(FaultKind.status(500)).times(2)));

        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            statuses.add(client.chat(PLAIN).statusCode());
        }

        assertThat(statuses).containsExactly(500, 500, 200);
    }

    @Test
    void a_rate_of_a_third_happens_to_about_a_third() throws Exception {
        alpha.faults(List.of(SimulatedFault.always(FaultKind.status(500)).withRate(1.0 / 3)));

        int failed = 0;
        for (int i = 0; i < 300; i++) {
            failed += client.chat(PLAIN).statusCode() == 500 ? 1 : 0;
        }

        assertThat(failed).isBetween(70, 130);
    }

    @Test
    void a_fault_keeps_to_its_operation_and_to_streams() throws Exception {
        alpha.faults(
                List.of(
                        SimulatedFault.always(FaultKind.status(503)).onlyFor(ApiOperation.MODELS),
                        SimulatedFault.always(FaultKind.status(500)).onlyStreamed(true)));

        assertThat(client.chat(PLAIN).statusCode()).isEqualTo(200);
        assertThat(client.chat(STREAM).statusCode()).isEqualTo(500);
        assertThat(client.send("GET", "/alpha/v1/models", "").statusCode()).isEqualTo(503);
    }

    @Test
    void healing_ends_everything() throws Exception {
        alpha.fault(FaultKind.status(500));

        alpha.heal();

        assertThat(client.chat(PLAIN).statusCode()).isEqualTo(200);
    }
}
