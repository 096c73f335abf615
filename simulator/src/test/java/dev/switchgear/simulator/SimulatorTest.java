package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
import dev.switchgear.simulator.fields.InvalidSettingsException;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SettingsReader;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorTest {
    private static final List<String> CONVERSATION =
            List.of(
                    "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Explain tides\"}]}",
                    "{\"model\":\"gpt-4o\",\"stream\":true,\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"Explain rain\"}]}",
                    "{\"model\":\"nope\",\"messages\":[]}");

    private static List<String> conversation(long seed) throws Exception {
        List<String> answers = new ArrayList<>();
        try (var simulator =
                Simulator.start(
                        SimulatorSettings.instant("alpha").withSeed(seed), new ManualTime())) {
            simulator
                    .provider("alpha")
                    .faults(List.of(SimulatedFault.always(FaultKind.status(500)).withRate(0.3)));
            for (int i = 0; i < 4; i++) {
                for (String body : CONVERSATION) {
                    try (var connection = new SimulatorRawClient(simulator.port())) {
                        connection.send(
                                "POST /alpha/v1/chat/completions HTTP/1.1\r\nconnection: close\r\n"
                                        + "content-length: "
                                        + body.length()
                                        + "\r\n\r\n"
                                        + body);
                        connection.untilClosed();
                        answers.add(connection.received());
                    }
                }
            }
        }
        return answers;
    }

    @Test
    void two_servers_with_one_seed_give_equal_bytes_faults_included() throws Exception {
        assertThat(conversation(7)).isEqualTo(conversation(7));
    }

    @Test
    void another_seed_gives_other_words() throws Exception {
        assertThat(conversation(7)).isNotEqualTo(conversation(8));
    }

    @ParameterizedTest
    @CsvSource({"0,false", "0,true", "1500,true", "40000,false", "40000,true"})
    void a_client_that_leaves_in_the_middle_of_a_stream_is_noticed(int longer, boolean stalls)
            throws Exception {
        var slow =
                ProviderSettings.openAi("alpha")
                        .paced(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5));
        String body = CONVERSATION.get(1).replace("\"messages\"", "\"user\":\"u\",\"messages\"");
        body = body.replace("\"u\"", "\"" + "u".repeat(1 + longer) + "\"");
        try (var simulator = Simulator.start(SimulatorSettings.of(slow))) {
            if (stalls) {
                simulator.provider("alpha").fault(FaultKind.stallAfter(1));
            }
            try (var connection =
                    new SimulatorRawClient(simulator.port())
                            .post("/alpha/v1/chat/completions", body)) {
                connection.until("\"role\"");
                assertThat(
                                simulator
                                        .provider("alpha")
                                        .await(
                                                request -> request.sent().bytes() > 0,
                                                Duration.ofSeconds(10)))
                        .isPresent();
            }

            var left =
                    simulator
                            .provider("alpha")
                            .await(ReceivedRequest::hungUp, Duration.ofSeconds(10));
            assertThat(left).isPresent();
        }
    }

    @Test
    void only_the_last_requests_are_remembered() throws Exception {
        var few =
                new SimulatorSettings(
                        0,
                        1,
                        List.of(ProviderSettings.openAi("alpha").instant()),
                        false,
                        2,
                        dev.switchgear.simulator.http.HttpLimits.DEFAULT);
        try (var simulator = Simulator.start(few);
                var client = new SimulatorClient(simulator)) {
            for (int i = 0; i < 3; i++) {
                client.send("GET", "/alpha/v1/models", "");
            }

            assertThat(simulator.provider("alpha").requests())
                    .extracting(ReceivedRequest::number)
                    .containsExactly(2L, 3L);
            assertThat(simulator.provider("alpha").requestCount()).isEqualTo(3);
        }
    }

    @Test
    void a_file_configures_providers_models_keys_limits_and_faults(@TempDir Path folder)
            throws Exception {
        Path file = folder.resolve("sim.yaml");
        Files.writeString(
                file,
                """
                port: 0
                seed: 42
                auto-create: true
                providers:
                  alpha:
                    latency: 1ms
                    jitter: 0ms
                    per-token: 0ms
                    models: [gpt-4o, {id: tiny, context: 100, max-output: 10}]
                    keys: [sk-alpha-0000f3a9]
                    limits: {requests-per-minute: 60}
                    faults:
                      - {type: status, code: 503, rate: 0.1, duration: 30s}
                  beta:
                """);

        SimulatorSettings settings = SettingsReader.load(file);

        ProviderSettings alpha = settings.providers().getFirst();
        assertThat(settings.seed()).isEqualTo(42);
        assertThat(settings.autoCreate()).isTrue();
        assertThat(alpha.models().get(1).context()).isEqualTo(100);
        assertThat(alpha.limits().requests()).isEqualTo(60);
        assertThat(alpha.faults().getFirst().rate()).isEqualTo(0.1);
        assertThat(alpha.toString()).doesNotContain("f3a9");
        assertThat(settings.providers().get(1)).isEqualTo(ProviderSettings.openAi("beta"));
    }

    @Test
    void a_provider_of_another_kind_has_its_models_and_its_address() {
        SimulatorSettings settings =
                SettingsReader.parse(
                        """
                        port: 0
                        providers:
                          claude: {kind: anthropic, models: [claude-haiku-4-5, claude-new]}
                          google: {kind: gemini}
                        """);

        try (var simulator = Simulator.start(settings)) {
            ProviderSettings claude = settings.providers().getFirst();
            assertThat(claude.models().getFirst().snapshot())
                    .isEqualTo("claude-haiku-4-5-20251001");
            assertThat(claude.models().get(1).maxOutput()).isEqualTo(64_000);
            assertThat(settings.providers().get(1))
                    .isEqualTo(ProviderSettings.of("google", Kind.GEMINI));
            assertThat(simulator.provider("claude").base().getPath()).isEqualTo("/claude");
            assertThat(simulator.provider("google").base().getPath()).isEqualTo("/google/v1beta");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'prot: 1' | simulator: \"prot\" is not a setting",
                "'port: 99999' | simulator.port: 99999 (expected: a whole number from 0 to 65535)",
                "'providers: {}' | providers: none",
                "'providers: {a: {kind: openia}}' | providers.a.kind: \"openia\"",
                "'providers: {a: {latency: 5}}' | providers.a.latency: 5 (expected: a duration",
                "'providers: {a: {faults: [{type: cutt}]}}' | did you mean \"cut\"?",
                "'port: [' | not YAML",
            })
    void a_wrong_setting_is_named_with_what_was_expected(String yaml, String message) {
        assertThatThrownBy(() -> SettingsReader.parse(yaml))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(message);
    }

    @Test
    void a_port_that_is_taken_is_named() {
        try (var first = Simulator.start(SimulatorSettings.instant("alpha"))) {
            var second = SimulatorSettings.instant("alpha").withPort(first.port());

            assertThatThrownBy(() -> Simulator.start(second))
                    .hasMessageContaining("port " + first.port());
        }
    }
}
