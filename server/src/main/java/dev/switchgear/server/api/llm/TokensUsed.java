package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.List;

/// What a request took from its client's token limits, all its attempts together. Pure.
final class TokensUsed {
    /// Nobody knows, so what was reserved stands.
    static final long UNKNOWN = -1;

    private TokensUsed() {}

    /// Counts what is known to have been used. An attempt that may have been worked on and does not
    /// say leaves the whole unknown, unless another one answered: then its provider's failure is not
    /// the client's use.
    ///
    /// @return 0 where nobody was asked, or only such as did nothing
    static long of(List<Attempt<LlmReply>> attempts) {
        long used = 0;
        boolean answered = false;
        boolean unknown = false;
        for (Attempt<LlmReply> attempt : attempts) {
            switch (attempt.outcome()) {
                case Outcome.Refusal<LlmReply> _ -> {}
                case Outcome.Success<LlmReply> success -> {
                    answered = true;
                    if (success.units() < 0) {
                        return UNKNOWN;
                    }
                    used += success.units();
                }
                case Outcome.Failure<LlmReply> failure -> {
                    long said =
                            failure.reply().map(LlmReply::usage).map(TokenUsage::total).orElse(-1L);
                    used += Math.max(0, said);
                    unknown |= said < 0 && failure.fault().mayHaveActed();
                }
            }
        }
        return unknown && !answered ? UNKNOWN : used;
    }
}
