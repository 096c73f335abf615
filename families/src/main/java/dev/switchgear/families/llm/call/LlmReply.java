package dev.switchgear.families.llm.call;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.util.List;
import java.util.Optional;

/// What a provider answered.
///
/// @param status the HTTP status; of a stream that was relayed, the one its head carried
/// @param model the model the provider says it used; empty where it did not say
/// @param finish why the model stopped, in the provider's word or ours; empty where it did not say
/// @param dropped what of the request has no place in the provider's dialect
/// @param charge what the provider says it charges; empty where it does not say
/// @param service how it says the request was served; empty where it does not say
public record LlmReply(
        int status,
        Content content,
        TokenUsage usage,
        String model,
        String finish,
        List<String> dropped,
        Optional<Money> charge,
        Optional<Service> service) {
    public LlmReply {
        dropped = List.copyOf(dropped);
    }

    /// An answer of which the provider says neither what it charges nor how it served it.
    public LlmReply(
            int status,
            Content content,
            TokenUsage usage,
            String model,
            String finish,
            List<String> dropped) {
        this(status, content, usage, model, finish, dropped, Optional.empty(), Optional.empty());
    }

    /// The same with another content.
    public LlmReply with(Content other) {
        return new LlmReply(status, other, usage, model, finish, dropped, charge, service);
    }

    /// The same with another count of what it used.
    public LlmReply using(TokenUsage other) {
        return new LlmReply(status, content, other, model, finish, dropped, charge, service);
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
        /// @param told whether the client has got these words already, as they came within a stream
        record Declined(Dialect dialect, byte[] body, String code, String message, boolean told)
                implements Content {
            public Declined(Dialect dialect, byte[] body, String code, String message) {
                this(dialect, body, code, message, false);
            }

            /// The same, once the client has got it.
            public Declined tell() {
                return new Declined(dialect, body, code, message, true);
            }
        }
    }
}
