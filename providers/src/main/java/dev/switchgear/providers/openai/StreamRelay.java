package dev.switchgear.providers.openai;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.Downstream;
import dev.switchgear.families.llm.LlmReply;
import dev.switchgear.families.llm.LlmRequest;
import dev.switchgear.families.llm.TokenUsage;
import dev.switchgear.providers.fault.WireFaults;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.stream.EventReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Carries one event stream to the client, whole events only, bytes as they came.
///
/// Until the first token everything is held back, so that another upstream can still take over: a
/// first chunk that only says "assistant", and comments, promise nothing. From then on events are
/// looked into only where a key that matters appears in them.
///
/// Whole means: `[DONE]`, or, where the server is known to leave it out, a proper end of the body
/// after a `finish_reason`. Anything else is a failure, never a quiet success. For one thread, once.
final class StreamRelay {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE_EVENT = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    /// Old llama.cpp servers put the error into a field of its own; LM Studio names the event.
    private static final byte[] ERROR_FIELD = "error:".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ERROR_EVENT = "error".getBytes(StandardCharsets.US_ASCII);

    /// How long the end of the body may take after `[DONE]` for the connection to be used again.
    private static final Duration LINGER = Duration.ofMillis(50);

    private final Dispatch<LlmRequest> dispatch;
    private final PacedExchange exchange;
    private final Downstream downstream;
    private final Quota quota;
    private final OpenAiSettings settings;
    private final ErrorReading errors;
    private final EventReader events;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(1024);

    /// Events relayed with the next write: a part of the reader's buffer.
    private int pendingFrom;

    private int pendingTo;
    private boolean begun;
    private String model = "";
    private String finish = "";
    private TokenUsage usage = TokenUsage.UNKNOWN;

    StreamRelay(
            Dispatch<LlmRequest> dispatch,
            Exchange exchange,
            Quota quota,
            OpenAiSettings settings,
            ErrorReading errors,
            Timeouts timeouts,
            long startedNanos,
            Time time) {
        this.dispatch = dispatch;
        this.exchange =
                new PacedExchange(
                        exchange,
                        time,
                        startedNanos + timeouts.firstToken().toNanos(),
                        timeouts.idle());
        this.downstream = dispatch.request().downstream();
        this.quota = quota;
        this.settings = settings;
        this.errors = errors;
        this.events = new EventReader(this.exchange, settings.events());
    }

    Outcome<LlmReply> relay() {
        try {
            String contentType = exchange.headers().first("content-type").orElse("");
            String type = contentType.toLowerCase(Locale.ROOT);
            if (!type.isEmpty() && !type.startsWith("text/event-stream")) {
                return notAStream(type);
            }
            while (events.next()) {
                Optional<Outcome<LlmReply>> end = event();
                if (end.isPresent()) {
                    return end.get();
                }
                if (Thread.currentThread().isInterrupted()) {
                    return cancelled();
                }
            }
            return bodyEnded();
        } catch (WireException broken) {
            return failed(WireFaults.of(broken, exchange.readTimeout()));
        }
    }

    /// Looks at the event the reader stands on. Something only when the stream is over with it.
    private Optional<Outcome<LlmReply>> event() throws WireException {
        byte[] data = events.data();
        int from = events.dataFrom();
        int to = events.dataTo();
        while (from < to && data[to - 1] <= ' ' && data[to - 1] >= 0) {
            to--;
        }
        while (from < to && data[from] <= ' ' && data[from] >= 0) {
            from++;
        }
        if (from == to) {
            return withoutData();
        }
        if (events.eventIs(ERROR_EVENT)) {
            return Optional.of(errorEvent(data, from, to));
        }
        if (Bytes.equal(data, from, to, DONE)) {
            return Optional.of(done());
        }
        if (data[from] != '{' || data[to - 1] != '}') {
            return Optional.of(malformed("an event whose data is not a JSON object"));
        }
        if (begun && !Needles.present(data, from, to)) {
            return keep();
        }
        AnswerScan scan;
        try {
            scan = AnswerScan.of(data, from, to);
        } catch (JacksonException notJson) {
            return Optional.of(malformed("an event whose data is not JSON"));
        }
        if (scan.error() || scan.finish().equals("error")) {
            return Optional.of(errorEvent(data, from, to));
        }
        note(scan);
        if (!begun && scan.token() && !begin()) {
            return Optional.of(cancelled());
        }
        return keep();
    }

    private Optional<Outcome<LlmReply>> withoutData() throws WireException {
        byte[] buffer = events.buffer();
        if (Bytes.startsWith(buffer, events.from(), events.to(), ERROR_FIELD)) {
            int value = events.from() + ERROR_FIELD.length;
            return Optional.of(errorEvent(buffer, value, events.to()));
        }
        return keep();
    }

    private void note(AnswerScan scan) {
        model = scan.model().isEmpty() ? model : scan.model();
        finish = finish.isEmpty() ? scan.finish() : finish;
        usage = scan.usage().known() ? scan.usage() : usage;
    }

    /// The first token is in hand: claims the client and lets go of what was held. False if another
    /// attempt was first or the client has gone.
    private boolean begin() {
        if (!dispatch.commit()) {
            return false;
        }
        begun = true;
        exchange.begun();
        String contentType = exchange.headers().first("content-type").orElse("text/event-stream");
        if (!downstream.begin(exchange.status(), contentType)) {
            return false;
        }
        byte[] bytes = held.toByteArray();
        held.reset();
        return bytes.length == 0 || downstream.write(bytes, 0, bytes.length);
    }

    /// Relays the event, or holds it, or leaves it for one write together with those behind it.
    private Optional<Outcome<LlmReply>> keep() throws WireException {
        if (!begun) {
            if (held.size() + events.to() - events.from() > settings.heldBytesMax()) {
                return Optional.of(malformed(settings.heldBytesMax() + " bytes without a token"));
            }
            held.write(events.buffer(), events.from(), events.to() - events.from());
            return Optional.empty();
        }
        if (pendingFrom == pendingTo) {
            pendingFrom = events.from();
        }
        pendingTo = events.to();
        // The reader may move its buffer once it has to read again.
        if (events.buffered() || flush()) {
            return Optional.empty();
        }
        return Optional.of(cancelled());
    }

    private boolean flush() {
        int length = pendingTo - pendingFrom;
        boolean there = length == 0 || downstream.write(events.buffer(), pendingFrom, length);
        pendingFrom = 0;
        pendingTo = 0;
        return there;
    }

    private Outcome<LlmReply> done() {
        if (!begun) {
            return malformed("a stream that ended before its first token");
        }
        if (pendingFrom == pendingTo) {
            pendingFrom = events.from();
        }
        pendingTo = events.to();
        if (!flush()) {
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
        if (begun && !flush()) {
            return cancelled();
        }
        if (begun && !finish.isEmpty() && !settings.doneRequired()) {
            return downstream.write(DONE_EVENT, 0, DONE_EVENT.length) ? success() : cancelled();
        }
        return malformed(
                begun
                        ? "a stream that ended without its terminal event"
                        : "a stream that ended before its first token");
    }

    private Outcome<LlmReply> success() {
        return new Outcome.Success<>(reply(), usage.total(), quota);
    }

    private LlmReply reply() {
        return new LlmReply(
                exchange.status(), "text/event-stream", new byte[0], usage, model, finish);
    }

    /// JSON or a page where events were expected.
    private Outcome<LlmReply> notAStream(String contentType) throws WireException {
        if (contentType.contains("json")) {
            byte[] body = exchange.readAll(settings.replyBytesMax());
            try {
                AnswerScan scan = AnswerScan.of(body, 0, body.length);
                if (scan.error()) {
                    return errors.inside(exchange, body, 0, body.length, quota, scan);
                }
            } catch (JacksonException notJson) {
                return malformed(contentType + " that is not JSON (expected: events)");
            }
        }
        return malformed("content-type " + contentType + " (expected: text/event-stream)");
    }

    private Outcome<LlmReply> errorEvent(byte[] buffer, int from, int to) {
        byte[] json = Arrays.copyOfRange(buffer, from, to);
        if (begun && !flush()) {
            return cancelled();
        }
        return errors.inside(exchange, json, begun, usage, quota);
    }

    private Outcome<LlmReply> malformed(String detail) {
        if (begun && !flush()) {
            return cancelled();
        }
        return failed(Fault.of(Cause.MALFORMED, Scope.PROVIDER, Recovery.FAIL_OVER, true, detail));
    }

    private Outcome<LlmReply> failed(Fault fault) {
        return new Outcome.Failure<>(fault, Optional.empty(), quota);
    }

    private Outcome<LlmReply> cancelled() {
        return failed(Fault.cancelled(true));
    }
}
