package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.patience.Patience;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.json.Abandoned;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.AtHome;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.ProviderEmbedding;
import dev.switchgear.families.llm.dialect.ReadBack;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.providers.fault.WireFaults;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// One LLM provider with one credential. Where client and provider speak alike, the client's bytes go
/// out with no change but to `model`, to words that the provider would refuse, to settings that a
/// model does not take which the client did not name, and for marks of the prompt cache that its route
/// sets; the answer's bytes come back untouched. Else
/// both are translated. Thread-safe.
public final class LlmUpstream implements Upstream<LlmRequest, LlmReply> {
    /// The longest wait for what an error says about itself: its status alone says enough.
    private static final Duration WORDS = Duration.ofSeconds(30);

    private final LlmAccount account;
    private final LlmProvider provider;
    private final RequestHeaders headers;

    /// The mark that signatures made here bear.
    private final String sealer;

    private final Patience patience;
    private final Time time;
    private final Threads threads;

    /// Waits as long as it is told.
    public LlmUpstream(LlmAccount account, Timeouts timeouts, Time time, Threads threads) {
        this(account, Patience.of(timeouts), time, threads);
    }

    /// @param threads on which a route that holds back for a time lets go of a stream
    public LlmUpstream(LlmAccount account, Patience patience, Time time, Threads threads) {
        this.account = account;
        this.provider = account.provider();
        this.headers = new RequestHeaders(account);
        this.sealer = AccountMark.of(account.id());
        this.patience = patience;
        this.time = time;
        this.threads = threads;
    }

    @Override
    public UpstreamId id() {
        return account.id();
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
        try {
            RequestBody mine = mine(request);
            Optional<Errand> passed =
                    alike.isPresent()
                            ? passed(dispatch, alike.get(), mine, Memory.HOPED_FOR)
                            : Optional.empty();
            if (passed.isPresent()) {
                Outcome<LlmReply> answered = run(dispatch, passed.get());
                if (!Forgotten.says(answered)) {
                    return answered;
                }
                boolean home = atHome(request);
                passed =
                        home
                                ? passed(dispatch, alike.get(), request.body(), Memory.HOPED_FOR)
                                : passed(dispatch, alike.get(), mine, Memory.GONE);
                if (passed.isPresent()) {
                    return run(dispatch, passed.get());
                }
                if (!home) {
                    return answered;
                }
            }
            Optional<ProviderDialect> spoken = provider.spoken(request.operation());
            return spoken.isPresent()
                    ? translated(dispatch, spoken.get())
                    : notOffered(
                            account.id().provider()
                                    + " offers no "
                                    + request.operation().name().toLowerCase(Locale.ROOT));
        } catch (Abandoned _) {
            return Outcome.Failure.of(Fault.cancelled(dispatch.left()));
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
                dispatch.subject(), provider.place().traits().apply(dispatch.subject()), sealer);
    }

    /// Whether a provider may still have what a request names without telling it.
    private enum Memory {
        HOPED_FOR,
        GONE
    }

    /// Empty where what is asked must be worded anew, or names nothing that could be left out.
    private Optional<Errand> passed(
            Dispatch<LlmRequest> dispatch, Passing passing, RequestBody mine, Memory memory)
            throws NotTranslatable {
        LlmRequest request = dispatch.request();
        boolean streamed = request.streamed();
        ModelTarget target = target(dispatch);
        Optional<byte[]> asked = passing.body(mine, dispatch.subject(), streamed);
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        var seals = new ForeignSeals(request, mine, target);
        Optional<Worded> own =
                switch (memory) {
                    case HOPED_FOR -> seals.passing(asked.get());
                    case GONE ->
                            seals.passing(asked.get())
                                    .flatMap(worded -> seals.withoutForgotten(worded.body()));
                };
        if (own.isEmpty()) {
            return Optional.empty();
        }
        Optional<Worded> body =
                request.operation() == Operation.CHAT && !named(dispatch)
                        ? passing.fitting().fitted(own.get().body(), target)
                        : Optional.of(new Worded(own.get().body(), List.of()));
        if (body.isEmpty()) {
            return Optional.empty();
        }
        List<String> dropped = joined(own.get().dropped(), body.get().dropped());
        Optional<Part.CacheMark> mark = mark(request);
        String path = passing.path(request.operation(), dispatch.subject(), streamed).orElseThrow();
        var outgoing =
                new OutgoingRequest(
                        "POST",
                        path + query(path),
                        headers.passed(dispatch, passing.framing()),
                        mark.isEmpty()
                                ? body.get().body()
                                : passing.marked(
                                        body.get().body(), dispatch.subject(), mark.get()));
        AnswerWatch watch = passing.watch(mine, target, streamed);
        return Optional.of(
                new Errand(
                        outgoing,
                        passing.dialect(),
                        passing.framing(),
                        new PassingCarrier(
                                watch,
                                new PassingSeals(
                                        passing.dialect(), target, request.companions().seals()),
                                request.downstream(),
                                streamed),
                        () ->
                                telling(
                                        provider.reading(passing.dialect()),
                                        ReadBack.AS_IT_COMES,
                                        target,
                                        request,
                                        Optional.empty()),
                        target,
                        dropped));
    }

    private static List<String> joined(List<String> some, List<String> others) {
        if (some.isEmpty()) {
            return others;
        }
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    /// @param asked the conversation, where it was read
    private static TellingCarrier telling(
            ProviderDialect spoken,
            ReadBack readBack,
            ModelTarget target,
            LlmRequest request,
            Optional<ChatRequest> asked) {
        return new TellingCarrier(
                spoken,
                new AnswerSeals(spoken, target, request, asked),
                readBack,
                request.streamed(),
                request.downstream(),
                request.body().promptTokensEstimate());
    }

    /// What this upstream is asked: it may keep what everybody else has to be told.
    private RequestBody mine(LlmRequest request) {
        return atHome(request) ? request.companions().home().orElseThrow().body() : request.body();
    }

    private boolean atHome(LlmRequest request) {
        Optional<AtHome> home = request.companions().home();
        return home.isPresent() && home.get().upstream().equals(account.id());
    }

    /// The mark that is set where the client marked nothing: a count is not remembered, and a thread takes
    /// no marks.
    private static Optional<Part.CacheMark> mark(LlmRequest request) {
        return request.operation() == Operation.CHAT && !request.body().elsewhere().threaded()
                ? request.companions().marks()
                : Optional.empty();
    }

    /// Whether the client named this provider and this model, as `provider/model`: then it knows whom it
    /// asks, and what it asks is sent.
    private boolean named(Dispatch<LlmRequest> dispatch) {
        String asked = dispatch.request().body().model();
        String provider = account.id().provider();
        String model = dispatch.subject();
        return asked.length() == provider.length() + 1 + model.length()
                && asked.startsWith(provider)
                && asked.charAt(provider.length()) == '/'
                && asked.endsWith(model);
    }

    /// Texts beyond what one call takes go in several, one after the other; the first that fails
    /// decides. Their number is bounded by what clients may ask for at once.
    private Outcome<LlmReply> embedded(Dispatch<LlmRequest> dispatch, ProviderDialect spoken)
            throws NotTranslatable, InvalidBody {
        EmbeddingsRequest asked = dispatch.request().meaning().embeddings();
        ProviderEmbedding embedding = spoken.embedding().orElseThrow();
        int most = embedding.inputsMax();
        ModelTarget target = target(dispatch);
        Outcome<LlmReply> answered =
                run(
                        dispatch,
                        errand(
                                dispatch,
                                spoken,
                                embedding.embeddings(asked.some(0, most), target)));
        for (int from = most; from < asked.inputs().size(); from += most) {
            if (!(answered instanceof Outcome.Success<LlmReply> before)) {
                return answered;
            }
            Worded rest = embedding.embeddings(asked.some(from, most), target);
            answered = joined(before, run(dispatch, errand(dispatch, spoken, rest)));
        }
        return answered;
    }

    private static Outcome<LlmReply> joined(
            Outcome.Success<LlmReply> before, Outcome<LlmReply> next) {
        if (next instanceof Outcome.Failure<LlmReply> failure) {
            return paid(before.value(), failure);
        }
        if (!(next instanceof Outcome.Success<LlmReply> after)
                || !(before.value().content() instanceof Content.Embedded(EmbeddingsAnswer first))
                || !(after.value().content()
                        instanceof Content.Embedded(EmbeddingsAnswer second))) {
            return next;
        }
        var vectors = new ArrayList<>(first.vectors());
        vectors.addAll(second.vectors());
        TokenUsage usage = first.usage().plus(second.usage());
        LlmReply reply = after.value();
        return new Outcome.Success<>(
                new LlmReply(
                        reply.status(),
                        new Content.Embedded(new EmbeddingsAnswer(second.model(), vectors, usage)),
                        usage,
                        reply.model(),
                        reply.finish(),
                        reply.dropped()),
                usage.total(),
                after.quota());
    }

    /// What failed after parts of it had been answered: those are paid for.
    private static Outcome<LlmReply> paid(LlmReply before, Outcome.Failure<LlmReply> failure) {
        LlmReply reply =
                failure.reply()
                        .map(said -> said.using(before.usage().plus(said.usage())))
                        .orElseGet(() -> before.with(new Content.Streamed()));
        return new Outcome.Failure<>(failure.fault(), Optional.of(reply), failure.quota());
    }

    private Outcome<LlmReply> translated(Dispatch<LlmRequest> dispatch, ProviderDialect spoken)
            throws NotTranslatable, InvalidBody {
        LlmRequest request = dispatch.request();
        ModelTarget target = target(dispatch);
        return switch (request.operation()) {
            case CHAT -> {
                ChatRequest asked = chat(request, spoken, target);
                yield run(
                        dispatch,
                        errand(dispatch, spoken, spoken.chat(asked, target), Optional.of(asked)));
            }
            case COUNT_TOKENS -> {
                ChatRequest asked = new HistorySeals(request, target).in(request.meaning().chat());
                Worded count = spoken.counting().orElseThrow().count(asked, target);
                yield run(dispatch, errand(dispatch, spoken, count));
            }
            case EMBEDDINGS, BATCH_EMBEDDINGS -> embedded(dispatch, spoken);
        };
    }

    private Errand errand(Dispatch<LlmRequest> dispatch, ProviderDialect spoken, Worded worded) {
        return errand(dispatch, spoken, worded, Optional.empty());
    }

    /// @param asked the conversation, of a chat
    private Errand errand(
            Dispatch<LlmRequest> dispatch,
            ProviderDialect spoken,
            Worded worded,
            Optional<ChatRequest> asked) {
        LlmRequest request = dispatch.request();
        boolean streamed = request.streamed();
        ModelTarget target = target(dispatch);
        String path = spoken.path(request.operation(), dispatch.subject(), streamed).orElseThrow();
        var outgoing =
                new OutgoingRequest(
                        "POST",
                        path + query(path),
                        headers.own(dispatch, spoken.framing()),
                        worded.body());
        Supplier<TellingCarrier> telling =
                () -> telling(spoken, worded.readBack(), target, request, asked);
        return new Errand(
                outgoing,
                spoken.dialect(),
                spoken.framing(),
                telling.get(),
                telling,
                target,
                worded.dropped());
    }

    private static ChatRequest chat(LlmRequest request, ProviderDialect spoken, ModelTarget target)
            throws InvalidBody, NotTranslatable {
        ChatRequest meant = new HistorySeals(request, target).in(request.meaning().chat());
        Optional<Part.CacheMark> mark = mark(request);
        ChatRequest asked = mark.isEmpty() ? meant : spoken.marked(meant, target, mark.get());
        return request.continuing()
                ? Continuation.worded(asked, spoken.dialect(), target.traits())
                : asked;
    }

    private Outcome<LlmReply> run(Dispatch<LlmRequest> dispatch, Errand errand) {
        // Whoever went while the request was worded asks for nothing any more.
        Abandoned.check();
        boolean streamed = dispatch.request().streamed();
        Waiting waiting =
                Waiting.of(
                        patience,
                        dispatch.request(),
                        dispatch.subject(),
                        errand.target().traits(),
                        time);
        try (var paced = sent(dispatch, errand, waiting)) {
            var reception =
                    new Reception(
                            paced,
                            provider.quotas().quota(paced.headers(), time),
                            new ErrorReading(account, errand.dialect(), time),
                            errand,
                            provider.bounds());
            Duration pause = waiting.allowance().pause().most();
            if (reception.isRefused()) {
                return reception.refused(pause.compareTo(WORDS) < 0 ? pause : WORDS);
            }
            Outcome<LlmReply> outcome;
            if (streamed) {
                outcome =
                        new StreamRelay(
                                        dispatch,
                                        reception,
                                        paced,
                                        errand.framing(),
                                        provider.bounds(),
                                        this::later)
                                .relay();
            } else {
                paced.begun();
                outcome = reception.whole(dispatch.request().operation(), pause);
            }
            if (outcome instanceof Outcome.Success<LlmReply>) {
                paced.learned();
            }
            return outcome;
        } catch (WireException broken) {
            return Outcome.Failure.of(WireFaults.of(broken, Cause.IDLE_TIMEOUT));
        }
    }

    private PacedExchange sent(Dispatch<LlmRequest> dispatch, Errand errand, Waiting waiting)
            throws WireException {
        dispatch.leaving();
        try {
            Exchange exchange =
                    account.send(
                            errand.outgoing(),
                            waiting.allowance().timeouts(),
                            dispatch.call().deadline());
            return new PacedExchange(exchange, time, waiting);
        } catch (WireException broken) {
            throw waiting.named(broken);
        }
    }

    /// The provider's own query, behind the one that a path may have.
    private String query(String path) {
        return path.indexOf('?') >= 0 && !provider.query().isEmpty()
                ? "&" + provider.query().substring(1)
                : provider.query();
    }

    private Time.Timer later(Duration pause, Runnable task) {
        return time.after(pause, () -> threads.start(task));
    }
}
