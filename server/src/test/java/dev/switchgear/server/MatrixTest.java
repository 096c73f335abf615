package dev.switchgear.server;

import dev.switchgear.server.Matrix.Caller;
import dev.switchgear.server.Matrix.Spoken;
import dev.switchgear.server.Matrix.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// Every dialect that clients speak before every dialect that providers speak: the official SDK of the
/// caller asks, plain and streamed, and understands what comes back.
class MatrixTest {
    @TestFactory
    List<DynamicNode> clients_of_openais_chat_understand_every_provider() throws Exception {
        return row(Caller.CHAT);
    }

    @TestFactory
    List<DynamicNode> clients_of_openais_responses_understand_every_provider() throws Exception {
        return row(Caller.RESPONSES);
    }

    @TestFactory
    List<DynamicNode> clients_of_anthropic_understand_every_provider() throws Exception {
        return row(Caller.ANTHROPIC);
    }

    @TestFactory
    List<DynamicNode> clients_of_gemini_understand_every_provider() throws Exception {
        return row(Caller.GEMINI);
    }

    @TestFactory
    List<DynamicNode> clients_of_ollama_understand_every_provider() throws Exception {
        return row(Caller.OLLAMA);
    }

    @TestFactory
    List<DynamicNode> clients_of_openais_chat_in_python_understand_every_provider()
            throws Exception {
        return row(Caller.CHAT_IN_PYTHON);
    }

    @TestFactory
    List<DynamicNode> clients_of_openais_responses_in_python_understand_every_provider()
            throws Exception {
        return row(Caller.RESPONSES_IN_PYTHON);
    }

    @TestFactory
    List<DynamicNode> clients_of_anthropic_in_python_understand_every_provider() throws Exception {
        return row(Caller.ANTHROPIC_IN_PYTHON);
    }

    @TestFactory
    List<DynamicNode> clients_of_gemini_in_python_understand_every_provider() throws Exception {
        return row(Caller.GEMINI_IN_PYTHON);
    }

    @TestFactory
    List<DynamicNode> clients_of_ollama_in_python_understand_every_provider() throws Exception {
        return row(Caller.OLLAMA_IN_PYTHON);
    }

    private static List<DynamicNode> row(Caller caller) throws Exception {
        try (Matrix matrix = Matrix.open(caller.sdk())) {
            var targets = new ArrayList<Target>();
            for (Spoken provider : Spoken.values()) {
                targets.add(Target.of(caller, provider));
            }
            return matrix.asked(caller.script(), targets);
        }
    }
}
