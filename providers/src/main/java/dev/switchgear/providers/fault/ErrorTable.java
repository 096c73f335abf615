package dev.switchgear.providers.fault;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a provider's errors mean, as data: the first rule that matches decides. Immutable.
///
/// @param rules the specific before the general
public record ErrorTable(List<ErrorRule> rules) {
    public ErrorTable {
        rules = List.copyOf(rules);
    }

    /// @param parts of rules, in the order in which they are asked
    @SafeVarargs
    public static ErrorTable of(List<ErrorRule>... parts) {
        var all = new ArrayList<ErrorRule>();
        for (List<ErrorRule> part : parts) {
            all.addAll(part);
        }
        return new ErrorTable(all);
    }

    /// This table with rules asked before its own.
    public ErrorTable preceded(List<ErrorRule> first) {
        var all = new ArrayList<>(first);
        all.addAll(rules);
        return new ErrorTable(all);
    }

    /// @param detail one line for people, free of secrets
    public Fault fault(ErrorReply reply, Duration retryAfter, String detail) {
        Optional<ErrorRule> deciding = rule(reply);
        if (deciding.isPresent()) {
            ErrorRule rule = deciding.get();
            return new Fault(
                    rule.cause(),
                    rule.scope(),
                    rule.recovery(),
                    rule.mayHaveActed(),
                    // The same request would meet the same answer after any wait.
                    rule.scope() == Scope.REQUEST ? Duration.ZERO : retryAfter,
                    detail);
        }
        return unlisted(reply, retryAfter, detail);
    }

    /// The rule that decides; empty where only HTTP's own meaning is left.
    Optional<ErrorRule> rule(ErrorReply reply) {
        for (ErrorRule rule : rules) {
            if (matches(rule, reply)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    private static boolean matches(ErrorRule rule, ErrorReply reply) {
        return (rule.statuses().isEmpty() || rule.statuses().contains(reply.status()))
                && (rule.names().isEmpty()
                        || rule.names().contains(reply.code().toLowerCase(Locale.ROOT))
                        || rule.names().contains(reply.type().toLowerCase(Locale.ROOT)))
                && (rule.text().isEmpty() || rule.text().get().matcher(reply.message()).find());
    }

    /// What HTTP itself says: a 4xx is about the request, everything else the provider's fault.
    /// Where it may be about something that this provider has not, does not allow or wants paid,
    /// another one may do better.
    private static Fault unlisted(ErrorReply reply, Duration retryAfter, String detail) {
        if (reply.status() >= 400 && reply.status() < 500) {
            Recovery recovery =
                    switch (reply.status()) {
                        case 402, 403, 404, 405, 410 -> Recovery.FAIL_OVER;
                        default -> Recovery.RETURN;
                    };
            return Fault.of(Cause.INVALID_REQUEST, Scope.REQUEST, recovery, false, detail);
        }
        return new Fault(
                Cause.SERVER_ERROR, Scope.PROVIDER, Recovery.RETRY, true, retryAfter, detail);
    }
}
