package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.time.Time;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.call.Downstream.Opening;
import dev.switchgear.families.llm.call.Downstream.Winner;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content.Declined;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.tokens.TokenEstimates;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.fault.WireFaults;
import dev.switchgear.providers.llm.LlmProvider.Bounds;
import dev.switchgear.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Carries one stream to the client, whole pieces only.
///
/// Until its first token everything is held, so that another upstream can still take over: a first
/// chunk that only says "assistant", and comments, promise nothing. Where the route holds back more,
/// the client gets nothing until so much has come, or so much time has passed since the first token.
///
/// Whole means: the dialect's terminal event, or a proper end of the body after the reason to stop.
/// Anything else is a failure, never a quiet success. What makes no sense behind that reason is left
/// out: the answer stays whole, as it does for the official SDKs. Where one JSON value comes in place
/// of a stream, or pieces of another kind, the client is told of it in its own. For one thread, once.
final class StreamRelay {
    /// Old llama.cpp servers put the error into a field of its own.
    private static final byte[] ERROR_FIELD = "error:".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    /// How long the end of the body may take after the terminal event for the connection to be used
    /// again.
    private static final Duration LINGER = Duration.ofMillis(50);

    /// How many pieces may follow an error.
    private static final int PIECES_BEHIND_ERROR = 16;

    /// How many of a body's first bytes may be white space.
    private static final int SHAPE_BYTES = 1024;

    /// Runs a task on a thread of its own after a while.
    @FunctionalInterface
    interface Later {
        Time.Timer after(Duration pause, Runnable task);
    }

    private final Dispatch<LlmRequest> dispatch;
    private final Reception reception;
    private final PacedExchange exchange;
    private final Framing framing;
    private final Bounds bounds;
    private final Later later;

    /// Held while a piece is taken, and by the timer that ends a hold-back; nobody else needs it.
    private final ReentrantLock lock = new ReentrantLock();

    private Carrier carrier;
    private Pieces pieces;
    private Time.Timer timer = () -> {};

    /// Pieces of content so far, counted up to what is held back.
    private int tokens;

    /// Whether the client gets what comes.
    private boolean begun;

    /// Whether another attempt was first, or the client has gone.
    private boolean lost;

    private boolean over;

    /// @param reception of the answer that comes by `exchange`
    /// @param later runs what ends a hold-back
    StreamRelay(
            Dispatch<LlmRequest> dispatch,
            Reception reception,
            PacedExchange exchange,
            Framing framing,
            Bounds bounds,
            Later later) {
        this.dispatch = dispatch;
        this.reception = reception;
        this.exchange = exchange;
        this.carrier = reception.carrier();
        this.framing = framing;
        this.pieces = Pieces.of(framing, exchange, bounds.events());
        this.bounds = bounds;
        this.later = later;
    }

    Outcome<LlmReply> relay() {
        try {
            String type = reception.contentType().toLowerCase(Locale.ROOT);
            if (!BodyShape.sure(framing, type)) {
                Optional<Outcome<LlmReply>> whole = shaped();
                if (whole.isPresent()) {
                    return whole.get();
                }
            }
            while (pieces.next()) {
                Optional<Outcome<LlmReply>> end = underLock();
                if (end.isPresent()) {
                    return end.get();
                }
                if (Thread.currentThread().isInterrupted()) {
                    return cancelled();
                }
            }
            return bodyEnded();
        } catch (WireException broken) {
            return broken(broken);
        } finally {
            end();
        }
    }

    private Outcome<LlmReply> broken(WireException broken) {
        lock.lock();
        try {
            if (lost) {
                return cancelled();
            }
            if (broken.kind() == WireException.Kind.READ_TIMEOUT && carrier.stopped()) {
                // The server forgot to end its answer, which is whole.
                return bodyEnded();
            }
            return reception.failed(WireFaults.of(broken, exchange.readTimeout()), usageSoFar());
        } finally {
            lock.unlock();
        }
    }

    /// Looks at the first bytes, where the head does not say what the body is.
    ///
    /// @return the outcome, where there is nothing to read piece by piece
    private Optional<Outcome<LlmReply>> shaped() throws WireException {
        byte[] first = new byte[SHAPE_BYTES];
        int end = 0;
        BodyShape shape = BodyShape.UNTOLD;
        while (shape == BodyShape.UNTOLD && end < first.length) {
            int read = exchange.read(first, end, first.length - end);
            if (read < 0) {
                break;
            }
            end += read;
            shape = BodyShape.of(first, end);
        }
        var replayed = new Replayed(exchange, first, end);
        if (shape.fits(framing)) {
            pieces = Pieces.of(framing, replayed, bounds.events());
            return Optional.empty();
        }
        return switch (shape) {
            case OBJECTS, JSON ->
                    Optional.of(instead(replayed.readAll(bounds.replyBytes()), this::notAStream));
            case EVENTS -> {
                carrier = reception.tell();
                pieces = Pieces.of(Framing.EVENTS, replayed, bounds.events());
                yield Optional.empty();
            }
            case UNTOLD, OTHER -> Optional.of(notAStream());
        };
    }

    /// One JSON value, in place of a stream: an answer, or an error.
    ///
    /// @param otherwise what it comes to if it is neither
    private Outcome<LlmReply> instead(byte[] json, Supplier<Outcome<LlmReply>> otherwise)
            throws WireException {
        TellingCarrier telling = reception.tell();
        carrier = telling;
        try {
            telling.json(json, reception.pieces(Framing.LINES, json));
        } catch (MalformedAnswer noAnswer) {
            return reception.insteadOfStream(json).orElseGet(otherwise);
        }
        if (telling.error()) {
            byte[] told = telling.errorData().length > 0 ? telling.errorData() : json;
            return errorEvent(told, 0, told.length);
        }
        tokens = 1;
        telling.reckonText();
        return done();
    }

    /// JSON between the events. Google's servers put an error there, bare, on several lines and without
    /// a blank one behind it; others call a plain answer a stream.
    private Optional<Outcome<LlmReply>> unframed(int from, int to) throws WireException {
        byte[] buffer = pieces.buffer();
        int at = from;
        while (at < to && buffer[at] <= ' ' && buffer[at] >= 0) {
            at++;
        }
        if (at == to || (buffer[at] != '{' && buffer[at] != '[')) {
            return Optional.empty();
        }
        byte[] json = Arrays.copyOfRange(buffer, at, to);
        if (!ErrorReply.isJson(json)) {
            return Optional.empty();
        }
        return Optional.of(
                tokens > 0
                        ? errorEvent(json, 0, json.length)
                        : instead(json, () -> errorEvent(json, 0, json.length)));
    }

    /// Nobody releases anything from now on.
    private void end() {
        timer.cancel();
        lock.lock();
        try {
            over = true;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Outcome<LlmReply>> underLock() throws WireException {
        if (!holdsBackByTime()) {
            return piece();
        }
        lock.lock();
        try {
            return piece();
        } finally {
            lock.unlock();
        }
    }

    private boolean holdsBackByTime() {
        return !dispatch.request().holdBack().longest().isZero();
    }

    /// Looks at the piece the reader stands on. Something only when the stream is over with it.
    private Optional<Outcome<LlmReply>> piece() throws WireException {
        byte[] data = pieces.data();
        int from = pieces.dataFrom();
        int to = pieces.dataTo();
        while (from < to && data[to - 1] <= ' ' && data[to - 1] >= 0) {
            to--;
        }
        while (from < to && data[from] <= ' ' && data[from] >= 0) {
            from++;
        }
        if (lost) {
            return Optional.of(cancelled());
        }
        if (from == to) {
            return withoutData();
        }
        if (pieces.namedError()) {
            return Optional.of(ownError(data, from, to));
        }
        boolean torn = pieces.missing().length > 0;
        boolean stopped = carrier.stopped();
        try {
            // What may have been torn is looked at closely.
            carrier.take(pieces, data, from, to, tokens > 0 && !torn);
        } catch (MalformedAnswer broken) {
            return stopped
                    ? goOn()
                    : Optional.of(
                            malformed(
                                    torn
                                            ? "a stream that ends within an event"
                                            : broken.message()));
        }
        if (carrier.error()) {
            return Optional.of(ownError(data, from, to));
        }
        if (carrier.failed().isPresent()) {
            return Optional.of(failed(carrier.failed().get()));
        }
        if (carrier.token()) {
            count();
        }
        if (!begun && enough() && !begin()) {
            return Optional.of(cancelled());
        }
        if (carrier.ended()) {
            return Optional.of(done());
        }
        return goOn();
    }

    private Optional<Outcome<LlmReply>> withoutData() throws WireException {
        byte[] buffer = pieces.buffer();
        int end = pieces.from() + ERROR_FIELD.length;
        if (end <= pieces.to()
                && Arrays.equals(buffer, pieces.from(), end, ERROR_FIELD, 0, ERROR_FIELD.length)) {
            return Optional.of(errorEvent(buffer, end, pieces.to()));
        }
        Optional<Outcome<LlmReply>> error = unframed(pieces.from(), pieces.to());
        if (error.isPresent()) {
            return error;
        }
        if (pieces.missing().length == 0) {
            carrier.takeWithoutData(pieces);
        }
        return goOn();
    }

    private void count() {
        if (tokens == 0) {
            exchange.begun();
            Duration longest = dispatch.request().holdBack().longest();
            if (!longest.isZero()) {
                timer = later.after(longest, this::heldLongEnough);
            }
        }
        tokens = tokens == Integer.MAX_VALUE ? tokens : tokens + 1;
    }

    private boolean enough() {
        return tokens >= dispatch.request().holdBack().pieces();
    }

    /// The time for which this route holds back is over, whatever has come.
    private void heldLongEnough() {
        lock.lock();
        try {
            if (!over && !begun && !lost) {
                lost = !begin();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Claims the client and lets go of what was held. False if another attempt was first or the
    /// client has gone.
    private boolean begin() {
        if (!dispatch.commit()) {
            return false;
        }
        begun = true;
        String told = reception.contentType();
        String type = carrier.contentType(told.isEmpty() ? "text/event-stream" : told);
        var winner = Winner.of(dispatch);
        var opening =
                new Opening(
                        reception.status(), type, reception.dropped(), carrier.omitted(), winner);
        return dispatch.request().downstream().begin(opening) && carrier.release();
    }

    private Optional<Outcome<LlmReply>> goOn() throws WireException {
        if (!begun) {
            long most = bounds.replyBytes();
            return carrier.held() > most
                    ? Optional.of(malformed(most + " bytes before anything may leave"))
                    : Optional.empty();
        }
        // The reader may move its buffer once it has to read again. A timer that releases what was
        // held may come between two pieces, so then nothing waits for the next one.
        if ((pieces.buffered() && !holdsBackByTime()) || carrier.flush()) {
            return Optional.empty();
        }
        return Optional.of(cancelled());
    }

    /// The answer is whole: whatever was held goes out.
    private Outcome<LlmReply> done() {
        if (tokens == 0) {
            return malformed("a stream that ended before its first token");
        }
        carrier.reckon(received());
        if (!(begun || begin()) || !carrier.flush()) {
            return cancelled();
        }
        linger();
        return success();
    }

    /// Reads on to the end of the body, which usually came along, so that the connection can serve
    /// again. The answer is whole; nothing that happens here can change it.
    private void linger() {
        exchange.waitAtMost(LINGER);
        try {
            byte[] rest = new byte[256];
            int read = exchange.read(rest, 0, rest.length);
            if (read > 0) {
                exchange.read(rest, 0, rest.length);
            }
        } catch (WireException late) {
            // Then the connection is closed instead of kept; that is all it costs.
            exchange.close();
        }
    }

    private Outcome<LlmReply> bodyEnded() {
        lock.lock();
        try {
            if (lost) {
                return cancelled();
            }
            boolean whole = carrier.wholeAtEnd();
            if (carrier.failed().isPresent()) {
                return failed(carrier.failed().get());
            }
            if (tokens > 0 && whole) {
                carrier.reckon(received());
                return (begun || begin()) && carrier.flush() ? success() : cancelled();
            }
            return malformed(
                    tokens > 0
                            ? "a stream that ended without its terminal event"
                            : "a stream that ended before its first token");
        } finally {
            lock.unlock();
        }
    }

    private Outcome<LlmReply> success() {
        return reception.success(new LlmReply.Content.Streamed(), usage());
    }

    /// Of an answer that is whole: as the provider reported it; where it did not, reckoned.
    private TokenUsage usage() {
        return tokens == 0
                ? carrier.usage()
                : carrier.usage()
                        .orEstimate(dispatch.request().body().promptTokensEstimate(), received());
    }

    /// Of an answer that ends early. Many a provider tells a count at the beginning, or one that runs
    /// with the answer: what it says holds once the model has stopped, and until then at least what came
    /// is counted.
    private TokenUsage usageSoFar() {
        boolean told = carrier.stopped() || carrier.ended() || carrier.failed().isPresent();
        TokenUsage usage = carrier.usage();
        if ((told && usage.output() >= 0) || (tokens == 0 && !usage.known())) {
            return usage;
        }
        long prompt =
                usage.input() >= 0
                        ? 0
                        : TokenEstimates.prompt(
                                dispatch.request().body().bytes(), reception.tokenizer());
        return usage.soFar(prompt, received());
    }

    /// Tokens of output so far, as we count them: by the text; where nothing of it was text, a piece is
    /// about one token.
    private long received() {
        long text = carrier.received(reception.tokenizer());
        return text > 0 ? text : tokens;
    }

    /// A page, or JSON of another kind, where a stream was expected.
    private Outcome<LlmReply> notAStream() {
        return malformed("content-type " + reception.contentType() + " (expected: a stream)");
    }

    private Outcome<LlmReply> errorEvent(byte[] buffer, int from, int to) {
        byte[] json = Arrays.copyOfRange(buffer, from, to);
        if (begun && !carrier.flush()) {
            return cancelled();
        }
        return reception.inside(json, tokens > 0, usageSoFar());
    }

    private Outcome<LlmReply> failed(ChatEvent.Broken byModel) {
        if (begun && !carrier.flush()) {
            return cancelled();
        }
        return reception.failed(byModel, usageSoFar());
    }

    /// An error in the dialect's own form, which passes as it came to a client that knows the form. Where
    /// its SDKs would pass over it (a reason to stop that is none, an error without `error`), ours is
    /// told.
    private Outcome<LlmReply> ownError(byte[] buffer, int from, int to) {
        boolean known = pieces.namedError() || tellsOfError(Arrays.copyOfRange(buffer, from, to));
        Outcome<LlmReply> outcome = errorEvent(buffer, from, to);
        // What repeats our credential has no words that may be shown.
        if (begun
                && known
                && outcome instanceof Outcome.Failure<LlmReply>(var fault, var reply, var quota)
                && reply.isPresent()
                && reply.get().content() instanceof Declined declined
                && carrier.passError(pieces)) {
            passRest();
            return new Outcome.Failure<>(
                    fault, Optional.of(reply.get().with(declined.tell())), quota);
        }
        return outcome;
    }

    private static boolean tellsOfError(byte[] json) {
        try {
            JsonNode event = Json.read(json, 0, json.length);
            JsonNode error = event.path("error");
            return error.isObject()
                    || (error.isString() && !error.stringValue().isEmpty())
                    || event.path("type").asString("").equals("response.failed");
        } catch (JacksonException notJson) {
            return false;
        }
    }

    /// Some dialects say more behind an error: that the answer has failed. Only a `[DONE]` would say the
    /// contrary.
    private void passRest() {
        exchange.waitAtMost(LINGER);
        try {
            for (int more = 0; more < PIECES_BEHIND_ERROR && pieces.next(); more++) {
                boolean done =
                        pieces.dataTo() - pieces.dataFrom() >= DONE.length
                                && Arrays.equals(
                                        pieces.data(),
                                        pieces.dataFrom(),
                                        pieces.dataFrom() + DONE.length,
                                        DONE,
                                        0,
                                        DONE.length);
                if (done || !carrier.passError(pieces)) {
                    return;
                }
            }
        } catch (WireException late) {
            // The client has the error, which is what counts.
            exchange.close();
        }
    }

    private Outcome<LlmReply> malformed(String detail) {
        if (begun && !carrier.flush()) {
            return cancelled();
        }
        return reception.malformed(detail, usageSoFar());
    }

    private Outcome<LlmReply> cancelled() {
        return reception.failed(Fault.cancelled(true), usageSoFar());
    }
}
