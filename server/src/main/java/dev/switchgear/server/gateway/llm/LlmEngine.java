package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.routing.Route;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.seal.SealKeeper;
import java.time.Duration;
import java.util.Optional;

/// Carries calls, and remembers who answered which conversation, and who sealed what in it. It survives
/// every new configuration. Thread-safe.
record LlmEngine(Failover failover, Affinity affinity, SealKeeper seals) {
    /// A conversation on its way.
    ///
    /// @param favourite who answered it last
    record Going(ConversationKey key, Optional<UpstreamId> favourite) {}

    /// A call of a conversation, which had better go where the one before it went.
    Going going(ConversationKey key) {
        return new Going(key, key.told() ? affinity.of(key.hash()) : Optional.empty());
    }

    Answer<LlmReply> carry(Call<LlmRequest> call, Route<LlmRequest, LlmReply> route) {
        return failover.carry(call, route);
    }

    /// @param keep how long it is remembered who answered
    Answer<LlmReply> carry(
            Call<LlmRequest> call, Route<LlmRequest, LlmReply> route, Going going, Duration keep) {
        Answer<LlmReply> answer = failover.carry(call, route, going.favourite());
        answer.deciding()
                .filter(attempt -> attempt.outcome() instanceof Outcome.Success)
                .map(Attempt::upstream)
                .ifPresent(upstream ->
                        affinity.put(going.key().hash(), upstream, keep, going.key().told()));
        return answer;
    }
}
