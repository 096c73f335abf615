package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
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

/// Every fault in Google's own shape.
class GeminiFaultsTest {
    private static final String MODEL = "/google/v1beta/models/gemini-2.5-flash";
    private static final String PLAIN = MODEL + ":generateContent";
    private static final String ARRAY = MODEL + ":streamGenerateContent";
    private static final String STREAM = ARRAY + "?alt=sse";
    private static final String BODY =
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Explain tides\"}]}]}";

    private final ManualTime time = new ManualTime();
    private final Simulator simulator =
            Simulator.start(
                    SimulatorSettings.of(ProviderSettings.of("google", Kind.GEMINI).instant()),
                    time);
    private final SimulatedProvider google = simulator.provider("google");
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private HttpResponse<String> post(String path) throws Exception {
        return client.send("POST", path, BODY, "x-goog-api-key", "k");
    }

    private static JsonNode error(HttpResponse<String> response) {
        return SimulatorClient.JSON.readTree(response.body()).path("error");
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_ARGUMENT",
        "401, UNAUTHENTICATED",
        "402, FAILED_PRECONDITION",
        "403, PERMISSION_DENIED",
        "404, NOT_FOUND",
        "429, RESOURCE_EXHAUSTED",
        "499, CANCELLED",
        "500, INTERNAL",
        "503, UNAVAILABLE",
        "504, DEADLINE_EXCEEDED",
    })
    void a_status_has_its_word(int code, String status) throws Exception {
        google.fault(FaultKind.status(code));

        var response = post(PLAIN);

        assertThat(response.statusCode()).isEqualTo(code);
        assertThat(error(response).path("code").asInt()).isEqualTo(code);
        assertThat(error(response).path("status").asString()).isEqualTo(status);
        assertThat(error(response).path("message").asString()).isNotBlank();
    }

    @Test
    void a_429_says_its_pause_in_the_details_and_a_daily_quota_has_its_name() throws Exception {
        google.fault(FaultKind.tooMany(Duration.ofSeconds(20)));
        var wait = post(PLAIN);
        google.fault(
                new FaultKind.Status(
                        429,
                        "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
                        "",
                        Optional.empty(),
                        List.of(),
                        Optional.empty()));
        var daily = post(PLAIN);

        assertThat(error(wait).findValue("retryDelay").asString()).isEqualTo("20s");
        assertThat(error(wait).path("message").asString()).endsWith("Please retry in 20s.");
        assertThat(wait.headers().firstValue("retry-after")).isEmpty();
        assertThat(error(daily).path("status").asString()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(error(daily).findValue("quotaId").asString()).contains("PerDay");
        assertThat(error(daily).findValue("retryDelay")).isNull();
    }

    @Test
    void an_expired_key_is_a_400() throws Exception {
        google.fault(new FaultKind.ExpiredKey());

        var response = post(PLAIN);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).findValue("reason").asString()).isEqualTo("API_KEY_INVALID");
        assertThat(response.body()).contains("API key expired");
    }

    @Test
    void a_rate_limit_fault_counts_and_recovers() throws Exception {
        google.fault(new FaultKind.RateLimit(new RateLimits(1, 1_000_000, Duration.ofMinutes(1))));

        int first = post(PLAIN).statusCode();
        var second = post(PLAIN);
        time.advance(Duration.ofMinutes(1));

        assertThat(first).isEqualTo(200);
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(error(second).findValue("retryDelay").asString()).isEqualTo("60s");
        assertThat(post(PLAIN).statusCode()).isEqualTo(200);
    }

    @Test
    void an_error_as_the_first_event_stands_in_a_data_line() throws Exception {
        google.fault(new FaultKind.ErrorFirstEvent("", ""));

        var response = post(STREAM);

        List<Sse> events = Sse.read(response.body(), "\r\n");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().data().at("/error/status").asString())
                .isEqualTo("UNAVAILABLE");
        assertThat(events.getFirst().data().at("/error/code").asInt()).isEqualTo(503);
    }

    @Test
    void an_error_in_mid_stream_comes_bare_behind_good_events() throws Exception {
        google.fault(new FaultKind.ErrorEvent(2, "RESOURCE_EXHAUSTED", ""));

        String stream = post(STREAM).body();

        int end = stream.lastIndexOf("\r\n\r\n") + 4;
        assertThat(Sse.read(stream.substring(0, end), "\r\n")).hasSize(2);
        JsonNode error = SimulatorClient.JSON.readTree(stream.substring(end)).path("error");
        assertThat(error.path("code").asInt()).isEqualTo(429);
        assertThat(stream).doesNotContain("finishReason");
    }

    @Test
    void an_array_gets_its_error_as_the_last_element() throws Exception {
        google.fault(new FaultKind.ErrorEvent(3, "", ""));
        JsonNode late = SimulatorClient.JSON.readTree(post(ARRAY).body());
        google.fault(new FaultKind.ErrorEvent(1, "", ""));
        JsonNode soon = SimulatorClient.JSON.readTree(post(ARRAY).body());
        google.fault(new FaultKind.ErrorFirstEvent("", ""));
        JsonNode first = SimulatorClient.JSON.readTree(post(ARRAY).body());

        assertThat(late).hasSize(3);
        for (JsonNode array : List.of(late, soon, first)) {
            assertThat(array.get(array.size() - 1).at("/error/status").asString())
                    .isEqualTo("UNAVAILABLE");
        }
    }

    @Test
    void the_event_that_says_why_the_model_stopped_can_be_missing() throws Exception {
        for (FaultKind.Missing missing : FaultKind.Missing.values()) {
            google.fault(new FaultKind.NoTerminalEvent(missing));

            String stream = post(STREAM).body();

            assertThat(Sse.read(stream, "\r\n")).isNotEmpty();
            assertThat(stream).doesNotContain("finishReason");
        }
        google.fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.DONE));
        assertThat(post(ARRAY).body()).contains("finishReason").doesNotEndWith("]");
    }

    @Test
    void a_cut_and_a_reset_break_the_stream() throws Exception {
        google.fault(FaultKind.cutAfter(3));
        try (var connection = new SimulatorRawClient(simulator.port()).post(STREAM, BODY)) {
            String answer = new String(connection.untilClosed(), StandardCharsets.UTF_8);
            assertThat(answer.split("data: ", -1)).hasSize(4);
            assertThat(answer).doesNotEndWith("0\r\n\r\n");
        }

        google.fault(new FaultKind.Reset(new Spot.AfterEvents(2)));
        try (var connection = new SimulatorRawClient(simulator.port()).post(STREAM, BODY)) {
            assertThatThrownBy(connection::untilClosed).isInstanceOf(SocketException.class);
        }

        google.fault(new FaultKind.Cut(new Spot.InsideCharacter()));
        try (var connection = new SimulatorRawClient(simulator.port()).post(PLAIN, BODY)) {
            byte[] answer = connection.untilClosed();
            assertThatThrownBy(() ->
                            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(answer)))
                    .isInstanceOf(CharacterCodingException.class);
        }
    }

    @Test
    void waits_are_as_for_any_api() throws Exception {
        google.fault(
                new FaultKind.Stall(new Spot.AfterEvents(2), Optional.of(Duration.ofMinutes(1))));
        long before = time.nanos();
        post(STREAM);
        long stalled = time.nanos() - before;
        google.fault(new FaultKind.SlowFirstToken(Duration.ofSeconds(9), Duration.ZERO, false));
        before = time.nanos();
        post(STREAM);
        long slow = time.nanos() - before;

        assertThat(stalled).isEqualTo(Duration.ofMinutes(1).toNanos());
        assertThat(slow).isEqualTo(Duration.ofSeconds(9).toNanos());
    }

    @Test
    void a_fault_can_keep_to_counts_or_embeddings() throws Exception {
        google.faults(
                List.of(
                        SimulatedFault.always(FaultKind.status(503))
                                .onlyFor(dev.switchgear.simulator.answer.ApiOperation.TOKENS)));

        assertThat(post(MODEL + ":countTokens").statusCode()).isEqualTo(503);
        assertThat(post(PLAIN).statusCode()).isEqualTo(200);
    }
}
