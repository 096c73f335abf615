package dev.switchgear.simulator.openai;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The error table of section 8: what each status says when nobody gives it other words.
final class Errors {
    private Errors() {}

    static byte[] body(ApiErrorException error) {
        return body(error.message(), error.type(), error.param(), error.code());
    }

    /// The error as the only event of a stream, or as the one that ends it.
    static byte[] event(ApiErrorException error) {
        String json = node(error.message(), error.type(), error.param(), error.code()).toString();
        return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] body(String message, String type, String param, String code) {
        return node(message, type, param, code).toPrettyString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode node(String message, String type, String param, String code) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode error = root.putObject("error");
        error.put("message", message);
        error.put("type", type);
        putOrNull(error, "param", param);
        putOrNull(error, "code", code);
        return root;
    }

    private static void putOrNull(ObjectNode node, String name, String value) {
        if (value.isEmpty()) {
            node.putNull(name);
        } else {
            node.put(name, value);
        }
    }

    /// The error that `status` and `code` stand for; an empty code means the usual one.
    static ApiErrorException of(int status, String code) {
        String usual = code.isEmpty() ? usualCode(status) : code;
        return new ApiErrorException(
                status, type(status, usual), "", usual, message(status, usual));
    }

    private static String usualCode(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 402 -> "insufficient_quota";
            case 403 -> "unsupported_country_region_territory";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            case 503 -> "server_is_overloaded";
            default -> "";
        };
    }

    private static String type(int status, String code) {
        return switch (code) {
            case "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached" ->
                    "insufficient_quota";
            case "rate_limit_exceeded" -> "requests";
            case "slow_down" -> status == 429 ? "rate_limit_error" : "service_unavailable_error";
            case "server_is_overloaded" -> "service_unavailable_error";
            case "unsupported_country_region_territory" -> "request_forbidden";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
    }

    private static String message(int status, String code) {
        return switch (code) {
            case "invalid_api_key" ->
                    "Incorrect API key provided. You can find your API key at"
                            + " https://platform.openai.com/account/api-keys.";
            case "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached" ->
                    "You exceeded your current quota, please check your plan and billing details."
                            + " For more information on this error, read the docs:"
                            + " https://platform.openai.com/docs/guides/error-codes/api-errors.";
            case "rate_limit_exceeded" -> "Rate limit reached. Please try again later.";
            case "slow_down" -> "Slow down: your request rate rose too quickly.";
            case "server_is_overloaded" ->
                    "The server is currently overloaded. Please try again later.";
            case "model_not_found" -> "The model does not exist or you do not have access to it.";
            case "context_length_exceeded" ->
                    "Your input exceeds the context window of this model. Please adjust your input"
                            + " and try again.";
            case "content_policy_violation" ->
                    "Your request was rejected as a result of our safety system.";
            case "unsupported_country_region_territory" ->
                    "Country, region, or territory not supported";
            default ->
                    switch (status) {
                        case 400 -> "Invalid request.";
                        case 408 -> "Request timeout.";
                        case 409 -> "The resource is locked by another request.";
                        case 413 -> "The request is too large.";
                        case 500 ->
                                "The server had an error while processing your request. Sorry about"
                                        + " that!";
                        default -> "The request failed with status " + status + ".";
                    };
        };
    }
}
