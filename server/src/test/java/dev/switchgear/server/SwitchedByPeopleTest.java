package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.simulator.fault.FaultKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Providers and keys that an operator switches while calls go on.
final class SwitchedByPeopleTest {
    private static final ClientKey KEY = ClientKey.generate(new Random(1));
    private static final String BEARER = "Bearer " + KEY.reveal();
    private static final String FORCE = "/api/ai/failover/force-status";
    private static final String ADMIN = "/api/admin/switches";
    private static final String REST =
            House.ROUTES
                    + """
                    clients: [ { name: ann, key-hash: "%s", operator: true } ]
                    resilience: { breaker: { failures: 2, open-for: 1m } }
                    """
                            .formatted(KEY.stored(Secret.of(House.PEPPER)).text());

    private final HttpClient http = HttpClient.newHttpClient();
    private final House house = House.open(REST);

    @AfterEach
    void close() {
        house.close();
    }

    /// Both ways to order say and do the same.
    @ParameterizedTest
    @CsvSource({
        "POST, off, alpha, ''", "POST, drain, alpha, main", "POST, OFF, alpha, main",
        "PUT, off, alpha, ''", "PUT, drain, alpha, main", "PUT, DRAIN, alpha, ''",
    })
    void what_is_switched_off_gets_no_call_until_it_is_released(
            String method, String state, String provider, String key) {
        assertThat(answeredBy()).isEqualTo("alpha");

        JsonNode told = json(order(method, state, provider, key, ""));

        assertThat(told.get("by").asString()).isEqualTo("ann");
        assertThat(told.path("key").asString("")).as("no wider than asked").isEqualTo(key);
        assertThat(told.get("state").asString()).isEqualToIgnoringCase(state);
        assertThat(told.get("reason").asString()).isEqualTo("new machines");
        assertThat(Instant.parse(told.get("until").asString()))
                .isBetween(Instant.now().plusSeconds(3_500), Instant.now().plusSeconds(3_601));
        assertThat(told.at("/upstreams/0/status").asString()).isEqualTo("Off");
        for (int i = 0; i < 3; i++) {
            assertThat(answeredBy()).isEqualTo("beta");
        }
        JsonNode listed = json(ask("GET", ADMIN, "")).get("switches");
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).get("since").asString()).isNotEmpty();
        String place = key.isEmpty() ? provider : provider + "/" + key;
        assertThat(json(ask("GET", ADMIN + "/" + place, ""))).isEqualTo(listed.get(0));

        if (method.equals("PUT")) {
            ask("DELETE", ADMIN + "/" + place, "");
        } else {
            order(method, "release", provider, key, "");
        }

        assertThat(answeredBy()).isEqualTo("alpha");
        assertThat(json(ask("GET", ADMIN, "")).get("switches")).isEmpty();
    }

    @Test
    void what_is_switched_on_is_used_whatever_its_breaker_says() {
        house.provider("alpha").fault(new FaultKind.Status(500));
        for (int i = 0; i < 3; i++) {
            answeredBy();
        }
        house.provider("alpha").faults(List.of());
        assertThat(answeredBy()).isEqualTo("beta");

        order("POST", "on", "alpha", "", "");

        assertThat(answeredBy()).isEqualTo("alpha");
    }

    @Test
    void it_is_seen_on_the_health_page_and_in_metrics() {
        order("POST", "drain", "alpha", "", ",\"expiresInSeconds\":60");

        JsonNode alpha = json(ask("GET", "/api/health", "")).at("/upstreams/0");
        JsonNode status = json(ask("GET", "/api/ai/failover/status", ""));
        JsonNode summary = json(ask("GET", "/api/ai/failover/health-summary", ""));
        JsonNode history = json(ask("GET", "/api/ai/failover/failover-history", ""));
        String metrics = ask("GET", "/metrics", "").body();

        assertThat(alpha.get("status").asString()).isEqualTo("Off");
        assertThat(alpha.get("why").asString()).isEqualTo("drained by ann: new machines");
        assertThat(alpha.at("/forced/state").asString()).isEqualTo("drain");
        assertThat(alpha.at("/forced/by").asString()).isEqualTo("ann");
        assertThat(alpha.at("/forced/reason").asString()).isEqualTo("new machines");
        assertThat(alpha.at("/forced/until").asString()).isNotEmpty();
        assertThat(status.at("/upstreams/0")).isEqualTo(alpha);
        assertThat(status.at("/switches/0/provider").asString()).isEqualTo("alpha");
        assertThat(summary.at("/states/Off").asInt()).isEqualTo(1);
        assertThat(summary.get("serving").asInt()).isEqualTo(2);
        assertThat(history.at("/history/0/kind").asString()).isEqualTo("switch");
        assertThat(history.at("/history/0/text").asString())
                .startsWith("alpha/main was switched drain by ann until ")
                .endsWith(": new machines");
        assertThat(metrics)
                .contains(
                        "switchgear_forced_state{key=\"main\",provider=\"alpha\"} 3.0",
                        "switchgear_forced_state{key=\"main\",provider=\"beta\"} 0.0",
                        "switchgear_forced_total{key=\"main\",provider=\"alpha\",state=\"drain\"} 1.0");
    }

    @Test
    void it_outlives_a_new_configuration_that_changes_the_provider_itself() {
        order("POST", "off", "alpha", "", "");
        order("POST", "off", "beta", "main", "");
        String changed =
                House.PROVIDERS.formatted(
                        house.simulator().port(), House.TIMEOUTS.replace("1s", "2s"));

        use(changed);

        assertThat(answeredBy()).isEqualTo("gamma");
    }

    /// Whoever comes into use under a name for which an order holds obeys it from its first call on.
    @Test
    void it_holds_for_what_comes_into_use_later() {
        order("POST", "off", "alpha", "", "");
        order("POST", "off", "beta", "main", "");
        String all = House.PROVIDERS.formatted(house.simulator().port(), House.TIMEOUTS);

        use(all.replaceAll("(alpha|beta):( +)\\{", "$1:$2{ enabled: false,"));
        assertThat(answeredBy()).isEqualTo("gamma");
        use(
                all.replaceFirst(
                        "keys: \\[ \\{ secret: sk-alpha-0123456789 } ]",
                        "keys: [ { secret: sk-alpha-0123456789 },"
                                + " { name: more, secret: sk-alpha-9876543210 } ]"));

        assertThat(answeredBy()).isEqualTo("gamma");
        assertThat(house.provider("alpha").requestCount()).isZero();
        assertThat(house.provider("beta").requestCount()).isZero();
    }

    private void use(String providers) {
        house.gateway()
                .use(
                        ConfigLoader.parse(
                                        "test.yaml",
                                        "server: { port: 0 }\n" + providers + REST,
                                        Map.of())
                                .config()
                                .orElseThrow());
    }

    @Test
    void it_ends_by_itself() throws InterruptedException {
        order("POST", "off", "alpha", "", ",\"expiresInSeconds\":1");
        assertThat(answeredBy()).isEqualTo("beta");

        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        String text = "";
        while (!text.contains("has ended") && System.nanoTime() < end) {
            text =
                    json(ask("GET", "/api/ai/failover/failover-history", ""))
                            .at("/history/0/text")
                            .asString();
        }

        assertThat(text).isEqualTo("the order for alpha/main has ended: it is judged as usual");
        assertThat(answeredBy()).isEqualTo("alpha");
        assertThat(json(ask("GET", ADMIN, "")).get("switches")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"provider\":\"alpha\"}",
                "{\"state\":\"off\"}",
                "{\"provider\":7,\"state\":\"off\"}",
                "{\"provider\":\"alpha\",\"state\":\"maybe\"}",
                "{\"provider\":\"alpha\",\"state\":\"off\",\"reason\":\"two\\nlines\"}",
                "{\"provider\":\"alpha\",\"state\":\"off\",\"expiresInSeconds\":0}",
                "{\"provider\":\"alpha\",\"state\":\"off\",\"expiresInSeconds\":-5}",
                "{\"provider\":\"alpha\",\"state\":\"off\",\"expiresInSeconds\":1.5}",
                "{\"provider\":\"alpha\",\"state\":\"off\",\"expiresInSeconds\":\"60\"}",
                "{\"provider\":\"alpha\",\"state\":\"off\",\"expiresInSeconds\":2592001}",
                "{\"provider\":\"alpha\",\"state\":\"off\",\"for\":\"1h\"}",
            })
    void what_cannot_be_meant_is_refused_and_changes_nothing(String body) {
        HttpResponse<String> answer = ask("POST", FORCE, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("SG-1400");
        assertThat(json(ask("GET", ADMIN, "")).get("switches")).isEmpty();
        assertThat(answeredBy()).isEqualTo("alpha");
    }

    @ParameterizedTest
    @CsvSource({"alpa, ''", "alpha, mian", "'', ''", "alpha/main, main"})
    void who_is_not_there_cannot_be_switched(String provider, String key) {
        HttpResponse<String> answer = order("POST", "off", provider, key, "");

        assertThat(answer.statusCode()).isEqualTo(provider.isEmpty() ? 400 : 404);
        assertThat(json(ask("GET", ADMIN, "")).get("switches")).isEmpty();
    }

    private String answeredBy() {
        HttpResponse<String> answer = house.chat("auto", "authorization", BEARER);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("x-switchgear-provider").orElseThrow();
    }

    private HttpResponse<String> order(
            String method, String state, String provider, String key, String more) {
        String place = key.isEmpty() ? provider : provider + "/" + key;
        boolean post = method.equals("POST");
        String whom = post ? "\"provider\":\"" + provider + "\",\"key\":\"" + key + "\"," : "";
        return ask(
                method,
                post ? FORCE : ADMIN + "/" + place,
                "{"
                        + whom
                        + "\"state\":\""
                        + state
                        + "\",\"reason\":\"new machines\""
                        + more
                        + "}");
    }

    private HttpResponse<String> ask(String method, String path, String body) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + house.port() + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("authorization", BEARER)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException gone) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(gone);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }
}
