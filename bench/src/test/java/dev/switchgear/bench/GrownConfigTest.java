package dev.switchgear.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.bench.GrownConfig.What;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.Loaded;
import dev.switchgear.server.identity.ClientKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `bench/run flat` starts Switchgear with is taken by it, and has as much as was asked for.
class GrownConfigTest {
    private static final Secret PEPPER = Secret.of("pepper-of-a-benchmark");

    @TempDir private Path folder;

    private GrownConfig grown(What what, int count) throws Exception {
        Path template =
                Path.of(
                        System.getProperty("switchgear.root", ".."),
                        "bench/contenders/switchgear/switchgear.yaml");
        String base =
                Files.readString(template)
                        .replace("@KEY_HASH@", "AAAAAAAA." + "A".repeat(43))
                        .replaceAll("@(PORT|UPSTREAM|SECOND|PATIENCE)@", "19101");
        return GrownConfig.of(base, what, count, PEPPER, folder.resolve("prices.yaml"));
    }

    private Config taken(GrownConfig grown) throws Exception {
        Path file = folder.resolve("switchgear.yaml");
        Files.writeString(file, grown.config());
        if (!grown.prices().isEmpty()) {
            Files.writeString(folder.resolve("prices.yaml"), grown.prices());
        }
        Loaded loaded = ConfigLoader.load(file, Map.of());
        assertThat(loaded.config()).as("%s", loaded.problems()).isPresent();
        return loaded.config().orElseThrow();
    }

    @Test
    void every_model_that_is_asked_has_a_route() throws Exception {
        for (What what : What.values()) {
            GrownConfig grown = grown(what, 20);
            Config config = taken(grown);
            var models = new HashSet<String>();
            config.routes()
                    .forEach(route -> models.add(((Config.Match.Llm) route.match()).model()));

            assertThat(grown.asks()).doesNotHaveDuplicates().isNotEmpty();
            if (what != What.KEYS) {
                assertThat(models).as("%s", what).containsAll(grown.asks());
            }
        }
    }

    @Test
    void every_key_that_is_shown_lets_its_client_in() throws Exception {
        GrownConfig grown = grown(What.KEYS, 50);
        ClientKeys keys = ClientKeys.of(taken(grown), PEPPER);

        assertThat(grown.asks()).hasSize(50);
        for (int i = 0; i < 50; i++) {
            assertThat(keys.verify(grown.asks().get(i)).orElseThrow().name())
                    .isEqualTo("bench-" + i);
        }
    }

    @Test
    void there_is_as_much_of_it_as_was_asked_for() throws Exception {
        assertThat(taken(grown(What.ROUTES, 1_000)).routes()).hasSize(1_001);
        assertThat(taken(grown(What.UPSTREAMS, 200)).providers()).hasSize(201);
        assertThat(taken(grown(What.TARGETS, 64)).routes().getFirst().targets()).hasSize(64);
        assertThat(grown(What.PRICES, 1_000).prices().lines()).hasSize(1_002);
    }
}
