package dev.switchgear.server.monitor;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardedUpstream;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// The Prometheus metrics of what only a gateway with a resilience core knows, whatever it is asked.
/// What only one family measures is measured by a reader of its own on the same
/// registry. `docs/metrics.md` lists all.
///
/// Reads events on the monitor's thread; scraping is thread-safe.
public final class Meters implements Consumer<Event> {
    /// Routes that get a label of their own, over all reloads.
    private static final int ROUTES_MOST = 1_000;

    private static final int CALLS_MOST = 10_000;

    /// 50 µs doubling to 1.6 s.
    private static final Duration[] OVERHEAD = Buckets.doubling(Duration.ofNanos(50_000), 16);

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<Collection<? extends GuardedUpstream<?, ?>>> upstreams;
    private final MultiGauge breakers;
    private final MultiGauge queues;
    private final MultiGauge running;
    private final MultiGauge health;
    private final MultiGauge forced;
    private final MultiGauge cooldowns;

    // Used on the monitor's thread alone.
    private final BoundedLabels routes = new BoundedLabels(ROUTES_MOST);

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

    private final Map<Attempts, Counter> attempts = new HashMap<>();
    private final Map<Answers, AnswerMeters> answers = new HashMap<>();

    private record Attempts(UpstreamId upstream, Attempt.Kind kind, boolean succeeded) {}

    /// @param route bounded by `routes`
    private record Answers(String route, Event.Verdict verdict) {}

    private record AnswerMeters(Counter calls, Timer overhead) {}

    private record Failed(String provider, String cause) {}

    private record Request(String path, int status) {}

    /// @param upstreams those in use now; asked at each scrape
    public Meters(
            Journal journal, Supplier<Collection<? extends GuardedUpstream<?, ?>>> upstreams) {
        this.upstreams = upstreams;
        FunctionCounter.builder("switchgear.events.dropped", journal, Journal::dropped)
                .description("Events lost because the journal was full")
                .register(registry);
        breakers = gauge("switchgear.breaker.state", "0 closed, 1 open, 2 half-open");
        queues = gauge("switchgear.queue.depth", "Calls waiting for a place at an upstream");
        running = gauge("switchgear.upstream.running", "Attempts under way at an upstream");
        health = gauge("switchgear.upstream.availability", "Share of attempts that went well");
        forced = gauge("switchgear.forced.state", "0 no order, 1 on, 2 off, 3 drain");
        cooldowns =
                MultiGauge.builder("switchgear.cooldown")
                        .baseUnit("seconds")
                        .description("How much longer a key or its account rests")
                        .register(registry);
    }

    /// Where a family's own meters are registered, to be scraped with these.
    public MeterRegistry registry() {
        return registry;
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
            // Its attempt is counted with its cause.
            case Event.AdapterFailed _ -> {}
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
            case Event.Overloaded overloaded ->
                    count(
                            "switchgear.gateway.overloads",
                            Tags.of("edge", overloaded.began() ? "begin" : "end"));
        }
    }

    private void attempted(Event.Attempted event) {
        Attempt<?> attempt = event.attempt();
        String provider = attempt.upstream().provider();
        if (attempt.kind() == Attempt.Kind.FAILOVER) {
            Failed from = failed.getOrDefault(event.call(), new Failed("unknown", "unknown"));
            count(
                    "switchgear.failovers",
                    Tags.of("from", from.provider(), "to", provider, "cause", from.cause()));
        }
        if (attempt.outcome() instanceof Outcome.Failure<?> failure) {
            String cause = CauseLabels.of(failure.fault().cause());
            failed.put(event.call(), new Failed(provider, cause));
            count("switchgear.attempt.failures", Tags.of("provider", provider, "cause", cause));
        }
        boolean succeeded = attempt.outcome() instanceof Outcome.Success<?>;
        // Finding a meter by its name and tags costs more than counting, so each is found once.
        attempts.computeIfAbsent(
                        new Attempts(attempt.upstream(), attempt.kind(), succeeded),
                        this::counterOf)
                .increment();
    }

    private Counter counterOf(Attempts labels) {
        return registry.counter(
                "switchgear.attempts",
                tags(labels.upstream().provider(), labels.upstream().key())
                        .and("outcome", labels.succeeded() ? "success" : "failure")
                        .and("kind", lower(labels.kind())));
    }

    private void answered(Event.Answered event) {
        failed.remove(event.call());
        var labels = new Answers(routes.of(event.route()), event.verdict());
        AnswerMeters meters = answers.computeIfAbsent(labels, this::metersOf);
        meters.calls().increment();
        meters.overhead().record(event.overhead());
    }

    private AnswerMeters metersOf(Answers labels) {
        Tags tags = Tags.of("route", labels.route()).and("verdict", lower(labels.verdict()));
        return new AnswerMeters(
                registry.counter("switchgear.calls", tags),
                Timer.builder("switchgear.overhead")
                        .serviceLevelObjectives(OVERHEAD)
                        .register(registry));
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
        forced.register(
                rows(upstream ->
                        switch (upstream.forced().current().state()) {
                            case NONE -> 0;
                            case ON -> 1;
                            case OFF -> 2;
                            case DRAIN -> 3;
                        }),
                true);
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

    private static Tags tags(String provider, String key) {
        return Tags.of("provider", provider, "key", key);
    }

    private static String lower(Object word) {
        return word.toString().toLowerCase(Locale.ROOT);
    }
}
