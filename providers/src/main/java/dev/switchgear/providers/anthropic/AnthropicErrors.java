package dev.switchgear.providers.anthropic;

import static dev.switchgear.core.call.Recovery.FAIL_OVER;
import static dev.switchgear.core.call.Recovery.MORE_ROOM;
import static dev.switchgear.core.call.Recovery.RETRY;
import static dev.switchgear.core.call.Recovery.RETURN;
import static dev.switchgear.providers.fault.ErrorRule.acted;
import static dev.switchgear.providers.fault.ErrorRule.named;
import static dev.switchgear.providers.fault.ErrorRule.worded;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Scope;
import dev.switchgear.providers.fault.CommonErrors;
import dev.switchgear.providers.fault.ErrorTable;
import java.util.List;
import java.util.Set;

/// What Anthropic's errors mean, from its page on errors as of 2026-09 and its SDKs.
///
/// A status and a type say the same, but an error inside a stream has only its type.
final class AnthropicErrors {
    private static final Set<Integer> REQUEST = Set.of(0, 400, 413);

    static final ErrorTable TABLE =
            ErrorTable.of(
                    CommonErrors.OF_THE_REQUEST,
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
                            named(
                                    Set.of(0),
                                    Set.of("authentication_error"),
                                    Cause.KEY_REJECTED,
                                    Scope.KEY,
                                    FAIL_OVER),
                            // A file that is gone has the same type; of a model only its name is
                            // said.
                            worded(
                                    Set.of(0, 404),
                                    "^model: ",
                                    Cause.SUBJECT_UNKNOWN,
                                    Scope.SUBJECT,
                                    FAIL_OVER),
                            worded(
                                    Set.of(0, 401, 403),
                                    "not allowed for this organization",
                                    Cause.FORBIDDEN,
                                    Scope.KEY,
                                    FAIL_OVER)),
                    CommonErrors.OF_OTHERS,
                    List.of(
                            named(
                                    Set.of(0),
                                    Set.of("rate_limit_error"),
                                    Cause.RATE_LIMITED,
                                    Scope.SUBJECT,
                                    FAIL_OVER),
                            // Refused before it began; in a stream, what came before is paid for.
                            named(
                                    Set.of(0, 503, 529),
                                    Set.of("overloaded_error"),
                                    Cause.OVERLOADED,
                                    Scope.PROVIDER,
                                    RETRY),
                            // A proxy's own can follow a server that had begun.
                            acted(Set.of(503, 529), Cause.OVERLOADED),
                            acted(Set.of(408, 504), Cause.SERVER_ERROR),
                            acted(
                                    Set.of(0),
                                    Set.of("timeout_error", "api_error"),
                                    Cause.SERVER_ERROR),
                            // Beside a model, a key or an account none of these says what it is
                            // about.
                            named(
                                    Set.of(0),
                                    Set.of("not_found_error", "permission_error"),
                                    Cause.INVALID_REQUEST,
                                    Scope.REQUEST,
                                    FAIL_OVER),
                            named(
                                    Set.of(0),
                                    Set.of(
                                            "invalid_request_error",
                                            "request_too_large",
                                            "conflict_error"),
                                    Cause.INVALID_REQUEST,
                                    Scope.REQUEST,
                                    RETURN)));

    private AnthropicErrors() {}
}
