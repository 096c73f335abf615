package dev.switchgear.server;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.api.Clients;
import dev.switchgear.server.api.CrossOrigin;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoutes;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Tally;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.identity.ClientKeys;
import java.util.ArrayList;
import java.util.List;

/// What can be asked of the gateway, and by whom, by the configuration in force. Thread-safe.
final class Surface implements HttpHandler {
    /// @param limits kept apart for the next one, which goes on counting
    private record Served(HttpRoutes table, ClientLimits limits) {}

    private final Families families;
    private final List<HttpRoute> ours;
    private final Given given;
    private final Tally tally;
    private volatile Served served;

    /// @param ours the routes that are nobody's family's; they come last
    /// @param tally hears how each request ended
    Surface(Families families, List<HttpRoute> ours, Given given, Tally tally) {
        this.families = families;
        this.ours = List.copyOf(ours);
        this.given = given;
        this.tally = tally;
        this.served = by(families.config(), ClientLimits.NONE);
    }

    /// An error of which the door tells.
    ErrorPage.Page page(ErrorPage.Asked asked, Problem problem) {
        return served.table().page(asked, problem);
    }

    @Override
    public void handle(HttpExchange exchange) {
        served.table().handle(exchange);
    }

    @Override
    public Entry enter(HttpExchange head) {
        return served.table().enter(head);
    }

    @Override
    public Object edition() {
        return served;
    }

    @Override
    public boolean admits(HttpExchange head) {
        return served.table().admits(head);
    }

    /// Makes ready to serve by `config`. What it leaves alone of the limits keeps its state: a client
    /// does not get a fresh minute because a provider has changed.
    ///
    /// @return puts it in force, and cannot fail; it is run before the next one is prepared, or never
    Runnable prepare(Config config) {
        Served next = by(config, served.limits());
        return () -> served = next;
    }

    private Served by(Config config, ClientLimits before) {
        ClientLimits limits = limits(config, before);
        var routes = new ArrayList<HttpRoute>(families.routes(config, limits));
        routes.addAll(ours);
        CrossOrigin pages = CrossOrigin.of(config.server().cors().origins());
        var table =
                new HttpRoutes(
                        routes,
                        clients(config, pages),
                        new OwnProtocol(),
                        given.random(),
                        tally,
                        pages);
        return new Served(table, limits);
    }

    private Clients clients(Config config, CrossOrigin pages) {
        Secret pepper = config.server().keyPepper().orElse(given.pepper());
        ClientKeys keys = ClientKeys.of(config, pepper);
        if (keys.none()) {
            return Clients.onThisMachine(pages);
        }
        return (shown, _) -> shown.flatMap(keys::verify);
    }

    private ClientLimits limits(Config config, ClientLimits before) {
        return before.next(ClientLimits.Wanted.of(config), given.time());
    }
}
