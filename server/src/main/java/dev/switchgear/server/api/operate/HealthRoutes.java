package dev.switchgear.server.api.operate;

import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthReport;
import dev.switchgear.core.overload.Overload;
import dev.switchgear.core.standing.Standing;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.StandingWords;
import dev.switchgear.server.monitor.Totals;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The operators' pages. Thread-safe. None of them costs a provider call.
public final class HealthRoutes {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Supplier<Collection<GuardedUpstream<?, ?>>> upstreams;
    private final Meters meters;
    private final Monitor monitor;
    private final Totals totals;
    private final BooleanSupplier accepting;
    private final String version;
    private final OwnProtocol protocol = new OwnProtocol();

    /// @param upstreams those in use now, of all families
    /// @param accepting false once the server is shutting down: `/readyz` then says so, as it does
    ///     where no upstream can be asked
    public HealthRoutes(
            Supplier<Collection<GuardedUpstream<?, ?>>> upstreams,
            Meters meters,
            Monitor monitor,
            Totals totals,
            BooleanSupplier accepting,
            String version) {
        this.upstreams = upstreams;
        this.meters = meters;
        this.monitor = monitor;
        this.totals = totals;
        this.accepting = accepting;
        this.version = version;
    }

    public List<HttpRoute> routes() {
        return List.of(
                open("/livez", visit -> text(visit, 200, "alive\n")),
                open("/healthz", visit -> text(visit, 200, "alive\n")),
                open("/health/liveliness", visit -> text(visit, 200, "alive\n")),
                open("/readyz", this::ready),
                new HttpRoute("GET", "/api/health", Access.CLIENT, protocol, this::health),
                new HttpRoute("GET", "/metrics", Access.CLIENT, protocol, this::metrics));
    }

    private HttpRoute open(String path, Consumer<Visit> handler) {
        return new HttpRoute("GET", path, Access.ANYONE, protocol, handler);
    }

    /// Whether calls can be served at all: a balancer before several gateways sends none here where
    /// not. Why not is said in numbers alone, for anyone may ask.
    private void ready(Visit visit) {
        int all = 0;
        int out = 0;
        for (GuardedUpstream<?, ?> upstream : upstreams.get()) {
            all++;
            out += Standing.of(upstream).state().serves() ? 0 : 1;
        }
        if (!accepting.getAsBoolean()) {
            text(visit, 503, "shutting down\n");
        } else if (all == 0) {
            text(visit, 503, "no provider is on\n");
        } else if (out == all) {
            text(
                    visit,
                    503,
                    "no provider can be asked: all "
                            + all
                            + " upstreams are out, /api/health says why\n");
        } else {
            text(visit, 200, "ready\n");
        }
    }

    private void metrics(Visit visit) {
        monitor.readAll();
        visit.exchange()
                .respond(
                        visit.head(200, "text/plain; version=0.0.4; charset=utf-8"),
                        meters.scrape().getBytes(StandardCharsets.UTF_8));
    }

    private void health(Visit visit) {
        monitor.readAll();
        var shown = new ArrayList<Map<String, Object>>();
        boolean anyWell = false;
        for (GuardedUpstream<?, ?> upstream : upstreams.get()) {
            anyWell |= Standing.of(upstream).state().serves();
            shown.add(about(upstream));
        }
        Totals.Count count = totals.now();
        var calls = new LinkedHashMap<String, Object>();
        calls.put("all", count.calls());
        calls.put("failedOver", count.failedOver());
        calls.put("lost", count.lost());
        calls.put("brokenOff", count.brokenOff());
        calls.put("cancelled", count.cancelled());
        var body = new LinkedHashMap<String, Object>();
        body.put("status", anyWell ? "ok" : "down");
        body.put("version", version);
        body.put("gateway", gateway());
        body.put("calls", calls);
        body.put("upstreams", shown);
        JsonPage.show(visit, body);
    }

    /// How the gateway itself is: whether it gets the processor that it needs.
    private Map<String, Object> gateway() {
        Duration lag = monitor.lag();
        var one = new LinkedHashMap<String, Object>();
        one.put("status", lag.compareTo(Overload.FROM) >= 0 ? "overloaded" : "ok");
        one.put("lagMillis", lag.toMillis());
        return one;
    }

    /// An upstream as the page shows it.
    static Map<String, Object> about(GuardedUpstream<?, ?> upstream) {
        StandingWords words = StandingWords.of(Standing.of(upstream));
        var one = new LinkedHashMap<String, Object>();
        one.put("provider", upstream.id().provider());
        one.put("key", upstream.id().key());
        one.put("status", words.status());
        if (!words.why().isEmpty()) {
            one.put("why", words.why());
            one.put("next", words.next());
        }
        ForcedState.Order order = upstream.forced().current();
        if (order.state() != Forced.NONE) {
            one.put("forced", SwitchRoutes.told(order));
        }
        one.put("breaker", breaker(upstream.breaker().state()));
        one.put("retryAfterMillis", upstream.breaker().retryAfter().toMillis());
        one.put("running", upstream.bulkhead().running());
        one.put("queued", upstream.bulkhead().queued());
        one.put("availability", upstream.history().availability());
        one.put("failurePrediction", upstream.history().failurePrediction());
        HealthReport report = upstream.health().report();
        one.put("uptime", report.availability());
        one.put("outages", report.outages());
        report.timeToRecover().ifPresent(mean -> one.put("timeToRecoverMillis", mean.toMillis()));
        report.timeBetweenFailures()
                .ifPresent(mean -> one.put("timeBetweenFailuresMillis", mean.toMillis()));
        one.put("latencyMillisP50", upstream.history().p50Nanos() / 1_000_000.0);
        one.put("latencyMillisP95", upstream.history().p95Nanos() / 1_000_000.0);
        return one;
    }

    private static String breaker(BreakerState state) {
        return switch (state) {
            case CLOSED -> "closed";
            case OPEN -> "open";
            case HALF_OPEN -> "half_open";
        };
    }

    private static void text(Visit visit, int status, String text) {
        visit.exchange().respond(visit.head(status, TEXT), text.getBytes(StandardCharsets.UTF_8));
    }
}
