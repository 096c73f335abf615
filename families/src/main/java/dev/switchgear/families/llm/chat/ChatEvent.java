package dev.switchgear.families.llm.chat;

import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.util.Optional;

/// One thing that happens in an answer. Plain answers are the same events, all at once.
///
/// Order: [Start]; then texts, refusals, reasoning and tool calls in the order the model made them;
/// [Usage] whenever the provider reports it (the last one holds); one [Finish]. [Ping] anywhere. An
/// [Broken] ends the answer in place of [Finish].
public sealed interface ChatEvent {
    /// @param id the provider's, empty where it has none
    /// @param model as the provider names it, empty where it does not say
    record Start(String id, String model) implements ChatEvent {}

    record Text(String text) implements ChatEvent {}

    record Refusal(String text) implements ChatEvent {}

    record Thinking(String text) implements ChatEvent {}

    /// Seals the reasoning before it.
    record Signed(Signature signature) implements ChatEvent {}

    /// Reasoning that only its provider can read.
    record HiddenThinking(Signature signature) implements ChatEvent {}

    /// @param index counts the answer's tool calls from 0
    /// @param id invented by order where the provider has none
    /// @param signature that must come back with the call
    record ToolStart(int index, String id, String name, Optional<Signature> signature)
            implements ChatEvent {}

    /// @param json the next piece of the arguments, cut anywhere; pieces of several calls may
    ///     interleave
    record ToolArgs(int index, String json) implements ChatEvent {}

    record ToolEnd(int index) implements ChatEvent {}

    /// What was used so far.
    ///
    /// @param charge what the provider says it charges for that; empty where it does not say
    record Usage(TokenUsage tokens, Optional<Money> charge) implements ChatEvent {
        public Usage(TokenUsage tokens) {
            this(tokens, Optional.empty());
        }
    }

    /// @param stopText the stop text that was met; empty for none
    record Finish(FinishReason reason, String stopText) implements ChatEvent {}

    /// The answer broke off.
    ///
    /// @param status what it would have been as an HTTP status
    /// @param code for programs; empty for none
    /// @param byModel whether the provider answered well and its model failed at this request, which the
    ///     reason to stop says: asking again would be paid for again, and the provider is not to blame
    record Broken(int status, String code, String message, boolean byModel) implements ChatEvent {
        public Broken(int status, String code, String message) {
            this(status, code, message, false);
        }

        /// The model stopped for a reason that leaves no answer.
        ///
        /// @param reason in the provider's word
        /// @param message what the provider says about it; empty where nothing
        public static Broken byModel(String reason, String message) {
            return new Broken(
                    502,
                    reason,
                    message.isEmpty() ? "the model stopped without an answer" : message,
                    true);
        }
    }

    /// The model made an image, or a sound.
    ///
    /// @param media its bytes, or where they are
    record Made(Media media) implements ChatEvent {
        /// Whether it is a sound; else it is an image.
        public boolean sound() {
            return media instanceof Media.Inline inline && inline.type().startsWith("audio/");
        }

        /// What it is called where a dialect has no place for it.
        public String what() {
            return sound() ? "audio" : "image";
        }
    }

    /// Something that has no place in other dialects was left out.
    ///
    /// @param what its name on the wire: `web_search_tool_result`
    record Omitted(String what) implements ChatEvent {}

    /// Nothing happened, but the provider is there.
    record Ping() implements ChatEvent {}
}
