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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

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
    void check_says_what_a_running_gateway_does_not_take_up() throws IOException {
        Path file =
                write(
                        "server: { port: 8099, drain: 1s }\nproviders: { ollama: { base-url: \"https://llm.example\" } }\n");

        assertThat(run("check", "--config", file.toString(), "--json")).isZero();

        assertThat(err.toString())
                .contains("A running gateway takes this up at its next start only: server.port.");
        assertThat(out.toString()).contains("\"atNextStart\":[\"server.port\"]");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    chek                  | `chek` is not known here. Did you mean `check`?
                    simulator             | Did you mean `simulate`?
                    sevre                 | Did you mean `serve`?
                    prcies                | Did you mean `prices`?
                    run                   | Did you mean `serve`?
                    validate              | Did you mean `check`?
                    frobnicate            | Known here: serve, demo, check, simulate, key, prices, import, version, help.
                    key nwe               | Did you mean `new`?
                    import lite-llm x     | Did you mean `litellm`?
                    import bifrsot x      | Did you mean `bifrost`?
                    help chek             | `chek` is not known here. Did you mean `check`?
                    serve --prot 80       | `--prot` is not known here. Did you mean `--port`?
                    serve --prot=80       | `--prot` is not known here. Did you mean `--port`?
                    serve --confg x       | Did you mean `--config`?
                    serve -c x            | Did you mean `--config`?
                    serve --datta x       | Did you mean `--data`?
                    check --jsno          | Did you mean `--json`?
                    demo --fautls on      | Did you mean `--faults`?
                    demo --plian          | Did you mean `--plain`?
                    simulate --sed 1      | Did you mean `--seed`?
                    key new --nmae x      | Did you mean `--name`?
                    prices --no 2026-1-1  | Did you mean `--on`?
                    import litellm x --ot y | Did you mean `--out`?
                    import litellm x --frce | Did you mean `--force`?
                    --config x            | It stands behind a command: `switchgear serve --config …`.
                    version now           | `now` is not known here.
                    serve --port abc      | `--port`: `abc` (expected: a port from 0 to 65535).
                    serve --port 70000    | `--port`: `70000` (expected: a port from 0 to 65535).
                    demo --port 70000     | `--port`: `70000` (expected: a port from 0 to 65535).
                    simulate --port 70000 | `--port`: `70000` (expected: a port from 0 to 65535).
                    simulate --port -7    | `--port`: `-7` (expected: a port from 0 to 65535).
                    simulate --seed x     | `--seed`: `x` (expected: a whole number).
                    demo --faults of      | `--faults`: `of` (expected: one of on, off; did you mean `off`?).
                    demo --for 5          | `--for`: `5` (expected: a time such as 500ms, 30s or 5m).
                    demo --rate 0         | `--rate`: `0` (expected: 1 to 1000).
                    demo --rate many      | `--rate`: `many` (expected: a whole number).
                    demo --pace 21        | `--pace`: `21` (expected: 1 to 20).
                    prices --on monday    | `--on`: `monday` (expected: a day such as 2026-12-24).
                    serve --port          | `--port PORT` is missing.
                    serve --port 1 --port 2 | `--port` stands twice. Keep one of them.
                    key new               | `--name NAME` is missing.
                    import litellm        | `FILE` is missing.
                    import                | Name the gateway it comes from: `litellm` or `bifrost`.
                    key                   | Name what to do: `new`.
                    """)
    void a_wrong_call_is_told_what_was_probably_meant(String call, String message) {
        assertThat(run(call.split(" +"))).isEqualTo(2);
        assertThat(err.toString())
                .contains(message, "--help")
                .doesNotContain("Exception", "picocli", "java.", "int)", "converter");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "serve",
                "demo",
                "check",
                "simulate",
                "key",
                "key new",
                "prices",
                "import",
                "import litellm",
                "import bifrost",
                "version",
                "help"
            })
    void every_command_explains_itself(String command) {
        for (String asked : List.of("--help", "-h")) {
            out.getBuffer().setLength(0);

            int exit = run((command + " " + asked).strip().split(" "));

            assertThat(exit).as(command).isZero();
            assertThat(out.toString())
                    .contains(("Usage: switchgear " + command).strip(), "-h, --help");
            if (!command.equals("help")) {
                assertThat(out.toString()).containsPattern("Examples?:\\R +switchgear " + command);
            }
            assertThat(err.toString()).isEmpty();
        }
        assertThat(command(command).options())
                .allSatisfy(option ->
                        assertThat(option.description()).as(command + option).isNotEmpty())
                .filteredOn(option -> option.arity().max() > 0)
                .allSatisfy(option ->
                        assertThat(String.join(" ", option.description()))
                                .as(option.longestName())
                                .containsPattern("default|needed"));
    }

    /// So that none is forgotten above.
    @Test
    void there_are_no_other_commands() {
        assertThat(Main.line().getSubcommands().keySet())
                .containsExactlyInAnyOrder(
                        "serve",
                        "demo",
                        "check",
                        "simulate",
                        "key",
                        "prices",
                        "import",
                        "version",
                        "help");
        assertThat(command("key").subcommands()).containsOnlyKeys("new");
        assertThat(command("import").subcommands()).containsOnlyKeys("litellm", "bifrost");
    }

    private static CommandSpec command(String path) {
        CommandLine line = Main.line();
        for (String name : path.isEmpty() ? new String[0] : path.split(" ")) {
            line = Optional.ofNullable(line.getSubcommands().get(name)).orElseThrow();
        }
        return line.getCommandSpec();
    }

    @Test
    void check_of_what_was_hardly_meant_warns_and_ends_with_0() throws IOException {
        Path file = write("providers: { openai: { keys: [{ secret: sk-live-0123456789 }] } }");

        assertThat(run("check", "--config", file.toString(), "--json")).isZero();
        assertThat(err.toString())
                .contains("is a credential written into the file", "SG-1004", "can be used")
                .doesNotContain("sk-live");
        assertThat(out.toString()).contains("\"usable\":true", "\"severity\":\"warning\"");
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
