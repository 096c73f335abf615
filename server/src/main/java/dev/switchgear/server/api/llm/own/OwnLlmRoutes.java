package dev.switchgear.server.api.llm.own;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.LlmProtocol;
import dev.switchgear.server.api.llm.LlmVisit;
import java.util.List;
import java.util.Optional;

/// Serves our own API for models. Thread-safe.
public final class OwnLlmRoutes {
    private final LlmEdge edge;
    private final LlmProtocol protocol = new OwnLlmProtocol();

    public OwnLlmRoutes(LlmEdge edge) {
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.api.HttpRoutes].
    public List<HttpRoute> routes() {
        return List.of(
                route("/api/llm/chat", Operation.CHAT, false),
                route("/api/llm/stream", Operation.CHAT, true),
                route("/api/llm/count", Operation.COUNT_TOKENS, false));
    }

    private HttpRoute route(String path, Operation operation, boolean streamed) {
        return new HttpRoute(
                "POST",
                path,
                Access.CLIENT,
                protocol,
                visit -> edge.serve(asked(visit, operation, streamed)));
    }

    /// The path says whether to stream; the model stands in the body.
    private LlmVisit asked(Visit visit, Operation operation, boolean streamed) {
        return new LlmVisit(
                visit,
                protocol,
                operation,
                Optional.of(new LlmVisit.InPath("", Optional.of(streamed))),
                false);
    }
}
