package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.Spot;
import dev.switchgear.simulator.limit.RateLimits;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each fault that has a shape of its own, for each variant of OpenAI's API and for Ollama's.
class EveryFaultTest {
    private static final String OTHERS = "ANTHROPIC|GEMINI";

    /// One provider of a kind, and how it is asked.
    private record Scene(Kind kind, Simulator simulator, SimulatorClient client)
            implements AutoCloseable {
        static Scene of(Kind kind) {
            var settings = ProviderSettings.of("some", kind).instant();
            var simulator = Simulator.start(SimulatorSettings.of(settings));
            return new Scene(kind, simulator, new SimulatorClient(simulator));
        }

        SimulatedProvider provider() {
            return simulator.provider("some");
        }

        HttpResponse<String> stream() throws Exception {
            String path = provider().base().getPath();
            path += kind == Kind.OLLAMA ? "/api/chat" : "/chat/completions";
            String body =
                    """
                    {"model":"%s","stream":true,"messages":[{"role":"user","content":"Explain tides"}]}\
                    """
                            .formatted(provider().settings().models().getFirst().id());
            return client.send("POST", path, body, "authorization", "Bearer sk-0123456789ab");
        }

        @Override
        public void close() {
            client.close();
            simulator.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = OTHERS, mode = EnumSource.Mode.MATCH_NONE)
    void refusals_come_as_statuses_with_json(Kind kind) throws Exception {
        try (var scene = Scene.of(kind)) {
            scene.provider()
                    .fault(
                            new FaultKind.Status(
                                    500,
                                    "",
                                    "fuse blown",
                                    Optional.of(Duration.ofSeconds(7)),
                                    List.of(),
                                    Optional.empty()));
            var status = scene.stream();
            scene.provider().fault(new FaultKind.ExpiredKey());
            var expired = scene.stream();
            scene.provider()
                    .fault(
                            new FaultKind.RateLimit(
                                    new RateLimits(1, 1_000_000, Duration.ofMinutes(1))));
            scene.stream();
            var limited = scene.stream();

            assertThat(status.statusCode()).isEqualTo(500);
            assertThat(SimulatorClient.JSON.readTree(status.body()).toString())
                    .contains("fuse blown");
            assertThat(status.headers().firstValue("retry-after")).hasValue("7");
            assertThat(expired.statusCode()).isEqualTo(kind == Kind.XAI ? 400 : 401);
            assertThat(SimulatorClient.JSON.readTree(expired.body()).has("error")).isTrue();
            assertThat(expired.body()).doesNotContain("sk-0123456789ab");
            assertThat(limited.statusCode()).isEqualTo(kind == Kind.OLLAMA ? 503 : 429);
            assertThat(SimulatorClient.JSON.readTree(limited.body()).has("error")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = OTHERS, mode = EnumSource.Mode.MATCH_NONE)
    void a_stream_fails_first_or_later_with_status_200_and_never_ends_well(Kind kind)
            throws Exception {
        try (var scene = Scene.of(kind)) {
            scene.provider().fault(new FaultKind.ErrorFirstEvent("", "fuse blown"));
            var first = scene.stream();
            scene.provider().fault(new FaultKind.ErrorEvent(3, "", "fuse blown"));
            var later = scene.stream();

            for (var response : List.of(first, later)) {
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).contains("fuse blown");
                assertThat(response.body()).doesNotContain("\"finish_reason\":\"stop\"");
                assertThat(response.body()).doesNotContain("\"done\":true");
            }
            assertThat(first.body()).doesNotContain("tides");
            assertThat(later.body().length()).isGreaterThan(first.body().length());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = OTHERS, mode = EnumSource.Mode.MATCH_NONE)
    void a_stream_leaves_its_ends_out(Kind kind) throws Exception {
        try (var scene = Scene.of(kind)) {
            String whole = scene.stream().body();
            scene.provider().fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.DONE));
            String open = scene.stream().body();
            scene.provider().fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.BOTH));
            String endless = scene.stream().body();

            String terminal = kind == Kind.OLLAMA ? "\"done\":true" : "data: [DONE]";
            String reason = kind == Kind.OLLAMA ? "done_reason" : "\"finish_reason\":\"stop\"";
            assertThat(whole).contains(terminal).contains(reason);
            assertThat(open).doesNotContain(terminal);
            assertThat(endless).doesNotContain(terminal).doesNotContain(reason);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = OTHERS, mode = EnumSource.Mode.MATCH_NONE)
    void a_connection_breaks_wherever_it_is_told_to(Kind kind) throws Exception {
        try (var scene = Scene.of(kind)) {
            for (FaultKind fault :
                    List.of(
                            FaultKind.cutAfter(2),
                            new FaultKind.Cut(new Spot.InsideCharacter()),
                            new FaultKind.Reset(new Spot.AfterEvents(2)),
                            FaultKind.reset(),
                            new FaultKind.Refuse(),
                            new FaultKind.Garbage(64))) {
                scene.provider().fault(fault);

                assertThatThrownBy(scene::stream).as(fault.word()).isInstanceOf(IOException.class);
            }
            scene.provider()
                    .fault(
                            new FaultKind.Stall(
                                    new Spot.AfterEvents(2), Optional.of(Duration.ofMillis(5))));
            assertThat(scene.stream().statusCode()).isEqualTo(200);
            scene.provider().fault(new FaultKind.WrongContentType("text/html", "<p>hm</p>"));
            assertThat(scene.stream().body()).isEqualTo("<p>hm</p>");
        }
    }
}
