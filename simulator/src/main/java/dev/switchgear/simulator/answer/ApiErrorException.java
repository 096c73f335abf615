package dev.switchgear.simulator.answer;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A request that an API turns down, in the API's own words: whatever any API says of an error. Each
/// API's error shapes make it, and arrange its words where the answer is given, since the same error
/// looks different in a stream, in an array, or in a flavour of the API.
public final class ApiErrorException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String code;
    private final String field;
    private final String message;
    private final transient List<ObjectNode> details;

    /// @param status of HTTP
    /// @param type the word for its class; empty where the API has none
    /// @param code the word for the error itself; empty for none
    /// @param field the field at fault; empty for none
    /// @param details what stands beside the message, as it is sent
    public ApiErrorException(
            int status,
            String type,
            String code,
            String field,
            String message,
            List<ObjectNode> details) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.field = field;
        this.message = message;
        this.details = List.copyOf(details);
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    public String code() {
        return code;
    }

    public String field() {
        return field;
    }

    public String message() {
        return message;
    }

    public List<ObjectNode> details() {
        return details;
    }

    /// The same error in other words; this one where they are empty.
    public ApiErrorException saying(String words) {
        return words.isEmpty()
                ? this
                : new ApiErrorException(status, type, code, field, words, details);
    }
}
