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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Codex, as it comes: it patches a file, runs a command, and goes on in a second process, while the
/// provider behind it dies.
class CodexTest {
    /// What it asks for unless it is told otherwise: a model that is given its tools in another way than
    /// models that Codex does not know.
    private static final String USUAL = "gpt-6.2-sol";

    private static final String PATCH =
            "*** Begin Patch\\n*** Update File: hello.txt\\n@@\\n-hello\\n+goodbye\\n*** End Patch\\n";

    /// Tokens at which Codex compacts: more than its first prompt, and fewer than with what the first
    /// step says.
    private static final int LIMIT = 20_000;

    private static final int LINES = 900;

    /// Over the WebSocket that it opens first, and over HTTP, where its configuration names a provider.
    enum Way {
        WEBSOCKET,
        HTTP
    }

    /// Each kind of provider once before and once behind another one, in turn by either way.
    private static Stream<Arguments> some() {
        List<Pair> pairs = CommandLineAgents.spread(3);
        return IntStream.range(0, pairs.size())
                .mapToObj(i -> Arguments.of(pairs.get(i), Way.values()[i % Way.values().length]));
    }

    private static Stream<Arguments> all() {
        return CommandLineAgents.all().stream()
                .flatMap(pair -> Stream.of(Way.values()).map(way -> Arguments.of(pair, way)));
    }

    @ParameterizedTest
    @MethodSource("some")
    void codex_patches_and_runs_while_its_provider_dies(Pair pair, Way way, @TempDir Path folder)
            throws Exception {
        work(pair, way, folder);
    }

    @ParameterizedTest
    @MethodSource("all")
    @Tag("long")
    void codex_fails_over_from_any_to_any(Pair pair, Way way, @TempDir Path folder)
            throws Exception {
        work(pair, way, folder);
    }

    /// The first step says so much that Codex compacts before it asks again, when its provider is dead.
    /// What it was told to do still stands behind the compaction, so the second step is the next.
    @ParameterizedTest
    @CsvSource({"ANTHROPIC, GEMINI, WEBSOCKET", "ANTHROPIC, ANTHROPIC, HTTP"})
    void codex_compacts_amid_its_work_while_its_provider_dies(
            Asked first, Asked second, Way way, @TempDir Path folder) throws Exception {
        Sdk codex = Sdk.codex();
        var pair = new Pair(first, second);
        try (var agent = CommandLineAgents.open(folder, USUAL, pair, model -> model)) {
            agent.twoSteps(LINES);

            List<JsonNode> said =
                    run(
                            codex,
                            agent,
                            way,
                            List.of("-c", "model_auto_compact_token_limit=" + LIMIT),
                            "Please. [call exec const r = await tools.exec_command({cmd: \"sh next.sh\", max_output_tokens: "
                                    + LIMIT
                                    + "}); text(r.output)]");

            assertThat(agent.file("ran.txt")).isEqualTo("step\nstep\n");
            assertThat(said.getLast().path("type").asString("")).isEqualTo("turn.completed");
            assertThat(message(said)).contains("zzzz");
            checkCompacted(agent, said);
        }
    }

    private static void checkCompacted(CommandLineAgents agent, List<JsonNode> said)
            throws IOException {
        assertThat(compactions(agent.home())).isEqualTo(1);
        assertThat(said.toString()).doesNotContain("\"Reconnecting", "Falling back");
        agent.checkFailover();
        agent.checkNothingRefused();
    }

    /// How often Codex compacted, by what it wrote down of its sessions.
    private static long compactions(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("sessions"))) {
            long count = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (Stream<String> lines = Files.lines(file)) {
                    count += lines.filter(line -> line.contains("\"type\":\"compacted\"")).count();
                }
            }
            return count;
        }
    }

    private static void work(Pair pair, Way way, Path folder) throws Exception {
        Sdk codex = Sdk.codex();
        try (var agent = CommandLineAgents.open(folder, USUAL, pair, model -> model)) {
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
