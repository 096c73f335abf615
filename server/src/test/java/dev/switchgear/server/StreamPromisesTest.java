package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a route promises about streams that break off, seen from a client's side.
final class StreamPromisesTest {
    private static final Pattern CONTENT =
            Pattern.compile("\"content\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    /// Both upstreams say the same to the same prompt, so a continuation that starts over shows.
    private static final String TO =
            """
            to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o } ]
            """;

    @Test
    void a_relayed_stream_that_breaks_off_ends_with_an_error_and_no_sign_of_success() {
        try (House house = house("{ promise: relay }")) {
            cutAfter(house, "alpha", 6);

            HttpResponse<String> answer = ask(house, "Explain circuit breakers");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("stream_broken_off").doesNotContain("[DONE]");
            assertThat(house.provider("beta").requestCount()).isZero();
        }
    }

    @Test
    void a_continued_stream_goes_on_at_another_provider_and_says_who() {
        try (House house = house("{ promise: continue }")) {
            cutAfter(house, "alpha", 6);

            HttpResponse<String> answer = ask(house, "Explain circuit breakers");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains(": answered by beta gpt-4o")
                    .contains("\"finish_reason\":\"stop\"")
                    .endsWith("data: [DONE]\n\n")
                    .doesNotContain("stream_broken_off");
            String asked = house.provider("beta").requests().getFirst().body();
            String begun = texts(answer.body()).substring(0, 10);
            assertThat(asked)
                    .as("the second provider is shown what was said, and told to go on")
                    .contains(begun)
                    .contains("Continue it exactly where it ends");
        }
    }

    @Test
    void a_continuation_that_nobody_takes_up_is_told_as_broken_off() {
        try (House house = house("{ promise: continue }")) {
            cutAfter(house, "alpha", 6);
            house.provider("beta").fault(new FaultKind.Status(503));

            HttpResponse<String> answer = ask(house, "Explain circuit breakers");

            assertThat(answer.body())
                    .contains("stream_broken_off")
                    .contains("alpha broke off")
                    .doesNotContain("[DONE]");
        }
    }

    @Test
    void a_complete_stream_is_whole_or_comes_from_somebody_else() {
        try (House house = house("{ promise: complete }")) {
            cutAfter(house, "alpha", 6);

            HttpResponse<String> answer = ask(house, "Explain circuit breakers");

            assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("beta");
            assertThat(answer.headers().firstValue("x-switchgear-attempts")).contains("2");
            assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("answered by");
        }
    }

    @Test
    void what_is_held_back_hides_an_early_death() {
        try (House house = house("{ hold-back-pieces: 5 }")) {
            cutAfter(house, "alpha", 4);

            HttpResponse<String> answer = ask(house, "Explain circuit breakers");

            assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("beta");
            assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void what_is_held_back_by_number_leaves_at_the_latest_after_its_time() {
        try (House house = house("{ hold-back-pieces: 1000, hold-back-time: 50ms }")) {
            // The stream stops after three events; without the time nothing would ever leave.
            house.provider("alpha").fault(FaultKind.stallAfter(3));

            HttpResponse<String> answer = ask(house, "Explain circuit breakers");

            assertThat(answer.headers().firstValue("x-switchgear-provider")).contains("alpha");
            assertThat(texts(answer.body())).isNotEmpty();
            assertThat(answer.body()).contains("stream_broken_off");
        }
    }

    @Test
    void a_client_of_a_silent_provider_gets_signs_of_life_and_then_the_answer() {
        String server = "server: { port: 0, keep-alive: 50ms }";
        try (House house =
                House.with(
                        server,
                        "routes:\n  - match: { model: auto }\n    " + TO,
                        House.TIMEOUTS,
                        SimulatorSettings.instant("alpha", "beta", "gamma"))) {
            house.provider("alpha")
                    .fault(
                            new FaultKind.SlowFirstToken(
                                    Duration.ofMillis(400), Duration.ZERO, false));

            HttpResponse<String> answer = ask(house, "Explain circuit breakers");

            assertThat(answer.body()).startsWith(": ping\n").endsWith("data: [DONE]\n\n");
            assertThat(answer.body())
                    .contains(": answered by alpha gpt-4o\ndata: ")
                    .doesNotContainPattern("(?m)^:.*\n\n");
        }
    }

    @Test
    void after_a_sign_of_life_failover_goes_on_and_the_last_error_comes_within_the_stream() {
        String server = "server: { port: 0, keep-alive: 50ms }";
        try (House house =
                House.with(
                        server,
                        "routes:\n  - match: { model: auto }\n    " + TO,
                        House.TIMEOUTS,
                        SimulatorSettings.instant("alpha", "beta", "gamma"))) {
            house.provider("alpha").fault(new FaultKind.BlackHole());
            house.provider("beta").fault(new FaultKind.Status(503));

            HttpResponse<String> answer = ask(house, "Explain circuit breakers");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .startsWith(": ping\n")
                    .doesNotContainPattern("(?m)^:.*\n\n")
                    .contains("\"error\"")
                    .doesNotContain("[DONE]");
            assertThat(house.provider("beta").requestCount()).isPositive();
        }
    }

    /// Some clients take a comment and an empty line for an event that says nothing, and break off.
    @ParameterizedTest
    @EnumSource(AskedAs.class)
    void no_comment_of_ours_has_an_empty_line_of_its_own(AskedAs client) {
        Speaks speaks = Speaks.anthropic();
        String unsaid =
                "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":2,"
                        + "\"content_block\":{\"type\":\"code_execution_tool_result\",\"content\":{}}}\n\n"
                        + "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":2}\n\n";
        String ping = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
        String stream =
                speaks.stream()
                        .replace("event: content_block_start", ping + "event: content_block_start")
                        .replace("event: message_delta", ping + unsaid + "event: message_delta");
        try (ScriptedHouse house = ScriptedHouse.open()) {
            house.answers("claude", ScriptedHouse.Answer.events(stream));

            HttpResponse<String> answer = client.ask(house, "claude/m", true);

            assertThat(stream).contains("ping").contains("code_execution");
            assertThat(client.text(answer, true)).isEqualTo("Hello");
            assertThat(answer.body()).doesNotContainPattern("(?m)^:.*\r?\n\r?\n");
        }
    }

    private static House house(String stream) {
        return House.open(
                "routes:\n  - match: { model: auto }\n    stream: " + stream + "\n    " + TO);
    }

    private static void cutAfter(House house, String provider, int events) {
        house.provider(provider).fault(FaultKind.cutAfter(events));
    }

    private static HttpResponse<String> ask(House house, String prompt) {
        return house.post(
                "/v1/chat/completions",
                """
                {"model":"auto","stream":true,"messages":[{"role":"user","content":"%s"}]}\
                """
                        .formatted(prompt));
    }

    /// All texts of a stream, one behind the other.
    private static String texts(String body) {
        var text = new StringBuilder();
        Matcher found = CONTENT.matcher(body);
        while (found.find()) {
            text.append(found.group(1));
        }
        return text.toString();
    }
}
