package dev.switchgear.server;

import dev.switchgear.server.LibraryAgents.Asked;
import dev.switchgear.server.LibraryAgents.Library;
import java.util.List;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// LibraryAgents of libraries for Python, and SDKs that run tools by themselves, with their defaults, before
/// providers of every kind.
class PythonAgentsTest {
    private static final List<Library> LIBRARIES =
            List.of(
                    Library.of("openai_responses"),
                    Library.of("openai_conversations"),
                    Library.of("openai_background"),
                    Library.of("openai_compacting"),
                    Library.of("openai_websocket"),
                    Library.of("anthropic_runner"),
                    Library.of("anthropic_thread"),
                    // Without a gateway as well, it answers but one of two calls that Gemini
                    // streams in an event each.
                    Library.of("google_chats").without(Asked.GEMINI),
                    Library.of("agents_history"),
                    Library.of("agents_chat"),
                    Library.of("agents_continued"),
                    Library.of("agents_session"),
                    Library.of("pydantic_openai"),
                    Library.of("pydantic_responses"),
                    Library.of("pydantic_anthropic"),
                    Library.of("pydantic_google").without(Asked.GEMINI),
                    Library.of("langchain_openai"),
                    Library.of("langchain_responses"),
                    Library.of("langchain_anthropic"),
                    Library.of("langchain_google"));

    @TestFactory
    List<DynamicNode> agents_for_python_hold_a_conversation_and_fail_over_within()
            throws Exception {
        return talk(false);
    }

    @TestFactory
    @Tag("long")
    List<DynamicNode> agents_for_python_fail_over_in_every_way() throws Exception {
        return talk(true);
    }

    private static List<DynamicNode> talk(boolean all) throws Exception {
        Sdk sdk = Sdk.agentsForPython();
        try (LibraryAgents agents = LibraryAgents.open()) {
            return agents.talk(sdk, "agents_client.py", LIBRARIES, all);
        }
    }
}
