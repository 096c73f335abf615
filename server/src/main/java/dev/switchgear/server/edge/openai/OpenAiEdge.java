package dev.switchgear.server.edge.openai;

import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.RequestBody;
import dev.switchgear.families.llm.RequestScan;
import dev.switchgear.families.llm.ScanLimits;
import dev.switchgear.server.edge.Admission;
import dev.switchgear.server.edge.HttpExchange;
import dev.switchgear.server.edge.Limits;
import dev.switchgear.server.edge.Problem;
import dev.switchgear.server.edge.ResponseHead;
import dev.switchgear.server.edge.Route;
import dev.switchgear.server.edge.Route.Access;
import dev.switchgear.server.edge.Visit;
import dev.switchgear.server.names.Nearest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves OpenAI's clients: reads a request, has it carried, and words the answer. Thread-safe.
public final class OpenAiEdge {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAiEdge.class);
    private static final int CLOSEST = 3;

    /// How long a request for a model that nobody has may wait to be told so.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final OpenAi protocol = new OpenAi();
    private final LlmGateway gateway;
    private final Limits limits;
    private final ScanLimits scanLimits;
    private final Time time;

    public OpenAiEdge(LlmGateway gateway, Limits limits, ScanLimits scanLimits, Time time) {
        this.gateway = gateway;
        this.limits = limits;
        this.scanLimits = scanLimits;
        this.time = time;
    }

    /// What to put into the [dev.switchgear.server.edge.RouteTable].
    public List<Route> routes() {
        return List.of(
                route("POST", "/v1/chat/completions", visit -> carry(visit, Operation.CHAT)),
                route("POST", "/v1/embeddings", visit -> carry(visit, Operation.EMBEDDINGS)),
                route("GET", "/v1/models", this::models),
                route("GET", "/v1/models/{model}", this::model));
    }

    private Route route(String method, String path, Consumer<Visit> handler) {
        return new Route(method, path, Access.CLIENT, protocol, handler);
    }

    private void models(Visit visit) {
        visit.exchange()
                .respond(visit.head(200, "application/json"), OpenAi.models(gateway.models()));
    }

    private void model(Visit visit) {
        for (ModelEntry model : gateway.models()) {
            if (model.id().equals(visit.rest())) {
                visit.exchange().respond(visit.head(200, "application/json"), OpenAi.model(model));
                return;
            }
        }
        reject(visit, List.of(), unknown(visit.rest()));
    }

    private void carry(Visit visit, Operation operation) {
        HttpExchange exchange = visit.exchange();
        Optional<Problem> media = unsupportedMedia(exchange);
        if (media.isPresent()) {
            reject(visit, List.of(), media.get());
            return;
        }
        RequestBody body;
        try {
            body = RequestScan.scan(exchange.body(), scanLimits);
        } catch (InvalidBody invalid) {
            reject(visit, List.of(), invalid(invalid));
            return;
        }
        long tokens = body.promptTokensEstimate() + body.maxOutputTokens().orElse(0);
        Optional<Destination> destination = gateway.find(body.model());
        Deadline deadline = Deadline.in(destination.map(Destination::total).orElse(PATIENCE), time);
        Admission admission;
        try {
            admission = limits.admit(visit.client(), tokens, deadline);
        } catch (InterruptedException gone) {
            Thread.currentThread().interrupt();
            reject(visit, List.of(), Refusals.CLOSING);
            return;
        }
        switch (admission) {
            case Admission.Refused refused ->
                    reject(visit, refused.status(), Refusals.overLimit(refused, tokens));
            case Admission.Crowded crowded ->
                    reject(visit, crowded.status(), Refusals.crowded(crowded));
            case Admission.Granted granted -> {
                long used = -1;
                try {
                    if (destination.isEmpty()) {
                        used = 0;
                        reject(visit, granted.status(), unknown(body.model()));
                    } else {
                        var answer =
                                new ClientAnswer(
                                        visit, destination.get().route(), granted.status(), time);
                        Call<LlmRequest> call =
                                call(visit, operation, body, answer, deadline, tokens);
                        used = carry(destination.get(), call, answer);
                    }
                } finally {
                    granted.settle().accept(used);
                }
            }
        }
    }

    private static Call<LlmRequest> call(
            Visit visit,
            Operation operation,
            RequestBody body,
            ClientAnswer answer,
            Deadline deadline,
            long tokens) {
        boolean streamed = body.streamed() && operation == Operation.CHAT;
        Downstream downstream = streamed ? answer : Downstream.NONE;
        var request =
                new LlmRequest(operation, Dialect.OPENAI, body, downstream, visit.traceparent());
        var call =
                new Call<>(
                        visit.requestId(),
                        request,
                        deadline,
                        true,
                        visit.client().rank(),
                        tokens,
                        name(operation));
        answer.of(call);
        return call;
    }

    /// As OpenTelemetry's conventions for generative AI name it.
    private static String name(Operation operation) {
        return switch (operation) {
            case CHAT -> "chat";
            case EMBEDDINGS, BATCH_EMBEDDINGS -> "embeddings";
            case COUNT_TOKENS -> "count_tokens";
        };
    }

    /// @return tokens used; 0 where nothing was asked of anybody, -1 where unknown
    private static long carry(Destination to, Call<LlmRequest> call, ClientAnswer answer) {
        try {
            return answer.settle(to.carry(call));
        } catch (RuntimeException bug) {
            LOG.error("call {} could not be carried", call.id(), bug);
            answer.fail(Refusals.INTERNAL);
            return -1;
        }
    }

    /// JSON is taken under its own name, under none, and under the one that curl gives to whatever
    /// follows `-d`.
    private static Optional<Problem> unsupportedMedia(HttpExchange exchange) {
        String coding = exchange.header("content-encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            return Optional.of(
                    Problem.invalid(
                            415,
                            "unsupported_content_encoding",
                            "",
                            "content-encoding: `"
                                    + shortened(coding)
                                    + "` is not taken here. Send the JSON uncompressed. (SG-1415)"));
        }
        String type = exchange.header("content-type").orElse("application/json");
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return switch (media) {
            case "application/json", "application/x-www-form-urlencoded" -> Optional.empty();
            default ->
                    Optional.of(
                            Problem.invalid(
                                    415,
                                    "unsupported_media_type",
                                    "",
                                    "content-type: `"
                                            + shortened(media)
                                            + "` is not taken here. Send `application/json`. (SG-1415)"));
        };
    }

    private static String shortened(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    private static Problem invalid(InvalidBody invalid) {
        return Problem.invalid(
                400,
                "invalid_request_body",
                invalid.param().orElse(""),
                "The request body cannot be used: " + invalid.message() + ". (SG-1400)");
    }

    private Problem unknown(String model) {
        List<String> closest =
                Nearest.to(model, gateway.models().stream().map(ModelEntry::id).toList(), CLOSEST);
        String hint = closest.isEmpty() ? "" : " Closest: `" + String.join("`, `", closest) + "`.";
        return Problem.invalid(
                404,
                "model_not_found",
                "model",
                "`"
                        + shortened(model)
                        + "` is not offered by any connected provider."
                        + hint
                        + " List: GET /v1/models. (SG-1203)");
    }

    private void reject(Visit visit, List<LimitStatus> status, Problem problem) {
        ResponseHead head = visit.head(problem.status(), "application/json");
        RateHeaders.add(head, status);
        addAll(head, problem.headers());
        visit.exchange().respond(head, protocol.render(problem, visit.requestId()));
    }

    static void addAll(ResponseHead head, List<String> flat) {
        for (int i = 0; i < flat.size(); i += 2) {
            head.with(flat.get(i), flat.get(i + 1));
        }
    }
}
