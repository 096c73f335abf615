package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.mind.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Embeddings (section 7).
final class OpenAiEmbeddingsApi {
    private static final int ITEMS_MAX = 2048;
    private static final int TOKENS_MAX_ALL = 300_000;

    /// A request the API accepts.
    ///
    /// @param texts what to embed; a list of token numbers as its JSON
    record Request(
            OfferedModel model, List<String> texts, int tokens, int dimensions, boolean base64) {
        Request {
            texts = List.copyOf(texts);
        }
    }

    private OpenAiEmbeddingsApi() {}

    static Request read(JsonNode body, OfferedModel model) throws ApiErrorException {
        if (model.purpose() != OfferedModel.Purpose.EMBEDDING) {
            throw OpenAiErrorShapes.error(
                    403,
                    "invalid_request_error",
                    "",
                    "",
                    "You are not allowed to generate embeddings from this model");
        }
        JsonNode input = body.path("input");
        if (input.isMissingNode() || input.isNull()) {
            throw OpenAiErrorShapes.invalid(
                    "input", "missing_required_parameter", "Missing required parameter: 'input'.");
        }
        List<String> texts = new ArrayList<>();
        int tokens = 0;
        for (JsonNode item : items(input)) {
            int size = item.isArray() ? item.size() : Tokens.estimate(item.asString(""));
            if (size == 0) {
                throw OpenAiErrorShapes.invalid(
                        "input", "", "'$.input' is invalid: an input must not be empty.");
            }
            if (size > model.context()) {
                throw OpenAiErrorShapes.invalid(
                        "input",
                        "context_length_exceeded",
                        "This model's maximum context length is "
                                + model.context()
                                + " tokens, however you requested "
                                + size
                                + " tokens ("
                                + size
                                + " in your prompt; 0 for the completion). Please reduce your"
                                + " prompt; or completion length.");
            }
            texts.add(item.isString() ? item.stringValue() : item.toString());
            tokens += size;
        }
        if (texts.size() > ITEMS_MAX || tokens > TOKENS_MAX_ALL) {
            throw OpenAiErrorShapes.invalid(
                    "input",
                    texts.size() > ITEMS_MAX ? "array_above_max_length" : "max_tokens_per_request",
                    "Invalid 'input': "
                            + texts.size()
                            + " items with "
                            + tokens
                            + " tokens. Expected at most 2048 items and 300000 tokens.");
        }
        var fields = new OpenAiFields(body);
        String format = fields.oneOf("encoding_format", Set.of("float", "base64"), "float");
        int dimensions = fields.integer("dimensions", 1, model.dimensions(), model.dimensions());
        if (body.hasNonNull("dimensions") && !model.id().startsWith("text-embedding-3")) {
            throw OpenAiErrorShapes.invalid(
                    "dimensions", "", "This model does not support specifying dimensions.");
        }
        return new Request(model, texts, tokens, dimensions, format.equals("base64"));
    }

    /// One item for a string or a list of token numbers; otherwise the list's own.
    private static List<JsonNode> items(JsonNode input) throws ApiErrorException {
        if (input.isString() || (input.isArray() && input.path(0).isNumber())) {
            return List.of(input);
        }
        List<JsonNode> items = new ArrayList<>();
        for (JsonNode item : input) {
            boolean numbers = item.isArray() && item.path(0).isNumber();
            if (!item.isString() && !numbers) {
                throw OpenAiErrorShapes.invalid("input", "", "'$.input' is invalid.");
            }
            items.add(item);
        }
        if (items.isEmpty()) {
            throw OpenAiErrorShapes.invalid("input", "", "'$.input' is invalid.");
        }
        return items;
    }

    static byte[] body(Request request, long seed) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("object", "list");
        ArrayNode data = root.putArray("data");
        for (int i = 0; i < request.texts().size(); i++) {
            float[] vector =
                    Vectors.embed(
                            request.texts().get(i),
                            request.dimensions(),
                            seed ^ request.model().id().hashCode());
            ObjectNode entry = data.addObject();
            entry.put("object", "embedding");
            entry.put("index", i);
            if (request.base64()) {
                entry.put("embedding", base64(vector));
            } else {
                ArrayNode numbers = entry.putArray("embedding");
                for (float value : vector) {
                    numbers.add(value);
                }
            }
        }
        root.put("model", request.model().snapshot());
        root.putObject("usage")
                .put("prompt_tokens", request.tokens())
                .put("total_tokens", request.tokens());
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : vector) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
