package dev.switchgear.server.api.llm.openai;

import dev.switchgear.dialects.openai.CompletionsClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect.Form;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.LlmVisit;
import dev.switchgear.server.api.llm.LlmVisit.InPath;
import dev.switchgear.server.gateway.llm.ModelEntry;
import dev.switchgear.server.names.SgCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Where OpenAI's clients call. Thread-safe.
public final class OpenAiRoutes {
    /// What clients of Azure can call, by what stands behind a deployment's name.
    private static final Map<String, Operation> DEPLOYED =
            Map.of("/chat/completions", Operation.CHAT, "/embeddings", Operation.EMBEDDINGS);

    private final OpenAiProtocol protocol = new OpenAiProtocol();
    private final OpenAiProtocol deployed =
            new OpenAiProtocol(new OpenAiClientDialect(Form.DEPLOYED));
    private final OpenAiProtocol completions = new OpenAiProtocol(new CompletionsClientDialect());
    private final LlmEdge edge;

    public OpenAiRoutes(LlmEdge edge) {
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.api.HttpRoutes].
    public List<HttpRoute> routes() {
        return List.of(
                route("POST", "/v1/chat/completions", visit -> serve(visit, Operation.CHAT)),
                new HttpRoute(
                        "POST",
                        "/v1/completions",
                        Access.CLIENT,
                        completions,
                        visit -> edge.serve(LlmVisit.of(visit, completions, Operation.CHAT))),
                route("POST", "/v1/embeddings", visit -> serve(visit, Operation.EMBEDDINGS)),
                new HttpRoute(
                        "POST",
                        "/openai/deployments/{call}",
                        Access.CLIENT,
                        deployed,
                        this::deployment),
                route("GET", "/v1/models", this::models),
                route("GET", "/v1/models/{model}", this::model));
    }

    private HttpRoute route(String method, String path, Consumer<Visit> handler) {
        return new HttpRoute(method, path, Access.CLIENT, protocol, handler);
    }

    private void serve(Visit visit, Operation operation) {
        edge.serve(LlmVisit.of(visit, protocol, operation));
    }

    /// The deployment is the model. The body may name another, or none, so it does not pass as it came.
    private void deployment(Visit visit) {
        for (Map.Entry<String, Operation> method : DEPLOYED.entrySet()) {
            if (visit.rest().endsWith(method.getKey())) {
                String model =
                        visit.rest().substring(0, visit.rest().length() - method.getKey().length());
                edge.serve(
                        new LlmVisit(
                                visit,
                                deployed,
                                method.getValue(),
                                Optional.of(new InPath(model, Optional.empty())),
                                false));
                return;
            }
        }
        visit.refuse(
                Problem.of(
                        SgCode.NOT_SERVED,
                        "unknown_url",
                        "A deployment has no such method here. Closest:"
                                + " `/openai/deployments/{model}/chat/completions`."));
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
