package dev.switchgear.dialects.anthropic;

import java.util.Map;

/// The API's names of errors and the HTTP status of each.
final class AnthropicErrorTypes {
    private static final Map<String, Integer> STATUSES =
            Map.ofEntries(
                    Map.entry("invalid_request_error", 400),
                    Map.entry("authentication_error", 401),
                    Map.entry("billing_error", 402),
                    Map.entry("permission_error", 403),
                    Map.entry("not_found_error", 404),
                    Map.entry("conflict_error", 409),
                    Map.entry("request_too_large", 413),
                    Map.entry("rate_limit_error", 429),
                    Map.entry("api_error", 500),
                    Map.entry("timeout_error", 504),
                    Map.entry("overloaded_error", 529));

    private AnthropicErrorTypes() {}

    /// 500 for a name we do not know.
    static int status(String type) {
        return STATUSES.getOrDefault(type, 500);
    }

    /// What a client is told of a provider's error. The provider's 401 to 403 speak of our account
    /// there, never of the client's, and are its `api_error`.
    static String of(int status) {
        return switch (status) {
            case 400, 405, 415, 422 -> "invalid_request_error";
            case 404 -> "not_found_error";
            case 409 -> "conflict_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 408, 504 -> "timeout_error";
            case 503, 529 -> "overloaded_error";
            default -> "api_error";
        };
    }
}
