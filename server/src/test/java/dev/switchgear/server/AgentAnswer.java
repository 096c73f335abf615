package dev.switchgear.server;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// What an agent made of one answer.
///
/// @param seals what only its maker understands: signatures and sealed thoughts
/// @param id what the answer itself is called, and each of its items, where later requests can name them
/// @param cached tokens of the prompt that the provider knew already
/// @param prompt all tokens of the prompt
record AgentAnswer(
        String text,
        List<Call> calls,
        List<String> seals,
        String id,
        List<JsonNode> items,
        int cached,
        int prompt) {
    /// A call that the agent is asked to make.
    ///
    /// @param id empty where the dialect has none
    /// @param argument the JSON of its arguments, or the text where it takes that
    record Call(String id, String name, String argument) {}

    /// One that nobody can name later.
    AgentAnswer(String text, List<Call> calls, List<String> seals, int cached, int prompt) {
        this(text, calls, seals, "", List.of(), cached, prompt);
    }

    AgentAnswer {
        items = List.copyOf(items);
        calls = List.copyOf(calls);
        seals = List.copyOf(seals);
    }

    /// An answer that is not whole, or is an error: an agent asks again.
    static final class BrokenAnswerException extends Exception {
        private static final long serialVersionUID = 1L;

        BrokenAnswerException(String why) {
            super(why);
        }
    }
}
