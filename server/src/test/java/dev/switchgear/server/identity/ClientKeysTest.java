package dev.switchgear.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ClientKeysTest {
    private static final Secret PEPPER = Secret.of("a pepper of the tests");

    private final ClientKey key = ClientKey.generate(new Random(1));

    @Test
    void a_key_has_a_prefix_thirty_random_characters_and_a_checksum() {
        assertThat(key.reveal()).matches("swg_live_[0-9A-Za-z]{36}");
        assertThat(ClientKey.parse(key.reveal())).isPresent();
        assertThat(key.toString()).doesNotContain(key.reveal().substring(17));
    }

    @Test
    void keys_differ() {
        var random = new Random(2);
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            keys.add(ClientKey.generate(random).reveal());
        }

        assertThat(keys).hasSize(1_000);
    }

    @Test
    void a_typo_anywhere_fails_the_checksum() {
        String text = key.reveal();
        for (int i = 0; i < text.length(); i++) {
            String typo =
                    text.substring(0, i)
                            + (text.charAt(i) == 'x' ? 'y' : 'x')
                            + text.substring(i + 1);

            assertThat(ClientKey.parse(typo)).as(typo).isEmpty();
        }
    }

    @Test
    void the_client_of_a_key_is_found() {
        assertThat(keys(key).verify(key.reveal()).orElseThrow().name()).isEqualTo("ci-bot");
        assertThat(keys(key).none()).isFalse();
    }

    @Test
    void another_key_even_with_the_same_public_id_is_nobody() {
        ClientKeys keys = keys(key);
        ClientKey other = ClientKey.generate(new Random(3));
        ClientKey twin = twin();

        assertThat(twin.id()).isEqualTo(key.id());
        assertThat(keys.verify(other.reveal())).isEmpty();
        assertThat(keys.verify(twin.reveal())).isEmpty();
        assertThat(keys.verify("")).isEmpty();
        assertThat(keys.verify("x".repeat(100_000))).isEmpty();
    }

    @Test
    void with_another_pepper_no_key_fits() {
        var config = config(key.stored(PEPPER).text());

        assertThat(ClientKeys.of(config, Secret.of("another")).verify(key.reveal())).isEmpty();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_pepper_is_made_once_for_its_owner_only_and_kept(@TempDir Path data) throws IOException {
        Path folder = data.resolve("new");
        Secret first = Pepper.kept(folder);
        Secret second = Pepper.kept(folder);

        assertThat(second).isEqualTo(first);
        assertThat(Files.getPosixFilePermissions(folder.resolve("key-pepper")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var files = Files.list(folder)) {
            assertThat(files).as("no draft is left").hasSize(1);
        }
    }

    @Test
    void an_empty_pepper_is_refused(@TempDir Path data) throws IOException {
        Files.writeString(data.resolve("key-pepper"), "\n");

        assertThatThrownBy(() -> Pepper.kept(data)).hasMessageContaining("is empty");
    }

    /// A key with the same id, a right checksum and another secret part.
    private ClientKey twin() {
        var random = new Random(4);
        String start = key.reveal().substring(0, "swg_live_".length() + 8);
        return ClientKey.generate(random, start);
    }

    private static ClientKeys keys(ClientKey key) {
        return ClientKeys.of(config(key.stored(PEPPER).text()), PEPPER);
    }

    private static Config config(String hash) {
        return ConfigLoader.parse(
                        "test", "clients: [{ name: ci-bot, key-hash: \"" + hash + "\" }]", Map.of())
                .config()
                .orElseThrow();
    }
}
