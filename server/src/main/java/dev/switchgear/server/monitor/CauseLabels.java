package dev.switchgear.server.monitor;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Outcome;
import java.util.Locale;

/// How metrics name a cause. People have dashboards on these words, so they stay when a cause gets
/// another name in our code.
final class CauseLabels {
    private CauseLabels() {}

    /// Why an attempt came to nothing: what failed, or who refused it. Empty for a success.
    static String of(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Success<?> _ -> "";
            case Outcome.Refusal<?> refusal -> refusal.by().toString().toLowerCase(Locale.ROOT);
            case Outcome.Failure<?> failure -> of(failure.fault().cause());
        };
    }

    static String of(Cause cause) {
        return switch (cause) {
            case EGRESS_DENIED -> "egress_denied";
            case CONNECT_FAILED -> "connect_failed";
            case CONNECT_TIMEOUT -> "connect_timeout";
            case TLS_FAILED -> "tls_failed";
            case HEAD_TIMEOUT -> "head_timeout";
            case FIRST_PIECE_TIMEOUT -> "first_token_timeout";
            case IDLE_TIMEOUT -> "idle_timeout";
            case DEADLINE -> "deadline";
            case CONNECTION_LOST -> "connection_lost";
            case MALFORMED -> "malformed";
            case ADAPTER_FAILED -> "adapter_failed";
            case SERVER_ERROR -> "server_error";
            case OVERLOADED -> "overloaded";
            case RATE_LIMITED -> "rate_limited";
            case KEY_REJECTED -> "key_rejected";
            case ACCOUNT_EXHAUSTED -> "account_exhausted";
            case FORBIDDEN -> "forbidden";
            case SUBJECT_UNKNOWN -> "model_unknown";
            case TOO_LARGE -> "context_too_long";
            case POLICY_REFUSED -> "content_filtered";
            case INVALID_REQUEST -> "invalid_request";
            case ANSWER_FAILED -> "answer_failed";
            case NOT_OFFERED -> "not_offered";
            case OVER_BUDGET -> "over_budget";
            case OWN_DELAY -> "own_delay";
            case CANCELLED -> "cancelled";
        };
    }
}
