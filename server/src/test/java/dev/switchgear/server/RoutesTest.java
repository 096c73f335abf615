package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.http.HttpLimits;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a route does beyond its strategy, from outside: shares, and targets for long prompts.
final class RoutesTest {
    private static final String CHAT = "/v1/chat/completions";

    /// Far more than 300 tokens, far fewer than 8,000.
    private static final String LONG = "word ".repeat(1_000);

    @ParameterizedTest
    @ValueSource(strings = {"priority", "weighted", "round-robin", "least-latency", "score"})
    void a_share_of_the_calls_tries_a_target_first(String strategy) {
        try (House house =
                House.open(
                        """
                        routes:
                          - match: { model: auto }
                            strategy: %s
                            to: [ { provider: beta, model: gpt-4o, share: 20%% }, { provider: alpha, model: gpt-4o }, { provider: gamma, model: gpt-4o } ]
                        """
                                .formatted(strategy))) {
            for (int i = 0; i < 100; i++) {
                assertThat(house.chat("auto").statusCode()).isEqualTo(200);
            }

            assertThat(house.provider("beta").requestCount()).isBetween(19L, 21L);
        }
    }

    @Test
    void a_target_with_a_share_that_fails_is_not_noticed_and_takes_over_for_the_others() {
        try (House house =
                House.open(
                        """
                        routes:
                          - match: { model: auto }
                            to: [ { provider: beta, model: gpt-4o, share: 50% }, { provider: alpha, model: gpt-4o } ]
                        """)) {
            house.provider("beta").fault(new FaultKind.Status(500));
            for (int i = 0; i < 4; i++) {
                assertThat(provider(house.chat("auto"))).isEqualTo("alpha");
            }
            house.provider("beta").heal();
            house.provider("alpha").fault(new FaultKind.Status(500));
            for (int i = 0; i < 4; i++) {
                assertThat(provider(house.chat("auto"))).isEqualTo("beta");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false,gamma", "true,gamma", "false,beta", "true,beta"})
    void a_prompt_that_is_too_long_goes_to_the_larger(boolean streamed, String larger) {
        try (House house = larger(larger)) {
            HttpResponse<String> answer = ask(house, "auto", LONG, streamed);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(provider(answer)).isEqualTo(larger);
            assertThat(answer.headers().firstValue("x-switchgear-attempts")).contains("2");
            assertThat(answer.body()).contains(streamed ? "data: [DONE]" : "\"finish_reason\"");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_prompt_that_fits_never_goes_to_the_larger(boolean streamed) {
        try (House house = larger("gamma")) {
            HttpResponse<String> answer = ask(house, "auto", "hi", streamed);
            house.provider("alpha").fault(new FaultKind.Status(500));
            HttpResponse<String> failed = ask(house, "auto", "hi", streamed);

            assertThat(provider(answer)).isEqualTo("alpha");
            assertThat(failed.statusCode()).isGreaterThanOrEqualTo(500);
            assertThat(house.provider("gamma").requestCount()).isZero();
        }
    }

    @Test
    void one_too_long_for_the_larger_too_gets_the_providers_word() {
        try (House house = larger("gamma")) {
            HttpResponse<String> answer = ask(house, "auto", "word ".repeat(20_000), false);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("context_length_exceeded");
            assertThat(house.provider("gamma").requestCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void where_the_catalogue_knows_the_room_only_those_with_more_are_tried(boolean streamed) {
        try (House house =
                House.of(port ->
                        """
                        server: { port: 0 }
                        egress: { allow-private: ["127.0.0.1:%1$d"] }
                        providers:
                          alpha: { kind: openai, base-url: "http://127.0.0.1:%1$d/alpha/v1", keys: [ { secret: sk-alpha-0123456789 } ] }
                          beta: { kind: openai, base-url: "http://127.0.0.1:%1$d/beta/v1", keys: [ { secret: sk-beta-0123456789 } ] }
                          gamma: { kind: openai, base-url: "http://127.0.0.1:%1$d/gamma/v1", keys: [ { secret: sk-gamma-0123456789 } ] }
                        routes:
                          - match: { model: auto }
                            to: [ { provider: alpha, model: gpt-4 }, { provider: beta, model: gpt-4 }, { provider: gamma, model: gpt-4.1 } ]
                        """
                                .formatted(port))) {
            HttpResponse<String> answer = ask(house, "auto", "word ".repeat(12_000), streamed);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(provider(answer)).isEqualTo("gamma");
            assertThat(house.provider("alpha").requestCount()).isEqualTo(1);
            assertThat(house.provider("beta").requestCount()).isZero();
        }
    }

    @Test
    void a_client_of_another_dialect_is_served_by_the_larger_as_well() {
        try (House house = larger("beta")) {
            HttpResponse<String> answer =
                    house.post(
                            "/v1/messages",
                            """
                            {"model":"auto","max_tokens":50,"messages":[{"role":"user","content":"%s"}]}\
                            """
                                    .formatted(LONG));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(provider(answer)).isEqualTo("beta");
            assertThat(answer.body()).contains("\"stop_reason\"");
        }
    }

    @Test
    void a_fallback_that_the_client_names_is_larger_perhaps() {
        try (House house = larger("gamma")) {
            HttpResponse<String> answer =
                    house.post(
                            CHAT,
                            """
                            {"model":"alpha/tiny","fallbacks":["gamma/big"],
                            "messages":[{"role":"user","content":"%s"}]}\
                            """
                                    .formatted(LONG));

            assertThat(provider(answer)).isEqualTo("gamma");
        }
    }

    /// Alpha has a model for 300 tokens, gamma and beta (which speaks Anthropic's dialect) one for
    /// 8,000; how much room they have nobody but they themselves knows.
    private static House larger(String larger) {
        var settings =
                new SimulatorSettings(
                        0,
                        1,
                        List.of(
                                ProviderSettings.openAi("alpha")
                                        .withModels(List.of(model("tiny", 300, 50)))
                                        .instant(),
                                ProviderSettings.of("beta", Kind.ANTHROPIC)
                                        .withModels(List.of(model("big", 8_000, 1_000)))
                                        .instant(),
                                ProviderSettings.openAi("gamma")
                                        .withModels(List.of(model("big", 8_000, 1_000)))
                                        .instant()),
                        false,
                        100,
                        HttpLimits.DEFAULT);
        return House.of(
                settings,
                port ->
                        """
                        server: { port: 0 }
                        egress: { allow-private: ["127.0.0.1:%1$d"] }
                        providers:
                          alpha: { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/alpha/v1" }
                          beta: { kind: anthropic, base-url: "http://127.0.0.1:%1$d/beta", keys: [ { secret: sk-ant-beta-0123456789 } ] }
                          gamma: { kind: openai-compatible, base-url: "http://127.0.0.1:%1$d/gamma/v1" }
                        routes:
                          - match: { model: auto }
                            to: [ { provider: alpha, model: tiny } ]
                            larger: [ { provider: %2$s, model: big } ]
                        """
                                .formatted(port, larger));
    }

    private static OfferedModel model(String id, int context, int maxOutput) {
        return new OfferedModel(id, id, 1, OfferedModel.Purpose.CHAT, context, maxOutput, 0);
    }

    private static HttpResponse<String> ask(
            House house, String model, String prompt, boolean streamed) {
        return house.post(
                CHAT,
                """
                {"model":"%s","stream":%s,"max_tokens":50,"messages":[{"role":"user","content":"%s"}]}\
                """
                        .formatted(model, streamed, prompt));
    }

    private static String provider(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("x-switchgear-provider")
                .orElseGet(() -> answer.statusCode() + " " + answer.body());
    }
}
