package dev.switchgear.server.monitor;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.tokens.TokenUsage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The Prometheus metrics: OpenTelemetry's GenAI names for what every LLM gateway measures, our own
/// for what only a gateway with a resilience core knows. `docs/metrics.md` lists them.
///
/// Reads events on the monitor's thread; scraping is thread-safe.
public final class Meters implements Consumer<Event> {
    /// Distinct models beyond the configured ones that get a label of their own; all further ones
    /// share `other`. So do names that no provider has ever answered for: clients make those up.
    private static final int MODELS_MOST = 200;

    /// Routes that get a label of their own, over all reloads.
    private static final int ROUTES_MOST = 1_000;

    private static final int CALLS_MOST = 10_000;

    /// Buckets of the GenAI conventions: 0.01 s doubling to 81.92 s.
    private static final Duration[] GEN_AI_SECONDS = doubling(Duration.ofMillis(10), 14);

    /// 50 µs doubling to 1.6 s.
    private static final Duration[] OVERHEAD_SECONDS = doubling(Duration.ofNanos(50_000), 16);

    /// Buckets of the GenAI conventions: 1 times 4 to 67,108,864 tokens.
    private static final double[] TOKENS = quadrupling(14);

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<Collection<? extends GuardedUpstream<?, ?>>> upstreams;
    private final MultiGauge breakers;
    private final MultiGauge queues;
    private final MultiGauge running;
    private final MultiGauge health;
    private final MultiGauge cooldowns;
    private final Predicate<String> configured;

    // Used on the monitor's thread alone.
    private final Set<String> models = new HashSet<>();
    private final Set<String> routes = new HashSet<>();

    /// What failed last in calls that are under way, to say what a failover was away from.
    private final Map<String, Failed> failed =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Failed> eldest) {
                    return size() > CALLS_MOST;
                }
            };

    private final Map<Request, Counter> requests = new ConcurrentHashMap<>();

    private final Map<Labels, AttemptMeters> attempts = new HashMap<>();
    private final Map<Answers, AnswerMeters> answers = new HashMap<>();

    /// @param model bounded by [#model]
    /// @param error empty for a success
    private record Labels(
            String operation, UpstreamId upstream, String model, Attempt.Kind kind, String error) {}

    private record AttemptMeters(
            Counter attempts,
            Timer duration,
            Supplier<Timer> firstChunk,
            Supplier<DistributionSummary> input,
            Supplier<DistributionSummary> output) {}

    /// @param route bounded by [#route]
    private record Answers(String route, Event.Verdict verdict) {}

    private record AnswerMeters(Counter calls, Timer duration, Timer overhead) {}

    private record Failed(String provider, String cause) {}

    private record Request(String path, int status) {}

    /// @param upstreams those in use now; asked at each scrape
    /// @param configured whether a model's name is written in the configuration
    public Meters(
            Journal journal,
            Supplier<Collection<? extends GuardedUpstream<?, ?>>> upstreams,
            Predicate<String> configured) {
        this.upstreams = upstreams;
        this.configured = configured;
        FunctionCounter.builder("switchgear.events.dropped", journal, Journal::dropped)
                .description("Events lost because the journal was full")
                .register(registry);
        breakers = gauge("switchgear.breaker.state", "0 closed, 1 open, 2 half-open");
        queues = gauge("switchgear.queue.depth", "Calls waiting for a place at an upstream");
        running = gauge("switchgear.upstream.running", "Attempts under way at an upstream");
        health = gauge("switchgear.upstream.availability", "Share of attempts that went well");
        cooldowns =
                MultiGauge.builder("switchgear.cooldown")
                        .baseUnit("seconds")
                        .description("How much longer a key or its account rests")
                        .register(registry);
    }

    /// Counts a request at the door. Thread-safe.
    ///
    /// @param path of its route; 0 as `status` means that the client went away first
    public void request(String path, int status) {
        requests.computeIfAbsent(
                        new Request(path, status),
                        request ->
                                registry.counter(
                                        "switchgear.requests",
                                        "path",
                                        request.path(),
                                        "status",
                                        request.status() == 0
                                                ? "gone"
                                                : Integer.toString(request.status())))
                .increment();
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Attempted attempted -> attempted(attempted);
            case Event.Answered answered -> answered(answered);
            case Event.BreakerMoved moved ->
                    count(
                            "switchgear.breaker.moves",
                            tags(moved.upstream().provider(), moved.upstream().key())
                                    .and("to", lower(moved.to())));
            case Event.Rested rested ->
                    count(
                            "switchgear.rests",
                            tags(rested.upstream().provider(), rested.upstream().key())
                                    .and("cause", CauseLabels.of(rested.cause())));
            case Event.Switched switched ->
                    count(
                            "switchgear.forced",
                            tags(switched.upstream().provider(), switched.upstream().key())
                                    .and("state", lower(switched.to())));
            case Event.HealthChanged changed ->
                    count(
                            "switchgear.health.changes",
                            tags(changed.upstream().provider(), changed.upstream().key())
                                    .and("to", lower(changed.to())));
        }
    }

    private void attempted(Event.Attempted event) {
        Attempt<?> attempt = event.attempt();
        String provider = attempt.upstream().provider();
        String error = "";
        if (attempt.kind() == Attempt.Kind.FAILOVER) {
            Failed from = failed.getOrDefault(event.call(), new Failed("unknown", "unknown"));
            count(
                    "switchgear.failovers",
                    Tags.of("from", from.provider(), "to", provider, "cause", from.cause()));
        }
        switch (attempt.outcome()) {
            case Outcome.Success<?> success -> {
                if (success.value() instanceof LlmReply reply) {
                    tokens(event, reply.usage());
                }
            }
            case Outcome.Refusal<?> refusal -> error = lower(refusal.by());
            case Outcome.Failure<?> failure -> {
                error = CauseLabels.of(failure.fault().cause());
                failed.put(event.call(), new Failed(provider, error));
                count("switchgear.attempt.failures", Tags.of("provider", provider, "cause", error));
            }
        }
        AttemptMeters meters = metersOf(event, error);
        meters.attempts().increment();
        meters.duration().record(attempt.latencyNanos(), TimeUnit.NANOSECONDS);
        if (attempt.firstPieceNanos() >= 0) {
            meters.firstChunk().get().record(attempt.firstPieceNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /// Finding a meter by its name and tags costs more than counting, so those of an attempt are
    /// found once for each combination of labels, of which there are few.
    private AttemptMeters metersOf(Event.Attempted event, String error) {
        Attempt<?> attempt = event.attempt();
        var labels =
                new Labels(
                        event.operation(),
                        attempt.upstream(),
                        model(attempt.subject(), attempt.outcome() instanceof Outcome.Success<?>),
                        attempt.kind(),
                        error);
        return attempts.computeIfAbsent(labels, this::metersOf);
    }

    private AttemptMeters metersOf(Labels labels) {
        Tags genAi = genAi(labels);
        Tags withError = genAi.and("error.type", labels.error());
        Counter attempts =
                registry.counter(
                        "switchgear.attempts",
                        tags(labels.upstream().provider(), labels.upstream().key())
                                .and("outcome", labels.error().isEmpty() ? "success" : "failure")
                                .and("kind", lower(labels.kind())));
        return new AttemptMeters(
                attempts,
                timer("gen_ai.client.operation.duration", withError, GEN_AI_SECONDS),
                once(() ->
                        timer(
                                "gen_ai.client.operation.time_to_first_chunk",
                                withError,
                                GEN_AI_SECONDS)),
                once(() -> tokens(genAi, "input")),
                once(() -> tokens(genAi, "output")));
    }

    /// A meter that shows up only once there is something to show.
    private static <M> Supplier<M> once(Supplier<M> make) {
        return new Supplier<>() {
            private @Nullable M made;

            @Override
            public M get() {
                if (made == null) {
                    made = make.get();
                }
                return made;
            }
        };
    }

    private static Tags genAi(Labels labels) {
        return Tags.of("gen_ai.operation.name", labels.operation())
                .and("gen_ai.provider.name", labels.upstream().provider())
                .and("gen_ai.request.model", labels.model());
    }

    private void answered(Event.Answered event) {
        failed.remove(event.call());
        var labels = new Answers(route(event.route()), event.verdict());
        AnswerMeters meters = answers.computeIfAbsent(labels, this::metersOf);
        meters.calls().increment();
        meters.duration().record(event.latency());
        meters.overhead().record(event.overhead());
    }

    private AnswerMeters metersOf(Answers labels) {
        Tags route = Tags.of("route", labels.route());
        return new AnswerMeters(
                registry.counter("switchgear.calls", route.and("verdict", lower(labels.verdict()))),
                timer("gen_ai.server.request.duration", route, GEN_AI_SECONDS),
                timer("switchgear.overhead", Tags.empty(), OVERHEAD_SECONDS));
    }

    private void tokens(Event.Attempted event, TokenUsage usage) {
        AttemptMeters meters = metersOf(event, "");
        if (usage.wholeInput() >= 0) {
            meters.input().get().record((double) usage.wholeInput());
        }
        if (usage.wholeOutput() >= 0) {
            meters.output().get().record((double) usage.wholeOutput());
        }
    }

    private DistributionSummary tokens(Tags genAi, String type) {
        return DistributionSummary.builder("gen_ai.client.token.usage")
                .tags(genAi.and("gen_ai.token.type", type))
                .serviceLevelObjectives(TOKENS)
                .register(registry);
    }

    /// All metrics in Prometheus' text format.
    public synchronized String scrape() {
        breakers.register(
                rows(upstream -> {
                    BreakerState state = upstream.breaker().state();
                    return switch (state) {
                        case CLOSED -> 0;
                        case OPEN -> 1;
                        case HALF_OPEN -> 2;
                    };
                }),
                true);
        queues.register(rows(upstream -> upstream.bulkhead().queued()), true);
        running.register(rows(upstream -> upstream.bulkhead().running()), true);
        health.register(rows(upstream -> upstream.history().availability()), true);
        cooldowns.register(
                rows(upstream ->
                        upstream.resting()
                                .map(rest -> rest.remaining().toMillis() / 1_000.0)
                                .orElse(0.0)),
                true);
        return registry.scrape();
    }

    private List<MultiGauge.Row<?>> rows(ToDoubleFunction<GuardedUpstream<?, ?>> value) {
        var rows = new ArrayList<MultiGauge.Row<?>>();
        for (GuardedUpstream<?, ?> upstream : upstreams.get()) {
            Tags tags = tags(upstream.id().provider(), upstream.id().key());
            rows.add(MultiGauge.Row.of(tags, value.applyAsDouble(upstream)));
        }
        return rows;
    }

    private void count(String name, Tags tags) {
        registry.counter(name, tags).increment();
    }

    private Timer timer(String name, Tags tags, Duration[] buckets) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(buckets).register(registry);
    }

    private static Tags tags(String provider, String key) {
        return Tags.of("provider", provider, "key", key);
    }

    private String model(String model, boolean answered) {
        if (models.contains(model) || configured.test(model)) {
            return model;
        }
        if (!answered || models.size() >= MODELS_MOST) {
            return "other";
        }
        models.add(model);
        return model;
    }

    private String route(String route) {
        if (routes.size() < ROUTES_MOST) {
            routes.add(route);
        }
        return routes.contains(route) ? route : "other";
    }

    private static String lower(Object word) {
        return word.toString().toLowerCase(Locale.ROOT);
    }

    private static Duration[] doubling(Duration first, int count) {
        var buckets = new Duration[count];
        for (int i = 0; i < count; i++) {
            buckets[i] = first.multipliedBy(1L << i);
        }
        return buckets;
    }

    private static double[] quadrupling(int count) {
        var buckets = new double[count];
        for (int i = 0; i < count; i++) {
            buckets[i] = Math.pow(4, i);
        }
        return buckets;
    }
}
