package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.switchgear.server.LibraryAgents.Asked;
import dev.switchgear.simulator.fault.FaultKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// All that OpenAI's SDKs offer for what a client leaves with a server, before providers of every kind:
/// answers and their items, counts of what lies there, conversations, runs in the background and
/// compactions.
class KeepingClientsTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final JsonNode EXPECTED =
            JSON.readTree(
                    """
                    {
                      "answers": {
                        "texts": ["one", "one", "two"],
                        "items": ["user: Say \\"one\\"", "assistant: one", "user: Say \\"two\\""],
                        "counted": true,
                        "gone": "response_not_found",
                        "unknown": "response_not_found"
                      },
                      "conversations": {
                        "text": "one",
                        "of": [{"of": "tests"}, {"of": "nobody"}, {"of": "nobody"}],
                        "items": ["user: Hello", "user: Say \\"one\\"", "assistant: one", "user: Wait"],
                        "one": ["user: Wait"],
                        "deleted": true,
                        "gone": "conversation_not_found"
                      },
                      "background": {
                        "started": true,
                        "stopped": ["cancelled", "cancelled"],
                        "text": "two",
                        "resumed": true
                      },
                      "compactions": {
                        "object": "response.compaction",
                        "sealed": [true],
                        "used": true,
                        "then": ["completed", true]
                      }
                    }
                    """);

    @TestFactory
    List<DynamicNode> openai_for_python_finds_what_it_left() throws Exception {
        return keep(Sdk.agentsForPython(), "keeping_client.py");
    }

    @TestFactory
    List<DynamicNode> openai_for_node_finds_what_it_left() throws Exception {
        return keep(Sdk.agentsForNode(), "keeping.mjs");
    }

    private static List<DynamicNode> keep(Sdk sdk, String script) throws Exception {
        JsonNode said;
        try (LibraryAgents house = LibraryAgents.open()) {
            ObjectNode given = JSON.createObjectNode();
            given.put("base", "http://127.0.0.1:" + house.port()).put("key", "sk-of-no-importance");
            ArrayNode models = given.putArray("models");
            for (Asked asked : Asked.values()) {
                house.provider(asked, "-same").fault(new FaultKind.BlackHole());
                models.addObject().put("name", one(asked)).put("slow", "same-" + asked.word());
            }
            try (var running = sdk.start(script, given)) {
                said = running.result(120);
            }
        }
        var tests = new ArrayList<DynamicNode>();
        for (Asked asked : Asked.values()) {
            for (String what : EXPECTED.propertyNames()) {
                tests.add(
                        dynamicTest(
                                asked.word() + ", " + what,
                                () ->
                                        assertThat(said.path(one(asked)).path(what))
                                                .isEqualTo(EXPECTED.get(what))));
            }
        }
        return tests;
    }

    private static String one(Asked asked) {
        return "one-" + asked.word();
    }
}
