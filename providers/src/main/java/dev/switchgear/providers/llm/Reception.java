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
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.llm.LlmProvider.Bounds;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One answer coming in, from its head on: says what it comes to. For one thread, once.
final class Reception {
    private static final int TYPE_CHARS_MAX = 200;

    private final Exchange exchange;
    private final Quota quota;
    private final ErrorReading errors;
    private final Errand errand;
    private final Bounds bounds;
    private Carrier carrier;

    /// @param exchange whose head has come
    /// @param quota what the head says is left
    /// @param errand says who takes what comes
    Reception(Exchange exchange, Quota quota, ErrorReading errors, Errand errand, Bounds bounds) {
        this.exchange = exchange;
        this.quota = quota;
        this.errors = errors;
        this.errand = errand;
        this.bounds = bounds;
        this.carrier = errand.carrier();
    }

    int status() {
        return exchange.status();
    }

    /// As the server wrote it; empty where it did not, or where it is none: it goes on to clients.
    String contentType() {
        return exchange.headers().first("content-type").filter(Reception::sane).orElse("");
    }

    private static boolean sane(String type) {
        for (int i = 0; i < type.length(); i++) {
            if (type.charAt(i) < ' ' || type.charAt(i) > '~') {
                return false;
            }
        }
        return type.length() <= TYPE_CHARS_MAX;
    }

    Carrier carrier() {
        return carrier;
    }

    /// From now on what comes is told to the client rather than passed, because it came in another form
    /// than was asked for.
    TellingCarrier tell() {
        TellingCarrier telling = errand.telling().get();
        carrier = telling;
        return telling;
    }

    /// How the model that answers cuts text into tokens.
    Tokenizer tokenizer() {
        return errand.target().traits().tokenizer();
    }

    List<String> dropped() {
        return errand.dropped();
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
    Outcome<LlmReply> whole(Operation operation, Duration idle) throws WireException {
        exchange.waitAtMost(idle);
        byte[] body = exchange.readAll(bounds.replyBytes());
        BodyShape shape = BodyShape.of(body, body.length);
        try {
            return switch (shape) {
                case UNTOLD, JSON, OBJECTS -> json(operation, body);
                case EVENTS ->
                        operation == Operation.CHAT ? pieces(body, Framing.EVENTS) : notJson();
                case OTHER -> notJson();
            };
        } catch (MalformedAnswer broken) {
            return malformed("200 with " + broken.message());
        }
    }

    private Outcome<LlmReply> notJson() {
        return malformed("200 with content-type " + contentType() + " (expected: JSON)");
    }

    private Outcome<LlmReply> json(Operation operation, byte[] body)
            throws MalformedAnswer, WireException {
        Content content;
        try {
            content = carrier.whole(operation, contentType(), body);
        } catch (MalformedAnswer notOne) {
            // A value a line, where one was asked for; should it be none of these, the first word
            // holds.
            if (operation != Operation.CHAT) {
                throw notOne;
            }
            try {
                return pieces(body, Framing.LINES);
            } catch (MalformedAnswer norSeveral) {
                throw notOne;
            }
        }
        if (operation == Operation.CHAT && content instanceof Content.Passed && body[0] == '[') {
            return list(body);
        }
        if (carrier.error()) {
            return inside(body, false, carrier.usage());
        }
        if (carrier.failed().isPresent()) {
            return failed(carrier.failed().get(), carrier.usage());
        }
        return carrier.usable()
                ? success(content, used(operation, content, body))
                : malformed("200 with JSON without an answer");
    }

    /// As the provider reported it; where it did not and the bytes pass, reckoned, which takes another
    /// look at them.
    private TokenUsage used(Operation operation, Content content, byte[] body) {
        TokenUsage told = carrier.usage();
        boolean known = told.input() >= 0 && (told.output() >= 0 || operation != Operation.CHAT);
        if (known || operation == Operation.COUNT_TOKENS || !(content instanceof Content.Passed)) {
            return told;
        }
        return errand.telling().get().reckoned(operation, body, told);
    }

    /// A stream, where one piece was asked for.
    private Outcome<LlmReply> pieces(byte[] body, Framing framing)
            throws MalformedAnswer, WireException {
        TellingCarrier telling = tell();
        if (!telling.gathered(pieces(framing, body))) {
            throw new MalformedAnswer("a stream that ended without its terminal event");
        }
        if (telling.errorData().length > 0) {
            return inside(telling.errorData(), false, telling.usage());
        }
        return success(telling.told(), telling.usage());
    }

    /// A list of what a stream would have brought, which no client understands that asked for one
    /// answer.
    private Outcome<LlmReply> list(byte[] body) throws MalformedAnswer, WireException {
        TellingCarrier telling = tell();
        telling.json(body, pieces(Framing.LINES, body));
        return telling.error()
                ? inside(body, false, telling.usage())
                : success(telling.told(), telling.usage());
    }

    /// A body that has been read already, in pieces.
    Pieces pieces(Framing framing, byte[] body) {
        return Pieces.of(framing, new Replayed(exchange, body, body.length), bounds.events());
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

    /// A good answer, plain or streamed, that says how the model failed at this request.
    Outcome<LlmReply> failed(ChatEvent.Broken byModel, TokenUsage usage) {
        return errors.failed(byModel, reply(new Content.Streamed(), usage), quota);
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
                exchange.status(),
                content,
                usage,
                carrier.model(),
                carrier.finish(),
                errand.dropped(),
                carrier.charge(),
                carrier.service());
    }
}
