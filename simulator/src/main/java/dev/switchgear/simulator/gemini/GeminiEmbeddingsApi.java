package dev.switchgear.simulator.gemini;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.Vectors;
import java.util.Arrays;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Embeddings (section 6).
final class GeminiEmbeddingsApi {
    static final int BATCH_MAX = 100;
    private static final Set<String> TASKS =
            Set.of(
                    "TASK_TYPE_UNSPECIFIED",
                    "RETRIEVAL_QUERY",
                    "RETRIEVAL_DOCUMENT",
                    "SEMANTIC_SIMILARITY",
                    "CLASSIFICATION",
                    "CLUSTERING",
                    "QUESTION_ANSWERING",
                    "FACT_VERIFICATION",
                    "CODE_RETRIEVAL_QUERY");

    private GeminiEmbeddingsApi() {}

    /// The vector that `request` asks for.
    ///
    /// @param at its path in a batch, with a dot behind; empty for a request of its own
    static ObjectNode embedding(JsonNode request, OfferedModel model, long seed, String at)
            throws ApiErrorException {
        String text = Contents.text(request.path("content"));
        if (text.isEmpty()) {
            throw GeminiErrorShapes.invalid(
                    "* EmbedContentRequest.content: content is not specified\n");
        }
        String task = request.path("taskType").asString("TASK_TYPE_UNSPECIFIED");
        if (!TASKS.contains(task)) {
            throw GeminiErrorShapes.field(
                    at + "task_type",
                    "Invalid value at '"
                            + at
                            + "task_type' (type.googleapis.com/google.ai.generativelanguage.v1beta"
                            + ".TaskType), \""
                            + task
                            + "\"");
        }
        int wanted = request.path("outputDimensionality").asInt(model.dimensions());
        if (wanted < 1 || wanted > model.dimensions()) {
            throw GeminiErrorShapes.invalid(
                    "* EmbedContentRequest.output_dimensionality: output_dimensionality must be in"
                            + " the range [1, "
                            + model.dimensions()
                            + "].\n");
        }
        float[] whole = Vectors.embed(text, model.dimensions(), seed ^ model.id().hashCode());
        float[] vector = Arrays.copyOf(whole, wanted);
        // The first model only cuts its vectors; what is left is shorter than 1.
        if (!model.id().equals("gemini-embedding-001")) {
            normalize(vector);
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode values = node.putArray("values");
        for (float value : vector) {
            values.add(value);
        }
        return node;
    }

    private static void normalize(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += value * (double) value;
        }
        double length = Math.sqrt(sum);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
    }
}
