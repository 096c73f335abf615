package dev.switchgear.server.api.llm.openai;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.LlmVisit;
import dev.switchgear.server.gateway.llm.ModelEntry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Where OpenAI's clients call. Thread-safe.
public final class OpenAiRoutes {
    private final OpenAiProtocol protocol = new OpenAiProtocol();
    private final LlmEdge edge;

    public OpenAiRoutes(LlmEdge edge) {
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.api.HttpRoutes].
    public List<HttpRoute> routes() {
        return List.of(
                route("POST", "/v1/chat/completions", visit -> serve(visit, Operation.CHAT)),
                route("POST", "/v1/embeddings", visit -> serve(visit, Operation.EMBEDDINGS)),
                route("GET", "/v1/models", this::models),
                route("GET", "/v1/models/{model}", this::model));
    }

    private HttpRoute route(String method, String path, Consumer<Visit> handler) {
        return new HttpRoute(method, path, Access.CLIENT, protocol, handler);
    }

    private void serve(Visit visit, Operation operation) {
        edge.serve(LlmVisit.of(visit, protocol, operation));
    }

    private void models(Visit visit) {
        visit.exchange()
                .respond(visit.head(200, "application/json"), OpenAiProtocol.models(edge.models()));
    }

    private void model(Visit visit) {
        Optional<ModelEntry> model = edge.model(visit.rest());
        if (model.isPresent()) {
            visit.exchange()
                    .respond(
                            visit.head(200, "application/json"), OpenAiProtocol.model(model.get()));
            return;
        }
        visit.refuse(LlmProblems.unknown(visit.rest(), edge.models()));
    }
}
