package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What operators see from outside.
class OperatorsTest {
    private static final String BREAKER =
            "resilience: { breaker: { failures: 2, open-for: 1m } }\n";

    private final House house = House.open(House.ROUTES + BREAKER);

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void it_says_that_it_lives_and_is_ready() {
        assertThat(house.get("/livez").statusCode()).isEqualTo(200);
        assertThat(house.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(house.get("/health/liveliness").statusCode()).isEqualTo(200);
    }

    @Test
    void it_is_not_ready_while_nothing_can_be_served_but_lives() {
        for (String name : List.of("alpha", "beta", "gamma")) {
            assertThat(house.get("/readyz").body()).isEqualTo("ready\n");
            house.provider(name).fault(new FaultKind.Status(401));
            for (int i = 0; i < 3; i++) {
                house.chat(name + "/gpt-4o");
            }
        }

        HttpResponse<String> ready = house.get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body())
                .isEqualTo(
                        "no provider can be asked: all 3 upstreams are out, /api/health says why\n");
        assertThat(house.get("/livez").statusCode()).isEqualTo(200);
        assertThat(house.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(
                        JsonMapper.shared()
                                .readTree(house.get("/api/health").body())
                                .get("status")
                                .asString())
                .isEqualTo("down");
    }

    @Test
    void it_is_not_ready_without_a_provider_that_is_on() {
        for (String providers :
                List.of(
                        "",
                        "providers: { openai: { enabled: false } }",
                        "providers: { openai: { keys: [{ secret: \"${NOT_SET}\" }] } }")) {
            try (House empty = House.of(_ -> "server: { port: 0 }\n" + providers)) {
                assertThat(empty.get("/readyz").statusCode()).isEqualTo(503);
                assertThat(empty.get("/readyz").body()).isEqualTo("no provider is on\n");
                assertThat(empty.get("/healthz").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void health_shows_each_upstream_and_what_became_of_the_calls() {
        breakAlpha();

        JsonNode health = JsonMapper.shared().readTree(house.get("/api/health").body());

        assertThat(health.get("status").asString()).isEqualTo("ok");
        assertThat(health.get("calls").get("all").asInt()).isEqualTo(3);
        assertThat(health.get("calls").get("failedOver").asInt()).isEqualTo(2);
        assertThat(health.get("calls").get("lost").asInt()).isZero();
        assertThat(health.get("upstreams")).hasSize(3);
        JsonNode alpha = health.get("upstreams").get(0);
        assertThat(alpha.get("provider").asString()).isEqualTo("alpha");
        assertThat(alpha.get("status").asString()).isEqualTo("Down");
        assertThat(alpha.get("breaker").asString()).isEqualTo("open");
        assertThat(alpha.get("retryAfterMillis").asLong()).isPositive();
    }

    @Test
    void metrics_show_the_breaker_moving_and_the_failovers() {
        house.chat("auto");
        String before = house.metrics();
        breakAlpha();
        house.stream("auto");
        String after = house.metrics();

        assertThat(value(before, "switchgear_breaker_state", "alpha")).isZero();
        assertThat(value(after, "switchgear_breaker_state", "alpha")).isEqualTo(1);
        assertThat(value(after, "switchgear_breaker_state", "beta")).isZero();
        assertThat(value(after, "switchgear_failovers_total", "to=\"beta\"")).isEqualTo(2);
        assertThat(after)
                .contains(
                        "switchgear_overhead_seconds_bucket",
                        "switchgear_attempts_total",
                        "switchgear_attempt_failures_total",
                        "switchgear_calls_total",
                        "switchgear_queue_depth",
                        "switchgear_events_dropped_total",
                        "gen_ai_client_operation_duration_seconds_bucket",
                        "gen_ai_client_operation_time_to_first_chunk_seconds_bucket",
                        "gen_ai_client_token_usage_bucket",
                        "gen_ai_server_request_duration_seconds_bucket");
    }

    private void breakAlpha() {
        house.provider("alpha").fault(new FaultKind.Status(500));
        for (int i = 0; i < 3; i++) {
            assertThat(house.chat("auto").statusCode()).isEqualTo(200);
        }
    }

    private static double value(String metrics, String name, String label) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " of " + label + " in " + metrics));
    }
}
