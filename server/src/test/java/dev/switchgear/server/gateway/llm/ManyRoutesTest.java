package dev.switchgear.server.gateway.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.event.Journal;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.gateway.Surroundings;
import dev.switchgear.wire.Transport;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// However many routes there are, and whatever names clients make up, those of the configuration are
/// found at once: made a first time, and kept.
class ManyRoutesTest {
    private static final int ROUTES = 3_000;

    private final LlmGateway gateway =
            new LlmGateway(
                    config(),
                    (Transport)
                            (_, _, _, _, _) -> {
                                throw new AssertionError("nobody is asked here");
                            },
                    new Surroundings(
                            new Journal(100),
                            new ManualTime(),
                            Threads.virtual(),
                            new SplittableRandom(1)));

    private static Config config() {
        String routes =
                IntStream.range(0, ROUTES)
                        .mapToObj(i ->
                                "  - { match: { model: model-%d }, to: [ { provider: up, model: m } ] }"
                                        .formatted(i))
                        .collect(Collectors.joining("\n"));
        return ConfigLoader.parse(
                        "test.yaml",
                        "providers:\n  up: { kind: openai, base-url: \"https://up.example/v1\", keys: [{"
                                + " secret: sk-up }] }\nroutes:\n"
                                + routes
                                + "\n  - { match: { model: \"model-*\" }, to: [ { provider: up, model:"
                                + " other } ] }\naliases: { short: model-7 }\n",
                        Map.of())
                .config()
                .orElseThrow();
    }

    private LlmRoute route(String model) {
        return (LlmRoute) gateway.find(model).orElseThrow();
    }

    @Test
    void a_route_of_the_configuration_is_made_once() {
        for (int i = 0; i < ROUTES; i++) {
            route("model-" + i);
        }

        for (int i = 0; i < ROUTES; i++) {
            LlmRoute kept = route("model-" + i);
            assertThat(route("model-" + i)).isSameAs(kept);
            assertThat(kept.along().id()).isEqualTo("model-" + i);
        }
    }

    @Test
    void names_that_clients_make_up_take_no_place_of_it() {
        for (int i = 0; i < 2_000; i++) {
            route("up/made-up-" + i);
            route("model-made-up-" + i);
        }

        assertThat(route("model-2999")).isSameAs(route("model-2999"));
        assertThat(route("short")).isSameAs(route("short"));
        // Served all the same, each time anew.
        assertThat(route("up/made-up-1999")).isNotSameAs(route("up/made-up-1999"));
        assertThat(route("up/made-up-1")).isSameAs(route("up/made-up-1"));
    }

    @Test
    void a_name_comes_before_a_pattern() {
        assertThat(route("model-5").along().id()).isEqualTo("model-5");
        assertThat(route("model-x").along().id()).isEqualTo("model-*");
        assertThat(route("short").along().id()).isEqualTo("model-7");
    }
}
