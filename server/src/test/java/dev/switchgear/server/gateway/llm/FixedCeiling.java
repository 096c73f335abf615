package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.money.Money;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// A destination that is never gone to: it only says what a call may cost.
record FixedCeiling(Money most) implements Destination {
    @Override
    public String route() {
        return "route";
    }

    @Override
    public Set<String> providers() {
        return Set.of();
    }

    @Override
    public Duration total() {
        return Duration.ofMinutes(1);
    }

    @Override
    public StreamPromise promise() {
        return StreamPromise.RELAY;
    }

    @Override
    public HoldBack holdBack() {
        return HoldBack.NONE;
    }

    @Override
    public Optional<Part.CacheMark> marks() {
        return Optional.empty();
    }

    @Override
    public boolean keepsThreads() {
        return false;
    }

    @Override
    public Optional<Money> ceiling(Operation operation, RequestBody body) {
        return Optional.of(most);
    }

    @Override
    public Set<String> targets() {
        return Set.of();
    }

    @Override
    public Destination without(String provider) {
        return this;
    }

    @Override
    public boolean remembers() {
        return false;
    }

    @Override
    public Destination going(ConversationKey conversation) {
        return this;
    }

    @Override
    public Destination going(ConversationKey conversation, UpstreamId before) {
        return this;
    }

    @Override
    public Optional<Boolean> again(UpstreamId answered) {
        return Optional.empty();
    }

    @Override
    public Answer<LlmReply> carry(Call<LlmRequest> call) {
        throw new IllegalStateException("nobody goes there");
    }
}
