package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Outcome;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TokenEstimates;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.Optional;
import java.util.function.Supplier;

/// What one attempt is taken to have used, whether its provider told or not. Pure.
///
/// What a provider reported counts as it is. Where it reported nothing, this decides by what it may have
/// done: nothing was sent, or its answer was an error: nothing is billed. Else the prompt was read, so
/// its input counts in full, and of the output what was received; of an answer in one piece, of which
/// nothing is received before its end, what such answers usually have.
final class Used {
    /// Tokens of output that an answer is taken to have of which nothing is known.
    static final long EXPECTED_OUTPUT = 500;

    private Used() {}

    /// @param outcome empty where the adapter broke
    /// @param tokenizer of the model; asked for only where something is estimated
    /// @return empty where nothing is billed
    static Optional<TokenUsage> by(
            LlmRequest request,
            Optional<Outcome<LlmReply>> outcome,
            Supplier<Tokenizer> tokenizer) {
        if (request.operation() == Operation.COUNT_TOKENS) {
            return Optional.empty();
        }
        if (outcome.isEmpty()) {
            return Optional.of(unseen(request, tokenizer));
        }
        return switch (outcome.get()) {
            case Outcome.Refusal<LlmReply> _ -> Optional.empty();
            case Outcome.Success<LlmReply> success -> {
                TokenUsage told = success.value().usage();
                yield Optional.of(told.total() > 0 ? told : unseen(request, tokenizer));
            }
            case Outcome.Failure<LlmReply> failure -> failed(request, failure, tokenizer);
        };
    }

    private static Optional<TokenUsage> failed(
            LlmRequest request, Outcome.Failure<LlmReply> failure, Supplier<Tokenizer> tokenizer) {
        TokenUsage told = failure.reply().map(LlmReply::usage).orElse(TokenUsage.UNKNOWN);
        if (told.total() > 0) {
            return Optional.of(told);
        }
        boolean saidNo =
                failure.reply().isPresent()
                        && failure.reply().get().content() instanceof Content.Declined;
        return failure.fault().mayHaveActed() && !saidNo
                ? Optional.of(unseen(request, tokenizer))
                : Optional.empty();
    }

    /// Of an answer of which nothing has come.
    private static TokenUsage unseen(LlmRequest request, Supplier<Tokenizer> tokenizer) {
        long output = request.streamed() ? 0 : usualOutput(request);
        return TokenUsage.estimate(
                TokenEstimates.prompt(request.body().bytes(), tokenizer.get()), output);
    }

    /// Tokens of output that an answer is likely to have.
    static long usualOutput(LlmRequest request) {
        return putsOut(request.operation())
                ? Math.min(
                        EXPECTED_OUTPUT, request.body().maxOutputTokens().orElse(EXPECTED_OUTPUT))
                : 0;
    }

    /// Whether a request is asked for something that has an output of tokens.
    static boolean putsOut(Operation operation) {
        return switch (operation) {
            case CHAT -> true;
            case EMBEDDINGS, BATCH_EMBEDDINGS, COUNT_TOKENS -> false;
        };
    }
}
