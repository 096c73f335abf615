package dev.switchgear.server.edge.ollama;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.Json;
import dev.switchgear.families.llm.dialect.ollama.OllamaClient;
import dev.switchgear.families.llm.dialect.ollama.OllamaGenerateClient;
import dev.switchgear.server.edge.Problem;
import dev.switchgear.server.edge.Route;
import dev.switchgear.server.edge.Route.Access;
import dev.switchgear.server.edge.Visit;
import dev.switchgear.server.edge.llm.Asking;
import dev.switchgear.server.edge.llm.LlmEdge;
import dev.switchgear.server.edge.llm.ModelEntry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Where Ollama's clients call. What manages models on a server's disk is not here. Thread-safe.
public final class OllamaEdge {
    private final Ollama messages = new Ollama(new OllamaClient());
    private final Ollama prompts = new Ollama(new OllamaGenerateClient());
    private final LlmEdge edge;

    public OllamaEdge(LlmEdge edge) {
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.edge.RouteTable].
    public List<Route> routes() {
        return List.of(
                asking("/api/chat", messages, Operation.CHAT),
                asking("/api/generate", prompts, Operation.CHAT),
                asking("/api/embed", messages, Operation.EMBEDDINGS),
                asking("/api/embeddings", prompts, Operation.EMBEDDINGS),
                route("GET", "/api/tags", visit -> respond(visit, Ollama.models(edge.models()))),
                // Nothing is loaded here that could be shown.
                route("GET", "/api/ps", visit -> respond(visit, Ollama.models(List.of()))),
                route("GET", "/api/version", visit -> respond(visit, Ollama.version())),
                route("POST", "/api/show", this::show));
    }

    private Route asking(String path, Ollama protocol, Operation operation) {
        return new Route(
                "POST",
                path,
                Access.CLIENT,
                protocol,
                visit -> edge.carry(Asking.of(visit, protocol, operation)));
    }

    private Route route(String method, String path, Consumer<Visit> handler) {
        return new Route(method, path, Access.CLIENT, messages, handler);
    }

    private void show(Visit visit) {
        Optional<String> name = named(visit.exchange().body());
        if (name.isEmpty()) {
            reject(
                    visit,
                    Problem.invalid(
                            400,
                            "invalid_request_body",
                            "model",
                            "The request body cannot be used: model: missing (expected: a string)."
                                    + " (SG-1400)"));
            return;
        }
        Optional<ModelEntry> model = edge.model(name.get());
        if (model.isPresent()) {
            respond(visit, Ollama.model(model.get()));
        } else {
            reject(visit, edge.unknown(name.get()));
        }
    }

    /// The model's name; older clients call it so.
    private static Optional<String> named(byte[] body) {
        try {
            JsonNode asked = Json.read(body, 0, body.length);
            JsonNode model =
                    asked.path("model").isString() ? asked.path("model") : asked.path("name");
            return model.isString() && !model.stringValue().isEmpty()
                    ? Optional.of(model.stringValue())
                    : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private void reject(Visit visit, Problem problem) {
        LlmEdge.reject(Asking.of(visit, messages, Operation.CHAT), List.of(), problem);
    }

    private void respond(Visit visit, byte[] body) {
        var head = visit.head(200, "application/json; charset=utf-8");
        messages.name(head, visit.requestId());
        visit.exchange().respond(head, body);
    }
}
