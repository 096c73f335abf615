package dev.switchgear.dialects.openai;

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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/embeddings`. A vector travels as numbers, or as little-endian float32 in base64, which the
/// official SDKs ask for.
final class OpenAiEmbeddings {
    private static final int INPUTS_MAX = 2_048;
    private static final Set<String> KNOWN =
            Set.of("model", "input", "dimensions", "encoding_format");

    /// Extras that no other dialect has under the same name and another meaning.
    private static final Set<String> SENT = Set.of("user", "provider", "input_type");

    private OpenAiEmbeddings() {}

    static EmbeddingsRequest read(Field body, String model) throws InvalidBody {
        Optional<Field> encoding = body.get("encoding_format");
        boolean base64 = false;
        if (encoding.isPresent()) {
            base64 =
                    switch (encoding.get().string()) {
                        case "float" -> false;
                        case "base64" -> true;
                        default -> throw encoding.get().unknown("float or base64");
                    };
        }
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
                base64,
                body.others(KNOWN).stream()
                        .map(field -> new Extra(field.path(), field.node()))
                        .toList());
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
            if (item.node().isNumber() || item.isArray()) {
                throw InvalidBody.param(
                        item.path(), "token ids, which only their own model can read");
            }
            texts.add(item.string());
        }
        return texts;
    }

    static byte[] write(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        ObjectNode written = Json.object().put("object", "list");
        ArrayNode data = written.putArray("data");
        for (int i = 0; i < answer.vectors().size(); i++) {
            ObjectNode entry = data.addObject().put("object", "embedding").put("index", i);
            float[] vector = answer.vectors().get(i);
            if (asked.base64()) {
                entry.put("embedding", base64(vector));
            } else {
                ArrayNode numbers = entry.putArray("embedding");
                for (float number : vector) {
                    numbers.add(number);
                }
            }
        }
        written.put("model", answer.model().isEmpty() ? asked.model() : answer.model());
        TokenUsage usage = answer.usage();
        if (usage.known()) {
            long tokens = Math.max(0, usage.wholeInput());
            written.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        }
        return Json.bytes(written);
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : vector) {
            bytes.putFloat(number);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    static Worded word(EmbeddingsRequest asked, ModelTarget target, OpenAiFlavour flavour) {
        var dropped = new LinkedHashSet<String>();
        ObjectNode body = Json.object().put("model", target.model());
        if (asked.inputs().size() == 1) {
            body.put("input", asked.inputs().getFirst());
        } else {
            ArrayNode inputs = body.putArray("input");
            asked.inputs().forEach(inputs::add);
        }
        asked.dimensions()
                .ifPresent(dimensions -> body.put(flavour.names().dimensions(), dimensions));
        body.put("encoding_format", "float");
        if (!asked.task().isEmpty()) {
            dropped.add("task");
        }
        for (Extra extra : asked.extras()) {
            if (SENT.contains(extra.field()) && !flavour.refuses(extra.field())) {
                body.set(extra.field(), extra.value());
            } else {
                dropped.add(extra.field());
            }
        }
        return new Worded(Json.bytes(body), List.copyOf(dropped));
    }

    static EmbeddingsAnswer answer(JsonNode body) throws MalformedAnswer {
        JsonNode data = body.path("data");
        if (!data.isArray()) {
            throw new MalformedAnswer("no data in the embeddings");
        }
        var byIndex = new TreeMap<Integer, float[]>();
        for (int i = 0; i < data.size(); i++) {
            JsonNode entry = data.get(i);
            int index = entry.path("index").asInt(i);
            if (index < 0
                    || index >= data.size()
                    || byIndex.put(index, vector(entry.path("embedding"))) != null) {
                throw new MalformedAnswer("embeddings out of order: index " + index);
            }
        }
        JsonNode tokens = body.path("usage").path("prompt_tokens");
        return new EmbeddingsAnswer(
                body.path("model").asString(""),
                List.copyOf(byIndex.values()),
                tokens.isIntegralNumber() && tokens.canConvertToLong()
                        ? new TokenTally().prompt(tokens.longValue()).output(0).usage()
                        : TokenUsage.UNKNOWN);
    }

    private static float[] vector(JsonNode embedding) throws MalformedAnswer {
        if (embedding.isString()) {
            return vector(embedding.stringValue());
        }
        if (!embedding.isArray()) {
            throw new MalformedAnswer("an embedding that is neither a list nor base64");
        }
        var vector = new float[embedding.size()];
        for (int i = 0; i < vector.length; i++) {
            JsonNode number = embedding.get(i);
            if (!number.isNumber()) {
                throw new MalformedAnswer("an embedding with something else than numbers");
            }
            vector[i] = number.decimalValue().floatValue();
        }
        return vector;
    }

    private static float[] vector(String base64) throws MalformedAnswer {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw new MalformedAnswer("an embedding that is not base64");
        }
        if (bytes.length % Float.BYTES != 0) {
            throw new MalformedAnswer("an embedding of " + bytes.length + " bytes");
        }
        var vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }
}
