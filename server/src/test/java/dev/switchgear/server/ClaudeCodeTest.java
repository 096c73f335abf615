package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.LibraryAgents.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Claude Code, as it comes: it runs two commands after one another and goes on in a second process,
/// while the provider behind it dies.
class ClaudeCodeTest {
    /// What it knows of a model decides what it asks of it, so a Claude behind the route is that one.
    private static final String MODEL = "claude-sonnet-5-5";

    @ParameterizedTest
    @CsvSource({
        "ANTHROPIC, ANTHROPIC",
        "ANTHROPIC, OPENAI",
        "OPENAI, ANTHROPIC",
        "CHAT, GEMINI",
        "RESPONSES, RESPONSES",
        "GEMINI, CHAT",
        "DEEPSEEK, OPENROUTER",
        "OPENROUTER, DEEPSEEK"
    })
    void claude_code_runs_commands_while_its_provider_dies(
            Asked first, Asked second, @TempDir Path folder) throws Exception {
        work(first, second, folder);
    }

    private static String own(String model) {
        return model.startsWith("claude-") ? MODEL : model;
    }

    private static void work(Asked first, Asked second, Path folder) throws Exception {
        Path program = program(Sdk.claudeCode());
        try (var agent =
                CommandLineAgents.open(folder, MODEL, first, second, ClaudeCodeTest::own)) {
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
            // Of what passes to Claude some is newer than the simulated one: refused, it is left
            // out by
            // the agent itself.
            if (first != Asked.ANTHROPIC && second != Asked.ANTHROPIC) {
                agent.checkNothingRefused();
            }
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
                        // Nothing leaves this machine: no telemetry, no look for updates.
                        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1",
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
