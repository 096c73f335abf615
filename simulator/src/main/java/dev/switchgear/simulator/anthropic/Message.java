package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.cache.PromptCache.Use;
import java.util.List;
import java.util.Optional;

/// What the model says to a request, before it is rendered.
///
/// @param stop the sequence it stopped at; empty for none
/// @param refusal why it declines; empty where it does not
/// @param thinkingTokens what its thoughts cost; empty where it was not to think
record Message(
        String id,
        String model,
        List<Content> content,
        String stopReason,
        String stop,
        Optional<Refusal> refusal,
        int inputTokens,
        Use cache,
        int outputTokens,
        Optional<Integer> thinkingTokens) {
    /// A block of the answer.
    sealed interface Content {
        /// @param pieces one for each token; none where the thoughts are omitted
        record Thinking(List<String> pieces, String signature) implements Content {
            public Thinking {
                pieces = List.copyOf(pieces);
            }
        }

        record Redacted(String data) implements Content {}

        record Text(List<String> pieces) implements Content {
            public Text {
                pieces = List.copyOf(pieces);
            }
        }

        /// @param input JSON text of an object
        record ToolUse(String id, String name, String input) implements Content {}
    }

    record Refusal(String category, String explanation) {}

    Message {
        content = List.copyOf(content);
    }
}
