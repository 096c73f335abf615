package dev.switchgear.simulator.gemini;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A request that the API turns down, in the API's own words.
final class GeminiErrorException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String status;
    private final String message;
    private final transient List<ObjectNode> details;

    /// @param status the word of google.rpc.Code
    GeminiErrorException(int code, String status, String message, List<ObjectNode> details) {
        super(message);
        this.code = code;
        this.status = status;
        this.message = message;
        this.details = List.copyOf(details);
    }

    /// A 400 without details.
    static GeminiErrorException invalid(String message) {
        return new GeminiErrorException(400, "INVALID_ARGUMENT", message, List.of());
    }

    int code() {
        return code;
    }

    String status() {
        return status;
    }

    String message() {
        return message;
    }

    List<ObjectNode> details() {
        return details;
    }
}
