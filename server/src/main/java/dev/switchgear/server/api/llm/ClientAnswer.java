package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.event.Event.Verdict;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmReply.Content;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientCounting;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.tokens.TokenEstimates;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.gateway.llm.OpenTab;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Settles one call with its client: by a whole answer or an error of any kind while nothing has left,
/// else by the end of the stream. For one thread, once.
final class ClientAnswer {
    private static final String JSON = "application/json";

    /// Faults about which a client can do nothing, whatever the provider's words for them.
    private static final Set<Cause> OF_OUR_ACCOUNT =
            EnumSet.of(Cause.KEY_REJECTED, Cause.ACCOUNT_EXHAUSTED, Cause.FORBIDDEN);

    private final ClientRequest request;
    private final HttpExchange exchange;
    private final AnswerHead head;
    private final Optional<ClientStream> stream;
    private final OpenTab tab;
    private final Time time;

    /// @param stream where the client wants the answer in pieces
    ClientAnswer(
            ClientRequest request,
            AnswerHead head,
            Optional<ClientStream> stream,
            OpenTab tab,
            Time time) {
        this.request = request;
        this.exchange = request.visit().exchange();
        this.head = head;
        this.stream = stream;
        this.tab = tab;
        this.time = time;
    }

    /// What the call came to.
    ///
    /// @param upstreamNanos time that was spent in upstreams
    private record Settled(Answer<LlmReply> answer, long upstreamNanos) {}

    /// Ends the answer with what the call came to.
    ///
    /// @param upstreamNanos time that was spent in upstreams
    /// @return tokens used; 0 where nothing was asked of anybody, -1 where unknown
    long settle(Answer<LlmReply> answer, long upstreamNanos) {
        stream.ifPresent(ClientStream::settled);
        var settled = new Settled(answer, upstreamNanos);
        Optional<Attempt<LlmReply>> deciding = answer.deciding();
        if (deciding.isEmpty()) {
            lose(settled);
            return 0;
        }
        Attempt<LlmReply> attempt = deciding.get();
        return switch (attempt.outcome()) {
            case Outcome.Success<LlmReply> success -> {
                succeed(settled, attempt, success.value());
                yield success.units();
            }
            case Outcome.Refusal<LlmReply> _ -> {
                lose(settled);
                yield answer.sent() == 0 ? 0 : -1;
            }
            case Outcome.Failure<LlmReply> failure -> {
                broken(settled, attempt, failure);
                yield -1;
            }
        };
    }

    private void succeed(Settled settled, Attempt<LlmReply> attempt, LlmReply reply) {
        boolean passing = reply.content() instanceof Content.Passed;
        if (stream.isEmpty()) {
            request.visit().turn().answers(attempt.upstream(), passing);
        }
        switch (reply.content()) {
            case Content.Streamed _ -> stream.orElseThrow().end();
            case Content.Passed passed -> {
                ResponseHead whole = answering(settled, attempt, reply, passed.contentType());
                head.dropped(whole, reply.dropped(), List.of());
                exchange.respond(whole, passed.body());
            }
            case Content.Told events -> {
                AnswerWriter writer = request.writer(time);
                byte[] body = writer.whole(events.events());
                ResponseHead whole = answering(settled, attempt, reply, JSON);
                head.dropped(whole, reply.dropped(), writer.omitted());
                exchange.respond(whole, body);
            }
            case Content.Counted counted -> {
                byte[] body = counting().counted(counted.tokens(), false);
                respond(settled, attempt, reply, body);
            }
            case Content.Embedded embedded -> respond(settled, attempt, reply, body(embedded));
            case Content.Declined _ -> throw new IllegalStateException("a success that declines");
        }
    }

    private byte[] body(Content.Embedded embedded) {
        try {
            return dialect()
                    .embedding()
                    .orElseThrow()
                    .embedded(request.meaning().embeddings(), embedded.answer());
        } catch (InvalidBody read) {
            throw new IllegalStateException("a body was read before it was sent", read);
        }
    }

    private ClientDialect dialect() {
        return request.visit().protocol().dialect();
    }

    /// Only for clients that asked for a count, and so have a dialect with one.
    private ClientCounting counting() {
        return dialect().counting().orElseThrow();
    }

    private void respond(Settled settled, Attempt<LlmReply> attempt, LlmReply reply, byte[] body) {
        ResponseHead whole = answering(settled, attempt, reply, JSON);
        head.dropped(whole, reply.dropped(), List.of());
        exchange.respond(whole, body);
    }

    /// The head of a whole answer, but for what is dropped.
    private ResponseHead answering(
            Settled settled, Attempt<LlmReply> attempt, LlmReply reply, String contentType) {
        ResponseHead whole = head.plain(reply.status(), contentType);
        by(whole, settled, attempt);
        AnswerHead.cost(
                whole, tab.cost(attempt.upstream(), attempt.subject(), reply), reply.usage());
        if (reply.usage().estimated()) {
            whole.with("x-switchgear-estimated", "true");
        }
        return whole;
    }

    private void by(ResponseHead whole, Settled settled, Attempt<LlmReply> attempt) {
        head.by(whole, attempt.upstream(), attempt.subject(), settled.answer().sent());
        AnswerHead.reason(whole, settled.answer().why());
        head.overhead(whole, settled.upstreamNanos());
    }

    private void broken(
            Settled settled, Attempt<LlmReply> attempt, Outcome.Failure<LlmReply> failure) {
        Fault fault = failure.fault();
        if (settled.answer().verdict() == Verdict.BROKEN_OFF) {
            Problem problem =
                    exchange.closing()
                            ? LlmProblems.CLOSING
                            : brokenOff(fault, attempt.upstream().provider(), failure);
            breakOff(problem, failure);
            return;
        }
        if (exchange.closing()) {
            fail(settled, LlmProblems.CLOSING);
            return;
        }
        if (fault.cause() == Cause.NOT_OFFERED) {
            if (request.visit().operation() == Operation.COUNT_TOKENS) {
                estimate(settled);
            } else {
                fail(settled, LlmProblems.notOffered(fault));
            }
            return;
        }
        if (isForClient(fault)) {
            if (failure.reply().isPresent()
                    && failure.reply().get().content() instanceof Content.Declined declined) {
                if (fault.cause() == Cause.ANSWER_FAILED) {
                    Problem problem = LlmProblems.answerFailed(declined);
                    fail(problem, whole -> by(whole, settled, attempt));
                } else {
                    decline(settled, attempt, failure.reply().get().status(), declined);
                }
                return;
            }
            if (!fault.mayHaveActed() && fault.cause() == Cause.INVALID_REQUEST) {
                fail(settled, LlmProblems.invalid(fault.detail()));
                return;
            }
        }
        lose(settled);
    }

    /// In the provider's words where the request led to it; else what happened, in ours.
    private static Problem brokenOff(
            Fault fault, String provider, Outcome.Failure<LlmReply> failure) {
        if (isForClient(fault)
                && failure.reply().isPresent()
                && failure.reply().get().content() instanceof Content.Declined declined) {
            return fault.cause() == Cause.ANSWER_FAILED
                    ? LlmProblems.answerFailed(declined)
                    : LlmProblems.declined(
                            failure.reply().get().status(), declined.code(), declined.message());
        }
        return LlmProblems.brokenOff(fault, provider);
    }

    /// Ends a stream that broke off. An error that has passed as it came says it all; another provider's
    /// keeps its status, code and words, unless they are about our account there.
    private void breakOff(Problem problem, Outcome.Failure<LlmReply> failure) {
        ClientStream begun = stream.orElseThrow();
        if (exchange.closing()
                || failure.reply().isEmpty()
                || !(failure.reply().get().content() instanceof Content.Declined declined)) {
            begun.end(problem);
            return;
        }
        if (declined.told()) {
            begun.endTold();
        } else if (failure.fault().cause() == Cause.ANSWER_FAILED
                || OF_OUR_ACCOUNT.contains(failure.fault().cause())) {
            begun.end(problem);
        } else {
            begun.end(problem, failure.reply().get().status(), declined.code());
        }
    }

    /// No provider of the route counts tokens: the client gets our estimate, marked as one.
    private void estimate(Settled settled) {
        Tokenizer tokenizer =
                settled.answer()
                        .deciding()
                        .map(attempt -> tab.tokenizer(attempt.upstream(), attempt.subject()))
                        .orElse(Tokenizer.UNKNOWN);
        long tokens = TokenEstimates.close(exchange.body(), tokenizer);
        ResponseHead whole =
                head.plain(200, JSON)
                        .with("x-switchgear-estimated", "true")
                        .with("x-switchgear-attempts", Integer.toString(settled.answer().sent()));
        exchange.respond(whole, counting().counted(tokens, true));
    }

    /// An upstream's own error is the client's business only if the request is at fault. That our key
    /// there is bad or our account empty is not.
    private static boolean isForClient(Fault fault) {
        return switch (fault.cause()) {
            case TOO_LARGE, POLICY_REFUSED, INVALID_REQUEST, ANSWER_FAILED, SUBJECT_UNKNOWN -> true;
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
                    ADAPTER_FAILED,
                    SERVER_ERROR,
                    OVERLOADED,
                    RATE_LIMITED,
                    KEY_REJECTED,
                    ACCOUNT_EXHAUSTED,
                    FORBIDDEN,
                    NOT_OFFERED,
                    OVER_BUDGET,
                    OWN_DELAY,
                    CANCELLED ->
                    false;
        };
    }

    /// The upstream's own words where the client speaks its dialect, else their sense.
    private void decline(
            Settled settled, Attempt<LlmReply> attempt, int status, Content.Declined declined) {
        boolean begun = stream.isPresent() && stream.get().begun();
        boolean shown = declined.body().length > 0 && declined.dialect() == dialect().dialect();
        if (!begun && shown) {
            ResponseHead whole = head.plain(status, JSON);
            by(whole, settled, attempt);
            exchange.respond(whole.with("x-should-retry", "false"), declined.body());
            return;
        }
        Problem problem = LlmProblems.declined(status, declined.code(), declined.message());
        fail(problem, whole -> by(whole, settled, attempt));
    }

    private void lose(Settled settled) {
        fail(settled, LlmProblems.lost(settled.answer(), request.model()));
    }

    private void fail(Settled settled, Problem problem) {
        fail(
                problem,
                whole -> {
                    whole.with("x-switchgear-attempts", Integer.toString(settled.answer().sent()));
                    head.overhead(whole, settled.upstreamNanos());
                });
    }

    /// Ends the answer with an error of ours that no attempt led to.
    void fail(Problem problem) {
        stream.ifPresent(ClientStream::settled);
        fail(problem, _ -> {});
    }

    /// Ends the answer with an error of ours, as an event if a stream has begun.
    private void fail(Problem problem, Consumer<ResponseHead> more) {
        if (stream.isPresent() && stream.get().begun()) {
            stream.get().end(problem);
        } else if (!exchange.gone()) {
            request.visit().visit().refuse(problem, whole -> more.accept(head.common(whole)));
        }
    }
}
