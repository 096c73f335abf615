package dev.switchgear.providers.fault;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a provider's errors mean, as data: the first rule that matches decides. Immutable.
///
/// @param rules the specific before the general
public record ErrorTable(List<ErrorRule> rules) {
    public ErrorTable {
        rules = List.copyOf(rules);
    }

    /// This table with rules asked before its own.
    public ErrorTable preceded(List<ErrorRule> first) {
        var all = new ArrayList<>(first);
        all.addAll(rules);
        return new ErrorTable(all);
    }

    /// @param detail one line for people, free of secrets
    public Fault fault(ErrorReply reply, Duration retryAfter, String detail) {
        for (ErrorRule rule : rules) {
            if (matches(rule, reply)) {
                return new Fault(
                        rule.cause(),
                        rule.scope(),
                        rule.recovery(),
                        rule.mayHaveActed(),
                        retryAfter,
                        detail);
            }
        }
        return unlisted(reply, retryAfter, detail);
    }

    private static boolean matches(ErrorRule rule, ErrorReply reply) {
        return (rule.statuses().isEmpty() || rule.statuses().contains(reply.status()))
                && (rule.names().isEmpty()
                        || rule.names().contains(reply.code().toLowerCase(Locale.ROOT))
                        || rule.names().contains(reply.type().toLowerCase(Locale.ROOT)))
                && (rule.text().isEmpty() || rule.text().get().matcher(reply.message()).find());
    }

    /// What HTTP itself says: a 4xx is the request's fault, everything else the provider's.
    private static Fault unlisted(ErrorReply reply, Duration retryAfter, String detail) {
        if (reply.status() >= 400 && reply.status() < 500) {
            return new Fault(
                    Cause.INVALID_REQUEST,
                    Scope.REQUEST,
                    Recovery.RETURN,
                    false,
                    retryAfter,
                    detail);
        }
        return new Fault(
                Cause.SERVER_ERROR, Scope.PROVIDER, Recovery.RETRY, true, retryAfter, detail);
    }
}
