package dev.switchgear.families.llm.call;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.List;

/// What a provider answered.
///
/// @param status the HTTP status; of a stream that was relayed, the one its head carried
/// @param model the model the provider says it used; empty where it did not say
/// @param finish why the model stopped, in the provider's word or ours; empty where it did not say
/// @param dropped what of the request has no place in the provider's dialect
public record LlmReply(
        int status,
        Content content,
        TokenUsage usage,
        String model,
        String finish,
        List<String> dropped) {
    public LlmReply {
        dropped = List.copyOf(dropped);
    }

    /// What the answer consists of.
    public sealed interface Content {
        /// A stream, which has gone downstream already.
        record Streamed() implements Content {}

        /// The provider's bytes, in the client's own dialect.
        record Passed(String contentType, byte[] body) implements Content {}

        /// What happened in the answer, all of it.
        record Told(List<ChatEvent> events) implements Content {
            public Told {
                events = List.copyOf(events);
            }
        }

        record Embedded(EmbeddingsAnswer answer) implements Content {}

        /// @param tokens of the prompt
        record Counted(long tokens) implements Content {}

        /// The provider's own words for what is wrong.
        ///
        /// @param dialect of `body`, which is an error as JSON; empty where only the sense can be told
        /// @param code for programs; empty where not said
        /// @param message free of our credential
        record Declined(Dialect dialect, byte[] body, String code, String message)
                implements Content {}
    }
}
