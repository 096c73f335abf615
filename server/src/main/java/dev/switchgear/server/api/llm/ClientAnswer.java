package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.tokens.TokenEstimates;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.gateway.llm.Billing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The answer to one call on its way to the client: at first nothing has left, so any answer is
/// possible; once a stream has begun, only its end or an honest error.
final class ClientAnswer implements Downstream {
    private static final byte[] NOTHING = new byte[0];
    private static final String JSON = "application/json";

    private final LlmVisit asking;
    private final HttpExchange exchange;
    private final Meaning meaning;
    private final String model;
    private final String route;
    private final Function<UpstreamId, Optional<Boolean>> again;
    private final List<String> dropped;
    private final List<LimitStatus> limits;
    private final Billing billing;
    private final Time time;
    private @Nullable Call<LlmRequest> call;

    /// What has been told, where the route promises to continue.
    private final Optional<HeardSoFar> told;

    private final Duration pingAfter;

    /// Guards everything that leaves: pings come from a timer.
    private final ReentrantLock leaving = new ReentrantLock();

    /// When something last left, in nanoseconds of [Time#nanos].
    private long leftNanos;

    private boolean settled;

    /// Set by the attempt that committed, which with hedging may run on another thread; read after
    /// the call is settled.
    private volatile @Nullable HttpStream stream;

    /// Words what is told; null while bytes pass.
    private volatile @Nullable AnswerWriter writer;

    /// Whether bytes pass, which a writer of ours cannot go on from.
    private volatile boolean passing;

    /// What the writer wrote, on its way out.
    private final ByteArrayOutputStream words = new ByteArrayOutputStream(512);

    /// @param model the name the client used
    /// @param again whether who answers is who answered the conversation before, where that is told
    /// @param dropped what of the request nobody acts on, whoever answers
    /// @param continues whether another provider may continue what breaks off
    /// @param pingAfter silence after which a stream's client gets a sign of life; zero for never
    ClientAnswer(
            LlmVisit asking,
            Meaning meaning,
            String model,
            String route,
            Function<UpstreamId, Optional<Boolean>> again,
            List<String> dropped,
            boolean continues,
            Duration pingAfter,
            List<LimitStatus> limits,
            Billing billing,
            Time time) {
        this.asking = asking;
        this.exchange = asking.visit().exchange();
        this.meaning = meaning;
        this.model = model;
        this.route = route;
        this.again = again;
        this.dropped = dropped;
        this.told = continues ? Optional.of(new HeardSoFar()) : Optional.empty();
        this.pingAfter = pingAfter;
        this.limits = limits;
        this.billing = billing;
        this.time = time;
        this.leftNanos = time.nanos();
    }

    /// From now on a client of a stream that hears nothing gets signs of life, until the answer is
    /// settled. The first of them begins the answer: from then on what goes wrong is told within it.
    void keepAlive() {
        if (!pingAfter.isZero()) {
            arm(pingAfter);
        }
    }

    private void arm(Duration wait) {
        time.after(wait, () -> Thread.startVirtualThread(this::pingIfSilent));
    }

    private void pingIfSilent() {
        Duration wait = pingAfter;
        // Whoever writes at this moment makes a ping needless.
        if (leaving.tryLock()) {
            try {
                if (settled || exchange.gone() || exchange.closing()) {
                    return;
                }
                Duration silent = Duration.ofNanos(time.nanos() - leftNanos);
                if (silent.compareTo(pingAfter) >= 0) {
                    ping();
                } else {
                    wait = pingAfter.minus(silent);
                }
            } finally {
                leaving.unlock();
            }
        }
        arm(wait);
    }

    private void ping() {
        AnswerWriter known = writer;
        AnswerWriter pinging = known == null ? writer() : known;
        pinging.ping(words);
        if (words.size() == 0) {
            return;
        }
        if (stream == null) {
            stream = exchange.stream(streamHead(200, pinging.contentType()));
        }
        byte[] bytes = words.toByteArray();
        words.reset();
        leave(bytes, 0, bytes.length);
    }

    private ResponseHead streamHead(int status, String contentType) {
        return head(status, contentType)
                .with("cache-control", "no-cache")
                .with("x-accel-buffering", "no");
    }

    private boolean leave(byte[] bytes, int offset, int length) {
        boolean there = begun().write(bytes, offset, length);
        leftNanos = time.nanos();
        return there;
    }

    /// Whether what broke off can be continued by another provider.
    boolean continuable(Answer<LlmReply> answer) {
        boolean broken =
                answer.verdict() == Verdict.BROKEN_OFF
                        && !exchange.gone()
                        && !exchange.closing()
                        && !Thread.currentThread().isInterrupted();
        if (!broken || told.isEmpty()) {
            return false;
        }
        try {
            return told.get().continuable(meaning.chat());
        } catch (InvalidBody unread) {
            return false;
        }
    }

    /// The request that continues what broke off.
    ///
    /// @throws InvalidBody never after [#continuable]
    ChatRequest continued() throws InvalidBody {
        ChatRequest next = told.orElseThrow().continued(meaning.chat());
        told.get().resume();
        return next;
    }

    /// The call and its answer know each other; this closes the circle.
    void of(Call<LlmRequest> made) {
        call = made;
    }

    @Override
    public boolean begin(Opening opening) {
        leaving.lock();
        try {
            String contentType = opening.contentType();
            passing = !contentType.isEmpty();
            if (contentType.isEmpty()) {
                AnswerWriter known = writer;
                AnswerWriter made = known == null ? writer() : known;
                writer = made;
                contentType = made.contentType();
            }
            if (stream == null) {
                stream = exchange.stream(opened(opening, contentType));
                leftNanos = time.nanos();
            } else {
                takenUp(contentType);
            }
            return !exchange.gone();
        } finally {
            leaving.unlock();
        }
    }

    private ResponseHead opened(Opening opening, String contentType) {
        ResponseHead head = streamHead(opening.status(), contentType);
        dropped(head, opening.dropped());
        Call<LlmRequest> known = call;
        if (known != null) {
            known.winner()
                    .ifPresent(winner -> {
                        long busy = known.upstreamNanos() + time.nanos() - winner.startedNanos();
                        tell(
                                head,
                                winner.upstream().provider(),
                                winner.upstream().key(),
                                winner.subject(),
                                winner.number());
                        affinity(head, winner.upstream());
                        overhead(head, busy);
                    });
        }
        return head;
    }

    /// The head has left, with a ping or with a provider that broke off since: who goes on is told in
    /// a comment, where the stream has such.
    private void takenUp(String contentType) {
        Call<LlmRequest> known = call;
        if (known == null || !contentType.startsWith("text/event-stream")) {
            return;
        }
        known.winner()
                .ifPresent(winner -> {
                    byte[] comment =
                            (": answered by "
                                            + winner.upstream().provider()
                                            + " "
                                            + winner.subject().replaceAll("[^!-~]", "?")
                                            + "\n\n")
                                    .getBytes(StandardCharsets.UTF_8);
                    leave(comment, 0, comment.length);
                });
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length) {
        leaving.lock();
        try {
            return leave(bytes, offset, length);
        } finally {
            leaving.unlock();
        }
    }

    @Override
    public boolean tell(ChatEvent event) {
        leaving.lock();
        try {
            AnswerWriter known = writer;
            if (known == null) {
                throw new IllegalStateException("an event is told where bytes pass");
            }
            if (told.isEmpty()) {
                known.event(event, words);
            } else {
                told.get().tell(event).forEach(each -> known.event(each, words));
            }
            if (words.size() == 0) {
                return true;
            }
            byte[] bytes = words.toByteArray();
            words.reset();
            return leave(bytes, 0, bytes.length);
        } finally {
            leaving.unlock();
        }
    }

    private HttpStream begun() {
        HttpStream begun = stream;
        if (begun == null) {
            throw new IllegalStateException("a stream is written to before it begins");
        }
        return begun;
    }

    /// Writes in the client's dialect. What the client asked for about the form of the answer counts;
    /// where that cannot be read, the dialect's usual form.
    private AnswerWriter writer() {
        ChatRequest asked;
        try {
            asked = meaning.chat();
        } catch (InvalidBody unreadable) {
            asked = ChatRequest.builder(model).streamed(true).build();
        }
        String id = asking.visit().requestId().replaceAll("[^A-Za-z0-9_-]", "");
        return asking.protocol()
                .dialect()
                .answer(asked, new AnswerIdentity(id, time.instant().getEpochSecond(), model));
    }

    /// Ends the answer with what the call came to.
    ///
    /// @return tokens used; 0 where nothing was asked of anybody, -1 where unknown
    long settle(Answer<LlmReply> answer) {
        leaving.lock();
        try {
            settled = true;
            return settled(answer);
        } finally {
            leaving.unlock();
        }
    }

    private long settled(Answer<LlmReply> settled) {
        Optional<Attempt<LlmReply>> deciding = settled.deciding();
        if (deciding.isEmpty()) {
            fail(settled, LlmProblems.lost(settled, model));
            return 0;
        }
        Attempt<LlmReply> attempt = deciding.get();
        return switch (attempt.outcome()) {
            case Outcome.Success<LlmReply> success -> {
                succeed(settled, attempt, success.value());
                yield success.units();
            }
            case Outcome.Refusal<LlmReply> _ -> {
                fail(settled, LlmProblems.lost(settled, model));
                yield settled.sent() == 0 ? 0 : -1;
            }
            case Outcome.Failure<LlmReply> failure -> {
                broken(settled, attempt, failure);
                yield -1;
            }
        };
    }

    private void succeed(Answer<LlmReply> settled, Attempt<LlmReply> attempt, LlmReply reply) {
        switch (reply.content()) {
            case Content.Streamed _ -> begun().end(end());
            case Content.Passed passed ->
                    respond(settled, attempt, reply, passed.contentType(), passed.body());
            case Content.Told told ->
                    respond(settled, attempt, reply, JSON, writer().whole(told.events()));
            case Content.Counted counted ->
                    respond(
                            settled,
                            attempt,
                            reply,
                            JSON,
                            asking.protocol().dialect().counted(counted.tokens(), false));
            case Content.Embedded embedded -> embed(settled, attempt, reply, embedded);
            case Content.Declined _ -> throw new IllegalStateException("a success that declines");
        }
    }

    /// What a stream ends with: nothing more where bytes passed.
    private byte[] end() {
        AnswerWriter known = writer;
        if (known == null) {
            return NOTHING;
        }
        known.end(words);
        byte[] last = words.toByteArray();
        words.reset();
        return last;
    }

    private void embed(
            Answer<LlmReply> settled,
            Attempt<LlmReply> attempt,
            LlmReply reply,
            Content.Embedded embedded) {
        byte[] body;
        try {
            body = asking.protocol().dialect().embedded(meaning.embeddings(), embedded.answer());
        } catch (InvalidBody read) {
            throw new IllegalStateException("a body was read before it was sent", read);
        }
        respond(settled, attempt, reply, JSON, body);
    }

    private void respond(
            Answer<LlmReply> settled,
            Attempt<LlmReply> attempt,
            LlmReply reply,
            String contentType,
            byte[] body) {
        ResponseHead head = told(head(reply.status(), contentType), settled, attempt);
        cost(head, billing.cost(attempt.upstream(), attempt.subject(), reply.usage()));
        dropped(head, reply.dropped());
        exchange.respond(head, body);
    }

    /// What the answer cost, where that is known.
    private static void cost(ResponseHead head, Cost cost) {
        if (cost.known()) {
            head.with("x-switchgear-cost-usd", cost.amount().dollars().toPlainString());
            if (cost.estimate()) {
                head.with("x-switchgear-cost-estimated", "true");
            }
            if (cost.cacheSaved().isPositive()) {
                head.with(
                        "x-switchgear-cache-saved-usd",
                        cost.cacheSaved().dollars().toPlainString());
            }
        }
    }

    /// What of the request had no place at the provider: never silently.
    private void dropped(ResponseHead head, List<String> atProvider) {
        if (dropped.isEmpty() && atProvider.isEmpty()) {
            return;
        }
        var all = new ArrayList<>(dropped);
        all.addAll(atProvider);
        head.with("x-switchgear-dropped", Dropped.header(all));
    }

    private void broken(
            Answer<LlmReply> settled,
            Attempt<LlmReply> attempt,
            Outcome.Failure<LlmReply> failure) {
        if (settled.verdict() == Verdict.BROKEN_OFF) {
            end(
                    exchange.closing()
                            ? LlmProblems.CLOSING
                            : LlmProblems.brokenOff(
                                    failure.fault(), attempt.upstream().provider()));
            return;
        }
        if (exchange.closing()) {
            fail(settled, LlmProblems.CLOSING);
            return;
        }
        Fault fault = failure.fault();
        if (fault.cause() == Cause.NOT_OFFERED) {
            if (asking.operation() == Operation.COUNT_TOKENS) {
                estimate(settled);
            } else {
                fail(settled, LlmProblems.notOffered(fault));
            }
            return;
        }
        if (isForClient(fault)) {
            if (failure.reply().isPresent()
                    && failure.reply().get().content() instanceof Content.Declined declined) {
                decline(settled, attempt, failure.reply().get().status(), declined);
                return;
            }
            if (!fault.mayHaveActed() && fault.cause() == Cause.INVALID_REQUEST) {
                fail(settled, LlmProblems.invalid(fault.detail()));
                return;
            }
        }
        fail(settled, LlmProblems.lost(settled, model));
    }

    /// No provider of the route counts tokens: the client gets our estimate, marked as one.
    private void estimate(Answer<LlmReply> settled) {
        long tokens = TokenEstimates.prompt(exchange.body(), Tokenizer.UNKNOWN);
        ResponseHead head =
                head(200, JSON)
                        .with("x-switchgear-estimated", "true")
                        .with("x-switchgear-attempts", Integer.toString(settled.sent()));
        exchange.respond(head, asking.protocol().dialect().counted(tokens, true));
    }

    /// An upstream's own error is the client's business only if the request is at fault. That our key
    /// there is bad or our account empty is not.
    private static boolean isForClient(Fault fault) {
        return switch (fault.cause()) {
            case TOO_LARGE, POLICY_REFUSED, INVALID_REQUEST, SUBJECT_UNKNOWN -> true;
            case EGRESS_DENIED,
                    CONNECT_FAILED,
                    CONNECT_TIMEOUT,
                    TLS_FAILED,
                    HEAD_TIMEOUT,
                    FIRST_PIECE_TIMEOUT,
                    IDLE_TIMEOUT,
                    DEADLINE,
                    CONNECTION_LOST,
                    MALFORMED,
                    SERVER_ERROR,
                    OVERLOADED,
                    RATE_LIMITED,
                    KEY_REJECTED,
                    ACCOUNT_EXHAUSTED,
                    FORBIDDEN,
                    NOT_OFFERED,
                    OVER_BUDGET,
                    CANCELLED ->
                    false;
        };
    }

    /// The upstream's own words where the client speaks its dialect, else their sense.
    private void decline(
            Answer<LlmReply> settled,
            Attempt<LlmReply> attempt,
            int status,
            Content.Declined declined) {
        if (stream == null && declined.dialect() == asking.protocol().dialect().dialect()) {
            ResponseHead head = told(head(status, JSON), settled, attempt);
            exchange.respond(head.with("x-should-retry", "false"), declined.body());
            return;
        }
        Problem problem = LlmProblems.declined(status, declined.code(), declined.message());
        if (stream != null) {
            end(problem);
            return;
        }
        ResponseHead head = told(head(asking.protocol().status(problem), JSON), settled, attempt);
        respond(problem, head);
    }

    /// Ends the answer with an error of ours, as an event if a stream has begun.
    void fail(Problem problem) {
        leaving.lock();
        try {
            settled = true;
            if (stream != null) {
                end(problem);
                return;
            }
            respond(problem, head(asking.protocol().status(problem), JSON));
        } finally {
            leaving.unlock();
        }
    }

    /// The last event of a stream that had begun; no sign of success follows.
    private void end(Problem problem) {
        AnswerWriter known = writer;
        var broken =
                new ChatEvent.Broken(
                        problem.status(), asking.protocol().code(problem), problem.message());
        if (known != null) {
            known.event(broken, words);
        } else if (passing) {
            writer().brokenOff(broken, words);
        } else {
            writer().event(broken, words);
        }
        byte[] last = words.toByteArray();
        words.reset();
        begun().end(last);
    }

    private void fail(Answer<LlmReply> settled, Problem problem) {
        if (stream != null) {
            end(problem);
            return;
        }
        ResponseHead head = head(asking.protocol().status(problem), JSON);
        head.with("x-switchgear-attempts", Integer.toString(settled.sent()));
        overhead(head, upstreamNanos());
        respond(problem, head);
    }

    private void respond(Problem problem, ResponseHead head) {
        if (exchange.gone()) {
            return;
        }
        head.with(problem.headers());
        exchange.respond(head, asking.protocol().render(problem, asking.visit().requestId()));
    }

    private ResponseHead head(int status, String contentType) {
        ResponseHead head = asking.visit().head(status, contentType);
        asking.protocol().limits(head, limits);
        return route.isEmpty() ? head : head.with("x-switchgear-route", route);
    }

    private ResponseHead told(
            ResponseHead head, Answer<LlmReply> settled, Attempt<LlmReply> attempt) {
        tell(
                head,
                attempt.upstream().provider(),
                attempt.upstream().key(),
                attempt.subject(),
                settled.sent());
        affinity(head, attempt.upstream());
        overhead(head, upstreamNanos());
        return head;
    }

    private void affinity(ResponseHead head, UpstreamId answers) {
        again.apply(answers)
                .ifPresent(same -> head.with("x-switchgear-affinity", same ? "hit" : "miss"));
    }

    private static void tell(
            ResponseHead head, String provider, String key, String model, int attempts) {
        head.with("x-switchgear-provider", provider)
                .with("x-switchgear-key", key)
                .with("x-switchgear-model", model)
                .with("x-switchgear-attempts", Integer.toString(attempts))
                .with("x-switchgear-failovers", Integer.toString(Math.max(0, attempts - 1)));
    }

    /// What of the time since arrival was ours.
    private void overhead(ResponseHead head, long upstreamNanos) {
        long micros = Math.max(0, time.nanos() - exchange.arrivedNanos() - upstreamNanos) / 1000;
        long fraction = micros % 1000;
        head.with(
                "x-switchgear-overhead-ms",
                micros / 1000 + (fraction < 10 ? ".00" : fraction < 100 ? ".0" : ".") + fraction);
    }

    private long upstreamNanos() {
        Call<LlmRequest> known = call;
        return known == null ? 0 : known.upstreamNanos();
    }
}
