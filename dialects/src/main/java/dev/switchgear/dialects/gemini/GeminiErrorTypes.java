package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.json.JsonText;

/// Errors as google.rpc.Status, which is how every Google API says them.
public final class GeminiErrorTypes {
    private GeminiErrorTypes() {}

    /// @param code an upper-case status such as `RESOURCE_EXHAUSTED`; anything else is put in the
    ///     word that fits the HTTP status
    public static String json(int status, String code, String message) {
        var json = new StringBuilder(message.length() + 64);
        json.append("{\"error\": {\"code\": ").append(status).append(",\"message\": ");
        JsonText.append(json, message);
        json.append(",\"status\": ");
        JsonText.append(json, known(code) ? code : status(status));
        return json.append("}}").toString();
    }

    private static boolean known(String code) {
        return switch (code) {
            case "INVALID_ARGUMENT",
                    "FAILED_PRECONDITION",
                    "UNAUTHENTICATED",
                    "PERMISSION_DENIED",
                    "NOT_FOUND",
                    "RESOURCE_EXHAUSTED",
                    "CANCELLED",
                    "INTERNAL",
                    "UNAVAILABLE",
                    "DEADLINE_EXCEEDED",
                    "UNIMPLEMENTED",
                    "ABORTED",
                    "OUT_OF_RANGE" ->
                    true;
            default -> false;
        };
    }

    /// Google's word for an HTTP status.
    public static String status(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 402, 429 -> "RESOURCE_EXHAUSTED";
            case 408, 504 -> "DEADLINE_EXCEEDED";
            case 409 -> "ABORTED";
            case 499 -> "CANCELLED";
            case 501 -> "UNIMPLEMENTED";
            case 503, 529 -> "UNAVAILABLE";
            default -> status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
        };
    }
}
