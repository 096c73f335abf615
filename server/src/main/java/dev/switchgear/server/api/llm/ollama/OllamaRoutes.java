package dev.switchgear.server.api.llm.ollama;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Where Ollama's clients call. What manages models on a server's disk is not here. Thread-safe.
public final class OllamaRoutes {
    private final OllamaProtocol messages =
            new OllamaProtocol(new OllamaClientDialect(OllamaClientDialect.Form.CHAT));
    private final OllamaProtocol prompts =
            new OllamaProtocol(new OllamaClientDialect(OllamaClientDialect.Form.GENERATE));
    private final LlmEdge edge;

    public OllamaRoutes(LlmEdge edge) {
        this.edge = edge;
    }

    /// What to put into the [dev.switchgear.server.api.HttpRoutes].
    public List<HttpRoute> routes() {
        return List.of(
                calling("/api/chat", messages, Operation.CHAT),
                calling("/api/generate", prompts, Operation.CHAT),
                calling("/api/embed", messages, Operation.EMBEDDINGS),
                calling("/api/embeddings", prompts, Operation.EMBEDDINGS),
                route(
                        "GET",
                        "/api/tags",
                        visit -> respond(visit, OllamaProtocol.models(edge.models()))),
                // Nothing is loaded here that could be shown.
                route("GET", "/api/ps", visit -> respond(visit, OllamaProtocol.models(List.of()))),
                route("GET", "/api/version", visit -> respond(visit, OllamaProtocol.version())),
                route("POST", "/api/show", this::show));
    }

    private HttpRoute calling(String path, OllamaProtocol protocol, Operation operation) {
        return new HttpRoute(
                "POST",
                path,
                Access.CLIENT,
                protocol,
                visit -> edge.serve(LlmVisit.of(visit, protocol, operation)));
    }

    private HttpRoute route(String method, String path, Consumer<Visit> handler) {
        return new HttpRoute(method, path, Access.CLIENT, messages, handler);
    }

    private void show(Visit visit) {
        Optional<String> name = named(visit.exchange().body());
        if (name.isEmpty()) {
            visit.refuse(LlmProblems.invalid("model: missing (expected: a string)"));
            return;
        }
        Optional<ModelEntry> model = edge.model(name.get());
        if (model.isPresent()) {
            respond(visit, OllamaProtocol.model(model.get()));
        } else {
            visit.refuse(LlmProblems.unknown(name.get(), edge.models()));
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

    private static void respond(Visit visit, byte[] body) {
        visit.exchange().respond(visit.head(200, "application/json; charset=utf-8"), body);
    }
}
