package dev.switchgear.server.api.operate;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.gateway.ProviderTrials;
import dev.switchgear.server.gateway.ProviderTrials.Trial;
import dev.switchgear.server.gateway.Tried;
import dev.switchgear.server.gateway.llm.ProviderCard;
import dev.switchgear.server.names.Nearest;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/// What the configured providers are and can do, and whether their credentials work. Thread-safe.
public final class ProviderRoutes {
    private static final String TEST = "/test";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final OwnProtocol protocol = new OwnProtocol();
    private final Supplier<List<ProviderCard>> cards;
    private final ProviderTrials trials;
    private final Time time;

    /// @param cards what is known of all configured providers
    public ProviderRoutes(Supplier<List<ProviderCard>> cards, ProviderTrials trials, Time time) {
        this.cards = cards;
        this.trials = trials;
        this.time = time;
    }

    public List<HttpRoute> routes() {
        return List.of(
                new HttpRoute(
                        "GET", "/api/providers/metadata", Access.CLIENT, protocol, this::metadata),
                new HttpRoute(
                        "POST", "/api/providers/{provider}", Access.OPERATOR, protocol, this::test),
                new HttpRoute(
                        "POST",
                        "/api/ai/failover/health-check",
                        Access.OPERATOR,
                        protocol,
                        this::testAll));
    }

    /// Takes no network: what the configuration and the catalogue say.
    private void metadata(Visit visit) {
        var providers = new ArrayList<Map<String, Object>>();
        for (ProviderCard card : cards.get()) {
            var one = new LinkedHashMap<String, Object>();
            one.put("provider", card.provider());
            one.put("kind", card.kind());
            one.put("enabled", card.on());
            one.put("keys", card.keys());
            one.put("models", card.models());
            providers.add(one);
        }
        JsonPage.show(visit, Map.of("providers", providers));
    }

    /// Asks the provider with each of its keys a question that costs nothing.
    private void test(Visit visit) {
        String rest = visit.rest();
        if (!rest.endsWith(TEST)) {
            visit.refuse(
                    Problem.of(
                            SgCode.NOT_SERVED,
                            "unknown_url",
                            "Nothing is served there. Closest:"
                                    + " `/api/providers/{provider}/test`."));
            return;
        }
        String provider = rest.substring(0, rest.length() - TEST.length());
        switch (trials.test(provider, Deadline.in(PATIENCE, time))) {
            case Trial.Unknown _ -> visit.refuse(unknown(provider));
            case Trial.TooMany(Duration wait) -> visit.refuse(tooMany(provider, wait));
            case Trial.Done(List<Tried> keys) -> JsonPage.show(visit, about(provider, keys));
        }
    }

    private Problem unknown(String provider) {
        List<String> near =
                Nearest.to(provider, cards.get().stream().map(ProviderCard::provider).toList(), 1);
        return Problem.of(
                        SgCode.NOT_SERVED,
                        "provider_not_found",
                        "No provider in use is called `"
                                + Quote.name(provider)
                                + "`."
                                + Nearest.closest(near))
                .at("provider");
    }

    private static Problem tooMany(String provider, Duration wait) {
        long seconds = Math.max(1, Math.ceilDiv(wait.toMillis(), 1_000));
        return Problem.of(
                        SgCode.OVER_LIMIT,
                        "rate_limit_exceeded",
                        "`"
                                + provider
                                + "` is tried by one at a time, and 10 times a minute at most. Try"
                                + " again in "
                                + seconds
                                + " s.")
                .with(List.of(new ResponseHeader("retry-after", Long.toString(seconds))));
    }

    /// All providers in use, one after the other.
    private void testAll(Visit visit) {
        Deadline deadline = Deadline.in(PATIENCE, time);
        var all = new ArrayList<Map<String, Object>>();
        boolean ok = true;
        for (String provider : new TreeSet<>(trials.providers())) {
            switch (trials.test(provider, deadline)) {
                case Trial.Unknown _ -> {}
                case Trial.TooMany(Duration wait) -> {
                    visit.refuse(tooMany(provider, wait));
                    return;
                }
                case Trial.Done(List<Tried> keys) -> {
                    ok &= keys.stream().allMatch(Tried::ok);
                    all.add(about(provider, keys));
                }
            }
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("ok", ok);
        body.put("providers", all);
        JsonPage.show(visit, body);
    }

    private static Map<String, Object> about(String provider, List<Tried> tried) {
        var keys = new ArrayList<Map<String, Object>>();
        for (Tried one : tried) {
            var key = new LinkedHashMap<String, Object>();
            key.put("key", one.key());
            key.put("ok", one.ok());
            key.put("latencyMillis", one.latency().toMillis());
            if (one.ok()) {
                key.put("models", one.models());
            } else {
                key.put("why", one.why());
            }
            keys.add(key);
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("provider", provider);
        body.put("ok", tried.stream().allMatch(Tried::ok));
        body.put("keys", keys);
        return body;
    }
}
