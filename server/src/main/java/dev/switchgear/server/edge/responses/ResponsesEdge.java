package dev.switchgear.server.edge.responses;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.edge.Problem;
import dev.switchgear.server.edge.Route;
import dev.switchgear.server.edge.Route.Access;
import dev.switchgear.server.edge.Visit;
import dev.switchgear.server.edge.llm.Asking;
import dev.switchgear.server.edge.llm.LlmEdge;
import java.util.List;
import java.util.function.Consumer;

/// Where clients of Responses call. Thread-safe.
public final class ResponsesEdge {
    private final Responses protocol = new Responses();
    private final LlmEdge edge;

    public ResponsesEdge(LlmEdge edge) {
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.edge.RouteTable].
    public List<Route> routes() {
        return List.of(
                route("POST", "/v1/responses", visit -> carry(visit, Operation.CHAT)),
                route(
                        "POST",
                        "/v1/responses/input_tokens",
                        visit -> carry(visit, Operation.COUNT_TOKENS)),
                route("GET", "/v1/responses/{id}", this::notStored),
                route("DELETE", "/v1/responses/{id}", this::notStored));
    }

    private Route route(String method, String path, Consumer<Visit> handler) {
        return new Route(method, path, Access.CLIENT, protocol, handler);
    }

    private void carry(Visit visit, Operation operation) {
        edge.carry(Asking.of(visit, protocol, operation));
    }

    private void notStored(Visit visit) {
        LlmEdge.reject(
                Asking.of(visit, protocol, Operation.CHAT),
                List.of(),
                Problem.invalid(
                        404,
                        "response_not_found",
                        "",
                        "Answers are not stored here. Keep them, and send the whole history in"
                                + " `input`. (SG-1404)"));
    }
}
