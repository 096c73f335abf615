package dev.switchgear.providers.anthropic;

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
import dev.switchgear.providers.fault.ErrorTable;
import java.util.List;
import java.util.Set;

/// What Anthropic's errors mean, from its page on errors as of 2026-09 and its SDKs.
///
/// A status and a type say the same, but an error inside a stream has only its type.
final class AnthropicErrors {
    private static final Set<Integer> REQUEST = Set.of(0, 400, 413);

    static final ErrorTable TABLE =
            new ErrorTable(
                    List.of(
                            worded(
                                    REQUEST,
                                    "prompt is too long|input length and .max_tokens. exceed"
                                            + "|exceeds? the (model's )?context",
                                    Cause.TOO_LARGE,
                                    Scope.REQUEST,
                                    MORE_ROOM),
                            // The account needs a person, whatever the status.
                            worded(
                                    Set.of(0, 400, 403, 429),
                                    "credit balance is too low|specified API usage limits"
                                            + "|spend(ing)? limit",
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    FAIL_OVER),
                            named(
                                    Set.of(),
                                    Set.of("billing_error", "enforced_spend_limit_reached"),
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    FAIL_OVER),
                            status(402, Cause.ACCOUNT_EXHAUSTED, Scope.ACCOUNT, FAIL_OVER),
                            status(401, Cause.KEY_REJECTED, Scope.KEY, FAIL_OVER),
                            named(
                                    Set.of(0),
                                    Set.of("authentication_error"),
                                    Cause.KEY_REJECTED,
                                    Scope.KEY,
                                    FAIL_OVER),
                            status(403, Cause.FORBIDDEN, Scope.KEY, FAIL_OVER),
                            named(
                                    Set.of(0),
                                    Set.of("permission_error"),
                                    Cause.FORBIDDEN,
                                    Scope.KEY,
                                    FAIL_OVER),
                            status(404, Cause.SUBJECT_UNKNOWN, Scope.SUBJECT, FAIL_OVER),
                            named(
                                    Set.of(0),
                                    Set.of("not_found_error"),
                                    Cause.SUBJECT_UNKNOWN,
                                    Scope.SUBJECT,
                                    FAIL_OVER),
                            status(429, Cause.RATE_LIMITED, Scope.KEY, FAIL_OVER),
                            named(
                                    Set.of(0),
                                    Set.of("rate_limit_error"),
                                    Cause.RATE_LIMITED,
                                    Scope.KEY,
                                    FAIL_OVER),
                            // Refused before it began; in a stream, what came before is paid for.
                            named(
                                    Set.of(0, 503, 529),
                                    Set.of("overloaded_error"),
                                    Cause.OVERLOADED,
                                    Scope.PROVIDER,
                                    RETRY),
                            // A proxy's own can follow a server that had begun.
                            acted(Set.of(503, 529), Set.of(), Cause.OVERLOADED),
                            acted(Set.of(408, 409, 504), Set.of(), Cause.SERVER_ERROR),
                            acted(
                                    Set.of(0),
                                    Set.of("timeout_error", "api_error", "conflict_error"),
                                    Cause.SERVER_ERROR),
                            named(
                                    Set.of(0),
                                    Set.of("invalid_request_error", "request_too_large"),
                                    Cause.INVALID_REQUEST,
                                    Scope.REQUEST,
                                    RETURN)));

    private AnthropicErrors() {}
}
