package dev.switchgear.simulator.anthropic;

/// A request that the API turns down, in the API's own words.
final class AnthropicErrorException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String code;
    private final String message;

    /// @param code what `error.details.error_code` says; empty for no details
    AnthropicErrorException(int status, String type, String code, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.message = message;
    }

    /// A 400.
    static AnthropicErrorException invalid(String message) {
        return new AnthropicErrorException(400, "invalid_request_error", "", message);
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    String code() {
        return code;
    }

    String message() {
        return message;
    }
}
