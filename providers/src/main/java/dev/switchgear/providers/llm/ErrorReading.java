package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Makes a failure of what a server said went wrong. Thread-safe.
final class ErrorReading {
    private static final int BODY_BYTES_MAX = 1024 * 1024;
    private static final byte[] NOTHING = new byte[0];

    /// Some servers show the ends of a key they do not know.
    private static final Pattern KEY =
            Pattern.compile("\\b(?:(?:sk|gsk|xai|pk|rk)-|AIza)[A-Za-z0-9_*.-]{4,}");

    private final LlmProvider provider;
    private final Dialect dialect;
    private final Optional<Secret> credential;
    private final Time time;

    /// @param dialect in which the server was asked
    ErrorReading(LlmAccount account, Dialect dialect, Time time) {
        this.provider = account.provider();
        this.dialect = dialect;
        this.credential = account.credential();
        this.time = time;
    }

    /// An answer whose status is no success.
    ///
    /// @param idle the longest wait for what it says about that
    Outcome<LlmReply> refused(Exchange exchange, Quota quota, Duration idle) throws WireException {
        exchange.waitAtMost(idle);
        byte[] body;
        try {
            body = exchange.readAll(BODY_BYTES_MAX);
        } catch (WireException broken) {
            if (broken.kind() == WireException.Kind.CANCELLED) {
                throw broken;
            }
            // The status alone says enough; an error page that breaks off changes nothing.
            body = new byte[0];
        }
        ErrorReply reply = ErrorReply.read(exchange.status(), body, 0, body.length);
        if (exchange.status() < 400) {
            reply = new ErrorReply(502, "", "", exchange.status() + " (expected: an answer)");
        }
        return failure(exchange, reply, body, quota, TokenUsage.UNKNOWN, false);
    }

    /// An error in place of an answer, or in the middle of one, in a reply that claims success.
    ///
    /// @param begun whether tokens came before it
    Outcome<LlmReply> inside(
            Exchange exchange, byte[] json, boolean begun, TokenUsage usage, Quota quota) {
        ErrorReply reply = ErrorReply.read(exchange.status(), json, 0, json.length);
        return failure(exchange, reply, json, quota, usage, begun);
    }

    /// JSON that came in place of a stream, if it tells of an error.
    Optional<Outcome<LlmReply>> insteadOfStream(Exchange exchange, byte[] json, Quota quota) {
        ErrorReply reply = ErrorReply.read(exchange.status(), json, 0, json.length);
        boolean says =
                !reply.code().isEmpty() || !reply.type().isEmpty() || !reply.message().isEmpty();
        return says && ErrorReply.isJson(json)
                ? Optional.of(failure(exchange, reply, json, quota, TokenUsage.UNKNOWN, false))
                : Optional.empty();
    }

    /// A good answer that says how the model failed at this request. It is paid for, and the provider
    /// is well.
    ///
    /// @param reply all else that is known of it
    Outcome<LlmReply> failed(ChatEvent.Broken byModel, LlmReply reply, Quota quota) {
        String message = withoutSecrets(byModel.message());
        var said = new LlmReply.Content.Declined(dialect, NOTHING, byModel.code(), message);
        return new Outcome.Failure<>(
                Fault.of(
                        Cause.ANSWER_FAILED,
                        Scope.REQUEST,
                        Recovery.RETURN,
                        true,
                        byModel.code() + ": " + message),
                Optional.of(
                        new LlmReply(
                                byModel.status(),
                                said,
                                reply.usage(),
                                reply.model(),
                                reply.finish(),
                                reply.dropped())),
                quota);
    }

    private Outcome<LlmReply> failure(
            Exchange exchange,
            ErrorReply error,
            byte[] body,
            Quota quota,
            TokenUsage usage,
            boolean begun) {
        Fault fault =
                provider.errors()
                        .fault(
                                error,
                                provider.quotas().pause(exchange.headers(), error, body, time),
                                withoutSecrets(error.line()));
        if (fault.recovery() == Recovery.RETRY
                && exchange.headers().first("x-should-retry").orElse("").equals("false")) {
            fault = with(fault, Recovery.FAIL_OVER, fault.mayHaveActed());
        }
        if (begun && !fault.mayHaveActed()) {
            fault = with(fault, fault.recovery(), true);
        }
        return new Outcome.Failure<>(fault, said(exchange, error, fault, body, usage), quota);
    }

    private static Fault with(Fault fault, Recovery recovery, boolean mayHaveActed) {
        return new Fault(
                fault.cause(),
                fault.scope(),
                recovery,
                mayHaveActed,
                fault.retryAfter(),
                fault.detail());
    }

    /// The server's own words. Its bytes are kept if they are JSON in the shape of an error and do not
    /// repeat our credential; else only their sense is. An error within a success that states no status
    /// gets the one that says whose matter it is.
    private Optional<LlmReply> said(
            Exchange exchange, ErrorReply error, Fault fault, byte[] body, TokenUsage usage) {
        String text = new String(body, StandardCharsets.UTF_8);
        boolean shown =
                ErrorReply.isJson(body)
                        && !ErrorReply.isWithin(body)
                        && withoutSecrets(text).equals(text);
        int status =
                exchange.status() >= 400
                        ? exchange.status()
                        : error.status() >= 400
                                ? error.status()
                                : fault.cause().blame() == Cause.Blame.REQUEST ? 400 : 502;
        String code = error.code().isEmpty() ? error.type() : error.code();
        return Optional.of(
                new LlmReply(
                        status,
                        new LlmReply.Content.Declined(
                                dialect, shown ? body : NOTHING, code, message(error, status)),
                        usage,
                        "",
                        "",
                        List.of()));
    }

    private String message(ErrorReply error, int status) {
        return error.message().isEmpty()
                ? "The provider answered with status " + status + " and did not say why."
                : withoutSecrets(error.message());
    }

    private String withoutSecrets(String text) {
        String masked = credential.map(secret -> text.replace(secret.reveal(), "***")).orElse(text);
        return KEY.matcher(masked).replaceAll("***");
    }
}
