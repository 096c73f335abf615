package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.identity.ClientKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    private static final String LITELLM =
            "model_list: [{ model_name: m, litellm_params: { model: openai/gpt-4o, api_key:"
                    + " sk-secret-1234, weight: 2 } }]\nlitellm_settings: { json_logs: true }\n";

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

    @Test
    void import_prints_the_configuration_and_reports_on_standard_error() throws IOException {
        Path source = write(LITELLM);

        assertThat(run("import", "litellm", source.toString())).isZero();
        assertThat(out.toString()).contains("provider: openai, model: gpt-4o");
        assertThat(err.toString())
                .contains("line 1: model_list[0].model_name")
                .contains("IMPORTED_OPENAI_API_KEY")
                .contains("3 values carried");
        assertThat(out + err.toString()).doesNotContain("sk-secret");
    }

    @Test
    void import_overwrites_a_file_only_by_force() throws IOException {
        Path source = write(LITELLM);
        Path target = Files.writeString(folder.resolve("made.yaml"), "mine");

        assertThat(run("import", "litellm", source.toString(), "--out", target.toString()))
                .isEqualTo(1);
        assertThat(target).hasContent("mine");
        assertThat(err.toString()).contains("--force").doesNotContain("Exception");

        assertThat(
                        run(
                                "import",
                                "litellm",
                                source.toString(),
                                "--force",
                                "--out",
                                target.toString()))
                .isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(run("check", "--config", target.toString())).isZero();
    }

    @Test
    void import_of_what_is_no_such_file_ends_with_78_and_one_line() throws IOException {
        Path source = write("server: {}");

        assertThat(run("import", "litellm", source.toString())).isEqualTo(78);
        assertThat(run("import", "bifrost", source.toString())).isEqualTo(78);
        assertThat(run("import", "bifrost", folder.resolve("none").toString())).isEqualTo(78);
        assertThat(err.toString()).hasLineCount(3).doesNotContain("Exception");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void import_without_a_file_or_a_gateway_is_a_wrong_call() {
        assertThat(run("import")).isEqualTo(2);
        assertThat(run("import", "litellm")).isEqualTo(2);
    }

    @Test
    void import_reports_as_json_too() throws IOException {
        Path source = write("{\"providers\": {\"openai\": {\"keys\": [{\"value\": \"env.K\"}]}}}");

        assertThat(run("import", "bifrost", source.toString(), "--json")).isZero();
        assertThat(out.toString())
                .contains("\"fate\":\"carried\"")
                .contains("\"path\":\"providers.openai.keys[0].value\"")
                .contains("\"configuration\":\"# Made by");
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
