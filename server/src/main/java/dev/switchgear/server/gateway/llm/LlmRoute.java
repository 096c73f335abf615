package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.money.Money;
import dev.switchgear.server.gateway.llm.LlmEngine.Going;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A route for one model, what it promises, and the engine that carries calls along it. Immutable; a
/// call of a conversation goes along a copy that knows of it.
final class LlmRoute implements Destination {
    /// What calls are promised.
    ///
    /// @param total how long one may take, all attempts together
    /// @param promise what is done about a stream that breaks off
    /// @param keep how long it is remembered where a conversation went; empty for not at all
    /// @param marks as [Destination#marks]
    /// @param threads as [Destination#keepsThreads]
    record Terms(
            Duration total,
            StreamPromise promise,
            HoldBack holdBack,
            Optional<Duration> keep,
            Optional<Part.CacheMark> marks,
            boolean threads) {
        /// The same with more time, or with as much.
        Terms within(Duration longer) {
            return longer.compareTo(total) > 0
                    ? new Terms(longer, promise, holdBack, keep, marks, threads)
                    : this;
        }

        /// The same where threads are kept, or are not.
        Terms keeping(boolean kept) {
            return new Terms(total, promise, holdBack, keep, marks, kept);
        }
    }

    /// What a call may cost at most; empty without a price.
    interface Ceiling {
        Optional<Money> of(Operation operation, RequestBody body);
    }

    private final Route<LlmRequest, LlmReply> route;
    private final Terms terms;
    private final Ceiling ceiling;
    private final LlmEngine engine;
    private final Optional<Going> conversation;

    LlmRoute(Route<LlmRequest, LlmReply> route, Terms terms, Ceiling ceiling, LlmEngine engine) {
        this(route, terms, ceiling, engine, Optional.empty());
    }

    private LlmRoute(
            Route<LlmRequest, LlmReply> route,
            Terms terms,
            Ceiling ceiling,
            LlmEngine engine,
            Optional<Going> conversation) {
        this.route = route;
        this.terms = terms;
        this.ceiling = ceiling;
        this.engine = engine;
        this.conversation = conversation;
    }

    /// Which upstreams may take its calls, and how they are chosen.
    Route<LlmRequest, LlmReply> along() {
        return route;
    }

    @Override
    public Set<String> targets() {
        var targets = new LinkedHashSet<String>();
        route.targets()
                .forEach(target ->
                        targets.add(target.upstream().id().provider() + "/" + target.subject()));
        return targets;
    }

    Terms terms() {
        return terms;
    }

    @Override
    public String route() {
        return route.id();
    }

    @Override
    public Set<String> providers() {
        var providers = new LinkedHashSet<String>();
        route.targets().forEach(target -> providers.add(target.upstream().id().provider()));
        return providers;
    }

    @Override
    public Duration total() {
        return terms.total();
    }

    @Override
    public StreamPromise promise() {
        return terms.promise();
    }

    @Override
    public HoldBack holdBack() {
        return terms.holdBack();
    }

    @Override
    public Optional<Part.CacheMark> marks() {
        return terms.marks();
    }

    @Override
    public boolean keepsThreads() {
        return terms.threads();
    }

    @Override
    public Optional<Money> ceiling(Operation operation, RequestBody body) {
        return ceiling.of(operation, body);
    }

    /// Priority goes its own way always, and one target alone leaves no choice.
    @Override
    public boolean remembers() {
        return terms.keep().isPresent()
                && route.strategy() != Strategy.PRIORITY
                && route.targets().size() > 1;
    }

    @Override
    public Destination going(ConversationKey key) {
        return with(route, Optional.of(engine.going(key)));
    }

    @Override
    public Destination going(ConversationKey key, UpstreamId before) {
        return with(route, Optional.of(new Going(key, Optional.of(before))));
    }

    @Override
    public Optional<Boolean> again(UpstreamId answered) {
        return conversation
                .filter(going -> going.key().told())
                .map(going -> going.favourite().equals(Optional.of(answered)));
    }

    /// Nobody is the conversation's favourite any more: that one has just broken off.
    @Override
    public Destination without(String provider) {
        List<Target<LlmRequest, LlmReply>> others =
                route.targets().stream()
                        .filter(target -> !target.upstream().id().provider().equals(provider))
                        .toList();
        return with(
                others.isEmpty() ? route : route.among(others),
                conversation.map(going -> new Going(going.key(), Optional.empty())));
    }

    private LlmRoute with(Route<LlmRequest, LlmReply> along, Optional<Going> going) {
        return new LlmRoute(along, terms, ceiling, engine, going);
    }

    @Override
    public Answer<LlmReply> carry(Call<LlmRequest> call) {
        return conversation.isEmpty()
                ? engine.carry(call, route)
                : engine.carry(call, route, conversation.get(), terms.keep().orElse(Duration.ZERO));
    }
}
