package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.health.ForcedState.Order;
import dev.switchgear.server.ScriptedHouse.Answer;
import dev.switchgear.server.monitor.EventLog;
import dev.switchgear.simulator.fault.FaultKind;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// `x-switchgear-reason`: why the one who answered was asked.
final class WhyItWonTest {
    private static final String BREAKER =
            "resilience: { breaker: { failures: 2, open-for: 1m }, retry: { budget: 100% } }\n";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void it_says_the_place_who_failed_before_and_who_was_left_out(boolean streamed) {
        try (House house = House.open(House.ROUTES + BREAKER)) {
            assertThat(reason(house, "auto", streamed)).isEqualTo("priority, 1 of 3");
            assertThat(reason(house, "beta/gpt-4o", streamed)).isEqualTo("priority, 1 of 1");

            house.provider("alpha").fault(new FaultKind.Status(500));
            assertThat(reason(house, "auto", streamed))
                    .isEqualTo("priority, 2 of 3; after alpha/main: server error");
            reason(house, "auto", streamed);
            assertThat(reason(house, "auto", streamed))
                    .isEqualTo("priority, 1 of 2; not alpha/main: breaker open");

            house.provider("beta").fault(new FaultKind.Status(401));
            assertThat(reason(house, "auto", streamed))
                    .isEqualTo(
                            "priority, 2 of 2; after beta/main: key rejected; not alpha/main:"
                                    + " breaker open");
            assertThat(reason(house, "auto", streamed))
                    .startsWith("priority, 1 of 1; not ")
                    .contains("alpha/main: breaker open", "beta/main: resting, key rejected");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "priority, 'priority, 1 of 3'",
        "round-robin, 'round-robin, 1 of 3'",
        "cost, 'cost, price unknown, 1 of 3'",
        "weighted, 'weighted weight [0-9.]+, 1 of 3'",
        "least-latency, 'least-latency load [0-9]+ ms, 1 of 3'",
        "score, 'score 0[.][0-9]{3} before (alpha|beta|gamma)/main 0[.][0-9]{3}, 1 of 3'",
    })
    void it_says_by_what_the_strategy_went(String strategy, String reason) {
        try (House house =
                House.open(
                        House.ROUTES.replaceFirst(
                                "to: ", "strategy: " + strategy + "\n    to: "))) {
            assertThat(reason(house, "auto", false)).matches(reason);
            assertThat(reason(house, "auto", true)).matches(reason);
        }
    }

    @Test
    void it_says_that_a_share_was_drawn_a_conversation_went_on_or_a_person_ordered_it() {
        String routes =
                """
                routes:
                  - match: { model: drawn }
                    to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o, share: 100% } ]
                  - match: { model: talk }
                    strategy: round-robin
                    to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o } ]
                """;
        try (House house = House.open(routes + BREAKER)) {
            assertThat(reason(house, "drawn", false))
                    .isEqualTo("priority, 1 of 2; drawn for its share");
            house.chat("talk", "x-session-id", "one");
            assertThat(header(house.chat("talk", "x-session-id", "one")))
                    .isEqualTo("round-robin, 1 of 2; its conversation");

            house.gateway().upstreams().stream()
                    .filter(upstream -> upstream.id().provider().equals("beta"))
                    .forEach(upstream -> upstream.force(new Order(Forced.ON, "ann", Instant.MAX)));
            assertThat(reason(house, "drawn", true))
                    .isEqualTo("priority, 1 of 2; forced on; drawn for its share");
            house.gateway().upstreams().stream()
                    .filter(upstream -> upstream.id().provider().equals("beta"))
                    .forEach(upstream -> upstream.force(new Order(Forced.OFF, "ann", Instant.MAX)));
            assertThat(reason(house, "drawn", false))
                    .isEqualTo("priority, 1 of 1; not beta/main: switched off by a person");
        }
    }

    @Test
    void one_that_is_asked_for_its_price_says_so_only_where_one_is_known() {
        String routes = House.ROUTES.replaceFirst("to: ", "strategy: cost\n    to: ");
        try (House house = House.open(routes, "cost: { input: 1, output: 2 }", House.alive(10))) {
            assertThat(reason(house, "auto", false)).isEqualTo("cost, 1 of 3");
        }
    }

    @Test
    void a_hedge_says_beside_whom_it_was_asked() {
        String routes =
                """
                routes:
                  - match: { model: hedged }
                    hedge: { after: 20ms, budget: 100% }
                    to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o } ]
                """;
        try (House house =
                House.open(routes, "timeouts: { head: 9s, first-token: 9s }", House.alive(10))) {
            house.provider("alpha").fault(FaultKind.slow(Duration.ofSeconds(8)));

            assertThat(reason(house, "hedged", true))
                    .isEqualTo("priority, 2 of 2; beside alpha/main: slow");
        }
    }

    @Test
    void a_providers_own_words_say_whose_they_are_and_a_lost_call_has_no_reason() {
        try (ScriptedHouse house = ScriptedHouse.open()) {
            house.answers("chat", Answer.json(400, "{\"error\":{\"message\":\"bad value\"}}"));
            assertThat(header(house.post("/v1/chat/completions", House.plain("chat/m"))))
                    .isEqualTo("priority, 1 of 1");

            house.answers("chat", Answer.json(500, "{}"));
            assertThat(
                            house.post("/v1/chat/completions", House.plain("chat/m"))
                                    .headers()
                                    .firstValue("x-switchgear-reason"))
                    .isEmpty();
        }
    }

    @Test
    void however_many_are_left_out_and_however_they_are_called_it_stays_short_and_printable() {
        var providers = new StringBuilder();
        var targets = new StringBuilder("{ provider: last, model: m }");
        for (int i = 0; i < 60; i++) {
            providers.append(
                    """
                      p%d: { kind: openai-compatible, base-url: "http://127.0.0.1:%%1$d/chat/v1", keys: [{ name: "schlüssel-\u00e9-%s", secret: "sk-up" }] }
                    """
                            .formatted(i, "n".repeat(20)));
            targets.append(", { provider: p").append(i).append(", model: m }");
        }
        try (ScriptedHouse house =
                ScriptedHouse.of(
                        """
                        server: { port: 0 }
                        egress: { allow-private: ["127.0.0.1:%%1$d"] }
                        providers:
                          last: { kind: openai-compatible, base-url: "http://127.0.0.1:%%1$d/chat/v1", keys: [{ secret: "sk-up" }] }
                        %s
                        routes:
                          - match: { model: many }
                            to: [ %s ]
                        """
                                .formatted(providers, targets))) {
            house.gateway()
                    .upstreams()
                    .forEach(upstream -> {
                        if (!upstream.id().provider().equals("last")) {
                            upstream.force(new Order(Forced.OFF, "ann", Instant.MAX));
                        }
                    });

            String reason = header(house.post("/v1/chat/completions", House.plain("many")));

            assertThat(reason)
                    .hasSizeLessThanOrEqualTo(400)
                    .matches("[ -~]+")
                    .startsWith("priority, 1 of 1; not ")
                    .containsPattern(", and [0-9]+ more$");
        }
    }

    @Test
    void the_line_of_a_call_in_the_log_says_it_too() {
        var lines = new ListAppender<ILoggingEvent>();
        Logger events =
                ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(EventLog.NAME);
        lines.start();
        events.addAppender(lines);
        events.setLevel(Level.DEBUG);
        try (House house = House.open(House.ROUTES)) {
            house.chat("auto", "x-request-id", "told-why");
            house.get("/metrics");
        } finally {
            events.detachAppender(lines);
            events.setLevel(null);
        }

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.contains("told-why") && line.contains("(priority, 1 of 3)"));
    }

    private static String reason(House house, String model, boolean streamed) {
        return header(streamed ? house.stream(model) : house.chat(model));
    }

    private static String header(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("x-switchgear-reason")
                .orElseThrow(() -> new AssertionError(answer.body()));
    }
}
