package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One answer coming in, from its head on: says what it comes to. For one thread, once.
final class Reception {
    private final Exchange exchange;
    private final Quota quota;
    private final ErrorReading errors;
    private final Carrier carrier;
    private final List<String> dropped;

    /// @param exchange whose head has come
    /// @param quota what the head says is left
    /// @param carrier takes what comes
    /// @param dropped what of the client's request was not sent
    Reception(
            Exchange exchange,
            Quota quota,
            ErrorReading errors,
            Carrier carrier,
            List<String> dropped) {
        this.exchange = exchange;
        this.quota = quota;
        this.errors = errors;
        this.carrier = carrier;
        this.dropped = dropped;
    }

    int status() {
        return exchange.status();
    }

    /// As the server wrote it; empty where it did not.
    String contentType() {
        return exchange.headers().first("content-type").orElse("");
    }

    Carrier carrier() {
        return carrier;
    }

    List<String> dropped() {
        return dropped;
    }

    /// Whether its status says that it is no answer.
    boolean isRefused() {
        return exchange.status() < 200 || exchange.status() > 299;
    }

    /// An answer whose status is no success.
    ///
    /// @param idle the longest wait for what it says about that
    Outcome<LlmReply> refused(Duration idle) throws WireException {
        return errors.refused(exchange, quota, idle);
    }

    /// An answer in one piece.
    ///
    /// @param idle the longest wait between two reads
    /// @param bytesMax the longest answer
    Outcome<LlmReply> whole(Operation operation, Duration idle, int bytesMax) throws WireException {
        exchange.waitAtMost(idle);
        byte[] body = exchange.readAll(bytesMax);
        String contentType = contentType();
        if (!json(contentType)) {
            return malformed("200 with content-type " + contentType + " (expected: JSON)");
        }
        Content content;
        try {
            content = carrier.whole(operation, contentType, body);
        } catch (MalformedAnswer broken) {
            return malformed("200 with " + broken.message());
        }
        if (carrier.error()) {
            return inside(body, false, carrier.usage());
        }
        return carrier.usable()
                ? success(content, carrier.usage())
                : malformed("200 with JSON without an answer");
    }

    /// Some servers leave the content type out, or call everything text or a stream of bytes.
    private static boolean json(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.isEmpty()
                || type.contains("json")
                || type.startsWith("text/plain")
                || type.startsWith("application/octet-stream");
    }

    /// @param usage as reported, or reckoned
    Outcome<LlmReply> success(Content content, TokenUsage usage) {
        return new Outcome.Success<>(reply(content, usage), usage.total(), quota);
    }

    /// An error in place of an answer, or in the middle of one, in a reply that claims success.
    ///
    /// @param begun whether tokens came before it
    Outcome<LlmReply> inside(byte[] json, boolean begun, TokenUsage usage) {
        return errors.inside(exchange, json, begun, usage, quota);
    }

    /// JSON that came in place of a stream, if it tells of an error.
    Optional<Outcome<LlmReply>> insteadOfStream(byte[] json) {
        return errors.insteadOfStream(exchange, json, quota);
    }

    /// Something else than an answer.
    Outcome<LlmReply> malformed(String detail) {
        return malformed(detail, TokenUsage.UNKNOWN);
    }

    /// Something else than the rest of an answer.
    Outcome<LlmReply> malformed(String detail, TokenUsage usage) {
        return failed(
                Fault.of(Cause.MALFORMED, Scope.PROVIDER, Recovery.FAIL_OVER, true, detail), usage);
    }

    /// A stream that failed. What was used up to there stays known, for it is paid for.
    Outcome<LlmReply> failed(Fault fault, TokenUsage usage) {
        return new Outcome.Failure<>(
                fault,
                usage.known()
                        ? Optional.of(reply(new Content.Streamed(), usage))
                        : Optional.empty(),
                quota);
    }

    private LlmReply reply(Content content, TokenUsage usage) {
        return new LlmReply(
                exchange.status(), content, usage, carrier.model(), carrier.finish(), dropped);
    }
}
