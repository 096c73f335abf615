package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.cache.CacheUse;
import dev.switchgear.simulator.mind.Tokens;
import java.util.List;

/// What the model says to a chat request, before it is rendered.
///
/// @param hidden thoughts that have no words, only a number
/// @param cache what of the prompt was known
record Completion(
        String id,
        long created,
        String fingerprint,
        List<Choice> choices,
        int hidden,
        CacheUse cache) {
    /// One of `n` answers.
    ///
    /// @param thoughts that came before, one for each token
    /// @param signature of the thoughts; empty where they are not signed
    /// @param pieces of the text, one for each token
    /// @param refusal whether `pieces` decline to answer
    record Choice(
            List<String> thoughts,
            String signature,
            List<String> pieces,
            boolean refusal,
            List<ToolCall> calls,
            String finish) {
        Choice {
            thoughts = List.copyOf(thoughts);
            pieces = List.copyOf(pieces);
            calls = List.copyOf(calls);
        }

        String text() {
            return String.join("", pieces);
        }

        int tokens() {
            int tokens = thoughts.size() + pieces.size();
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

    Completion with(CacheUse use) {
        return new Completion(id, created, fingerprint, choices, hidden, use);
    }

    int tokens() {
        return hidden + choices.stream().mapToInt(Choice::tokens).sum();
    }

    int reasoningTokens() {
        return hidden + choices.stream().mapToInt(choice -> choice.thoughts().size()).sum();
    }
}
