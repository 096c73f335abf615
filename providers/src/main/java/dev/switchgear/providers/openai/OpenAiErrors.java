package dev.switchgear.providers.openai;

import static dev.switchgear.core.call.Recovery.FAIL_OVER;
import static dev.switchgear.core.call.Recovery.MORE_ROOM;
import static dev.switchgear.core.call.Recovery.RETRY;
import static dev.switchgear.core.call.Recovery.RETURN;
import static dev.switchgear.providers.fault.ErrorRule.acted;
import static dev.switchgear.providers.fault.ErrorRule.named;
import static dev.switchgear.providers.fault.ErrorRule.status;
import static dev.switchgear.providers.fault.ErrorRule.worded;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Scope;
import dev.switchgear.providers.fault.CommonErrors;
import dev.switchgear.providers.fault.ErrorTable;
import java.util.List;
import java.util.Set;

/// What the errors of OpenAI and of servers that speak alike mean.
///
/// From the error-code guide of platform.openai.com, openai-openapi of 2026-08-21, vLLM's and
/// llama.cpp's servers. A rule without status also reads errors inside a stream, which have none.
final class OpenAiErrors {
    private static final Set<Integer> REQUEST = Set.of(0, 400, 413, 422);

    static final ErrorTable TABLE =
            ErrorTable.of(
                    CommonErrors.OF_THE_REQUEST,
                    List.of(
                            // A prompt too long for this model; some servers say so in words only.
                            named(
                                    Set.of(),
                                    Set.of("context_length_exceeded", "exceed_context_size_error"),
                                    Cause.TOO_LARGE,
                                    Scope.REQUEST,
                                    MORE_ROOM),
                            worded(
                                    REQUEST,
                                    "maximum context length|context (size|window|length)"
                                            + "|prompt is too long|token limit reached",
                                    Cause.TOO_LARGE,
                                    Scope.REQUEST,
                                    MORE_ROOM),
                            named(
                                    Set.of(),
                                    Set.of(
                                            "content_policy_violation",
                                            "content_filter",
                                            "responsibleaipolicyviolation",
                                            "moderation_blocked",
                                            "image_content_policy_violation",
                                            "invalid_prompt",
                                            "bio_policy"),
                                    Cause.POLICY_REFUSED,
                                    Scope.REQUEST,
                                    RETURN),
                            worded(
                                    Set.of(403),
                                    "content (filter|policy|management)|moderation|flagged"
                                            + "|usage (polic(y|ies)|guidelines)|safety",
                                    Cause.POLICY_REFUSED,
                                    Scope.REQUEST,
                                    RETURN),
                            // What a model did with this prompt, though it came as a 500.
                            named(
                                    Set.of(),
                                    Set.of("model_error"),
                                    Cause.ANSWER_FAILED,
                                    Scope.REQUEST,
                                    RETURN),
                            // The account needs a person, whatever the status.
                            named(
                                    Set.of(),
                                    Set.of(
                                            "insufficient_quota",
                                            "credit_balance_exhausted",
                                            "insufficient_credits",
                                            "insufficient_balance",
                                            "billing_hard_limit_reached",
                                            "billing_not_active",
                                            "spend_limit_reached",
                                            "spend_limit_exceeded",
                                            "account_deactivated"),
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    FAIL_OVER),
                            named(
                                    Set.of(),
                                    Set.of("invalid_api_key", "authentication_error"),
                                    Cause.KEY_REJECTED,
                                    Scope.KEY,
                                    FAIL_OVER),
                            named(
                                    Set.of(),
                                    Set.of(
                                            "model_not_found",
                                            "model_decommissioned",
                                            "deploymentnotfound"),
                                    Cause.SUBJECT_UNKNOWN,
                                    Scope.SUBJECT,
                                    FAIL_OVER),
                            // No key of ours helps where the provider does not serve our country.
                            named(
                                    Set.of(403),
                                    Set.of("unsupported_country_region_territory"),
                                    Cause.FORBIDDEN,
                                    Scope.PROVIDER,
                                    FAIL_OVER)),
                    CommonErrors.OF_OTHERS,
                    List.of(
                            // Alive, but refused before doing anything. `slow_down` came with 503
                            // before it came with 429.
                            named(
                                    Set.of(0, 503),
                                    Set.of(
                                            "server_is_overloaded",
                                            "slow_down",
                                            "service_unavailable_error",
                                            "unavailable_error",
                                            "overloaded_error"),
                                    Cause.OVERLOADED,
                                    Scope.PROVIDER,
                                    RETRY),
                            named(
                                    Set.of(),
                                    Set.of("rate_limit_exceeded", "rate_limit_error"),
                                    Cause.RATE_LIMITED,
                                    Scope.SUBJECT,
                                    FAIL_OVER),
                            // A proxy's own 503 or 529 can follow a backend that had begun.
                            acted(Set.of(503, 529), Cause.OVERLOADED),
                            // What this server does not offer, another may.
                            status(501, Cause.INVALID_REQUEST, Scope.REQUEST, FAIL_OVER),
                            acted(Set.of(408, 425), Cause.SERVER_ERROR),
                            // DeepSeek's code is that of a bad request whatever its type says.
                            acted(Set.of(0), Set.of("server_error"), Cause.SERVER_ERROR),
                            // Why a response failed, where the request is to blame.
                            named(
                                    Set.of(0),
                                    Set.of(
                                            "invalid_request_error",
                                            "badrequesterror",
                                            "invalid_image",
                                            "invalid_image_format",
                                            "invalid_base64_image",
                                            "invalid_image_url",
                                            "invalid_image_mode",
                                            "image_too_large",
                                            "image_too_small",
                                            "image_parse_error",
                                            "image_file_too_large",
                                            "image_file_not_found",
                                            "empty_image_file",
                                            "unsupported_image_media_type",
                                            "failed_to_download_image",
                                            "data_residency_mismatch"),
                                    Cause.INVALID_REQUEST,
                                    Scope.REQUEST,
                                    RETURN)));

    private OpenAiErrors() {}
}
