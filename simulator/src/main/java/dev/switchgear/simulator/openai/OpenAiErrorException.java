package dev.switchgear.simulator.openai;

/// A request that the API turns down, in the API's own words.
final class OpenAiErrorException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String param;
    private final String code;
    private final String message;

    /// @param param the field at fault; empty for null on the wire
    /// @param code empty for null on the wire
    OpenAiErrorException(int status, String type, String param, String code, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
        this.message = message;
    }

    /// A 400 about one field.
    static OpenAiErrorException invalid(String param, String code, String message) {
        return new OpenAiErrorException(400, "invalid_request_error", param, code, message);
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    String param() {
        return param;
    }

    String message() {
        return message;
    }

    String code() {
        return code;
    }
}
