package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.routing.Answer;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.families.llm.scan.ScanRules;
import dev.switchgear.families.money.Reserved;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.limit.ClientAdmission;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.gateway.llm.Billing;
import dev.switchgear.server.gateway.llm.ConversationKey;
import dev.switchgear.server.gateway.llm.Destination;
import dev.switchgear.server.gateway.llm.Destinations;
import dev.switchgear.server.gateway.llm.ModelEntry;
import dev.switchgear.server.gateway.llm.Selection;
import dev.switchgear.server.gateway.llm.StreamPromise;
import dev.switchgear.server.names.Lower;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves LLM clients whatever they speak: reads a request, has it carried, and words the answer.
/// Thread-safe.
public final class LlmEdge {
    private static final Logger LOG = LoggerFactory.getLogger(LlmEdge.class);

    /// How often one answer is taken up again.
    private static final int CONTINUED_MAX = 2;

    /// How long a request for a model that nobody has may wait to be told so.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Destinations gateway;
    private final ClientLimits limits;
    private final Billing billing;
    private final ScanLimits scanLimits;
    private final Duration pingAfter;
    private final Time time;

    /// @param pingAfter silence after which a stream's client gets a sign of life; zero for never
    public LlmEdge(
            Destinations gateway,
            ClientLimits limits,
            Billing billing,
            ScanLimits scanLimits,
            Duration pingAfter,
            Time time) {
        this.gateway = gateway;
        this.limits = limits;
        this.billing = billing;
        this.scanLimits = scanLimits;
        this.pingAfter = pingAfter;
        this.time = time;
    }

    /// All names that clients may ask for.
    public List<ModelEntry> models() {
        return gateway.models();
    }

    /// The name that is so; empty where nobody has it.
    public Optional<ModelEntry> model(String id) {
        return gateway.models().stream().filter(model -> model.id().equals(id)).findFirst();
    }

    /// Has what is asked carried, and answers it.
    public void serve(LlmVisit asking) {
        HttpExchange exchange = asking.visit().exchange();
        Optional<Problem> media = unsupportedMedia(exchange);
        if (media.isPresent()) {
            asking.refuse(List.of(), media.get());
            return;
        }
        RequestBody body;
        try {
            body = body(asking);
        } catch (InvalidBody invalid) {
            asking.refuse(List.of(), LlmProblems.invalid(invalid));
            return;
        }
        switch (Steering.read(gateway, exchange, body)) {
            case Steered.Refused refused -> asking.refuse(List.of(), refused.problem());
            case Steered.By steered -> carry(asking, steered, body);
        }
    }

    /// @param uncut the body as it came
    private void carry(LlmVisit asking, Steered.By steered, RequestBody uncut) {
        RequestBody body = steered.body();
        long tokens = body.promptTokensEstimate() + body.maxOutputTokens().orElse(0);
        Optional<Destination> offered = gateway.find(body.model());
        Optional<Destination> chosen =
                steered.selection().equals(Selection.NONE)
                        ? offered
                        : gateway.find(body.model(), steered.selection());
        Optional<Destination> destination = chosen.map(to -> going(asking, uncut, to));
        Deadline deadline = Deadline.in(destination.map(Destination::total).orElse(PATIENCE), time);
        ClientAdmission admission;
        try {
            admission = limits.admit(asking.visit().client(), tokens, deadline);
        } catch (InterruptedException gone) {
            Thread.currentThread().interrupt();
            asking.refuse(List.of(), LlmProblems.CLOSING);
            return;
        }
        switch (admission) {
            case ClientAdmission.Refused refused ->
                    asking.refuse(refused.status(), LlmProblems.overLimit(refused, tokens));
            case ClientAdmission.Crowded crowded ->
                    asking.refuse(crowded.status(), LlmProblems.crowded(crowded));
            case ClientAdmission.Granted granted -> {
                long used = -1;
                try {
                    if (destination.isEmpty()) {
                        used = 0;
                        asking.refuse(
                                granted.status(),
                                offered.map(without -> Steering.nobodyLeft(body.model(), without))
                                        .orElseGet(() ->
                                                LlmProblems.unknown(
                                                        body.model(), gateway.models())));
                    } else {
                        used =
                                afford(
                                        asking,
                                        steered,
                                        destination.get(),
                                        granted,
                                        deadline,
                                        tokens);
                    }
                } finally {
                    granted.settle().accept(used);
                }
            }
        }
    }

    /// Where a conversation goes on; where that makes no difference, it is not even looked at.
    private static Destination going(LlmVisit asking, RequestBody uncut, Destination to) {
        if (asking.operation() != Operation.CHAT || !to.remembers()) {
            return to;
        }
        Optional<String> session = asking.visit().exchange().header("x-session-id");
        return ConversationKey.of(client(asking), uncut, session).map(to::going).orElse(to);
    }

    private RequestBody body(LlmVisit asking) throws InvalidBody {
        RequestBody scanned =
                RequestScan.scan(
                        asking.visit().exchange().body(),
                        ScanRules.of(asking.protocol().dialect().dialect()),
                        scanLimits);
        if (asking.inPath().isEmpty()) {
            return scanned;
        }
        LlmVisit.InPath path = asking.inPath().get();
        return scanned.at(path.model().isEmpty() ? scanned.model() : path.model(), path.streamed());
    }

    /// Carries what the client can pay for.
    ///
    /// @return tokens used; 0 where nothing was asked of anybody, -1 where unknown
    private long afford(
            LlmVisit asking,
            Steered.By steered,
            Destination to,
            ClientAdmission.Granted granted,
            Deadline deadline,
            long tokens) {
        return switch (billing.reserve(client(asking), to, steered.body())) {
            case Reserved.Refused refused -> {
                asking.refuse(granted.status(), LlmProblems.overBudget(refused));
                yield 0;
            }
            case Reserved.Granted paid ->
                    carry(asking, steered, to, granted, paid, deadline, tokens);
        };
    }

    /// @return tokens used; 0 where nothing was asked of anybody, -1 where unknown
    private long carry(
            LlmVisit asking,
            Steered.By steered,
            Destination to,
            ClientAdmission.Granted granted,
            Reserved.Granted paid,
            Deadline deadline,
            long tokens) {
        RequestBody body = steered.body();
        var meaning = Meaning.of(asking.operation(), body, asking.protocol().dialect());
        boolean streamed = body.streamed() && asking.operation() == Operation.CHAT;
        boolean continues = streamed && to.promise() == StreamPromise.CONTINUE;
        var answer =
                new ClientAnswer(
                        asking,
                        meaning,
                        body.model(),
                        to.route(),
                        to::again,
                        steered.dropped(),
                        continues,
                        pingAfter,
                        granted.status(),
                        billing,
                        time);
        var request =
                new LlmRequest(
                        asking.operation(),
                        asking.protocol().dialect().dialect(),
                        body,
                        meaning,
                        asking.passable() && !continues,
                        false,
                        to.promise() == StreamPromise.COMPLETE ? HoldBack.WHOLE : to.holdBack(),
                        streamed ? answer : Downstream.NONE,
                        asking.protocol().passed(asking.visit().exchange()),
                        asking.visit().traceparent());
        Call<LlmRequest> call = call(asking, request, deadline, tokens);
        answer.of(call);
        if (streamed) {
            answer.keepAlive();
        }
        var settling = new Settling(paid, client(asking));
        try {
            return answer.settle(carry(asking, to, call, answer, settling));
        } catch (RuntimeException bug) {
            LOG.error("call {} could not be carried", call.id(), bug);
            answer.fail(LlmProblems.INTERNAL);
            return -1;
        } finally {
            settling.end();
        }
    }

    private static String client(LlmVisit asking) {
        return asking.visit().client().name();
    }

    /// Enters everything that one client's call led to into the books, once. For one thread.
    private final class Settling {
        private final Reserved.Granted paid;
        private final String client;
        private final List<Attempt<LlmReply>> attempts = new ArrayList<>();

        Settling(Reserved.Granted paid, String client) {
            this.paid = paid;
            this.client = client;
        }

        void add(Answer<LlmReply> answer) {
            attempts.addAll(answer.attempts());
        }

        void end() {
            billing.settle(paid, client, attempts);
        }
    }

    /// Carries a call, and what breaks off to its end where the route promises that.
    private Answer<LlmReply> carry(
            LlmVisit asking,
            Destination to,
            Call<LlmRequest> first,
            ClientAnswer answer,
            Settling settling) {
        Answer<LlmReply> settled = to.carry(first);
        settling.add(settled);
        Destination rest = to;
        Call<LlmRequest> call = first;
        for (int again = 0; again < CONTINUED_MAX && answer.continuable(settled); again++) {
            rest = rest.without(settled.deciding().orElseThrow().upstream().provider());
            try {
                LlmRequest request = call.request().continued(answer.continued());
                call = call(asking, request, call.deadline(), call.units());
            } catch (InvalidBody unread) {
                return settled;
            }
            answer.of(call);
            Answer<LlmReply> next = rest.carry(call);
            settling.add(next);
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

    private static Call<LlmRequest> call(
            LlmVisit asking, LlmRequest request, Deadline deadline, long tokens) {
        return new Call<>(
                asking.visit().requestId(),
                request,
                deadline,
                true,
                asking.visit().client().rank(),
                tokens,
                name(asking.operation()));
    }

    /// As OpenTelemetry's conventions for generative AI name it.
    private static String name(Operation operation) {
        return switch (operation) {
            case CHAT -> "chat";
            case EMBEDDINGS, BATCH_EMBEDDINGS -> "embeddings";
            case COUNT_TOKENS -> "count_tokens";
        };
    }

    /// JSON is taken under its own name, under none, and under the one that curl gives to whatever
    /// follows `-d`.
    private static Optional<Problem> unsupportedMedia(HttpExchange exchange) {
        String coding = exchange.header("content-encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            return Optional.of(
                    Problem.of(
                            SgCode.MEDIA,
                            "unsupported_content_encoding",
                            "content-encoding: `"
                                    + Quote.name(coding)
                                    + "` is not taken here. Send the JSON uncompressed."));
        }
        String type = exchange.header("content-type").orElse("application/json");
        int end = type.indexOf(';');
        String media = Lower.of(end < 0 ? type : type.substring(0, end)).strip();
        return switch (media) {
            case "application/json", "application/x-www-form-urlencoded" -> Optional.empty();
            default ->
                    Optional.of(
                            Problem.of(
                                    SgCode.MEDIA,
                                    "unsupported_media_type",
                                    "content-type: `"
                                            + Quote.name(media)
                                            + "` is not taken here. Send `application/json`."));
        };
    }
}
