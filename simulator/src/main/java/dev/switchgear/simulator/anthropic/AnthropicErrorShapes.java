package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The error table of section 7: what each status says when nobody gives it other words.
final class AnthropicErrorShapes {
    private static final String SPEND_LIMIT = "enforced_spend_limit_reached";

    private AnthropicErrorShapes() {}

    /// @param code what `error.details.error_code` says; empty for no details
    static ApiErrorException error(int status, String type, String code, String message) {
        return new ApiErrorException(status, type, code, "", message, List.of());
    }

    /// A 400.
    static ApiErrorException invalid(String message) {
        return error(400, "invalid_request_error", "", message);
    }

    static byte[] body(ApiErrorException error, String requestId) {
        return node(error, requestId).toString().getBytes(StandardCharsets.UTF_8);
    }

    /// The error as an event of a stream.
    static byte[] event(ApiErrorException error, String requestId) {
        return ("event: error\ndata: " + node(error, requestId) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode node(ApiErrorException error, String requestId) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("type", "error");
        ObjectNode inner = root.putObject("error");
        inner.put("type", error.type());
        inner.put("message", error.message());
        if (!error.code().isEmpty()) {
            inner.putObject("details").put("error_code", error.code());
        }
        root.put("request_id", requestId);
        return root;
    }

    /// The error that `status` stands for.
    ///
    /// @param code an error type such as `overloaded_error`, or `enforced_spend_limit_reached`, which
    ///     stands in the details; empty for the usual type
    static ApiErrorException of(int status, String code) {
        boolean spent = code.equals(SPEND_LIMIT);
        String type = code.isEmpty() || spent ? type(status) : code;
        return error(
                status,
                type,
                spent ? SPEND_LIMIT : "",
                spent
                        ? "This request would exceed your organization's spend limit."
                        : message(status, type));
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 409 -> "conflict_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }

    private static String message(int status, String type) {
        return switch (type) {
            case "authentication_error" -> "invalid x-api-key";
            case "billing_error" ->
                    "Your credit balance is too low to access the Anthropic API. Please go to Plans"
                            + " & Billing to upgrade or purchase credits.";
            case "permission_error" ->
                    "Your API key does not have permission to use the specified resource.";
            case "not_found_error" -> "Not Found";
            case "conflict_error" -> "The resource was changed by another request.";
            case "request_too_large" -> "Request exceeds the maximum size";
            case "rate_limit_error" ->
                    "This request would exceed your organization's rate limit. Please try again"
                            + " later.";
            case "timeout_error" -> "Request timed out";
            case "overloaded_error" -> "Overloaded";
            case "api_error" -> status == 503 ? "Service unavailable" : "Internal server error";
            default -> "Invalid request";
        };
    }

    /// What `x-should-retry` says beside it.
    static boolean retryable(ApiErrorException error) {
        int status = error.status();
        return error.code().isEmpty()
                && (status == 408 || status == 409 || status == 429 || status >= 500);
    }
}
