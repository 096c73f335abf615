package dev.switchgear.server.api.llm.openai;

import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Problem.Kind;
import dev.switchgear.server.api.Protocol;
import dev.switchgear.server.api.llm.LlmProtocol;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.gateway.llm.ModelEntry;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// How OpenAI's API shows keys and words errors and lists. Stateless.
public final class OpenAiProtocol implements LlmProtocol {
    private static final JsonFactory JSON = new JsonFactory();

    private final ClientDialect dialect;

    public OpenAiProtocol() {
        this(new OpenAiClientDialect());
    }

    OpenAiProtocol(ClientDialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public ClientDialect dialect() {
        return dialect;
    }

    /// A bearer token, or `api-key`: clients of Azure send that.
    @Override
    public Optional<String> key(HttpExchange exchange) {
        return Protocol.bearer(exchange).or(() -> exchange.header("api-key"));
    }

    @Override
    public byte[] render(Problem problem, String requestId) {
        return json(json -> {
            json.writeStartObject();
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("message", problem.message());
            json.writeStringProperty("type", type(problem.kind()));
            orNull(json, "param", problem.param());
            orNull(json, "code", code(problem));
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static String type(Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST, AUTHENTICATION -> "invalid_request_error";
            case RATE_LIMIT -> "rate_limit_error";
            case UNAVAILABLE -> "service_unavailable_error";
            case SERVER -> "server_error";
        };
    }

    private static void orNull(JsonGenerator json, String name, String value) {
        if (value.isEmpty()) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    static byte[] models(List<ModelEntry> models) {
        return json(json -> {
            json.writeStartObject();
            json.writeStringProperty("object", "list");
            json.writeArrayPropertyStart("data");
            models.forEach(model -> write(json, model));
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    static byte[] model(ModelEntry model) {
        return json(json -> write(json, model));
    }

    private static void write(JsonGenerator json, ModelEntry model) {
        json.writeStartObject();
        json.writeStringProperty("id", model.id());
        json.writeStringProperty("object", "model");
        json.writeNumberProperty("created", model.createdSeconds());
        json.writeStringProperty("owned_by", model.owner());
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
