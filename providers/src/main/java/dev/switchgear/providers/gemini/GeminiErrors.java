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
            new ErrorTable(
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
                            status(401, Cause.KEY_REJECTED, Scope.KEY, FAIL_OVER),
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
                            named(
                                    Set.of(400),
                                    Set.of("failed_precondition"),
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    FAIL_OVER),
                            status(402, Cause.ACCOUNT_EXHAUSTED, Scope.ACCOUNT, FAIL_OVER),
                            status(403, Cause.FORBIDDEN, Scope.KEY, FAIL_OVER),
                            status(404, Cause.SUBJECT_UNKNOWN, Scope.SUBJECT, FAIL_OVER),
                            // A day's quota, or one of nothing, is counted by model: waiting for it
                            // does not help, another model may.
                            named(
                                    Set.of(),
                                    Set.of(ErrorReply.QUOTA_USED_UP),
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.SUBJECT,
                                    FAIL_OVER),
                            worded(
                                    Set.of(0, 429),
                                    "credits are depleted|prepay|spending (cap|limit)",
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    FAIL_OVER),
                            status(429, Cause.RATE_LIMITED, Scope.KEY, FAIL_OVER),
                            named(
                                    Set.of(0),
                                    Set.of("resource_exhausted"),
                                    Cause.RATE_LIMITED,
                                    Scope.KEY,
                                    FAIL_OVER),
                            named(
                                    Set.of(0, 503),
                                    Set.of("unavailable"),
                                    Cause.OVERLOADED,
                                    Scope.PROVIDER,
                                    RETRY),
                            // Without Google's word it is a proxy's, which can follow a
                            // backend that had begun.
                            acted(Set.of(503), Set.of(), Cause.OVERLOADED),
                            status(501, Cause.INVALID_REQUEST, Scope.SUBJECT, FAIL_OVER),
                            // Given up on their side, in time or not.
                            acted(Set.of(408, 409, 499), Set.of(), Cause.SERVER_ERROR),
                            named(
                                    Set.of(0),
                                    Set.of("invalid_argument"),
                                    Cause.INVALID_REQUEST,
                                    Scope.REQUEST,
                                    RETURN)));

    private GeminiErrors() {}
}
