package dev.switchgear.providers.gemini;

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
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.fault.ErrorTable;
import java.util.List;
import java.util.Set;

/// What Google's errors mean.
///
/// From the troubleshooting page of ai.google.dev (November 2026), google.rpc.Code, and recordings. A
/// rule without status also reads errors inside a stream.
final class GeminiErrors {
    static final ErrorTable TABLE =
            ErrorTable.of(
                    CommonErrors.OF_THE_REQUEST,
                    List.of(
                            // A bad key is a 400, told from other requests at fault by its reason
                            // only.
                            named(
                                    Set.of(),
                                    Set.of("api_key_invalid", "api_key_expired"),
                                    Cause.KEY_REJECTED,
                                    Scope.KEY,
                                    FAIL_OVER),
                            worded(
                                    Set.of(400, 401, 403),
                                    "api key (not valid|expired|not found)|reported as leaked",
                                    Cause.KEY_REJECTED,
                                    Scope.KEY,
                                    FAIL_OVER),
                            // google.api.ErrorReason: what a key or its project may not do at all.
                            named(
                                    Set.of(),
                                    Set.of(
                                            "service_disabled",
                                            "consumer_suspended",
                                            "consumer_invalid",
                                            "api_key_service_blocked",
                                            "api_key_http_referrer_blocked",
                                            "api_key_ip_address_blocked",
                                            "api_key_android_app_blocked",
                                            "api_key_ios_app_blocked",
                                            "access_token_expired",
                                            "account_state_invalid"),
                                    Cause.FORBIDDEN,
                                    Scope.KEY,
                                    FAIL_OVER),
                            named(
                                    Set.of(),
                                    Set.of("billing_disabled"),
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    FAIL_OVER),
                            worded(
                                    Set.of(0, 400),
                                    "input token count .*exceeds|exceeds the maximum number of"
                                            + " (input )?tokens",
                                    Cause.TOO_LARGE,
                                    Scope.REQUEST,
                                    MORE_ROOM),
                            // No key of ours helps where Google does not serve our country.
                            worded(
                                    Set.of(400, 403),
                                    "location is not supported",
                                    Cause.FORBIDDEN,
                                    Scope.PROVIDER,
                                    FAIL_OVER),
                            // The same status speaks of a file that is not ready, too.
                            worded(
                                    Set.of(400),
                                    "\\bbilling\\b|free tier is not available",
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    FAIL_OVER),
                            // A day's quota, or one of nothing, is counted by model: waiting for it
                            // does not help, another model may.
                            named(
                                    Set.of(),
                                    Set.of(ErrorReply.QUOTA_USED_UP),
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.SUBJECT,
                                    FAIL_OVER),
                            worded(
                                    Set.of(0, 402, 429),
                                    "credits are depleted|prepa(y|id)|spending (cap|limit)",
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    FAIL_OVER)),
                    CommonErrors.OF_OTHERS,
                    List.of(
                            named(
                                    Set.of(0),
                                    Set.of("resource_exhausted"),
                                    Cause.RATE_LIMITED,
                                    Scope.SUBJECT,
                                    FAIL_OVER),
                            named(
                                    Set.of(0, 503),
                                    Set.of("unavailable"),
                                    Cause.OVERLOADED,
                                    Scope.PROVIDER,
                                    RETRY),
                            // Without Google's word it is a proxy's, which can follow a
                            // backend that had begun.
                            acted(Set.of(503, 529), Cause.OVERLOADED),
                            status(501, Cause.INVALID_REQUEST, Scope.REQUEST, FAIL_OVER),
                            // Given up on their side, in time or not.
                            acted(Set.of(408, 499), Cause.SERVER_ERROR),
                            named(
                                    Set.of(0),
                                    Set.of("not_found", "permission_denied"),
                                    Cause.INVALID_REQUEST,
                                    Scope.REQUEST,
                                    FAIL_OVER),
                            named(
                                    Set.of(0),
                                    Set.of("invalid_argument", "failed_precondition"),
                                    Cause.INVALID_REQUEST,
                                    Scope.REQUEST,
                                    RETURN)));

    private GeminiErrors() {}
}
