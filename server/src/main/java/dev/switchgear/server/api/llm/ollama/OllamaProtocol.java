package dev.switchgear.server.api.llm.ollama;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.llm.LlmProtocol;
import dev.switchgear.server.gateway.llm.ModelEntry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How Ollama's API shows keys and words errors and lists. Stateless; thread-safe.
public final class OllamaProtocol implements LlmProtocol {
    /// The release whose API is spoken here; some clients refuse older ones.
    private static final String VERSION = "0.12.6";

    private final ClientDialect dialect;

    /// @param dialect of the paths that are served
    public OllamaProtocol(ClientDialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public ClientDialect dialect() {
        return dialect;
    }

    @Override
    public byte[] render(Problem problem, String requestId) {
        return Json.bytes(Json.object().put("error", problem.message()));
    }

    static byte[] version() {
        return Json.bytes(Json.object().put("version", VERSION));
    }

    static byte[] models(List<ModelEntry> models) {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("models");
        for (ModelEntry model : models) {
            ObjectNode entry = list.addObject();
            entry.put("name", model.id()).put("model", model.id());
            entry.put("modified_at", modified(model)).put("size", 0).put("digest", digest(model));
            entry.set("details", details(model));
        }
        return Json.bytes(answer);
    }

    /// What is known of a model, in the shape in which Ollama shows its own. All may be chatted with;
    /// what else one can do is for its provider to say.
    static byte[] model(ModelEntry model) {
        ObjectNode answer = Json.object();
        answer.put("modelfile", "").put("parameters", "").put("template", "");
        answer.set("details", details(model));
        answer.putObject("model_info").put("general.basename", model.id());
        answer.putArray("capabilities").add("completion");
        return Json.bytes(answer.put("modified_at", modified(model)));
    }

    private static ObjectNode details(ModelEntry model) {
        ObjectNode details = Json.object();
        details.put("parent_model", "").put("format", "").put("family", model.owner());
        details.putArray("families").add(model.owner());
        return details.put("parameter_size", "").put("quantization_level", "");
    }

    private static String modified(ModelEntry model) {
        return Instant.ofEpochSecond(model.createdSeconds()).toString();
    }

    /// Clients tell models apart by it, and show its beginning; ours have no bytes but their names.
    private static String digest(ModelEntry model) {
        try {
            byte[] name = model.id().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(name));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
