package dev.switchgear.server.edge.own;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.edge.Route;
import dev.switchgear.server.edge.Route.Access;
import dev.switchgear.server.edge.Visit;
import dev.switchgear.server.edge.llm.Asking;
import dev.switchgear.server.edge.llm.LlmEdge;
import dev.switchgear.server.edge.llm.LlmProtocol;
import java.util.List;
import java.util.Optional;

/// Serves our own API for models. Thread-safe.
public final class OwnEdge {
    private final LlmEdge edge;
    private final LlmProtocol protocol = new OwnProtocol();

    public OwnEdge(LlmEdge edge) {
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.edge.RouteTable].
    public List<Route> routes() {
        return List.of(
                route("/api/llm/chat", Operation.CHAT, false),
                route("/api/llm/stream", Operation.CHAT, true),
                route("/api/llm/count", Operation.COUNT_TOKENS, false));
    }

    private Route route(String path, Operation operation, boolean streamed) {
        return new Route(
                "POST",
                path,
                Access.CLIENT,
                protocol,
                visit -> edge.carry(asking(visit, operation, streamed)));
    }

    /// The path says whether to stream; the model stands in the body.
    private Asking asking(Visit visit, Operation operation, boolean streamed) {
        return new Asking(
                visit, protocol, operation, Optional.of(new Asking.InPath("", streamed)), false);
    }
}
