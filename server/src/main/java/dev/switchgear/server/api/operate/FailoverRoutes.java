package dev.switchgear.server.api.operate;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.standing.Standing;
import dev.switchgear.core.standing.State;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.gateway.Switches;
import dev.switchgear.server.monitor.Happenings;
import dev.switchgear.server.monitor.Happenings.Happening;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.StandingWords;
import dev.switchgear.server.names.Lower;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What became of failing over: how upstreams are, in one line or each, and what happened lately.
/// Thread-safe. None of them asks a provider.
public final class FailoverRoutes {

    private final OwnProtocol protocol = new OwnProtocol();
    private final Supplier<Collection<GuardedUpstream<?, ?>>> upstreams;
    private final Switches switches;
    private final Happenings happenings;
    private final Monitor monitor;

    /// @param upstreams those in use now, of all families
    public FailoverRoutes(
            Supplier<Collection<GuardedUpstream<?, ?>>> upstreams,
            Switches switches,
            Happenings happenings,
            Monitor monitor) {
        this.upstreams = upstreams;
        this.switches = switches;
        this.happenings = happenings;
        this.monitor = monitor;
    }

    public List<HttpRoute> routes() {
        return List.of(
                new HttpRoute(
                        "GET", "/api/ai/failover/status", Access.CLIENT, protocol, this::status),
                new HttpRoute(
                        "GET",
                        "/api/ai/failover/health-summary",
                        Access.CLIENT,
                        protocol,
                        this::summary),
                new HttpRoute(
                        "GET",
                        "/api/ai/failover/failover-history",
                        Access.OPERATOR,
                        protocol,
                        this::history));
    }

    private void status(Visit visit) {
        var body = new LinkedHashMap<String, Object>();
        body.put("upstreams", upstreams.get().stream().map(HealthRoutes::about).toList());
        body.put("switches", SwitchRoutes.told(switches.holding()));
        JsonPage.show(visit, body);
    }

    private void summary(Visit visit) {
        var byState = new LinkedHashMap<String, Integer>();
        for (State state : State.values()) {
            byState.put(StandingWords.status(state), 0);
        }
        int all = 0;
        int serving = 0;
        for (GuardedUpstream<?, ?> upstream : upstreams.get()) {
            State state = Standing.of(upstream).state();
            all++;
            serving += state.serves() ? 1 : 0;
            byState.merge(StandingWords.status(state), 1, Integer::sum);
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("status", serving > 0 ? "ok" : "down");
        body.put("upstreams", all);
        body.put("serving", serving);
        body.put("states", byState);
        JsonPage.show(visit, body);
    }

    /// For operators: it names the calls of all clients.
    private void history(Visit visit) {
        monitor.readAll();
        var shown = new ArrayList<Map<String, Object>>();
        for (Happening happening : happenings.last()) {
            var one = new LinkedHashMap<String, Object>();
            one.put("at", happening.at().toString());
            one.put("kind", Lower.of(happening.kind()));
            happening
                    .upstream()
                    .ifPresent(id -> {
                        one.put("provider", id.provider());
                        one.put("key", id.key());
                    });
            if (!happening.call().isEmpty()) {
                one.put("call", happening.call());
            }
            one.put("text", happening.text());
            shown.add(one);
        }
        JsonPage.show(visit, Map.of("history", shown));
    }
}
