package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.core.overload.Overload;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.families.json.Abandoned;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.AtHome;
import dev.switchgear.families.llm.call.Companions;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.server.api.limit.ClientAdmission;
import dev.switchgear.server.gateway.llm.Destination;
import dev.switchgear.server.gateway.llm.OpenTab;
import dev.switchgear.server.gateway.llm.Opened;
import dev.switchgear.server.gateway.llm.StreamPromise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is known of a client's call on its way through the edge. Its steps, each of which ends in the
/// next or in a refusal: [#admitted] by the client's limits, afforded by its budget, carried to a
/// destination, continued where an answer broke off. Belongs to the thread that serves it.
final class LlmCall {
    private static final Logger LOG = LoggerFactory.getLogger(LlmCall.class);

    /// How often one answer is taken up again.
    private static final int CONTINUED_MAX = 2;

    /// How long a request for a model that nobody has may wait to be told so.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final LlmEdge edge;
    private final LlmVisit visit;
    private final Steered.By steered;
    private final Optional<Destination> unsteered;
    private final Optional<Destination> destination;
    private final Optional<AtHome> home;
    private final Deadline deadline;
    private final long tokens;

    /// Everything that the call led to, for the client's limits.
    private final List<Attempt<LlmReply>> attempts = new ArrayList<>(2);

    /// @param unsteered where the model alone leads
    /// @param destination where the call may go; empty for nowhere
    /// @param home what the one upstream is asked that keeps what the client refers to
    LlmCall(
            LlmEdge edge,
            LlmVisit visit,
            Steered.By steered,
            Optional<Destination> unsteered,
            Optional<Destination> destination,
            Optional<AtHome> home) {
        this.edge = edge;
        this.visit = visit;
        this.steered = steered;
        this.unsteered = unsteered;
        this.destination = destination;
        this.home = home;
        this.deadline =
                Deadline.in(
                        destination
                                .map(to -> visit.turn().total().orElseGet(to::total))
                                .orElse(PATIENCE),
                        edge.time());
        this.tokens = body().promptTokensEstimate() + body().maxOutputTokens().orElse(0);
    }

    private RequestBody body() {
        return steered.body();
    }

    /// Whether a conversation that its provider keeps could not go on where this call may go.
    boolean losesThreads() {
        return destination.isPresent() && !destination.get().keepsThreads();
    }

    /// Takes from the client's limits what the call will use, and settles that when it is over.
    void admitted() {
        long lag = edge.time().lagNanos();
        if (lag > 0 && Overload.sheds(visit.visit().client().rank(), lag)) {
            visit.refuse(List.of(), LlmProblems.shed(lag));
            return;
        }
        ClientAdmission admission;
        try {
            var caller = CallerOf.of(visit.visit().client(), visit.exchange(), edge.limits());
            admission = edge.limits().admit(caller, tokens, deadline);
        } catch (InterruptedException gone) {
            Thread.currentThread().interrupt();
            visit.refuse(List.of(), LlmProblems.CLOSING);
            return;
        }
        switch (admission) {
            case ClientAdmission.Refused refused ->
                    visit.refuse(refused.status(), LlmProblems.overLimit(refused, tokens));
            case ClientAdmission.Crowded crowded ->
                    visit.refuse(crowded.status(), LlmProblems.crowded(crowded));
            case ClientAdmission.Granted granted -> {
                long used = TokensUsed.UNKNOWN;
                try {
                    used =
                            destination.isPresent()
                                    ? afforded(destination.get(), granted.status())
                                    : nowhere(granted.status());
                } finally {
                    granted.settle().accept(attempts.isEmpty() ? used : TokensUsed.of(attempts));
                }
            }
        }
    }

    private long nowhere(List<LimitStatus> limits) {
        String model = body().model();
        visit.refuse(
                limits,
                unsteered
                        .map(without -> Steering.nobodyLeft(model, without))
                        .orElseGet(() -> LlmProblems.unknown(model, edge.models())));
        return 0;
    }

    /// Holds back from the client's budget what the call may cost, and has entered into the books what it
    /// led to.
    ///
    /// @return tokens used; 0 where nothing was asked of anybody, -1 where unknown
    private long afforded(Destination to, List<LimitStatus> limits) {
        return switch (edge.billing().open(visit.client(), to, visit.operation(), body())) {
            case Opened.Refused refused -> {
                visit.refuse(limits, LlmProblems.overBudget(refused.by()));
                yield 0;
            }
            case Opened.Unpriced unpriced -> {
                visit.refuse(limits, LlmProblems.unpriced(body().model(), unpriced.targets()));
                yield 0;
            }
            case Opened.Granted granted -> {
                try (OpenTab tab = granted.tab()) {
                    yield carried(to, limits, tab);
                }
            }
        };
    }

    /// @return tokens used; -1 where unknown
    private long carried(Destination to, List<LimitStatus> limits, OpenTab tab) {
        visit.turn().admitted();
        boolean streamed = body().streamed() && visit.operation() == Operation.CHAT;
        boolean continues = streamed && to.promise() == StreamPromise.CONTINUE;
        var room = new TranslationRoom(visit.exchange());
        var meaning = Meaning.of(visit.operation(), body(), visit.protocol().dialect(), room);
        var asked = new ClientRequest(visit, body().model(), meaning);
        var head = new AnswerHead(visit, to, limits, steered.dropped(), edge.time());
        Optional<ClientStream> stream =
                streamed
                        ? Optional.of(new ClientStream(asked, head, continues, edge.keepAlive()))
                        : Optional.empty();
        var answer = new ClientAnswer(asked, head, stream, tab, edge.time());
        var request =
                new LlmRequest(
                        visit.operation(),
                        visit.protocol().dialect().dialect(),
                        body(),
                        meaning,
                        visit.passable() && !continues,
                        false,
                        to.promise() == StreamPromise.COMPLETE ? HoldBack.WHOLE : to.holdBack(),
                        streamed ? stream.get() : Downstream.NONE,
                        new Companions(
                                visit.protocol().passed(visit.exchange()),
                                visit.visit().traceparent(),
                                edge.seals(visit.client()),
                                home,
                                to.marks()),
                        tab);
        Call<LlmRequest> call = call(request);
        stream.ifPresent(ClientStream::keepAlive);
        try {
            Answer<LlmReply> first = carry(call, to);
            Answer<LlmReply> settled =
                    stream.isPresent() ? continued(call, first, to, stream.get()) : first;
            if (room.problem().isPresent()
                    && !success(settled)
                    && !Thread.currentThread().isInterrupted()) {
                answer.fail(room.problem().get());
                return settled.sent() == 0 ? 0 : -1;
            }
            // A call that was continued has begun to answer, so no head will tell its time.
            return answer.settle(settled, call.upstreamNanos());
        } catch (Abandoned _) {
            // Who has hung up hears nothing; who has not is told that the gateway stops.
            answer.fail(LlmProblems.CLOSING);
            return -1;
        } catch (RuntimeException bug) {
            LOG.error("call {} could not be carried", call.id(), bug);
            answer.fail(LlmProblems.INTERNAL);
            return -1;
        }
    }

    private Answer<LlmReply> carry(Call<LlmRequest> call, Destination to) {
        Answer<LlmReply> settled = to.carry(call);
        attempts.addAll(settled.attempts());
        return settled;
    }

    /// Has others take up what breaks off, where the route promises that.
    ///
    /// @return what the client is told of
    private Answer<LlmReply> continued(
            Call<LlmRequest> first, Answer<LlmReply> broken, Destination to, ClientStream stream) {
        Answer<LlmReply> settled = broken;
        Call<LlmRequest> call = first;
        Destination rest = to;
        for (int again = 0; again < CONTINUED_MAX && stream.continuable(settled); again++) {
            rest = rest.without(settled.deciding().orElseThrow().upstream().provider());
            try {
                call = call(call.request().continued(stream.continued()));
            } catch (InvalidBody unread) {
                return settled;
            }
            Answer<LlmReply> next = carry(call, rest);
            if (!call.committed() && !success(next)) {
                // Nobody took it up: what broke off is what the client is told of.
                return settled;
            }
            settled = next;
        }
        return settled;
    }

    private static boolean success(Answer<LlmReply> answer) {
        return answer.deciding()
                .map(attempt -> attempt.outcome() instanceof Outcome.Success<LlmReply>)
                .orElse(false);
    }

    private Call<LlmRequest> call(LlmRequest request) {
        var call =
                new Call<>(
                        visit.visit().requestId(),
                        request,
                        deadline,
                        true,
                        visit.visit().client().rank(),
                        tokens,
                        visit.operation().word());
        call.givenUpByUs(visit.exchange()::closing);
        return call;
    }
}
