package dev.switchgear.simulator.ollama;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What each status says when nobody gives it other words, and how an error is written: as a message
/// alone, in an answer as in a line of a stream.
final class OllamaErrorShapes {
    private static final String BUSY =
            "server busy, please try again.  maximum pending requests exceeded";

    private OllamaErrorShapes() {}

    static ApiErrorException error(int status, String message) {
        return new ApiErrorException(status, "", "", "", message, List.of());
    }

    /// A 400.
    static ApiErrorException invalid(String message) {
        return error(400, message);
    }

    /// The error that `status` stands for.
    static ApiErrorException of(int status, String model) {
        return error(
                status,
                switch (status) {
                    case 400 -> "invalid request";
                    case 401 -> "unauthorized";
                    case 404 -> "model '" + model + "' not found";
                    case 429 -> "too many requests";
                    case 500 -> "llama runner process has terminated: signal: killed";
                    case 502 -> "bad gateway";
                    case 503 -> BUSY;
                    default -> "request failed with status " + status;
                });
    }

    static ObjectNode node(ApiErrorException error) {
        return JsonNodeFactory.instance.objectNode().put("error", error.message());
    }
}
