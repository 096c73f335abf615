package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.provider.ReceivedRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole gateway from outside, over real loopback connections.
class GatewayTest {
    private static final List<String> ALL = List.of("alpha", "beta", "gamma");

    private final House house = House.open();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void a_plain_call_is_answered_by_the_first_choice_and_says_so() {
        var answer = house.chat("auto");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"finish_reason\"");
        assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("alpha");
        assertThat(answer.headers().firstValue("x-switchgear-attempts")).contains("1");
        assertThat(answer.headers().firstValue("x-switchgear-route")).contains("auto");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        assertThat(answer.headers().firstValue("x-switchgear-overhead-ms")).isPresent();
    }

    @Test
    void a_stream_is_relayed_to_its_end() {
        var answer = house.stream("auto");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void a_provider_that_fails_is_never_noticed() {
        house.provider("alpha").fault(new FaultKind.Status(500));

        var plain = house.chat("auto");
        var streamed = house.stream("auto");

        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(plain.headers().firstValue("x-switchgear-provider")).contains("beta");
        assertThat(plain.headers().firstValue("x-switchgear-attempts")).contains("2");
        assertThat(streamed.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void provider_and_model_reach_that_provider() {
        var answer = house.chat("gamma/gpt-4o-mini");

        assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("gamma");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void comments_and_either_line_end_in_an_event_stream_are_tolerated(String end) {
        String body =
                String.join(
                                "\n",
                                ": welcome",
                                "",
                                event("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
                                "",
                                ": ping",
                                event("{\"content\":\"grüße 🙂\"}", "null"),
                                "",
                                event("{}", "\"stop\""),
                                "",
                                ": bye",
                                "",
                                "data: [DONE]",
                                "",
                                "")
                        .replace("\n", end);
        house.provider("alpha").fault(new FaultKind.WrongContentType("text/event-stream", body));

        var answer = house.stream("auto");

        assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("alpha");
        assertThat(answer.body()).contains("grüße 🙂", "\"stop\"").doesNotContain("\"error\"");
        assertThat(answer.body().strip()).endsWith("data: [DONE]");
    }

    private static String event(String delta, String finish) {
        return ("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                        + "\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":%s,"
                        + "\"finish_reason\":%s}]}")
                .formatted(delta, finish);
    }

    @Test
    void an_error_in_the_first_event_of_a_stream_fails_over() {
        house.provider("alpha").fault(new FaultKind.ErrorFirstEvent("server_error", ""));

        var answer = house.stream("auto");

        assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("beta");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"error\"");
    }

    @Test
    void a_stream_without_its_terminal_event_is_an_error_to_the_client() {
        house.provider("alpha").fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.BOTH));

        var answer = house.stream("auto");

        assertThat(answer.body())
                .startsWith("data: {")
                .contains("\"content\"", "\"stream_broken_off\"", "SG-1207")
                .doesNotContain("[DONE]");
    }

    /// Compatible servers that leave out `[DONE]` are common; the setting `done-required` is for
    /// those that never do.
    @Test
    void a_stream_that_says_why_it_stopped_is_whole_even_without_done() {
        house.provider("alpha").fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.DONE));

        var answer = house.stream("auto");

        assertThat(answer.body())
                .contains("\"finish_reason\":\"stop\"")
                .doesNotContain("\"error\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void a_stream_that_is_cut_ends_with_an_error_event(int events) {
        house.provider("alpha").fault(FaultKind.cutAfter(events));

        var answer = house.stream("auto");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"stream_broken_off\"", "SG-1207", "alpha")
                .doesNotContain("[DONE]");
    }

    @Test
    void an_error_event_in_the_middle_reaches_the_client_as_an_error() {
        house.provider("alpha").fault(new FaultKind.ErrorEvent(4, "server_error", ""));

        var answer = house.stream("auto");

        assertThat(answer.body()).contains("\"error\"").doesNotContain("[DONE]");
    }

    @Test
    void the_upstream_gets_every_byte_the_client_sent_but_for_the_model() {
        String body =
                """
                { "messages" :[{"role":"user","content":"\\u00e9 \\/ \\ud83d\\ude42 ü"}],
                  "x_new": {"deep":[1.0, 1e3, -0, 12345678901234567890, null]},
                  "model" : "%s"  , "seed":7, "x_new": "twice" }
                """;

        var answer = house.post("/v1/chat/completions", body.formatted("auto"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(house.provider("alpha").requests().getFirst().body())
                .isEqualTo(body.formatted("gpt-4o"));
    }

    @Test
    void a_request_that_is_wrong_gets_the_providers_own_words_and_is_not_repeated() {
        house.provider("alpha")
                .fault(
                        new FaultKind.Status(
                                400,
                                "invalid_value",
                                "temperature is above 2",
                                Optional.empty(),
                                List.of(),
                                Optional.empty()));

        var answer = house.chat("auto");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("temperature is above 2", "invalid_value");
        assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("alpha");
        assertThat(house.provider("beta").requestCount()).isZero();
    }

    @Test
    void our_own_bad_key_at_a_provider_is_never_shown_as_the_clients() {
        house.provider("alpha").fault(new FaultKind.ExpiredKey());

        assertThat(house.chat("auto").statusCode()).isEqualTo(200);
        ALL.forEach(name -> house.provider(name).fault(new FaultKind.ExpiredKey()));
        var plain = house.chat("auto");
        var streamed = house.stream("auto");

        for (var answer : List.of(plain, streamed)) {
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body())
                    .contains("SG-1211")
                    .contains("\"code\":\"provider_key_rejected\"")
                    .doesNotContain("sk-", "0123456789");
        }
    }

    @Test
    void when_nobody_can_answer_the_client_is_told_why_and_not_to_retry() {
        ALL.forEach(name -> house.provider(name).fault(new FaultKind.Status(500)));

        var answer = house.chat("auto");

        assertThat(answer.statusCode()).isBetween(502, 503);
        assertThat(answer.body()).contains("alpha", "beta", "gamma", "SG-120");
        assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
    }

    @Test
    void request_id_and_trace_are_carried_through() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        String span = "00f067aa0ba902b7";

        var answer =
                house.chat(
                        "auto",
                        "x-request-id",
                        "mine-42",
                        "traceparent",
                        "00-" + trace + "-" + span + "-01");

        assertThat(answer.headers().firstValue("x-request-id")).contains("mine-42");
        assertThat(answer.headers().firstValue("traceparent").orElseThrow())
                .startsWith("00-" + trace + "-")
                .doesNotContain(span);
        ReceivedRequest seen = house.provider("alpha").requests().getFirst();
        assertThat(seen.header("traceparent").orElseThrow())
                .startsWith("00-" + trace + "-")
                .doesNotContain(span);
    }

    @Test
    void a_client_behind_nothing_but_loopback_does_not_leak_its_key_upstream() {
        assertThat(house.chat("auto", "authorization", "Bearer sk-of-the-client").statusCode())
                .isEqualTo(200);

        ReceivedRequest seen = house.provider("alpha").requests().getFirst();
        assertThat(seen.headers()).noneMatch(header -> header.value().contains("lient"));
        assertThat(seen.header("authorization").orElseThrow()).endsWith("6789");
    }
}
