package dev.switchgear.server.api.llm.gemini;

import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.gemini.GeminiErrorTypes;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Protocol;
import dev.switchgear.server.api.llm.LlmProtocol;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.gateway.llm.ModelEntry;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// How Google's Gemini API shows keys and words errors and lists. Stateless; thread-safe.
public final class GeminiProtocol implements LlmProtocol {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String DETAIL = "type.googleapis.com/google.rpc.";

    private final ClientDialect dialect;

    /// @param form how the method that was called is answered
    public GeminiProtocol(GeminiClientDialect.Form form) {
        this.dialect = new GeminiClientDialect(form);
    }

    @Override
    public ClientDialect dialect() {
        return dialect;
    }

    /// In Google's header, as a bearer token, or in the query as `key`.
    @Override
    public Optional<String> key(HttpExchange exchange) {
        return exchange.header("x-goog-api-key")
                .or(() -> Protocol.bearer(exchange))
                .or(() -> GeminiQuery.of(exchange.query()).value("key"));
    }

    /// A google.rpc.Status, with our code as the reason and what the client may do about it.
    @Override
    public byte[] render(Problem problem, String requestId) {
        return json(json -> {
            json.writeStartObject();
            json.writeObjectPropertyStart("error");
            json.writeNumberProperty("code", problem.status());
            json.writeStringProperty("message", problem.message());
            json.writeStringProperty("status", GeminiErrorTypes.status(problem.status()));
            json.writeArrayPropertyStart("details");
            if (!code(problem).isEmpty()) {
                detail(json, "ErrorInfo");
                json.writeStringProperty("reason", reason(code(problem)));
                json.writeStringProperty("domain", "switchgear");
                json.writeEndObject();
            }
            if (!problem.param().isEmpty()) {
                detail(json, "BadRequest");
                json.writeArrayPropertyStart("fieldViolations");
                json.writeStartObject();
                json.writeStringProperty("field", problem.param());
                json.writeStringProperty("description", problem.message());
                json.writeEndObject();
                json.writeEndArray();
                json.writeEndObject();
            }
            Optional<String> wait = wait(problem);
            if (wait.isPresent()) {
                detail(json, "RetryInfo");
                json.writeStringProperty("retryDelay", wait.get() + "s");
                json.writeEndObject();
            }
            detail(json, "RequestInfo");
            json.writeStringProperty("requestId", requestId);
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void detail(JsonGenerator json, String kind) {
        json.writeStartObject();
        json.writeStringProperty("@type", DETAIL + kind);
    }

    private static String reason(String code) {
        return code.equals("invalid_api_key")
                ? "API_KEY_INVALID"
                : code.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    }

    /// Google's clients look for the wait in the body, not in a header.
    private static Optional<String> wait(Problem problem) {
        return problem.headers().stream()
                .filter(header -> header.name().equals("retry-after"))
                .map(ResponseHeader::value)
                .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                .findFirst();
    }

    /// @param next where the next page begins; empty at the end
    static byte[] models(List<ModelEntry> models, String next) {
        return json(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("models");
            models.forEach(model -> write(json, model));
            json.writeEndArray();
            if (!next.isEmpty()) {
                json.writeStringProperty("nextPageToken", next);
            }
            json.writeEndObject();
        });
    }

    static byte[] model(ModelEntry model) {
        return json(json -> write(json, model));
    }

    private static void write(JsonGenerator json, ModelEntry model) {
        json.writeStartObject();
        json.writeStringProperty("name", "models/" + model.id());
        json.writeStringProperty("displayName", model.id());
        json.writeStringProperty("description", "Offered by " + model.owner() + ".");
        json.writeArrayPropertyStart("supportedGenerationMethods");
        for (String method : GeminiRoutes.METHODS.keySet()) {
            json.writeString(method);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static byte[] json(Consumer<JsonGenerator> content) {
        var bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            content.accept(json);
        }
        return bytes.toByteArray();
    }
}
