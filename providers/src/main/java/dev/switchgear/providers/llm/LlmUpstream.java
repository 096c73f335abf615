package dev.switchgear.providers.llm;

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
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.fault.WireFaults;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import dev.switchgear.wire.WireException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// One LLM provider with one credential. Where client and provider speak alike, the client's bytes go
/// out untouched but for `model`, and the answer's bytes come back untouched; else both are
/// translated. Thread-safe.
public final class LlmUpstream implements Upstream<LlmRequest, LlmReply> {
    private static final Pattern CALL_ID = Pattern.compile("[!-~]{1,128}");
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final UpstreamId id;
    private final LlmProvider provider;
    private final Optional<Secret> credential;
    private final Headers plainHeaders;
    private final Headers eventHeaders;
    private final Headers lineHeaders;
    private final Transport transport;
    private final Timeouts timeouts;
    private final Time time;

    /// @param credential empty for a local server that wants none
    public LlmUpstream(
            UpstreamId id,
            LlmProvider provider,
            Optional<Secret> credential,
            Transport transport,
            Timeouts timeouts,
            Time time) {
        this.id = id;
        this.provider = provider;
        this.credential = credential;
        Headers always =
                Credentials.headers(provider, credential).with("Content-Type", "application/json");
        this.plainHeaders = always.with("Accept", "application/json");
        this.eventHeaders = always.with("Accept", "text/event-stream");
        this.lineHeaders = always.with("Accept", "application/x-ndjson");
        this.transport = transport;
        this.timeouts = timeouts;
        this.time = time;
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
        LlmRequest request = dispatch.request();
        Optional<Passing> alike =
                request.passable()
                        ? provider.passing(request.dialect(), request.operation())
                        : Optional.empty();
        if (alike.isPresent()) {
            return pass(dispatch, alike.get());
        }
        Optional<ProviderDialect> words = provider.spoken(request.operation());
        if (words.isEmpty()) {
            return notOffered(
                    id.provider()
                            + " offers no "
                            + request.operation().name().toLowerCase(Locale.ROOT));
        }
        try {
            return translate(dispatch, words.get());
        } catch (NotTranslatable impossible) {
            return notOffered(impossible.message());
        } catch (InvalidBody invalid) {
            return Outcome.Failure.of(
                    Fault.of(
                            Cause.INVALID_REQUEST,
                            Scope.REQUEST,
                            Recovery.RETURN,
                            false,
                            invalid.message()));
        }
    }

    private static Outcome<LlmReply> notOffered(String why) {
        return Outcome.Failure.of(
                Fault.of(Cause.NOT_OFFERED, Scope.REQUEST, Recovery.FAIL_OVER, false, why));
    }

    private ModelTarget target(Dispatch<LlmRequest> dispatch) {
        return new ModelTarget(
                dispatch.subject(), provider.place().traits().apply(dispatch.subject()));
    }

    private Outcome<LlmReply> pass(Dispatch<LlmRequest> dispatch, Passing passing) {
        LlmRequest request = dispatch.request();
        boolean streamed = request.streamed();
        String path = passing.path(request.operation(), dispatch.subject(), streamed).orElseThrow();
        Headers headers = headers(dispatch, passing.framing());
        for (Map.Entry<String, String> passed : request.passed().entrySet()) {
            headers = headers.with(passed.getKey(), passed.getValue());
        }
        var outgoing =
                new OutgoingRequest(
                        "POST",
                        path + query(path),
                        headers,
                        passing.body(request.body(), dispatch.subject(), streamed));
        AnswerWatch watch = passing.watch(request.body(), target(dispatch), streamed);
        var errors = new ErrorReading(provider, passing.dialect(), credential, time);
        return exchange(
                dispatch,
                outgoing,
                errors,
                new Answering() {
                    @Override
                    public Outcome<LlmReply> plain(Exchange exchange, Quota quota)
                            throws WireException {
                        return passPlain(request, exchange, quota, watch, errors);
                    }

                    @Override
                    public Carrier carrier() {
                        return new PassingCarrier(watch, request.downstream());
                    }

                    @Override
                    public Framing framing() {
                        return passing.framing();
                    }

                    @Override
                    public List<String> dropped() {
                        return List.of();
                    }
                });
    }

    private Outcome<LlmReply> translate(Dispatch<LlmRequest> dispatch, ProviderDialect words)
            throws NotTranslatable, InvalidBody {
        LlmRequest request = dispatch.request();
        boolean streamed = request.streamed();
        ModelTarget target = target(dispatch);
        Worded worded =
                switch (request.operation()) {
                    case CHAT ->
                            words.chat(
                                    request.continuing()
                                            ? Continuation.worded(
                                                    request.meaning().chat(),
                                                    words.dialect(),
                                                    target.traits())
                                            : request.meaning().chat(),
                                    target);
                    case COUNT_TOKENS -> words.count(request.meaning().chat(), target);
                    case EMBEDDINGS, BATCH_EMBEDDINGS ->
                            words.embeddings(request.meaning().embeddings(), target);
                };
        String path = words.path(request.operation(), dispatch.subject(), streamed).orElseThrow();
        var outgoing =
                new OutgoingRequest(
                        "POST",
                        path + query(path),
                        headers(dispatch, words.framing()),
                        worded.body());
        var errors = new ErrorReading(provider, words.dialect(), credential, time);
        return exchange(
                dispatch,
                outgoing,
                errors,
                new Answering() {
                    @Override
                    public Outcome<LlmReply> plain(Exchange exchange, Quota quota)
                            throws WireException {
                        return readPlain(
                                request, words, target, worded.dropped(), exchange, quota, errors);
                    }

                    @Override
                    public Carrier carrier() {
                        return new TellingCarrier(words.answer(target, true), request.downstream());
                    }

                    @Override
                    public Framing framing() {
                        return words.framing();
                    }

                    @Override
                    public List<String> dropped() {
                        return worded.dropped();
                    }
                });
    }

    /// What is done with an answer, once its head says that it is one.
    private interface Answering {
        Outcome<LlmReply> plain(Exchange exchange, Quota quota) throws WireException;

        Carrier carrier();

        Framing framing();

        List<String> dropped();
    }

    private Outcome<LlmReply> exchange(
            Dispatch<LlmRequest> dispatch,
            OutgoingRequest outgoing,
            ErrorReading errors,
            Answering answering) {
        long startedNanos = time.nanos();
        boolean streamed = dispatch.request().streamed();
        try (Exchange exchange =
                transport.send(
                        provider.place().endpoint(),
                        id.toString(),
                        outgoing,
                        timeouts(streamed),
                        dispatch.call().deadline())) {
            Quota quota = provider.quotas().quota(exchange.headers(), time);
            if (exchange.status() < 200 || exchange.status() > 299) {
                return errors.refused(exchange, quota, timeouts);
            }
            if (!streamed) {
                return answering.plain(exchange, quota);
            }
            return new StreamRelay(
                            dispatch,
                            exchange,
                            quota,
                            provider,
                            errors,
                            answering.framing(),
                            answering.carrier(),
                            answering.dropped(),
                            timeouts,
                            startedNanos,
                            time)
                    .relay();
        } catch (WireException broken) {
            return Outcome.Failure.of(WireFaults.of(broken, Cause.IDLE_TIMEOUT));
        }
    }

    /// A stream whose head is late has a late first token as well.
    private Timeouts timeouts(boolean streamed) {
        if (!streamed || timeouts.head().compareTo(timeouts.firstPiece()) <= 0) {
            return timeouts;
        }
        return new Timeouts(
                timeouts.connect(),
                timeouts.firstPiece(),
                timeouts.firstPiece(),
                timeouts.idle(),
                timeouts.total());
    }

    /// The provider's own query, behind the one that a path may have.
    private String query(String path) {
        return path.indexOf('?') >= 0 && !provider.query().isEmpty()
                ? "&" + provider.query().substring(1)
                : provider.query();
    }

    private Headers headers(Dispatch<LlmRequest> dispatch, Framing framing) {
        Headers headers =
                !dispatch.request().streamed()
                        ? plainHeaders
                        : switch (framing) {
                            case EVENTS -> eventHeaders;
                            case LINES -> lineHeaders;
                        };
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

    private Outcome<LlmReply> passPlain(
            LlmRequest request,
            Exchange exchange,
            Quota quota,
            AnswerWatch watch,
            ErrorReading errors)
            throws WireException {
        exchange.waitAtMost(timeouts.idle());
        byte[] body = exchange.readAll(provider.bounds().replyBytes());
        String contentType = exchange.headers().first("content-type").orElse("");
        if (!json(contentType)) {
            return malformed(quota, "content-type " + contentType + " (expected: JSON)");
        }
        try {
            watch.whole(request.operation(), body);
        } catch (MalformedAnswer broken) {
            return malformed(quota, broken.message());
        }
        if (watch.error()) {
            return errors.inside(exchange, body, false, watch.usage(), quota);
        }
        if (!watch.token()) {
            return malformed(quota, "JSON without an answer");
        }
        String type = contentType.isEmpty() ? "application/json" : contentType;
        return success(
                exchange,
                new Content.Passed(type, body),
                watch.usage(),
                watch.model(),
                watch.finish(),
                List.of(),
                quota);
    }

    private Outcome<LlmReply> readPlain(
            LlmRequest request,
            ProviderDialect words,
            ModelTarget target,
            List<String> dropped,
            Exchange exchange,
            Quota quota,
            ErrorReading errors)
            throws WireException {
        exchange.waitAtMost(timeouts.idle());
        byte[] body = exchange.readAll(provider.bounds().replyBytes());
        String contentType = exchange.headers().first("content-type").orElse("");
        if (!json(contentType)) {
            return malformed(quota, "content-type " + contentType + " (expected: JSON)");
        }
        try {
            return switch (request.operation()) {
                case CHAT -> told(words, target, dropped, exchange, body, quota, errors);
                case COUNT_TOKENS ->
                        success(
                                exchange,
                                new Content.Counted(words.counted(body)),
                                TokenUsage.UNKNOWN,
                                "",
                                "",
                                dropped,
                                quota);
                case EMBEDDINGS, BATCH_EMBEDDINGS -> {
                    EmbeddingsAnswer answer = words.embedded(body);
                    yield success(
                            exchange,
                            new Content.Embedded(answer),
                            answer.usage(),
                            answer.model(),
                            "",
                            dropped,
                            quota);
                }
            };
        } catch (MalformedAnswer broken) {
            return malformed(quota, broken.message());
        }
    }

    private Outcome<LlmReply> told(
            ProviderDialect words,
            ModelTarget target,
            List<String> dropped,
            Exchange exchange,
            byte[] body,
            Quota quota,
            ErrorReading errors)
            throws MalformedAnswer {
        var notes = new AnswerNotes();
        var events = new ArrayList<ChatEvent>();
        words.answer(target, false)
                .whole(
                        body,
                        event -> {
                            notes.accept(event);
                            events.add(event);
                        });
        if (notes.error()) {
            return errors.inside(exchange, body, false, notes.usage(), quota);
        }
        if (!notes.finished()) {
            return malformed(quota, "JSON without an answer");
        }
        return success(
                exchange,
                new Content.Told(events),
                notes.usage(),
                notes.model(),
                notes.finish(),
                dropped,
                quota);
    }

    private static Outcome<LlmReply> success(
            Exchange exchange,
            Content content,
            TokenUsage usage,
            String model,
            String finish,
            List<String> dropped,
            Quota quota) {
        return new Outcome.Success<>(
                new LlmReply(exchange.status(), content, usage, model, finish, dropped),
                usage.total(),
                quota);
    }

    /// Some servers leave the content type out, or call everything text or a stream of bytes.
    private static boolean json(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.isEmpty()
                || type.contains("json")
                || type.startsWith("text/plain")
                || type.startsWith("application/octet-stream");
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
