package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.seal.ClientSeals;
import dev.switchgear.families.llm.seal.SealKeeper;
import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.llm.LlmProvider.Bounds;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.Surroundings;
import dev.switchgear.server.gateway.Upstreams;
import dev.switchgear.wire.Transport;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What stands behind the API for LLM calls: the configuration in force, and the engine that carries
/// calls by it. A new configuration is swapped in whole: a call is carried to its end by the one it
/// began with. Thread-safe.
public final class LlmGateway implements Destinations {
    /// @param providers the ids of those that this family speaks to
    private record Setup(
            Config config,
            Upstreams<LlmRequest, LlmReply> upstreams,
            LlmRoutes routes,
            Set<String> providers,
            Books books) {}

    private final Bookkeeping books;
    private final LlmEngine engine;
    private final LearnedHabits habits = new LearnedHabits();
    private final Time time;
    private final Threads threads;
    private volatile Setup setup;

    /// @throws IllegalArgumentException if the configuration cannot be used
    public LlmGateway(Config config, Transport transport, Surroundings surroundings) {
        this.time = surroundings.time();
        this.threads = surroundings.threads();
        this.engine =
                new LlmEngine(surroundings.failover(), new Affinity(time), new SealKeeper(time));
        this.books = new Bookkeeping(config, time);
        this.setup = setUp(config, books.inForce(), Upstreams.none(surroundings), transport);
    }

    /// Makes ready to carry new calls by `config`. Upstreams keep what they have learned of what it does
    /// not change.
    ///
    /// @return puts it in force, and cannot fail; to be run before the next one is prepared
    /// @throws IllegalArgumentException if the configuration cannot be used
    public Runnable prepare(Config config, Transport transport) {
        Setup next = setUp(config, books.by(config), setup.upstreams(), transport);
        return () -> {
            next.upstreams().use();
            books.use(next.books());
            setup = next;
        };
    }

    private Setup setUp(
            Config config,
            Books kept,
            Upstreams<LlmRequest, LlmReply> before,
            Transport transport) {
        var adapter =
                new LlmUpstreams(
                        Kinds.ours(),
                        kept.prices().catalogue(),
                        books,
                        habits,
                        Bounds.upTo(
                                Math.toIntExact(config.server().limits().answerBytes().bytes())),
                        time,
                        threads);
        Upstreams<LlmRequest, LlmReply> upstreams = before.next(config, adapter, transport);
        var providers = new LinkedHashSet<String>();
        config.providers()
                .forEach((id, provider) -> {
                    if (adapter.speaksTo(id, provider)) {
                        providers.add(id);
                    }
                });
        return new Setup(
                config,
                upstreams,
                new LlmRoutes(config, upstreams, kept, engine),
                Collections.unmodifiableSet(providers),
                kept);
    }

    @Override
    public ClientSeals seals(String client) {
        return engine.seals().of(client);
    }

    /// What is known of the configured providers without asking them.
    public List<ProviderCard> cards() {
        Setup now = setup;
        return ProviderCards.of(
                now.config(),
                now.books().prices().catalogue(),
                LocalDate.ofInstant(time.instant(), ZoneOffset.UTC));
    }

    /// What calls cost and have cost, by the configuration in force at the time it is asked.
    public Bookkeeping books() {
        return books;
    }

    /// All upstreams in use now.
    public List<Upstreams.Member<LlmRequest, LlmReply>> members() {
        return setup.upstreams().members();
    }

    /// Whether the configuration names this model, as a provider's own or as clients ask for it.
    public boolean names(String model) {
        return setup.routes().configured().contains(model);
    }

    @Override
    public Optional<Destination> find(String model) {
        return setup.routes().find(model).map(Destination.class::cast);
    }

    @Override
    public Optional<Destination> find(String model, Selection selection) {
        return setup.routes().find(model, selection).map(Destination.class::cast);
    }

    @Override
    public Set<String> providers() {
        return setup.providers();
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
