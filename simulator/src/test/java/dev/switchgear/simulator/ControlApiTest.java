package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.settings.SimulatorSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ControlApiTest {
    private static final String PLAIN =
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private final Simulator simulator = Simulator.start(SimulatorSettings.instant("alpha", "beta"));
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    @Test
    void put_replaces_all_faults_and_delete_heals() throws Exception {
        client.send("PUT", "/_sim/alpha/faults", "[{\"type\":\"status\",\"code\":500}]");
        var put = client.send("PUT", "/_sim/alpha/faults", "[{\"type\":\"status\",\"code\":503}]");
        int during = client.chat(PLAIN).statusCode();
        var deleted = client.send("DELETE", "/_sim/alpha/faults", "");

        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(during).isEqualTo(503);
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(client.chat(PLAIN).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"status\",\"code\":429,\"retry-after\":\"20000ms\",\"headers\":{\"x-a\":\"b\"},\"body\":\"x\"}",
                "{\"type\":\"latency\",\"delay\":\"200ms\",\"jitter\":\"100ms\",\"rate\":0.5,\"duration\":\"60000ms\"}",
                "{\"type\":\"slow-first-token\",\"delay\":\"5000ms\",\"jitter\":\"0ms\",\"after-opening\":true}",
                "{\"type\":\"stall\",\"after-events\":3,\"for\":\"1000ms\"}",
                "{\"type\":\"cut\",\"after-bytes\":10,\"times\":2,\"operation\":\"chat\",\"streamed\":true}",
                "{\"type\":\"cut\",\"inside-character\":true,\"model\":\"gpt-4o\",\"key-ending\":\"f3a9\"}",
                "{\"type\":\"reset\"}",
                "{\"type\":\"black-hole\"}",
                "{\"type\":\"refuse\"}",
                "{\"type\":\"garbage\",\"bytes\":10}",
                "{\"type\":\"wrong-content-type\",\"content-type\":\"text/plain\",\"body\":\"b\"}",
                "{\"type\":\"error-first-event\",\"error\":\"server_is_overloaded\",\"message\":\"m\"}",
                "{\"type\":\"error-event\",\"after-events\":4}",
                "{\"type\":\"no-terminal-event\",\"missing\":\"both\"}",
                "{\"type\":\"rate-limit\",\"requests\":5,\"tokens\":100,\"window\":\"1000ms\"}",
                "{\"type\":\"expired-key\"}",
            })
    void every_fault_comes_back_as_it_was_put(String fault) throws Exception {
        var response = client.send("PUT", "/_sim/alpha/faults", "[" + fault + "]");

        JsonNode back = SimulatorClient.JSON.readTree(response.body()).at("/faults/0");
        for (var field : SimulatorClient.JSON.readTree(fault).properties()) {
            assertThat(back.get(field.getKey())).isEqualTo(field.getValue());
        }
        assertThat(back.path("happened").asInt()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | faults: not a list",
                "[{}] | faults[0].type: missing",
                "[{\"type\":\"stal\"}] | did you mean \"stall\"?",
                "[{\"type\":\"latency\",\"dely\":\"1s\"}] | faults[0].delay: missing",
                "[{\"type\":\"latency\",\"delay\":\"1s\",\"rat\":1}] | did you mean \"rate\"?",
                "[{\"type\":\"latency\",\"delay\":5}] | faults[0].delay: 5 (expected: a duration",
                "[{\"type\":\"status\"}] | faults[0].code: missing",
                "[{\"type\":\"status\",\"code\":99}] | faults[0].code: 99 (expected: a whole number",
                "[{\"type\":\"cut\",\"rate\":2}] | faults[0].rate: 2 (expected: a number from 0 to 1)",
                "[{\"type\":\"cut\",\"operation\":\"chatt\"}] | did you mean \"chat\"?",
                "[{\"type\":\"refuse\",\"streamed\":true}] | faults[0].refuse: streamed and model",
                "[{\"type\":\"heal\"}] | (expected: DELETE, or an empty list)",
                "[ | faults: not JSON",
            })
    void a_wrong_fault_is_a_400_that_names_it_and_what_was_expected(String body, String message)
            throws Exception {
        client.send("PUT", "/_sim/alpha/faults", "[{\"type\":\"status\",\"code\":500}]");

        var response = client.send("PUT", "/_sim/alpha/faults", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(SimulatorClient.JSON.readTree(response.body()).at("/error/message").asString())
                .contains(message);
        assertThat(client.chat(PLAIN).statusCode()).as("the old faults stay").isEqualTo(500);
    }

    @Test
    void requests_show_what_was_received_but_no_credential() throws Exception {
        client.send(
                "POST",
                "/alpha/v1/chat/completions?key=sk-secret-in-query-f3a9&a=b",
                PLAIN,
                "authorization",
                "Bearer sk-abcdefghijklmnop1234",
                "x-trace",
                "t1");

        String text = client.send("GET", "/_sim/alpha/requests", "").body();

        JsonNode request = SimulatorClient.JSON.readTree(text).at("/requests/0");
        assertThat(text).doesNotContain("abcdefgh").doesNotContain("secret-in");
        assertThat(text).contains("Bearer sk-…1234").contains("key=sk-…f3a9&a=b");
        assertThat(request.path("method").asString()).isEqualTo("POST");
        assertThat(request.path("path").asString()).isEqualTo("/v1/chat/completions");
        assertThat(request.path("body").asString()).isEqualTo(PLAIN);
        assertThat(request.path("status").asInt()).isEqualTo(200);
        assertThat(request.path("hung-up").asBoolean()).isFalse();
    }

    @Test
    void forgotten_requests_are_gone_but_still_counted() throws Exception {
        client.chat(PLAIN);

        client.send("DELETE", "/_sim/alpha/requests", "");

        JsonNode now =
                SimulatorClient.JSON.readTree(
                        client.send("GET", "/_sim/alpha/requests", "").body());
        assertThat(now.path("requests")).isEmpty();
        assertThat(now.path("count").asInt()).isEqualTo(1);
    }

    @Test
    void the_state_names_each_provider_its_address_and_its_faults() throws Exception {
        simulator.provider("beta").fault(new FaultKind.BlackHole());

        JsonNode state =
                SimulatorClient.JSON.readTree(client.send("GET", "/_sim/state", "").body());

        assertThat(state.path("providers")).hasSize(2);
        assertThat(state.at("/providers/0/base-url").asString())
                .isEqualTo(simulator.base() + "/alpha/v1");
        assertThat(state.at("/providers/1/faults/0/type").asString()).isEqualTo("black-hole");
    }

    @Test
    void an_unknown_provider_is_a_404_that_names_the_nearest() throws Exception {
        var control = client.send("GET", "/_sim/alpa/requests", "");
        var api = client.send("GET", "/alpa/v1/models", "");

        assertThat(control.statusCode()).isEqualTo(404);
        assertThat(control.body()).contains("did you mean \\\"alpha\\\"?");
        assertThat(api.statusCode()).isEqualTo(404);
        assertThatThrownBy(() -> simulator.provider("alpa"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void where_allowed_an_unknown_provider_appears_when_first_addressed() throws Exception {
        try (var open = Simulator.start(SimulatorSettings.instant("alpha").withAutoCreate(true));
                var visitor = new SimulatorClient(open)) {
            assertThat(visitor.send("GET", "/delta/v1/models", "").statusCode()).isEqualTo(200);
            assertThat(open.names()).containsExactly("alpha", "delta");
        }
    }
}
