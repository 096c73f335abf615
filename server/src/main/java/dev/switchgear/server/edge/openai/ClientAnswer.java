package dev.switchgear.server.edge.openai;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.server.edge.HttpExchange;
import dev.switchgear.server.edge.HttpStream;
import dev.switchgear.server.edge.Problem;
import dev.switchgear.server.edge.ResponseHead;
import dev.switchgear.server.edge.Visit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The answer to one call on its way to the client: at first nothing has left, so any answer is
/// possible; once a stream has begun, only its end or an honest error.
final class ClientAnswer implements Downstream {
    private static final byte[] NOTHING = new byte[0];
    private static final OpenAi PROTOCOL = new OpenAi();

    private final Visit visit;
    private final HttpExchange exchange;
    private final String route;
    private final List<LimitStatus> limits;
    private final Time time;
    private @Nullable Call<LlmRequest> call;

    /// Set by the attempt that committed, which with hedging may run on another thread; read after
    /// the call is settled.
    private volatile @Nullable HttpStream stream;

    ClientAnswer(Visit visit, String route, List<LimitStatus> limits, Time time) {
        this.visit = visit;
        this.exchange = visit.exchange();
        this.route = route;
        this.limits = limits;
        this.time = time;
    }

    /// The call and its answer know each other; this closes the circle.
    void of(Call<LlmRequest> made) {
        call = made;
    }

    @Override
    public boolean begin(int status, String contentType) {
        ResponseHead head =
                head(status, contentType)
                        .with("cache-control", "no-cache")
                        .with("x-accel-buffering", "no");
        Call<LlmRequest> known = call;
        if (known != null) {
            known.winner()
                    .ifPresent(winner -> {
                        long busy = known.upstreamNanos() + time.nanos() - winner.startedNanos();
                        tell(
                                head,
                                winner.upstream().provider(),
                                winner.upstream().key(),
                                winner.model(),
                                winner.number());
                        overhead(head, busy);
                    });
        }
        stream = exchange.stream(head);
        return !exchange.gone();
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length) {
        HttpStream begun = stream;
        if (begun == null) {
            throw new IllegalStateException("a stream is written to before it begins");
        }
        return begun.write(bytes, offset, length);
    }

    /// Ends the answer with what the call came to.
    ///
    /// @return tokens used; 0 where nothing was asked of anybody, -1 where unknown
    long settle(Answer<LlmReply> settled) {
        Optional<Attempt<LlmReply>> deciding = settled.deciding();
        if (deciding.isEmpty()) {
            fail(settled, Refusals.lost(settled, model()));
            return 0;
        }
        Attempt<LlmReply> attempt = deciding.get();
        return switch (attempt.outcome()) {
            case Outcome.Success<LlmReply> success -> {
                succeed(settled, attempt, success.value());
                yield success.tokens();
            }
            case Outcome.Refusal<LlmReply> _ -> {
                fail(settled, Refusals.lost(settled, model()));
                yield settled.sent() == 0 ? 0 : -1;
            }
            case Outcome.Failure<LlmReply> failure -> {
                broken(settled, attempt, failure);
                yield -1;
            }
        };
    }

    private void succeed(Answer<LlmReply> settled, Attempt<LlmReply> attempt, LlmReply reply) {
        HttpStream begun = stream;
        if (begun != null) {
            begun.end(NOTHING);
            return;
        }
        exchange.respond(
                told(head(reply.status(), reply.contentType()), settled, attempt), reply.body());
    }

    private void broken(
            Answer<LlmReply> settled,
            Attempt<LlmReply> attempt,
            Outcome.Failure<LlmReply> failure) {
        HttpStream begun = stream;
        if (begun != null) {
            Problem problem =
                    exchange.closing()
                            ? Refusals.CLOSING
                            : Refusals.brokenOff(failure.fault(), attempt.upstream().provider());
            begun.end(OpenAi.errorEvent(problem));
            return;
        }
        if (failure.reply().isPresent() && isForClient(failure.fault())) {
            relay(settled, attempt, failure.reply().get());
            return;
        }
        fail(settled, exchange.closing() ? Refusals.CLOSING : Refusals.lost(settled, model()));
    }

    /// An upstream's own error is the client's business only if the request is at fault. That our key
    /// there is bad or our account empty is not.
    private static boolean isForClient(Fault fault) {
        return switch (fault.cause()) {
            case CONTEXT_TOO_LONG, CONTENT_FILTERED, INVALID_REQUEST, MODEL_UNKNOWN -> true;
            case EGRESS_DENIED,
                    CONNECT_FAILED,
                    CONNECT_TIMEOUT,
                    TLS_FAILED,
                    HEAD_TIMEOUT,
                    FIRST_TOKEN_TIMEOUT,
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
                    CANCELLED ->
                    false;
        };
    }

    private void relay(Answer<LlmReply> settled, Attempt<LlmReply> attempt, LlmReply reply) {
        ResponseHead head = told(head(reply.status(), reply.contentType()), settled, attempt);
        exchange.respond(head.with("x-should-retry", "false"), reply.body());
    }

    /// Ends the answer with an error of ours, as an event if a stream has begun.
    void fail(Problem problem) {
        HttpStream begun = stream;
        if (begun != null) {
            begun.end(OpenAi.errorEvent(problem));
            return;
        }
        respond(problem, head(problem.status(), "application/json"));
    }

    private void fail(Answer<LlmReply> settled, Problem problem) {
        ResponseHead head = head(problem.status(), "application/json");
        head.with("x-switchgear-attempts", Integer.toString(settled.sent()));
        overhead(head, upstreamNanos());
        respond(problem, head);
    }

    private void respond(Problem problem, ResponseHead head) {
        if (exchange.gone()) {
            return;
        }
        OpenAiEdge.addAll(head, problem.headers());
        exchange.respond(head, PROTOCOL.render(problem, visit.requestId()));
    }

    private ResponseHead head(int status, String contentType) {
        ResponseHead head = visit.head(status, contentType);
        RateHeaders.add(head, limits);
        return route.isEmpty() ? head : head.with("x-switchgear-route", route);
    }

    private ResponseHead told(
            ResponseHead head, Answer<LlmReply> settled, Attempt<LlmReply> attempt) {
        tell(
                head,
                attempt.upstream().provider(),
                attempt.upstream().key(),
                attempt.model(),
                settled.sent());
        overhead(head, upstreamNanos());
        return head;
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

    private String model() {
        Call<LlmRequest> known = call;
        return known == null ? "" : known.request().body().model();
    }
}
