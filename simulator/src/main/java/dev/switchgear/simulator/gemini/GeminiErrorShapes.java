package dev.switchgear.simulator.gemini;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The error table of section 7: what each status says when nobody gives it other words.
final class GeminiErrorShapes {
    private static final String TYPE = "type.googleapis.com/google.rpc.";
    private static final String DOCS = "https://ai.google.dev/gemini-api/docs/rate-limits";

    private GeminiErrorShapes() {}

    /// @param status the word of google.rpc.Code
    static ApiErrorException error(
            int code, String status, String message, List<ObjectNode> details) {
        return new ApiErrorException(code, status, "", "", message, details);
    }

    /// A 400 without details.
    static ApiErrorException invalid(String message) {
        return error(400, "INVALID_ARGUMENT", message, List.of());
    }

    static ObjectNode node(ApiErrorException error) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode inner = root.putObject("error");
        inner.put("code", error.status());
        inner.put("message", error.message());
        inner.put("status", error.type());
        if (!error.details().isEmpty()) {
            ArrayNode details = inner.putArray("details");
            error.details().forEach(details::add);
        }
        return root;
    }

    /// The error that `code` stands for.
    ///
    /// @param word a status word such as `RESOURCE_EXHAUSTED`, a quota's id (which holds `Per`), or
    ///     empty for the status usual with the code
    /// @param retryAfter stands in the details and the message of a 429
    static ApiErrorException of(
            int code, String word, String model, Optional<Duration> retryAfter) {
        String status = word.isEmpty() || word.contains("Per") ? status(code) : word;
        if (status.equals("RESOURCE_EXHAUSTED")) {
            String quota =
                    word.contains("Per")
                            ? word
                            : "GenerateContentPaidTierInputTokensPerModelPerMinute";
            return exhausted(code, quota, 1_000_000, model, retryAfter);
        }
        List<ObjectNode> details = new ArrayList<>();
        retryAfter.ifPresent(pause -> details.add(retry(pause)));
        return error(code, status, message(code, status), details);
    }

    /// The quota that is used up, and when to come back.
    static ApiErrorException exhausted(
            int code, String quotaId, long limit, String model, Optional<Duration> retryAfter) {
        boolean requests = quotaId.contains("Requests");
        String metric =
                "generativelanguage.googleapis.com/generate_content_"
                        + (requests ? "paid_tier_requests" : "paid_tier_input_token_count");
        List<ObjectNode> details = new ArrayList<>();
        ObjectNode help = detail("Help");
        help.putArray("links")
                .addObject()
                .put("description", "Learn more about Gemini API quotas")
                .put("url", DOCS);
        details.add(help);
        ObjectNode failure = detail("QuotaFailure");
        ObjectNode violation = failure.putArray("violations").addObject();
        violation.put("quotaMetric", metric);
        violation.put("quotaId", quotaId);
        violation.putObject("quotaDimensions").put("model", model).put("location", "global");
        violation.put("quotaValue", Long.toString(limit));
        details.add(failure);
        String wait = "";
        if (retryAfter.isPresent()) {
            details.add(retry(retryAfter.get()));
            double seconds = retryAfter.get().toNanos() / 1e9;
            wait =
                    String.format(Locale.ROOT, "\nPlease retry in %.9f", seconds)
                                    .replaceAll("\\.?0+$", "")
                            + "s.";
        }
        return error(
                code,
                "RESOURCE_EXHAUSTED",
                "You exceeded your current quota, please check your plan and billing details. For"
                        + " more information on this error, head to: "
                        + DOCS
                        + ". \n* Quota exceeded for metric: "
                        + metric
                        + ", limit: "
                        + limit
                        + ", model: "
                        + model
                        + wait,
                details);
    }

    /// A key that is not, or no longer, accepted.
    static ApiErrorException key(String message) {
        ObjectNode info = detail("ErrorInfo");
        info.put("reason", "API_KEY_INVALID");
        info.put("domain", "googleapis.com");
        info.putObject("metadata").put("service", "generativelanguage.googleapis.com");
        ObjectNode words = detail("LocalizedMessage");
        words.put("locale", "en-US").put("message", message);
        return error(400, "INVALID_ARGUMENT", message, List.of(info, words));
    }

    /// A field of the request that is wrong.
    ///
    /// @param field its path; empty for the request itself
    static ApiErrorException field(String field, String message) {
        ObjectNode detail = detail("BadRequest");
        ObjectNode violation = detail.putArray("fieldViolations").addObject();
        if (!field.isEmpty()) {
            violation.put("field", field);
        }
        violation.put("description", message);
        return error(400, "INVALID_ARGUMENT", message, List.of(detail));
    }

    private static ObjectNode retry(Duration pause) {
        return detail("RetryInfo").put("retryDelay", Math.max(1, pause.toSeconds()) + "s");
    }

    private static ObjectNode detail(String type) {
        return JsonNodeFactory.instance.objectNode().put("@type", TYPE + type);
    }

    /// The HTTP status that usually goes with a status word; 500 for an unknown one.
    static int code(String status) {
        return switch (status) {
            case "INVALID_ARGUMENT", "FAILED_PRECONDITION" -> 400;
            case "UNAUTHENTICATED" -> 401;
            case "PERMISSION_DENIED" -> 403;
            case "NOT_FOUND" -> 404;
            case "RESOURCE_EXHAUSTED" -> 429;
            case "CANCELLED" -> 499;
            case "UNAVAILABLE" -> 503;
            case "DEADLINE_EXCEEDED" -> 504;
            default -> 500;
        };
    }

    private static String status(int code) {
        return switch (code) {
            case 401 -> "UNAUTHENTICATED";
            case 402 -> "FAILED_PRECONDITION";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 499 -> "CANCELLED";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> code >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
        };
    }

    private static String message(int code, String status) {
        return switch (status) {
            case "FAILED_PRECONDITION" ->
                    code == 402
                            ? "Your prepaid credits are used up. Please add credits in AI Studio."
                            : "User location is not supported for the API use.";
            case "UNAUTHENTICATED" ->
                    "Request had invalid authentication credentials. Expected OAuth 2 access token,"
                            + " login cookie or other valid authentication credential. See"
                            + " https://developers.google.com/identity/sign-in/web/devconsole-project.";
            case "PERMISSION_DENIED" -> "The caller does not have permission";
            case "NOT_FOUND" -> "Requested entity was not found.";
            case "CANCELLED" -> "The operation was cancelled.";
            case "UNAVAILABLE" -> "The model is overloaded. Please try again later.";
            case "DEADLINE_EXCEEDED" -> "Deadline expired before operation could complete.";
            case "INTERNAL" ->
                    "An internal error has occurred. Please retry or report in"
                            + " https://developers.generativeai.google/guide/troubleshooting";
            default -> "Request contains an invalid argument.";
        };
    }
}
