package dev.switchgear.bench.jmh;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.AdaptiveSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Route;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.routing.Target;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/// A route to ten upstreams that do nothing, with every guard on: breaker, bulkhead, adaptive limit,
/// limits of requests and tokens. Each has a full history, some with failures. No limit is ever hit.
final class TenUpstreams {
    private static final int CANDIDATES = 10;
    private static final int SAMPLES = 100;
    private static final long PLENTY = 1_000_000_000_000L;

    private TenUpstreams() {}

    static Route<String, String> route(Strategy strategy, Journal journal, Time time) {
        var random = new Random(25);
        RandomGenerator shared = () -> ThreadLocalRandom.current().nextLong();
        var account = new Rests(time);
        var targets = new ArrayList<Target<String, String>>();
        for (int i = 0; i < CANDIDATES; i++) {
            var upstream =
                    new GuardedUpstream<>(
                            new Idle(new UpstreamId("provider-" + i, "main")),
                            settings(),
                            account,
                            journal,
                            time,
                            shared);
            double failing = i / (4.0 * CANDIDATES);
            for (int sample = 0; sample < SAMPLES; sample++) {
                upstream.history()
                        .record(random.nextDouble() >= failing, random.nextLong(1_000_000_000));
            }
            targets.add(new Target<>(upstream, "model", 1, i, Long.MAX_VALUE));
        }
        return new Route<>(
                "route",
                strategy,
                targets,
                RetrySettings.DEFAULT,
                Optional.empty(),
                ScoreWeights.DEFAULT);
    }

    private static GuardSettings settings() {
        return new GuardSettings(
                BreakerSettings.DEFAULT,
                new BulkheadSettings(1000, 100, Duration.ofSeconds(1)),
                Optional.of(AdaptiveSettings.DEFAULT),
                List.of(
                        new Limit(Limit.Measure.REQUESTS, PLENTY, Duration.ofSeconds(1)),
                        new Limit(Limit.Measure.REQUESTS, PLENTY, Duration.ofMinutes(1)),
                        new Limit(Limit.Measure.UNITS, PLENTY, Duration.ofMinutes(1))),
                HealthSettings.DEFAULT,
                RestSettings.DEFAULT);
    }

    private record Idle(UpstreamId id) implements Upstream<String, String> {
        @Override
        public Outcome<String> send(Dispatch<String> dispatch) {
            return new Outcome.Success<>("done", 60, Quota.UNKNOWN);
        }
    }
}
