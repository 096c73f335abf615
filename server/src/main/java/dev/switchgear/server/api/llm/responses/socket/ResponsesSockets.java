package dev.switchgear.server.api.llm.responses.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.core.time.Threads;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.responses.kept.ConnectionArchive;
import dev.switchgear.server.api.llm.responses.kept.KeptAnswer;
import dev.switchgear.server.api.llm.responses.kept.KeptProblems;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses;
import dev.switchgear.server.api.llm.responses.kept.LayeredArchive;
import dev.switchgear.server.api.llm.responses.kept.WholeInput;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.door.SocketHandshake;
import dev.switchgear.server.names.SgCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Opens connections for turns, and answers those turns that need no model. Thread-safe.
public final class ResponsesSockets {
    /// What an answer repeats of the request.
    private static final List<String> ECHOED =
            List.of(
                    "instructions",
                    "max_output_tokens",
                    "metadata",
                    "parallel_tool_calls",
                    "previous_response_id",
                    "prompt_cache_key",
                    "reasoning",
                    "store",
                    "temperature",
                    "text",
                    "tool_choice",
                    "tools",
                    "top_p",
                    "truncation");

    private final KeptResponses kept;
    private final Threads threads;

    public ResponsesSockets(KeptResponses kept, Threads threads) {
        this.kept = kept;
        this.threads = threads;
    }

    /// Opens a connection, and serves it to its end.
    public void open(Visit visit) {
        if (!visit.exchange().upgradable()) {
            visit.refuse(upgrade(400, "A WebSocket is opened over HTTP/1.1 only."));
            return;
        }
        if (!kept.archive().keeps()) {
            visit.refuse(nothingKept());
            return;
        }
        switch (SocketHandshake.of(visit.exchange())) {
            case SocketHandshake.None _ ->
                    visit.refuse(
                            upgrade(
                                    426,
                                    "Here a WebSocket is opened, or a response is made by POST."));
            case SocketHandshake.Flawed flawed ->
                    visit.refuse(
                            upgrade(
                                    flawed.status(),
                                    "No WebSocket can be opened: " + flawed.reason() + "."));
            case SocketHandshake.Fit fit -> {
                var head = new ArrayList<ResponseHeader>();
                head.add(new ResponseHeader("x-request-id", visit.requestId()));
                if (!visit.traceparent().isEmpty()) {
                    head.add(new ResponseHeader("traceparent", visit.traceparent()));
                }
                var local = new ConnectionArchive(kept.archive(), kept.name(""));
                var socket =
                        new ResponsesSocket(
                                visit.exchange().upgrade(fit.accept(), head),
                                visit,
                                local,
                                threads,
                                kept.time());
                kept.connected();
                try {
                    socket.serve();
                } finally {
                    kept.disconnected();
                }
            }
        }
    }

    /// Without a memory no turn could go on with another. By this status clients know that they are to
    /// speak plain HTTP, and at once.
    private static Problem nothingKept() {
        return Problem.of(
                        SgCode.NOT_SERVED,
                        426,
                        "upgrade_required",
                        "No WebSocket is opened here, since nothing is kept between turns (setting"
                                + " responses.keep). Send the whole history by POST.")
                .with(List.of(new ResponseHeader("upgrade", "HTTP/1.1")));
    }

    private static Problem upgrade(int status, String text) {
        Problem problem =
                status == 426
                        ? Problem.of(SgCode.NOT_SERVED, status, "upgrade_required", text)
                        : Problem.of(SgCode.UNUSABLE_REQUEST, status, "invalid_handshake", text);
        return status == 426
                ? problem.with(
                        List.of(
                                new ResponseHeader("upgrade", "websocket"),
                                new ResponseHeader(
                                        "sec-websocket-version", SocketHandshake.VERSION)))
                : problem;
    }

    /// The turn on a connection that asks this; empty for a request by HTTP.
    public static Optional<SocketTurn> turn(HttpExchange exchange) {
        return exchange.session()
                .flatMap(session ->
                        session instanceof SocketTurn turn ? Optional.of(turn) : Optional.empty());
    }

    /// Remembers what a turn says, without an answer: the next one goes on with it.
    public void warmUp(Visit visit, SocketTurn turn) {
        byte[] body = turn.request().body();
        switch (visit.exchange().room((long) body.length * WholeInput.TIMES)) {
            case GRANTED -> {}
            case LATER -> {
                visit.refuse(LlmProblems.FULL_TO_READ);
                return;
            }
            case NEVER -> {
                visit.refuse(LlmProblems.TOO_LARGE_TO_READ);
                return;
            }
        }
        if (!(Json.read(body, 0, body.length) instanceof ObjectNode asked)) {
            throw new IllegalStateException("a message is an object, or was refused");
        }
        String client = visit.client().name();
        String previous = turn.request().previous();
        var both = new LayeredArchive(turn.local(), kept.archive());
        if (!previous.isEmpty() && both.get(client, previous).isEmpty()) {
            visit.refuse(KeptProblems.previousNotFound(previous));
            return;
        }
        String id = kept.name("resp_");
        ObjectNode response = response(id, asked);
        byte[] input =
                asked.path("input").isMissingNode() ? new byte[0] : Json.bytes(asked.path("input"));
        byte[] document =
                new KeptAnswer(
                                new KeptAnswer.Link(id, previous, "", Optional.empty(), false),
                                input,
                                Json.bytes(response),
                                List.of())
                        .bytes();
        turn.local().put(client, id, document);
        if (asked.path("store").booleanValue(true)) {
            kept.archive().put(client, id, document);
        }
        HttpStream out = visit.exchange().stream(visit.head(200, "text/event-stream"));
        tell(out, "response.created", response.deepCopy().put("status", "in_progress"), 0);
        tell(out, "response.completed", response, 1);
        out.end(new byte[0]);
    }

    private ObjectNode response(String id, ObjectNode asked) {
        ObjectNode response = Json.object();
        response.put("id", id).put("object", "response");
        response.put("created_at", kept.time().instant().getEpochSecond());
        response.put("status", "completed").put("background", false);
        response.putNull("error").putNull("incomplete_details");
        response.put("model", asked.path("model").stringValue(""));
        response.putArray("output");
        response.put("parallel_tool_calls", true).put("tool_choice", "auto");
        response.putArray("tools");
        response.putObject("metadata");
        response.put("store", true);
        for (String name : ECHOED) {
            JsonNode said = asked.path(name);
            if (!said.isMissingNode() && !said.isNull()) {
                response.set(name, said);
            }
        }
        ObjectNode usage = response.putObject("usage");
        usage.put("input_tokens", 0).putObject("input_tokens_details").put("cached_tokens", 0);
        usage.put("output_tokens", 0).putObject("output_tokens_details").put("reasoning_tokens", 0);
        usage.put("total_tokens", 0);
        return response;
    }

    private static void tell(HttpStream out, String type, ObjectNode response, int number) {
        ObjectNode event = Json.object().put("type", type).put("sequence_number", number);
        event.set("response", response);
        byte[] bytes = ("event: " + type + "\ndata: " + Json.text(event) + "\n\n").getBytes(UTF_8);
        out.write(bytes, 0, bytes.length);
    }
}
