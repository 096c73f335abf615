package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.answer.ApiEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The error table of section 8: what each status says when nobody gives it other words.
final class OpenAiErrorShapes {
    private OpenAiErrorShapes() {}

    /// @param param the field at fault; empty for null on the wire
    /// @param code empty for null on the wire
    static ApiErrorException error(
            int status, String type, String param, String code, String message) {
        return new ApiErrorException(status, type, code, param, message, List.of());
    }

    /// A 400 about one field.
    static ApiErrorException invalid(String param, String code, String message) {
        return error(400, "invalid_request_error", param, code, message);
    }

    /// The error as the body of an answer.
    static byte[] body(Flavour flavour, ApiErrorException error) {
        return node(flavour, error).toPrettyString().getBytes(StandardCharsets.UTF_8);
    }

    /// The error as the only event of a chat stream, or as the one that ends it, and what follows.
    ///
    /// @param sent how many events went before
    static List<ApiEvent> events(Flavour flavour, ApiErrorException error, int sent) {
        ObjectNode node = node(flavour, error);
        return switch (flavour) {
            case OPENAI, XAI, DEEPSEEK, OPENROUTER, OLLAMA -> List.of(event("data: " + node));
            case VLLM -> List.of(event("data: " + node), event("data: [DONE]"));
            // Older builds gave the error a line of its own name.
            case LLAMA_CPP ->
                    List.of(event(sent == 0 ? "data: " + node : "error: " + node.path("error")));
            case LM_STUDIO -> List.of(event("event: error\ndata: " + node));
        };
    }

    private static ApiEvent event(String text) {
        return new ApiEvent(
                ApiEvent.Part.TERMINAL, (text + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode node(Flavour flavour, ApiErrorException error) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        switch (flavour.errors()) {
            case OPENAI -> {
                ObjectNode node = root.putObject("error");
                node.put("message", error.message());
                node.put("type", error.type());
                putOrNull(node, "param", error.field());
                putOrNull(node, "code", error.code());
            }
            case TEXT -> {
                root.put("code", grpcCode(error.status()));
                root.put("error", error.message());
            }
            case METADATA -> {
                ObjectNode node = root.putObject("error");
                node.put("code", error.status());
                node.put("message", error.message());
                node.putObject("metadata").put("error_type", errorType(error));
            }
            case CLASS -> {
                if (error.status() == 401) {
                    root.put("error", "Unauthorized");
                } else {
                    root.putObject("error")
                            .put("message", error.message())
                            .put("type", className(error.status()))
                            .putNull("param")
                            .put("code", error.status());
                }
            }
            case SHORT ->
                    root.putObject("error")
                            .put("code", error.status())
                            .put("message", error.message())
                            .put("type", shortType(error));
            case NO_CODE ->
                    root.putObject("error")
                            .put("message", error.message())
                            .put("type", plainType(error.status()))
                            .putNull("param")
                            .putNull("code");
            case BARE -> root.put("error", error.message());
        }
        return root;
    }

    private static String grpcCode(int status) {
        return switch (status) {
            case 400 -> "invalid-argument";
            case 401 -> "unauthenticated";
            case 402, 429 -> "resource-exhausted";
            case 403 -> "permission-denied";
            case 404 -> "not-found";
            case 408, 504 -> "deadline-exceeded";
            case 409 -> "aborted";
            case 503 -> "unavailable";
            default -> status >= 500 ? "internal" : "invalid-argument";
        };
    }

    private static String errorType(ApiErrorException error) {
        if (error.code().equals("context_length_exceeded")) {
            return error.code();
        }
        return switch (error.status()) {
            case 401 -> "authentication";
            case 402 -> "payment_required";
            case 403 -> "permission_denied";
            case 404 -> "not_found";
            case 408, 504, 524 -> "timeout";
            case 412 -> "precondition_failed";
            case 413 -> "payload_too_large";
            case 422 -> "unprocessable";
            case 429 -> "rate_limit_exceeded";
            case 502 -> "provider_unavailable";
            case 503, 529 -> "provider_overloaded";
            default -> error.status() >= 500 ? "server" : "invalid_request";
        };
    }

    private static String className(int status) {
        return switch (status) {
            case 401 -> "AuthenticationError";
            case 404 -> "NotFoundError";
            default -> status >= 500 ? "InternalServerError" : "BadRequestError";
        };
    }

    private static String shortType(ApiErrorException error) {
        return switch (error.status()) {
            case 400 ->
                    error.code().equals("context_length_exceeded")
                            ? "exceed_context_size_error"
                            : "invalid_request_error";
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 501 -> "not_supported_error";
            case 503 -> "unavailable_error";
            default -> error.status() >= 500 ? "server_error" : "invalid_request_error";
        };
    }

    private static String plainType(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 404 -> "not_found_error";
            default -> "api_error";
        };
    }

    private static void putOrNull(ObjectNode node, String name, String value) {
        if (value.isEmpty()) {
            node.putNull(name);
        } else {
            node.put(name, value);
        }
    }

    /// The error that `status` and `code` stand for; an empty code means the usual one.
    static ApiErrorException of(Flavour flavour, int status, String code) {
        if (flavour == Flavour.DEEPSEEK) {
            return deepSeek(status, code);
        }
        String usual = code.isEmpty() ? usualCode(status) : code;
        boolean broke = status == 402 || type(status, usual).equals("insufficient_quota");
        String text =
                switch (flavour) {
                    case XAI ->
                            broke
                                    ? "Your team has used all available credits or reached its"
                                            + " monthly spending limit."
                                    : message(status, usual);
                    case OPENROUTER ->
                            broke
                                    ? "Insufficient credits. Add more using"
                                            + " https://openrouter.ai/settings/credits"
                                    : message(status, usual);
                    case OPENAI, DEEPSEEK, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO ->
                            message(status, usual);
                };
        return error(status, type(status, usual), "", usual, text);
    }

    /// A key that is missing or wrong.
    static ApiErrorException unknownKey(Flavour flavour, String key) {
        boolean none = key.isEmpty();
        String end = key.length() < 12 ? "***" : key.substring(key.length() - 4);
        return switch (flavour) {
            case OPENAI ->
                    none
                            ? error(
                                    401,
                                    "invalid_request_error",
                                    "",
                                    "",
                                    "You didn't provide an API key. You need to provide your API"
                                            + " key in an Authorization header using Bearer auth"
                                            + " (i.e. Authorization: Bearer YOUR_KEY). You can"
                                            + " obtain an API key from"
                                            + " https://platform.openai.com/account/api-keys.")
                            : error(
                                    401,
                                    "invalid_request_error",
                                    "",
                                    "invalid_api_key",
                                    "Incorrect API key provided: "
                                            + (key.length() < 12
                                                    ? end
                                                    : key.substring(0, 3) + "***" + end)
                                            + ". You can find your API key at"
                                            + " https://platform.openai.com/account/api-keys.");
            case XAI ->
                    plain(
                            none ? 401 : 400,
                            none
                                    ? "No API key provided. You can obtain an API key from"
                                            + " https://console.x.ai."
                                    : "Incorrect API key provided. You can obtain an API key from"
                                            + " https://console.x.ai.");
            case DEEPSEEK ->
                    error(
                            401,
                            "authentication_error",
                            "",
                            "invalid_request_error",
                            "Authentication Fails, Your api key: ****" + end + " is invalid");
            case OPENROUTER ->
                    plain(401, none ? "Missing Authentication header" : "User not found.");
            case OLLAMA, VLLM -> plain(401, "Unauthorized");
            case LLAMA_CPP, LM_STUDIO -> plain(401, "Invalid API Key");
        };
    }

    /// A kind of tool that OpenAI alone knows.
    static ApiErrorException foreignTool(Flavour flavour, String type) {
        return switch (flavour) {
            case XAI ->
                    plain(
                            422,
                            "Failed to deserialize the JSON body into the target type: unknown"
                                    + " variant `"
                                    + type
                                    + "`");
            case OPENROUTER ->
                    plain(
                            400,
                            "No endpoints found that support the native `" + type + "` tool type.");
            case OLLAMA -> plain(500, "Failed to parse tools: Unsupported tool type: " + type);
            case OPENAI, DEEPSEEK, VLLM, LLAMA_CPP, LM_STUDIO ->
                    invalid("tools", "", "Unsupported tool type: '" + type + "'.");
        };
    }

    /// A model that is not offered.
    static ApiErrorException unknownModel(Flavour flavour, String id, boolean responses) {
        return switch (flavour) {
            case OPENAI ->
                    responses
                            ? invalid(
                                    "model",
                                    "model_not_found",
                                    "The requested model '" + id + "' does not exist.")
                            : error(
                                    404,
                                    "invalid_request_error",
                                    "",
                                    "model_not_found",
                                    "The model `"
                                            + id
                                            + "` does not exist or you do not have access to it.");
            case XAI ->
                    plain(
                            404,
                            "The model "
                                    + id
                                    + " does not exist or your team does not have access to it.");
            case DEEPSEEK -> invalid("", "invalid_request_error", "Model Not Exist");
            case OPENROUTER -> plain(400, id + " is not a valid model ID");
            case OLLAMA -> plain(404, "model '" + id + "' not found");
            case VLLM, LLAMA_CPP, LM_STUDIO -> plain(404, "The model `" + id + "` does not exist.");
        };
    }

    private static ApiErrorException plain(int status, String message) {
        return error(status, "invalid_request_error", "", "", message);
    }

    /// DeepSeek tells errors apart by status and type: the code is the same for all.
    private static ApiErrorException deepSeek(int status, String code) {
        String type =
                switch (status) {
                    case 401 -> "authentication_error";
                    case 402 -> "unknown_error";
                    case 429 -> "rate_limit_error";
                    default -> status >= 500 ? "server_error" : "invalid_request_error";
                };
        String text =
                switch (status) {
                    case 401 -> "Authentication Fails, Your api key is invalid";
                    case 402 -> "Insufficient Balance";
                    case 429 -> "Rate limit reached: too many concurrent requests";
                    case 503 -> "Service is too busy. Please retry later.";
                    default ->
                            code.equals("context_length_exceeded")
                                    ? "This model's maximum context length is 1048565 tokens."
                                            + " However, your messages resulted in more tokens."
                                            + " Please reduce the length of the messages."
                                    : message(status, "");
                };
        return error(status, type, "", "invalid_request_error", text);
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
