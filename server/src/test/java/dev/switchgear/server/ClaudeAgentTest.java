package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.CommandLineAgents.Pair;
import dev.switchgear.server.LibraryAgents.Asked;
import dev.switchgear.simulator.settings.ProviderSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An agent of the Claude agent SDK, whose tool runs in its own process: the model looks for the tool
/// first, as Claude Code has it, the provider behind it dies when the tool runs, and the agent goes on.
class ClaudeAgentTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// What Claude Code knows of a model decides what it asks of it, so a Claude behind it is that one.
    private static final String MODEL = "claude-sonnet-5-5";

    @ParameterizedTest
    @CsvSource({"ANTHROPIC, GEMINI", "RESPONSES, ANTHROPIC", "GEMINI, DEEPSEEK"})
    void agents_of_claude_s_sdk_go_on_while_their_provider_dies(
            Asked first, Asked second, @TempDir Path folder) throws Exception {
        Sdk sdk = Sdk.claudeAgent();
        Path program = ClaudeCodeTest.program(Sdk.claudeCode());
        try (House house = house(first, second)) {
            ObjectNode given = JSON.createObjectNode();
            given.put("program", program.toString()).put("home", folder.toString());
            given.put("base", "http://127.0.0.1:" + house.port()).put("model", MODEL);
            given.put(
                    "kill", "http://127.0.0.1:" + house.simulator().port() + "/_sim/first/faults");
            given.putArray("prompts")
                    .add(
                            "[call ToolSearch {\"query\":\"select:mcp__weather__get_weather\",\"max_results\":1}]")
                    .add("[call mcp__weather__get_weather {\"city\":\"Pune\"}]")
                    .add("[call mcp__weather__get_weather {\"city\":\"Goa\"}]");
            JsonNode did;
            try (var running = sdk.start("agent.mjs", given)) {
                did = running.result(120);
            }

            assertThat(did.path("runs"))
                    .as("%s", did)
                    .isEqualTo(JSON.createObjectNode().put("Pune", 1).put("Goa", 1));
            for (JsonNode one : did.path("said")) {
                assertThat(one.path("subtype").asString("")).as("%s", did).isEqualTo("success");
                assertThat(one.path("is_error").asBoolean(true)).as("%s", did).isFalse();
            }
            for (String told : new String[] {"text", "result"}) {
                assertThat(did.at("/said/1/" + told).asString(""))
                        .contains("31 degrees and dry in Pune");
                assertThat(did.at("/said/2/" + told).asString(""))
                        .contains("31 degrees and dry in Goa");
            }
            assertThat(house.provider("first").requests())
                    .filteredOn(one -> LibraryAgents.status(one) == 200)
                    .as("the search, what was said to it, and the first call of the tool")
                    .hasSizeGreaterThanOrEqualTo(3);
            assertThat(house.provider("first").requests())
                    .anyMatch(one -> LibraryAgents.status(one) == 503);
            assertThat(house.provider("second").requests())
                    .anyMatch(one -> LibraryAgents.status(one) == 200);
        }
    }

    private static House house(Asked first, Asked second) {
        return CommandLineAgents.house(
                List.of(
                        ProviderSettings.of("first", first.kind()).instant(),
                        ProviderSettings.of("second", second.kind()).instant()),
                new Pair(first, second),
                MODEL,
                ClaudeAgentTest::model);
    }

    private static String model(Asked asked) {
        return asked == Asked.ANTHROPIC ? MODEL : asked.model();
    }
}
