package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.CommandLineAgents.Pair;
import dev.switchgear.server.LibraryAgents.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Claude Code, as it comes: it runs two commands after one another and goes on in a second process,
/// while the provider behind it dies.
class ClaudeCodeTest {
    /// What it knows of a model decides what it asks of it, so a Claude behind the route is that one.
    private static final String MODEL = "claude-sonnet-5-5";

    /// Each kind of provider once before and once behind another one, and two accounts of Anthropic's.
    private static List<Pair> some() {
        var pairs = new ArrayList<>(CommandLineAgents.spread(7));
        pairs.add(new Pair(Asked.ANTHROPIC, Asked.ANTHROPIC));
        return pairs;
    }

    private static List<Pair> all() {
        return CommandLineAgents.all();
    }

    @ParameterizedTest
    @MethodSource("some")
    void claude_code_runs_commands_while_its_provider_dies(Pair pair, @TempDir Path folder)
            throws Exception {
        work(pair, ClaudeCodeTest::own, folder);
    }

    @ParameterizedTest
    @MethodSource("all")
    @Tag("long")
    void claude_code_fails_over_from_any_to_any(Pair pair, @TempDir Path folder) throws Exception {
        work(pair, ClaudeCodeTest::own, folder);
    }

    /// An older Claude takes little of what Claude Code asks the one for which it takes it.
    @Test
    void claude_code_knows_nothing_of_the_older_claude_behind_a_name(@TempDir Path folder)
            throws Exception {
        work(new Pair(Asked.ANTHROPIC, Asked.OPENAI), UnaryOperator.identity(), folder);
    }

    @Test
    void claude_code_compacts_while_its_provider_dies_and_goes_on(@TempDir Path folder)
            throws Exception {
        compact(new Pair(Asked.ANTHROPIC, Asked.GEMINI), folder);
    }

    @ParameterizedTest
    @MethodSource("all")
    @Tag("long")
    void claude_code_compacts_from_any_to_any(Pair pair, @TempDir Path folder) throws Exception {
        compact(pair, folder);
    }

    /// The provider dies in the last command before the conversation is cut down.
    private static void compact(Pair pair, Path folder) throws Exception {
        Path program = program(Sdk.claudeCode());
        try (var agent = CommandLineAgents.open(folder, MODEL, pair, ClaudeCodeTest::own)) {
            run(
                    program,
                    agent,
                    List.of(),
                    "Please. [call Bash {\"command\":\"echo one >> ran.txt\",\"description\":\"run\"}]");
            agent.killNow();

            List<JsonNode> compacted = run(program, agent, List.of("--continue"), "/compact");
            List<JsonNode> resumed =
                    run(
                            program,
                            agent,
                            List.of("--continue"),
                            "And now. [call Bash {\"command\":\"echo told >> told.txt\",\"description\":\"tell\"}]");

            assertThat(compacted)
                    .anyMatch(line -> line.path("compact_result").asString("").equals("success"));
            assertThat(agent.file("ran.txt")).isEqualTo("one\n");
            assertThat(agent.file("told.txt")).as("%s", resumed).isEqualTo("told\n");
            assertThat(resumed.getLast().path("is_error").asBoolean(true))
                    .as("%s", resumed.getLast())
                    .isFalse();
            agent.checkFailover();
            agent.checkNothingRefused();
        }
    }

    private static String own(String model) {
        return model.startsWith("claude-") ? MODEL : model;
    }

    private static void work(Pair pair, UnaryOperator<String> asks, Path folder) throws Exception {
        Path program = program(Sdk.claudeCode());
        try (var agent = CommandLineAgents.open(folder, MODEL, pair, asks)) {
            agent.canDie();
            Files.writeString(
                    folder.resolve("work/next.txt"),
                    "[call Bash {\"command\":\"echo one >> ran.txt\",\"description\":\"run\"}]\n");
            String order =
                    "[call Bash {\"command\":\""
                            + agent.kill()
                            + " -o answered.txt; echo one >> first.txt; cat next.txt\",\"description\":\"next\"}]";

            List<JsonNode> worked = run(program, agent, List.of(), "Please. " + order);

            JsonNode result = worked.getLast();
            assertThat(agent.file("first.txt")).as("%s", worked).isEqualTo("one\n");
            assertThat(agent.file("ran.txt")).as("%s", worked).isEqualTo("one\n");
            assertThat(result.path("subtype").asString("")).as("%s", result).isEqualTo("success");
            assertThat(result.path("is_error").asBoolean(true)).as("%s", result).isFalse();
            assertThat(result.path("result").asString("")).as("%s", result).isNotBlank();
            agent.checkFailover();

            agent.heal();
            List<JsonNode> resumed =
                    run(
                            program,
                            agent,
                            List.of("--continue"),
                            "And now. [call Bash {\"command\":\"echo told >> told.txt\",\"description\":\"tell\"}]");

            assertThat(agent.file("told.txt")).as("%s", resumed).isEqualTo("told\n");
            assertThat(resumed.getLast().path("is_error").asBoolean(true))
                    .as("%s", resumed.getLast())
                    .isFalse();
            assertThat(resumed.getLast().path("result").asString(""))
                    .as("%s", resumed.getLast())
                    .isNotBlank();
            agent.checkNothingRefused();
        }
    }

    private static List<JsonNode> run(
            Path program, CommandLineAgents agent, List<String> more, String prompt)
            throws Exception {
        var command = new ArrayList<>(List.of(program.toString(), "-p", prompt));
        command.addAll(more);
        command.addAll(
                List.of(
                        "--model",
                        MODEL,
                        "--output-format",
                        "stream-json",
                        "--verbose",
                        "--permission-mode",
                        "bypassPermissions"));
        return agent.run(
                Map.of(
                        "CLAUDE_CONFIG_DIR", agent.home().toString(),
                        "ANTHROPIC_BASE_URL", "http://127.0.0.1:" + agent.port(),
                        "ANTHROPIC_API_KEY", "sk-of-no-importance",
                        "DISABLE_AUTOUPDATER", "1",
                        // What lets it run commands unasked where the user is root, as in a
                        // container.
                        "IS_SANDBOX", "1"),
                command);
    }

    /// The program that npm chose for this machine.
    static Path program(Sdk sdk) throws IOException {
        try (Stream<Path> packages = Files.list(sdk.installed("node_modules/@anthropic-ai"))) {
            return packages.map(one -> one.resolve("claude"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("Claude Code has no program here"));
        }
    }
}
