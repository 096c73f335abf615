package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.LibraryAgents.Asked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Codex, as it comes: it patches a file, runs a command, and goes on in a second process, while the
/// provider behind it dies.
class CodexTest {
    /// What it asks for unless it is told otherwise: a model that is given its tools in another way than
    /// models that Codex does not know.
    private static final String USUAL = "gpt-6.2-sol";

    private static final String PATCH =
            "*** Begin Patch\\n*** Update File: hello.txt\\n@@\\n-hello\\n+goodbye\\n*** End Patch\\n";

    /// Over the WebSocket that it opens first, and over HTTP, where its configuration names a provider.
    enum Way {
        WEBSOCKET,
        HTTP
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, ANTHROPIC, WEBSOCKET",
        "CHAT, GEMINI, HTTP",
        "RESPONSES, OPENAI, HTTP",
        "ANTHROPIC, OPENAI, WEBSOCKET",
        "GEMINI, ANTHROPIC, WEBSOCKET",
        "XAI, DEEPSEEK, HTTP",
        "DEEPSEEK, CHAT, WEBSOCKET",
        "OLLAMA, XAI, WEBSOCKET"
    })
    void codex_patches_and_runs_while_its_provider_dies(
            Asked first, Asked second, Way way, @TempDir Path folder) throws Exception {
        work(first, second, way, folder);
    }

    private static void work(Asked first, Asked second, Way way, Path folder) throws Exception {
        Sdk codex = Sdk.codex();
        try (var agent = CommandLineAgents.open(folder, USUAL, first, second, model -> model)) {
            agent.canDie();
            String order =
                    "[call exec await tools.apply_patch(\""
                            + PATCH
                            + "\"); await tools.exec_command({cmd: \""
                            + agent.kill()
                            + "\"}); text(\"[call exec await tools.exec_command({cmd: \\\"echo one >> ran.txt\\\"}); text(\\\"it ran\\\")]\")]";

            List<JsonNode> worked = run(codex, agent, way, List.of(), "Please. " + order);

            assertThat(agent.file("hello.txt")).isEqualTo("goodbye\n");
            assertThat(agent.file("ran.txt")).as("ran once: %s", worked).isEqualTo("one\n");
            assertThat(worked.getLast().path("type").asString("")).isEqualTo("turn.completed");
            assertThat(message(worked)).as("%s", worked).isNotEmpty();
            agent.checkFailover();

            agent.heal();
            List<JsonNode> resumed =
                    run(codex, agent, way, List.of("resume", "--last"), "Say \"all is told\"");

            assertThat(message(resumed)).as("%s", resumed).isEqualTo("all is told");
            assertThat(worked.toString() + resumed)
                    .doesNotContain("\"Reconnecting", "Falling back");
            agent.checkNothingRefused();
        }
    }

    private static List<JsonNode> run(
            Sdk codex, CommandLineAgents agent, Way way, List<String> more, String prompt)
            throws Exception {
        String base = "http://127.0.0.1:" + agent.port() + "/v1";
        var command =
                new ArrayList<>(
                        List.of(codex.installed("node_modules/.bin/codex").toString(), "exec"));
        command.addAll(more);
        command.addAll(
                List.of(
                        "--json",
                        "--skip-git-repo-check",
                        "--dangerously-bypass-approvals-and-sandbox"));
        switch (way) {
            case WEBSOCKET -> command.addAll(List.of("-c", "openai_base_url=\"" + base + "\""));
            case HTTP ->
                    command.addAll(
                            List.of(
                                    "-c",
                                    "model_provider=\"switchgear\"",
                                    "-c",
                                    "model_providers.switchgear={name=\"Switchgear\",base_url=\""
                                            + base
                                            + "\",env_key=\"OPENAI_API_KEY\",wire_api=\"responses\"}"));
        }
        command.add(prompt);
        return agent.run(
                Map.of(
                        "CODEX_HOME",
                        agent.home().toString(),
                        "OPENAI_API_KEY",
                        "sk-of-no-importance"),
                command);
    }

    /// The last that the agent said.
    private static String message(List<JsonNode> lines) {
        String last = "";
        for (JsonNode line : lines) {
            if (line.at("/item/type").asString("").equals("agent_message")) {
                last = line.at("/item/text").asString("");
            }
        }
        return last;
    }
}
