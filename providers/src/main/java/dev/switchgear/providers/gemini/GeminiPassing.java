package dev.switchgear.providers.gemini;

import dev.switchgear.dialects.gemini.GeminiProviderDialect;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.dialect.ProviderFitting;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.providers.llm.AnswerWatch;
import dev.switchgear.providers.llm.Passing;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Passes what Gemini's clients send. The model stands in the path; some methods repeat it in the
/// body, where it must be the same.
record GeminiPassing(GeminiProviderDialect spoken) implements Passing {
    private static final byte[] MODEL = {'"', 'm', 'o', 'd', 'e', 'l', '"'};

    @Override
    public Dialect dialect() {
        return Dialect.GEMINI;
    }

    @Override
    public Framing framing() {
        return Framing.EVENTS;
    }

    /// One embedding has a path of its own; what is worded by us always goes as a batch.
    @Override
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        Optional<String> path = spoken.path(operation, model, streamed);
        return operation == Operation.EMBEDDINGS
                ? path.map(batch -> batch.replace(":batchEmbedContents", ":embedContent"))
                : path;
    }

    @Override
    public ProviderFitting fitting() {
        return spoken.fitting();
    }

    @Override
    public Optional<byte[]> body(RequestBody asked, String model, boolean streamed) {
        return Optional.of(named(asked.bytes(), model));
    }

    private static byte[] named(byte[] body, String model) {
        if (!namesModel(body)) {
            return body;
        }
        try {
            JsonNode tree = Json.read(body, 0, body.length);
            String name = model.contains("/") ? model : "models/" + model;
            boolean changed = named(tree, name);
            changed |= named(tree.path("generateContentRequest"), name);
            changed |= named(tree.path("generate_content_request"), name);
            for (JsonNode request : tree.path("requests").values()) {
                changed |= named(request, name);
            }
            return changed ? Json.bytes(tree) : body;
        } catch (JacksonException broken) {
            // The door has proved that it is JSON; if our limits differ, the provider shall judge.
            return body;
        }
    }

    private static boolean named(JsonNode object, String name) {
        if (object instanceof ObjectNode fields
                && fields.path("model").isString()
                && !fields.path("model").stringValue().equals(name)) {
            fields.put("model", name);
            return true;
        }
        return false;
    }

    /// Whether there is a field `model` anywhere: most bodies have none, and are not read for it.
    private static boolean namesModel(byte[] body) {
        for (int at = 0; at + MODEL.length < body.length; at++) {
            if (body[at] == '"' && startsWith(body, at)) {
                int behind = at + MODEL.length;
                while (behind < body.length && body[behind] <= ' ') {
                    behind++;
                }
                if (behind < body.length && body[behind] == ':') {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean startsWith(byte[] body, int from) {
        for (int i = 0; i < MODEL.length; i++) {
            if (body[from + i] != MODEL[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
        return Passing.of(spoken).watch(asked, target, streamed);
    }
}
