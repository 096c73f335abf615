package dev.switchgear.server.api.llm.responses;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.LlmVisit;
import dev.switchgear.server.names.SgCode;
import java.util.List;
import java.util.function.Consumer;

/// Where clients of Responses call. Thread-safe.
public final class ResponsesRoutes {
    private final ResponsesProtocol protocol = new ResponsesProtocol();
    private final LlmEdge edge;

    public ResponsesRoutes(LlmEdge edge) {
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.api.HttpRoutes].
    public List<HttpRoute> routes() {
        return List.of(
                route("POST", "/v1/responses", visit -> serve(visit, Operation.CHAT)),
                route(
                        "POST",
                        "/v1/responses/input_tokens",
                        visit -> serve(visit, Operation.COUNT_TOKENS)),
                route("GET", "/v1/responses/{id}", this::notStored),
                route("DELETE", "/v1/responses/{id}", this::notStored));
    }

    private HttpRoute route(String method, String path, Consumer<Visit> handler) {
        return new HttpRoute(method, path, Access.CLIENT, protocol, handler);
    }

    private void serve(Visit visit, Operation operation) {
        edge.serve(LlmVisit.of(visit, protocol, operation));
    }

    private void notStored(Visit visit) {
        visit.refuse(
                Problem.of(
                        SgCode.NOT_SERVED,
                        "response_not_found",
                        "Answers are not stored here. Keep them, and send the whole history in"
                                + " `input`."));
    }
}
