package dev.switchgear.server.gateway;

import dev.switchgear.core.breaker.BreakerGrowth;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.breaker.Window;
import dev.switchgear.core.bulkhead.AdaptiveSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.patience.PatienceSettings;
import dev.switchgear.core.routing.HedgeSettings;
import dev.switchgear.core.routing.RetrySettings;
import dev.switchgear.core.routing.Strategy;
import dev.switchgear.core.score.ScoreWeights;
import dev.switchgear.families.money.Budget;
import dev.switchgear.families.money.Money;
import dev.switchgear.families.money.Payer;
import dev.switchgear.families.money.Period;
import dev.switchgear.server.config.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the file says, in the core's words. Pure.
public final class CoreSettings {
    private CoreSettings() {}

    public static GuardSettings guards(Config.Provider provider, Config.Resilience resilience) {
        Config.ProviderLimits limits = provider.limits();
        return new GuardSettings(
                breaker(provider.breaker()),
                new BulkheadSettings(limits.concurrent(), limits.queue(), limits.queueWait()),
                adaptive(resilience.adaptive()),
                limits(limits),
                new HealthSettings(
                        resilience.health().fail(),
                        resilience.health().recover(),
                        resilience.health().degradedFrom().value()),
                RestSettings.DEFAULT.atMost(
                        resilience.rest().rateLimitedMax(), resilience.rest().max()));
    }

    private static Optional<AdaptiveSettings> adaptive(Config.Adaptive adaptive) {
        return adaptive.enabled()
                ? Optional.of(
                        new AdaptiveSettings(adaptive.start(), adaptive.min(), adaptive.max()))
                : Optional.empty();
    }

    private static BreakerSettings breaker(Config.Breaker breaker) {
        return new BreakerSettings(
                switch (breaker.window()) {
                    case Config.BreakerWindow.Span(Duration length) -> new Window.Span(length);
                    case Config.BreakerWindow.Count(int calls) -> new Window.Count(calls);
                },
                breaker.minimumCalls(),
                breaker.failureRatio().value(),
                breaker.failures(),
                breaker.slowCall(),
                breaker.slowRatio().map(share -> share.value()).orElse(BreakerSettings.OFF),
                breaker.openFor(),
                breaker.openForMax(),
                switch (breaker.growth()) {
                    case LINEAR -> BreakerGrowth.LINEAR;
                    case EXPONENTIAL -> BreakerGrowth.EXPONENTIAL;
                    case FIBONACCI -> BreakerGrowth.FIBONACCI;
                },
                breaker.jitter().value(),
                breaker.rampUp(),
                breaker.probesToClose());
    }

    private static List<Limit> limits(Config.ProviderLimits limits) {
        var all = new ArrayList<Limit>();
        requests(
                all,
                limits.requestsPerSecond(),
                limits.requestsPerMinute(),
                limits.requestsPerDay());
        tokens(all, limits.tokensPerMinute(), limits.tokensPerDay());
        return all;
    }

    /// How many requests and tokens per time a caller, or all of them, may ask.
    public static List<Limit> rates(Config.CallerLimits limits) {
        var rates = new ArrayList<Limit>();
        requests(
                rates,
                limits.requestsPerSecond(),
                limits.requestsPerMinute(),
                limits.requestsPerDay());
        tokens(rates, limits.tokensPerMinute(), limits.tokensPerDay());
        return rates;
    }

    /// How many requests and tokens per time each of many may ask.
    public static List<Limit> rates(Config.EachLimits limits) {
        var rates = new ArrayList<Limit>();
        requests(
                rates,
                limits.requestsPerSecond(),
                limits.requestsPerMinute(),
                limits.requestsPerDay());
        tokens(rates, limits.tokensPerMinute(), limits.tokensPerDay());
        return rates;
    }

    private static void requests(
            List<Limit> all,
            Optional<Integer> perSecond,
            Optional<Integer> perMinute,
            Optional<Integer> perDay) {
        perSecond.ifPresent(most -> all.add(new Limit(Limit.Measure.REQUESTS, most, SECOND)));
        perMinute.ifPresent(most -> all.add(new Limit(Limit.Measure.REQUESTS, most, MINUTE)));
        perDay.ifPresent(most -> all.add(new Limit(Limit.Measure.REQUESTS, most, DAY)));
    }

    private static void tokens(List<Limit> all, Optional<Long> perMinute, Optional<Long> perDay) {
        perMinute.ifPresent(most -> all.add(new Limit(Limit.Measure.UNITS, most, MINUTE)));
        perDay.ifPresent(most -> all.add(new Limit(Limit.Measure.UNITS, most, DAY)));
    }

    /// What may be spent: by everybody, by each client, and with each credential.
    public static Map<Payer, List<Budget>> budgets(Config config) {
        var all = new HashMap<Payer, List<Budget>>();
        budgets(
                all,
                Payer.EVERYBODY,
                config.limits().spendPerDay(),
                config.limits().spendPerMonth());
        for (Config.Client client : config.clients()) {
            budgets(
                    all,
                    Payer.client(client.name()),
                    client.limits().spendPerDay(),
                    client.limits().spendPerMonth());
        }
        config.providers()
                .forEach((id, provider) -> {
                    Config.ProviderLimits limits = provider.limits();
                    // A provider without keys is still called by one name, as its upstream is.
                    for (String key : keys(provider)) {
                        budgets(
                                all,
                                Payer.upstream(id, key),
                                limits.spendPerDay(),
                                limits.spendPerMonth());
                    }
                });
        return all;
    }

    private static List<String> keys(Config.Provider provider) {
        return provider.keys().isEmpty()
                ? List.of("none")
                : provider.keys().stream().map(Config.ProviderKey::name).toList();
    }

    private static void budgets(
            Map<Payer, List<Budget>> all,
            Payer account,
            Optional<Money> perDay,
            Optional<Money> perMonth) {
        var own = new ArrayList<Budget>();
        perDay.ifPresent(most -> own.add(new Budget(Period.DAY, most)));
        perMonth.ifPresent(most -> own.add(new Budget(Period.MONTH, most)));
        if (!own.isEmpty()) {
            all.put(account, own);
        }
    }

    /// How long each phase of an attempt is waited for, where that is told, and else learned.
    public static PatienceSettings patience(Config.PhaseTimeouts timeouts) {
        return new PatienceSettings(
                timeouts.connect(),
                timeouts.head().told(),
                timeouts.firstToken().told(),
                timeouts.idle().told(),
                timeouts.total());
    }

    /// How long each phase may take of what a provider answers at once, such as its list of models.
    public static Timeouts timeouts(Config.PhaseTimeouts timeouts) {
        Timeouts usual = Timeouts.DEFAULT;
        return new Timeouts(
                timeouts.connect(),
                timeouts.head().told().orElse(usual.head()),
                timeouts.firstToken().told().orElse(usual.firstPiece()),
                timeouts.idle().told().orElse(usual.idle()),
                timeouts.total());
    }

    public static RetrySettings retry(Config.Retry retry) {
        return new RetrySettings(
                retry.attempts(),
                retry.budget().value(),
                RetrySettings.DEFAULT.perSecondMin(),
                retry.base(),
                retry.cap());
    }

    public static ScoreWeights weights(Config.Score score) {
        return new ScoreWeights(
                score.latency(), score.availability(), score.cost(), score.headroom());
    }

    public static Strategy strategy(Config.Strategy strategy) {
        return switch (strategy) {
            case PRIORITY -> Strategy.PRIORITY;
            case SCORE -> Strategy.SCORE;
            case WEIGHTED -> Strategy.WEIGHTED;
            case ROUND_ROBIN -> Strategy.ROUND_ROBIN;
            case LEAST_LATENCY -> Strategy.LEAST_LATENCY;
            case COST -> Strategy.COST;
        };
    }

    public static HedgeSettings hedge(Config.Hedge hedge) {
        Duration after =
                switch (hedge.after()) {
                    case Config.HedgeAfter.Fixed(Duration time) -> time;
                    case Config.HedgeAfter.P95 _ -> Duration.ZERO;
                };
        return new HedgeSettings(after, hedge.budget().value());
    }

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);
}
