package dev.switchgear.providers.deepseek;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.providers.llm.AnswerWatch;
import dev.switchgear.providers.llm.Passing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Passes a client's bytes as they are, but for three of OpenAI's words that DeepSeek does not know:
/// it would leave an answer unbounded, think where it must not, or refuse the request.
record DeepSeekPassing(Passing usual) implements Passing {
    private static final List<String> FOREIGN =
            List.of("\"max_completion_tokens\"", "\"developer\"", "\"none\"");

    @Override
    public Dialect dialect() {
        return usual.dialect();
    }

    @Override
    public Framing framing() {
        return usual.framing();
    }

    @Override
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        return usual.path(operation, model, streamed);
    }

    @Override
    public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
        return usual.watch(asked, target, streamed);
    }

    @Override
    public byte[] body(RequestBody asked, String model, boolean streamed) {
        byte[] body = usual.body(asked, model, streamed);
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return FOREIGN.stream().anyMatch(text::contains) ? reworded(body) : body;
    }

    private static byte[] reworded(byte[] body) {
        try {
            return Json.read(body, 0, body.length) instanceof ObjectNode request
                            && reworded(request)
                    ? Json.bytes(request)
                    : body;
        } catch (JacksonException leftToTheServer) {
            return body;
        }
    }

    /// Whether anything was changed.
    private static boolean reworded(ObjectNode request) {
        boolean changed = false;
        if (request.path("max_completion_tokens").isNumber()) {
            JsonNode bound = request.remove("max_completion_tokens");
            request.set("max_tokens", bound);
            changed = true;
        }
        if (request.path("reasoning_effort").asString("").equals("none")) {
            request.remove("reasoning_effort");
            request.putObject("thinking").put("type", "disabled");
            changed = true;
        }
        for (JsonNode message : request.path("messages")) {
            if (message instanceof ObjectNode one
                    && one.path("role").asString("").equals("developer")) {
                one.put("role", "system");
                changed = true;
            }
        }
        return changed;
    }
}
