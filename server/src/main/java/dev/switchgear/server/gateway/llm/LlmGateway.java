package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.price.CostBook;
import dev.switchgear.families.llm.price.Prices;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.BudgetStatus;
import dev.switchgear.families.money.Budgets;
import dev.switchgear.families.money.Ledger;
import dev.switchgear.families.money.MemoryLedger;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Reserved;
import dev.switchgear.providers.Kinds;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.PriceFile;
import dev.switchgear.server.gateway.CoreSettings;
import dev.switchgear.server.gateway.Tried;
import dev.switchgear.server.gateway.Upstreams;
import dev.switchgear.wire.Transport;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;

/// What stands behind the doors: the configuration in force, and the engine that carries calls by it.
/// A new configuration is swapped in whole: a call is carried to its end by the one it began with.
/// Thread-safe.
public final class LlmGateway implements Destinations, Billing {
    private record Setup(Config config, Upstreams upstreams, LlmRoutes routes, Bookkeeping books) {}

    private final Ledger ledger = new MemoryLedger();
    private final CostBook book = new CostBook();
    private final Failover failover;
    private final Affinity affinity;
    private final Journal journal;
    private final Time time;
    private final RandomGenerator random;
    private volatile Setup setup;

    /// @param random shared by many threads: it must be thread-safe
    public LlmGateway(
            Config config,
            Transport transport,
            Journal journal,
            Time time,
            RandomGenerator random) {
        this.affinity = new Affinity(time);
        this.failover = new Failover(journal, time, Threads.virtual(), random);
        this.journal = journal;
        this.time = time;
        this.random = random;
        this.setup = setUp(config, Upstreams.none(), transport, false);
    }

    /// Carries new calls by `config` from now on. Upstreams that it does not change keep what they
    /// have learned.
    ///
    /// @param sameTransport whether `transport` is the one in use already
    public synchronized void use(Config config, Transport transport, boolean sameTransport) {
        setup = setUp(config, setup.upstreams(), transport, sameTransport);
    }

    private Setup setUp(
            Config config, Upstreams before, Transport transport, boolean sameTransport) {
        Catalogue catalogue = PriceFile.read(config.prices()).catalogue();
        Upstreams upstreams =
                Upstreams.of(
                        config,
                        before,
                        new LlmUpstreams(Kinds.ours(), catalogue, () -> setup.books(), time),
                        transport,
                        sameTransport,
                        journal,
                        time,
                        random);
        var prices = new Prices(catalogue, time);
        var budgets = new Budgets(CoreSettings.budgets(config), ledger, time);
        return new Setup(
                config,
                upstreams,
                new LlmRoutes(config, upstreams, prices, time),
                new Bookkeeping(prices, budgets, book, upstreams));
    }

    /// What is known of the configured providers without asking them.
    public List<ProviderCard> cards() {
        Setup now = setup;
        return ProviderCards.of(
                now.config(),
                now.books().prices().catalogue(),
                LocalDate.ofInstant(time.instant(), ZoneOffset.UTC));
    }

    /// Asks a provider with each of its keys a question that costs nothing, one after the other. Empty
    /// where no provider in use is called so.
    public List<Tried> test(String provider, Deadline deadline) {
        var tried = new ArrayList<Tried>();
        for (Upstreams.Member member :
                setup.upstreams()
                        .account(provider)
                        .map(Upstreams.Account::members)
                        .orElse(List.of())) {
            long before = time.nanos();
            Outcome<List<String>> outcome = member.probe().ask(deadline);
            Duration latency = Duration.ofNanos(time.nanos() - before);
            String key = member.upstream().id().key();
            tried.add(
                    switch (outcome) {
                        case Outcome.Success<List<String>> success ->
                                new Tried(key, true, latency, success.value().size(), "");
                        case Outcome.Failure<List<String>> failure ->
                                new Tried(key, false, latency, 0, failure.fault().detail());
                        case Outcome.Refusal<List<String>> refusal ->
                                new Tried(key, false, latency, 0, refusal.reason());
                    });
        }
        return tried;
    }

    /// What calls have cost since the start.
    public CostBook costs() {
        return book;
    }

    /// How budgets stand.
    public List<BudgetStatus> budgets() {
        return setup.books().budgets().status();
    }

    @Override
    public Reserved reserve(String client, Destination to, RequestBody body) {
        return setup.books().reserve(client, to, body);
    }

    @Override
    public void settle(Reserved.Granted granted, String client, List<Attempt<LlmReply>> attempts) {
        setup.books().settle(granted, client, attempts);
    }

    @Override
    public Cost cost(UpstreamId upstream, String model, TokenUsage usage) {
        return setup.books().cost(upstream, model, usage);
    }

    public Config config() {
        return setup.config();
    }

    /// All upstreams in use now.
    public Collection<GuardedUpstream<LlmRequest, LlmReply>> upstreams() {
        return setup.upstreams().all();
    }

    public Collection<Upstreams.Member> members() {
        return setup.upstreams().members();
    }

    /// Whether the configuration names this model, as a provider's own or as clients ask for it.
    public boolean names(String model) {
        return setup.routes().configured().contains(model);
    }

    @Override
    public Optional<Destination> find(String model) {
        return setup.routes().find(model).map(this::way);
    }

    @Override
    public Optional<Destination> find(String model, Selection selection) {
        return setup.routes().find(model, selection).map(this::way);
    }

    @Override
    public Set<String> providers() {
        return setup.config().providers().keySet();
    }

    private Way way(LlmRoute lane) {
        return new Way(lane, failover, affinity, Optional.empty(), Optional.empty());
    }

    /// A lane and the engine that carries along it.
    ///
    /// @param conversation which the call belongs to, where that matters
    /// @param favourite who answered that one last
    private record Way(
            LlmRoute lane,
            Failover failover,
            Affinity affinity,
            Optional<ConversationKey> conversation,
            Optional<UpstreamId> favourite)
            implements Destination {
        @Override
        public boolean remembers() {
            return lane.remembers();
        }

        @Override
        public Destination going(ConversationKey key) {
            Optional<UpstreamId> last = key.told() ? affinity.of(key.hash()) : Optional.empty();
            return new Way(lane, failover, affinity, Optional.of(key), last);
        }

        @Override
        public Optional<Boolean> again(UpstreamId answered) {
            return conversation
                    .filter(ConversationKey::told)
                    .map(_ -> favourite.equals(Optional.of(answered)));
        }

        @Override
        public String route() {
            return lane.route().id();
        }

        @Override
        public Set<String> providers() {
            return lane.providers();
        }

        @Override
        public Duration total() {
            return lane.total();
        }

        @Override
        public StreamPromise promise() {
            return lane.promise();
        }

        @Override
        public HoldBack holdBack() {
            return lane.holdBack();
        }

        @Override
        public Money ceiling(long inputTokens, OptionalLong outputTokensMost) {
            return lane.ceiling(inputTokens, outputTokensMost);
        }

        @Override
        public Destination without(String provider) {
            return new Way(
                    lane.without(provider), failover, affinity, conversation, Optional.empty());
        }

        @Override
        public Answer<LlmReply> carry(Call<LlmRequest> call) {
            Answer<LlmReply> answer = failover.carry(call, lane.route(), favourite);
            conversation.ifPresent(key -> remember(key, answer));
            return answer;
        }

        private void remember(ConversationKey key, Answer<LlmReply> answer) {
            answer.deciding()
                    .filter(attempt -> attempt.outcome() instanceof Outcome.Success)
                    .ifPresent(attempt ->
                            affinity.put(
                                    key.hash(),
                                    attempt.upstream(),
                                    lane.keep().orElse(Duration.ZERO),
                                    key.told()));
        }
    }

    @Override
    public List<ModelEntry> models() {
        var models = new ArrayList<ModelEntry>();
        for (String name : setup.routes().names()) {
            int slash = name.indexOf('/');
            models.add(
                    new ModelEntry(name, 0, slash < 0 ? "switchgear" : name.substring(0, slash)));
        }
        return List.copyOf(models);
    }
}
