package dev.switchgear.providers.openai;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.llm.LlmReply;
import dev.switchgear.families.llm.LlmRequest;
import dev.switchgear.providers.fault.WireFaults;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import dev.switchgear.wire.WireException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/// One server that speaks OpenAI's dialect, with one credential. The client's bytes go out untouched
/// but for `model`, and the answer's bytes come back untouched. Thread-safe.
public final class OpenAiUpstream implements Upstream<LlmRequest, LlmReply> {
    private static final Pattern CALL_ID = Pattern.compile("[!-~]{1,128}");
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final UpstreamId id;
    private final OpenAiSettings settings;
    private final Headers plainHeaders;
    private final Headers streamedHeaders;
    private final Transport transport;
    private final Timeouts timeouts;
    private final Time time;
    private final ErrorReading errors;

    /// @param credential empty for a local server that wants none
    public OpenAiUpstream(
            UpstreamId id,
            OpenAiSettings settings,
            Optional<Secret> credential,
            Transport transport,
            Timeouts timeouts,
            Time time) {
        this.id = id;
        this.settings = settings;
        Headers always =
                Credentials.headers(settings, credential).with("Content-Type", "application/json");
        this.plainHeaders = always.with("Accept", "application/json");
        this.streamedHeaders = always.with("Accept", "text/event-stream");
        this.transport = transport;
        this.timeouts = timeouts;
        this.time = time;
        this.errors = new ErrorReading(settings.errors(), credential, time);
    }

    @Override
    public UpstreamId id() {
        return id;
    }

    @Override
    public Outcome<LlmReply> send(Dispatch<LlmRequest> dispatch) {
        if (Thread.currentThread().isInterrupted()) {
            return Outcome.Failure.of(Fault.cancelled(false));
        }
        long startedNanos = time.nanos();
        boolean streamed = dispatch.request().body().streamed();
        try (Exchange exchange =
                transport.send(
                        settings.endpoint(),
                        id.toString(),
                        outgoing(dispatch),
                        timeouts(streamed),
                        dispatch.call().deadline())) {
            Quota quota = RateHeaders.quota(exchange.headers());
            if (exchange.status() < 200 || exchange.status() > 299) {
                return errors.refused(exchange, quota, timeouts);
            }
            return streamed
                    ? new StreamRelay(
                                    dispatch,
                                    exchange,
                                    quota,
                                    settings,
                                    errors,
                                    timeouts,
                                    startedNanos,
                                    time)
                            .relay()
                    : plain(dispatch.request(), exchange, quota);
        } catch (WireException broken) {
            return Outcome.Failure.of(WireFaults.of(broken, Cause.IDLE_TIMEOUT));
        }
    }

    /// A stream whose head is late has a late first token as well.
    private Timeouts timeouts(boolean streamed) {
        if (!streamed || timeouts.head().compareTo(timeouts.firstToken()) <= 0) {
            return timeouts;
        }
        return new Timeouts(
                timeouts.connect(),
                timeouts.firstToken(),
                timeouts.firstToken(),
                timeouts.idle(),
                timeouts.total());
    }

    private OutgoingRequest outgoing(Dispatch<LlmRequest> dispatch) {
        LlmRequest request = dispatch.request();
        String path =
                switch (request.operation()) {
                    case CHAT -> "/chat/completions";
                    case EMBEDDINGS, BATCH_EMBEDDINGS -> "/embeddings";
                    case COUNT_TOKENS ->
                            throw new IllegalStateException("OpenAI's dialect counts no tokens");
                };
        return new OutgoingRequest(
                "POST",
                path + settings.query(),
                headers(dispatch),
                request.body().withModel(dispatch.model()));
    }

    private Headers headers(Dispatch<LlmRequest> dispatch) {
        Headers headers = dispatch.request().body().streamed() ? streamedHeaders : plainHeaders;
        // Both come from the client: nothing goes out that could break a header line.
        String callId = dispatch.call().id();
        if (CALL_ID.matcher(callId).matches()) {
            headers = headers.with("X-Request-Id", callId);
        }
        String traceparent = dispatch.request().traceparent();
        return TRACEPARENT.matcher(traceparent).matches()
                ? headers.with("traceparent", traceparent)
                : headers;
    }

    private Outcome<LlmReply> plain(LlmRequest request, Exchange exchange, Quota quota)
            throws WireException {
        exchange.waitAtMost(timeouts.idle());
        byte[] body = exchange.readAll(settings.replyBytesMax());
        String contentType = exchange.headers().first("content-type").orElse("");
        if (!json(contentType)) {
            return malformed(quota, "content-type " + contentType + " (expected: JSON)");
        }
        AnswerScan scan;
        try {
            scan = AnswerScan.of(body, 0, body.length);
        } catch (JacksonException notJson) {
            return malformed(quota, body.length + " bytes that are not one whole JSON object");
        }
        if (scan.error() || scan.finish().equals("error")) {
            return errors.inside(exchange, body, 0, body.length, quota, scan);
        }
        boolean usable =
                switch (request.operation()) {
                    case CHAT -> scan.choices() > 0;
                    case EMBEDDINGS, BATCH_EMBEDDINGS, COUNT_TOKENS -> scan.data();
                };
        if (!usable) {
            return malformed(quota, "JSON without an answer (expected: choices or data)");
        }
        var reply =
                new LlmReply(
                        exchange.status(),
                        contentType.isEmpty() ? "application/json" : contentType,
                        body,
                        scan.usage(),
                        scan.model(),
                        scan.finish());
        return new Outcome.Success<>(reply, scan.usage().total(), quota);
    }

    /// Some servers leave the content type out, or call everything text.
    static boolean json(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.isEmpty() || type.contains("json") || type.startsWith("text/plain");
    }

    private static Outcome<LlmReply> malformed(Quota quota, String detail) {
        return new Outcome.Failure<>(
                Fault.of(
                        Cause.MALFORMED,
                        Scope.PROVIDER,
                        Recovery.FAIL_OVER,
                        true,
                        "200 with " + detail),
                Optional.empty(),
                quota);
    }
}
