package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.clients.ClientKeys;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void check_says_what_is_wrong_and_ends_with_3() throws IOException {
        Path file = write("server: { prot: 1 }");

        assertThat(run("check", "--config", file.toString())).isEqualTo(3);
        assertThat(err.toString())
                .contains("switchgear.yaml line 1, column 11: `prot` is not a setting")
                .doesNotContain("Exception");
    }

    @Test
    void check_of_a_good_file_ends_with_0() throws IOException {
        Path file = write("providers: { openai: { keys: [{ secret: abc }] } }");

        assertThat(run("check", "--config", file.toString(), "--json")).isZero();
        assertThat(out.toString()).contains("\"usable\":true");
        assertThat(err.toString()).contains("1 of 1 providers on");
    }

    @Test
    void a_wrong_call_ends_with_2_and_names_the_way_out() {
        assertThat(run("chekc")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(run("key", "new")).isEqualTo(2);
        assertThat(err.toString()).contains("--help");
    }

    @Test
    void version_and_help_end_with_0() {
        assertThat(run("version")).isZero();
        assertThat(run("help")).isZero();
        assertThat(out.toString()).containsPattern("Switchgear [0-9.]+ ").contains("check");
    }

    @Test
    void a_new_key_is_known_once_its_line_stands_in_the_configuration() throws IOException {
        Path data = folder.resolve("data");

        int exit =
                run(
                        "key",
                        "new",
                        "--name",
                        "ci-bot",
                        "--data",
                        data.toString(),
                        "--config",
                        folder.resolve("none.yaml").toString());

        assertThat(exit).isZero();
        String key = out.toString().strip();
        String line =
                err.toString()
                        .lines()
                        .filter(text -> text.contains("key-hash"))
                        .findFirst()
                        .orElseThrow();
        Config config =
                ConfigLoader.parse("a.yaml", "clients:\n" + line + "\n", Map.of())
                        .config()
                        .orElseThrow();
        Secret pepper = Secret.of(Files.readString(data.resolve("key-pepper")).strip());
        assertThat(err.toString()).doesNotContain(key);
        assertThat(ClientKeys.of(config, pepper).verify(key).orElseThrow().name())
                .isEqualTo("ci-bot");
    }

    private int run(String... arguments) {
        return Main.line()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("switchgear.yaml"), text);
    }
}
