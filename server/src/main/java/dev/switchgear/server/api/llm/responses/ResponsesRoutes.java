package dev.switchgear.server.api.llm.responses;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.KeepAlive;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.responses.background.BackgroundRuns;
import dev.switchgear.server.api.llm.responses.compact.Compactions;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses;
import dev.switchgear.server.api.llm.responses.socket.ResponsesSockets;
import dev.switchgear.server.api.llm.responses.socket.SocketRequest;
import dev.switchgear.server.api.llm.responses.socket.SocketTurn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Where clients of Responses call. Thread-safe.
public final class ResponsesRoutes {
    private final ResponsesProtocol protocol = new ResponsesProtocol();
    private final ResponsesTurns turns;
    private final KeptRoutes kept;
    private final ResponsesSockets sockets;
    private final Background background;

    /// @param kept what clients left with us
    /// @param bodyMost bytes that a request may have together with what it refers to
    /// @param later what nobody waits for, and how much of that there may be
    /// @param pepper of which the key is made that seals compactions
    public ResponsesRoutes(
            LlmEdge edge, KeptResponses kept, long bodyMost, Later later, Secret pepper) {
        this.turns = new ResponsesTurns(protocol, edge, kept, bodyMost, new Compactions(pepper));
        this.kept = new KeptRoutes(protocol, kept);
        this.sockets = new ResponsesSockets(kept, later.keepAlive().threads());
        this.background = new Background(later.runs(), later.bounds(), turns, later.keepAlive());
    }

    /// What nobody waits for.
    ///
    /// @param runs which survive every new configuration
    /// @param keepAlive signs of life for those who read it
    public record Later(BackgroundRuns runs, BackgroundRuns.Bounds bounds, KeepAlive keepAlive) {}

    /// What to put into the [dev.switchgear.server.api.HttpRoutes].
    public List<HttpRoute> routes() {
        var routes = new ArrayList<HttpRoute>();
        routes.add(route("POST", "/v1/responses", this::create));
        routes.add(route("GET", "/v1/responses", sockets::open));
        routes.add(route("POST", Compactions.PATH, turns::create));
        routes.add(route("POST", "/v1/responses/input_tokens", turns::count));
        var later = new BackgroundRoutes(protocol, background);
        kept.routes().forEach(route -> routes.add(later.before(route)));
        routes.add(later.cancelling());
        return routes;
    }

    private void create(Visit visit) {
        Optional<SocketTurn> turn = ResponsesSockets.turn(visit.exchange());
        if (turn.isEmpty()) {
            turns.create(visit, ResponsesTurns.How.USUAL, OuterTurn.Manner.usual(background));
        } else if (turn.get().request().kind() == SocketRequest.Kind.WARM_UP) {
            sockets.warmUp(visit, turn.get());
        } else {
            turns.create(visit);
        }
    }

    private HttpRoute route(String method, String path, Consumer<Visit> handler) {
        return new HttpRoute(method, path, Access.CLIENT, protocol, handler);
    }
}
