package dev.switchgear.server;

import dev.switchgear.server.LibraryAgents.Asked;
import dev.switchgear.server.LibraryAgents.Library;
import java.util.List;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// LibraryAgents of libraries for Node, with their defaults, before providers of every kind.
class NodeAgentsTest {
    private static final List<Library> LIBRARIES =
            List.of(
                    Library.of("aiWithOpenAI"),
                    Library.of("aiWithAnthropic"),
                    // It puts `models/` before names without a slash alone.
                    Library.of("aiWithGoogle").naming("models/").without(Asked.GEMINI),
                    Library.of("aiWithCompatible"),
                    Library.of("openaiContinued"),
                    Library.of("openaiInBackground"),
                    Library.of("openaiOverWebSocket"),
                    Library.of("anthropicRunner"),
                    // Without a gateway as well, the simulated Gemini refuses what they send it
                    // back:
                    // calls of one turn apart from each other, or their results.
                    Library.of("googleChats").without(Asked.GEMINI),
                    Library.of("agentsOfOpenAI"),
                    Library.of("agentsOfOpenAIByChat"),
                    Library.of("agentsOfOpenAIContinued"),
                    Library.of("agentsOfOpenAIInSession"),
                    Library.of("langchainWithOpenAI"),
                    Library.of("langchainWithAnthropic"),
                    Library.of("langchainWithGoogle").without(Asked.GEMINI));

    @TestFactory
    List<DynamicNode> agents_for_node_hold_a_conversation_and_fail_over_within() throws Exception {
        return talk(false);
    }

    @TestFactory
    @Tag("long")
    List<DynamicNode> agents_for_node_fail_over_in_every_way() throws Exception {
        return talk(true);
    }

    private static List<DynamicNode> talk(boolean all) throws Exception {
        Sdk sdk = Sdk.agentsForNode();
        try (LibraryAgents agents = LibraryAgents.open()) {
            return agents.talk(sdk, "agents.mjs", LIBRARIES, all);
        }
    }
}
