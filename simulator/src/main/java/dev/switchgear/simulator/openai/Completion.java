package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.mind.Tokens;
import java.util.List;

/// What the model says to a chat request, before it is rendered.
///
/// @param reasoningTokens thoughts that are counted and not shown
record Completion(
        String id, long created, String fingerprint, List<Choice> choices, int reasoningTokens) {
    /// One of `n` answers.
    ///
    /// @param pieces of the text, one for each token
    /// @param refusal whether `pieces` decline to answer
    record Choice(List<String> pieces, boolean refusal, List<ToolCall> calls, String finish) {
        Choice {
            pieces = List.copyOf(pieces);
            calls = List.copyOf(calls);
        }

        String text() {
            return String.join("", pieces);
        }

        int tokens() {
            int tokens = pieces.size();
            for (ToolCall call : calls) {
                tokens += Tokens.of(call.arguments()).size() + CALL_OVERHEAD;
            }
            return tokens;
        }
    }

    /// @param arguments JSON text; free text for a custom tool
    record ToolCall(String id, String name, String arguments, boolean custom) {}

    /// Tokens that naming a tool costs.
    private static final int CALL_OVERHEAD = 6;

    Completion {
        choices = List.copyOf(choices);
    }

    int tokens() {
        return reasoningTokens + choices.stream().mapToInt(Choice::tokens).sum();
    }
}
