package dev.switchgear.server.edge.openai;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.edge.Route;
import dev.switchgear.server.edge.Route.Access;
import dev.switchgear.server.edge.Visit;
import dev.switchgear.server.edge.llm.Asking;
import dev.switchgear.server.edge.llm.LlmEdge;
import dev.switchgear.server.edge.llm.ModelEntry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Where OpenAI's clients call. Thread-safe.
public final class OpenAiEdge {
    private final OpenAi protocol = new OpenAi();
    private final LlmEdge edge;

    public OpenAiEdge(LlmEdge edge) {
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.edge.RouteTable].
    public List<Route> routes() {
        return List.of(
                route("POST", "/v1/chat/completions", visit -> carry(visit, Operation.CHAT)),
                route("POST", "/v1/embeddings", visit -> carry(visit, Operation.EMBEDDINGS)),
                route("GET", "/v1/models", this::models),
                route("GET", "/v1/models/{model}", this::model));
    }

    private Route route(String method, String path, Consumer<Visit> handler) {
        return new Route(method, path, Access.CLIENT, protocol, handler);
    }

    private void carry(Visit visit, Operation operation) {
        edge.carry(Asking.of(visit, protocol, operation));
    }

    private void models(Visit visit) {
        visit.exchange().respond(visit.head(200, "application/json"), OpenAi.models(edge.models()));
    }

    private void model(Visit visit) {
        Optional<ModelEntry> model = edge.model(visit.rest());
        if (model.isPresent()) {
            visit.exchange()
                    .respond(visit.head(200, "application/json"), OpenAi.model(model.get()));
            return;
        }
        LlmEdge.reject(
                Asking.of(visit, protocol, Operation.CHAT), List.of(), edge.unknown(visit.rest()));
    }
}
