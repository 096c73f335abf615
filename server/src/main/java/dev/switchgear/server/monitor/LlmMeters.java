package dev.switchgear.server.monitor;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.tokens.TokenUsage;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What every LLM gateway measures, under OpenTelemetry's names for generative AI; `docs/metrics.md`
/// lists them. Calls of other families are told by their operation and passed over.
///
/// Reads events on the monitor's thread.
public final class LlmMeters implements Consumer<Event> {
    private static final Set<String> OPERATIONS =
            Arrays.stream(Operation.values())
                    .map(Operation::word)
                    .collect(Collectors.toUnmodifiableSet());

    /// Distinct models beyond the configured ones that get a label of their own; all further ones
    /// share `other`. So do names that no provider has ever answered for: clients make those up.
    private static final int MODELS_MOST = 200;

    /// Routes that get a label of their own, over all reloads.
    private static final int ROUTES_MOST = 1_000;

    /// Buckets of the conventions: 0.01 s doubling to 81.92 s.
    private static final Duration[] SECONDS = Buckets.doubling(Duration.ofMillis(10), 14);

    /// Buckets of the conventions: 1 times 4 to 67,108,864 tokens.
    private static final double[] TOKENS = Buckets.quadrupling(14);

    private final MeterRegistry registry;
    private final Predicate<String> configured;
    private final BoundedLabels models = new BoundedLabels(MODELS_MOST);
    private final BoundedLabels routes = new BoundedLabels(ROUTES_MOST);
    private final Map<Labels, AttemptMeters> attempts = new HashMap<>();
    private final Map<String, Timer> requests = new HashMap<>();

    /// @param model bounded by [#model]
    /// @param error empty for a success
    private record Labels(String operation, UpstreamId upstream, String model, String error) {}

    private record AttemptMeters(
            Timer duration,
            Supplier<Timer> firstChunk,
            Supplier<DistributionSummary> input,
            Supplier<DistributionSummary> output) {}

    /// @param registry scraped with the metrics of all families
    /// @param configured whether a model's name is written in the configuration
    public LlmMeters(MeterRegistry registry, Predicate<String> configured) {
        this.registry = registry;
        this.configured = configured;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Attempted attempted when OPERATIONS.contains(attempted.operation()) ->
                    attempted(attempted);
            case Event.Answered answered when OPERATIONS.contains(answered.operation()) ->
                    answered(answered);
            case Event.Attempted _,
                    Event.Answered _,
                    Event.AdapterFailed _,
                    Event.BreakerMoved _,
                    Event.Rested _,
                    Event.Switched _,
                    Event.HealthChanged _,
                    Event.Overloaded _ -> {}
        }
    }

    private void attempted(Event.Attempted event) {
        Attempt<?> attempt = event.attempt();
        AttemptMeters meters = metersOf(event);
        meters.duration().record(attempt.latencyNanos(), TimeUnit.NANOSECONDS);
        if (attempt.firstPieceNanos() >= 0) {
            meters.firstChunk().get().record(attempt.firstPieceNanos(), TimeUnit.NANOSECONDS);
        }
        if (attempt.outcome() instanceof Outcome.Success<?> success
                && success.value() instanceof LlmReply reply) {
            tokens(meters, reply.usage());
        }
    }

    private static void tokens(AttemptMeters meters, TokenUsage usage) {
        if (usage.wholeInput() >= 0) {
            meters.input().get().record((double) usage.wholeInput());
        }
        if (usage.wholeOutput() >= 0) {
            meters.output().get().record((double) usage.wholeOutput());
        }
    }

    /// Finding a meter by its name and tags costs more than counting, so those of an attempt are
    /// found once for each combination of labels, of which there are few.
    private AttemptMeters metersOf(Event.Attempted event) {
        Attempt<?> attempt = event.attempt();
        var labels =
                new Labels(
                        event.operation(),
                        attempt.upstream(),
                        model(attempt.subject(), attempt.outcome() instanceof Outcome.Success<?>),
                        CauseLabels.of(attempt.outcome()));
        return attempts.computeIfAbsent(labels, this::metersOf);
    }

    private AttemptMeters metersOf(Labels labels) {
        Tags tags =
                Tags.of("gen_ai.operation.name", labels.operation())
                        .and("gen_ai.provider.name", labels.upstream().provider())
                        .and("gen_ai.request.model", labels.model());
        Tags withError = tags.and("error.type", labels.error());
        return new AttemptMeters(
                timer("gen_ai.client.operation.duration", withError),
                once(() -> timer("gen_ai.client.operation.time_to_first_chunk", withError)),
                once(() -> tokens(tags, "input")),
                once(() -> tokens(tags, "output")));
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

    private DistributionSummary tokens(Tags tags, String type) {
        return DistributionSummary.builder("gen_ai.client.token.usage")
                .tags(tags.and("gen_ai.token.type", type))
                .serviceLevelObjectives(TOKENS)
                .register(registry);
    }

    private void answered(Event.Answered event) {
        requests.computeIfAbsent(
                        routes.of(event.route()),
                        route -> timer("gen_ai.server.request.duration", Tags.of("route", route)))
                .record(event.latency());
    }

    private Timer timer(String name, Tags tags) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(SECONDS).register(registry);
    }

    private String model(String model, boolean answered) {
        if (models.has(model) || configured.test(model)) {
            return model;
        }
        return answered ? models.of(model) : BoundedLabels.OTHER;
    }
}
