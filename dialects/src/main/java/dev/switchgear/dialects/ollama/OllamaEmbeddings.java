package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.json.Field;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Texts into vectors: `/api/embed`, and `/api/embeddings`, which takes one text and says nothing of
/// what it used.
final class OllamaEmbeddings {
    private static final int INPUTS_MAX = 4096;
    private static final Set<String> KNOWN = Set.of("model", "input", "dimensions", "stream");
    private static final Set<String> KNOWN_OF_ONE = Set.of("model", "prompt", "stream");

    /// Extras that the server understands.
    private static final Set<String> SENT = Set.of("truncate", "keep_alive", "options");

    private OllamaEmbeddings() {}

    static EmbeddingsRequest read(Field body, String model) throws InvalidBody {
        OptionalLong dimensions = body.optionalInteger("dimensions");
        if (dimensions.isPresent() && dimensions.getAsLong() < 1) {
            throw InvalidBody.param(
                    "dimensions", dimensions.getAsLong() + " (expected: 1 or more)");
        }
        return new EmbeddingsRequest(
                model,
                inputs(body.need("input", "a string or an array of strings")),
                dimensions,
                "",
                false,
                extras(body, KNOWN));
    }

    static EmbeddingsRequest readPrompt(Field body, String model) throws InvalidBody {
        return new EmbeddingsRequest(
                model,
                List.of(body.need("prompt", "a string").string()),
                OptionalLong.empty(),
                "",
                false,
                extras(body, KNOWN_OF_ONE));
    }

    private static List<Extra> extras(Field body, Set<String> known) {
        return body.others(known).stream()
                .map(field -> new Extra(field.path(), field.node()))
                .toList();
    }

    private static List<String> inputs(Field input) throws InvalidBody {
        if (input.isString()) {
            return List.of(input.string());
        }
        if (!input.isArray()) {
            throw input.wrong("a string or an array of strings");
        }
        List<Field> items = input.items();
        if (items.isEmpty() || items.size() > INPUTS_MAX) {
            throw InvalidBody.param(
                    "input", items.size() + " texts (expected: 1 to " + INPUTS_MAX + ")");
        }
        var texts = new ArrayList<String>(items.size());
        for (Field item : items) {
            texts.add(item.string());
        }
        return texts;
    }

    static byte[] write(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        ObjectNode written = Json.object();
        written.put("model", answer.model().isEmpty() ? asked.model() : answer.model());
        ArrayNode all = written.putArray("embeddings");
        for (float[] vector : answer.vectors()) {
            numbers(all.addArray(), vector);
        }
        long tokens = answer.usage().wholeInput();
        if (tokens >= 0) {
            written.put("prompt_eval_count", tokens);
        }
        return Json.bytes(written);
    }

    static byte[] writeOne(EmbeddingsAnswer answer) {
        ObjectNode written = Json.object();
        ArrayNode one = written.putArray("embedding");
        if (!answer.vectors().isEmpty()) {
            numbers(one, answer.vectors().getFirst());
        }
        return Json.bytes(written);
    }

    private static void numbers(ArrayNode array, float[] vector) {
        for (float number : vector) {
            array.add(number);
        }
    }

    static Worded word(EmbeddingsRequest asked, ModelTarget target) {
        var dropped = new ArrayList<String>();
        ObjectNode body = Json.object().put("model", target.model());
        if (asked.inputs().size() == 1) {
            body.put("input", asked.inputs().getFirst());
        } else {
            ArrayNode inputs = body.putArray("input");
            asked.inputs().forEach(inputs::add);
        }
        asked.dimensions().ifPresent(dimensions -> body.put("dimensions", dimensions));
        if (!asked.task().isEmpty()) {
            dropped.add("task");
        }
        for (Extra extra : asked.extras()) {
            if (SENT.contains(extra.field())) {
                body.set(extra.field(), extra.value());
            } else {
                dropped.add(extra.field());
            }
        }
        return new Worded(Json.bytes(body), dropped);
    }

    static EmbeddingsAnswer answer(byte[] body) throws MalformedAnswer {
        JsonNode answer = Json.answer(body);
        JsonNode all = answer.path("embeddings");
        if (!all.isArray()) {
            throw new MalformedAnswer("an answer without embeddings");
        }
        var vectors = new ArrayList<float[]>(all.size());
        for (JsonNode each : all.values()) {
            vectors.add(vector(each));
        }
        JsonNode tokens = answer.path("prompt_eval_count");
        return new EmbeddingsAnswer(
                answer.path("model").asString(""),
                vectors,
                tokens.isIntegralNumber() && tokens.canConvertToLong()
                        ? new TokenTally().prompt(tokens.longValue()).output(0).usage()
                        : TokenUsage.UNKNOWN);
    }

    private static float[] vector(JsonNode numbers) throws MalformedAnswer {
        if (!numbers.isArray() || numbers.isEmpty()) {
            throw new MalformedAnswer("an embedding that is no list of numbers");
        }
        var vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            JsonNode number = numbers.get(i);
            if (!number.isNumber()) {
                throw new MalformedAnswer("an embedding with something else than numbers");
            }
            vector[i] = number.decimalValue().floatValue();
        }
        return vector;
    }
}
