package dev.switchgear.server.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.limit.ClientAdmission;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.names.SgCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// Serves what this family is asked: `POST /api/echo`, a text for a text. Thread-safe.
final class EchoRoutes {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EchoGateway gateway;
    private final ClientLimits limits;
    private final Time time;
    private final OwnProtocol protocol = new OwnProtocol();

    EchoRoutes(EchoGateway gateway, ClientLimits limits, Time time) {
        this.gateway = gateway;
        this.limits = limits;
        this.time = time;
    }

    List<HttpRoute> routes() {
        return List.of(new HttpRoute("POST", "/api/echo", Access.CLIENT, protocol, this::serve));
    }

    private void serve(Visit visit) {
        Deadline deadline = Deadline.in(PATIENCE, time);
        try {
            switch (limits.admit(visit.client(), 0, deadline)) {
                case ClientAdmission.Granted granted -> {
                    try {
                        carried(visit, deadline);
                    } finally {
                        granted.settle().accept(0);
                    }
                }
                case ClientAdmission.Refused _ ->
                        visit.refuse(overLimit("That is more than may be asked."));
                case ClientAdmission.Crowded _ ->
                        visit.refuse(overLimit("That is more than may be asked at once."));
            }
        } catch (InterruptedException gone) {
            Thread.currentThread().interrupt();
        }
    }

    private void carried(Visit visit, Deadline deadline) {
        var call =
                new Call<>(
                        visit.requestId(),
                        new EchoRequest(new String(visit.exchange().body(), UTF_8)),
                        deadline,
                        true,
                        visit.client().rank(),
                        0,
                        "echo");
        Optional<Attempt<EchoReply>> deciding =
                gateway.carry(call).flatMap(answer -> answer.deciding());
        if (deciding.isPresent()
                && deciding.get().outcome() instanceof Outcome.Success<EchoReply> success) {
            var body = new LinkedHashMap<String, Object>();
            body.put("text", success.value().text());
            body.put("provider", deciding.get().upstream().provider());
            visit.exchange()
                    .respond(visit.head(200, "application/json"), JSON.writeValueAsBytes(body));
        } else {
            visit.refuse(
                    Problem.of(SgCode.PROVIDERS_OUT, 503, "nobody_answers", "Nobody answers."));
        }
    }

    private static Problem overLimit(String text) {
        return Problem.of(SgCode.OVER_LIMIT, 429, "over_limit", text);
    }
}
