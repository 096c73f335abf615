package dev.switchgear.server.api.llm.responses;

import dev.switchgear.core.time.Time;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.KeepAlive;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.responses.background.BackgroundEvents.Next;
import dev.switchgear.server.api.llm.responses.background.BackgroundLife;
import dev.switchgear.server.api.llm.responses.background.BackgroundListener;
import dev.switchgear.server.api.llm.responses.background.BackgroundObject;
import dev.switchgear.server.api.llm.responses.background.BackgroundQuery;
import dev.switchgear.server.api.llm.responses.background.BackgroundRun;
import dev.switchgear.server.api.llm.responses.background.BackgroundRuns;
import dev.switchgear.server.api.llm.responses.background.BackgroundRuns.Begun;
import dev.switchgear.server.api.llm.responses.heard.InnerExchange;
import dev.switchgear.server.api.llm.responses.kept.KeptAnswer;
import dev.switchgear.server.api.llm.responses.kept.KeptProblems;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.names.SgCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Responses that nobody waits for: begins them, tells how they stand, ends them. Each is carried as any
/// other call of its client is, with its limits, budget and rank. Thread-safe.
final class Background {
    /// How long a client waits to hear whether its limits let it begin. Who then still waits for a place
    /// is told that it is queued.
    private static final Duration DECIDED = Duration.ofSeconds(2);

    private static final byte[] PING = ": keep-alive\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];
    private static final List<ResponseHeader> NO_RETRY =
            List.of(new ResponseHeader("x-should-retry", "false"));

    private final BackgroundRuns runs;
    private final BackgroundRuns.Bounds bounds;
    private final ResponsesTurns turns;
    private final KeepAlive keepAlive;
    private final Time time;

    Background(
            BackgroundRuns runs,
            BackgroundRuns.Bounds bounds,
            ResponsesTurns turns,
            KeepAlive keepAlive) {
        this.runs = runs;
        this.bounds = bounds;
        this.turns = turns;
        this.keepAlive = keepAlive;
        this.time = keepAlive.time();
    }

    /// Begins one.
    ///
    /// @param body the client's request
    void create(Visit visit, byte[] body) {
        ObjectNode asked;
        try {
            asked = (ObjectNode) Json.asked(body).node();
        } catch (InvalidBody invalid) {
            visit.refuse(LlmProblems.invalid(invalid));
            return;
        }
        if (!asked.path("store").asBoolean(true)) {
            visit.refuse(NOT_STORED);
            return;
        }
        ObjectNode queued =
                BackgroundObject.queued(
                        asked, turns.kept().name("resp_"), time.instant().getEpochSecond());
        byte[] inner = BackgroundObject.waitedFor(asked);
        boolean streamed = asked.path("stream").asBoolean(false);
        Begun begun =
                runs.begin(
                        visit.client().name(),
                        inner.length,
                        bounds,
                        grown -> new BackgroundRun(queued, grown),
                        (run, memory) -> carry(visit, inner, run, memory));
        switch (begun) {
            case Begun.Running running -> {
                if (decided(visit, running.run())) {
                    if (streamed) {
                        stream(visit, running.run(), 0);
                    } else {
                        respond(visit, queued);
                    }
                }
            }
            case Begun.TooMany many -> visit.refuse(tooMany(many));
            case Begun.Full _ -> visit.refuse(FULL);
            case Begun.Closing _ -> visit.refuse(LlmProblems.CLOSING);
        }
    }

    /// Whether it may go on; else its client has been told why not.
    private boolean decided(Visit visit, BackgroundRun run) {
        Optional<BackgroundRun.Refusal> refused;
        try {
            refused = run.refused(DECIDED, time);
        } catch (InterruptedException gone) {
            // The client has gone, or the door closes: what it began goes on without it.
            Thread.currentThread().interrupt();
            return false;
        }
        if (refused.isPresent()) {
            runs.remove(visit.client().name(), run.id());
            visit.exchange().respond(refused.get().head(), refused.get().body());
        }
        return refused.isEmpty();
    }

    /// Has the call carried, on a thread of its own.
    private void carry(Visit visit, byte[] body, BackgroundRun run, BodyBudget.Share memory) {
        if (run.begins()) {
            var life = new BackgroundLife(run, memory);
            var asked = new InnerExchange.Asked(visit.exchange(), body, time.nanos());
            var exchange =
                    new InnerExchange(
                            asked, life, Optional.of(run.id()), new BackgroundListener(run));
            var manner = OuterTurn.Manner.inBackground(bounds.time(), run::admitted);
            turns.create(
                    visit.over(exchange),
                    new ResponsesTurns.How(Optional.of(run.id()), Optional.empty()),
                    manner);
        }
        // The interrupt was for the call alone.
        boolean _ = Thread.interrupted();
        String client = visit.client().name();
        Optional<ObjectNode> ending =
                run.ending(run.closing() ? LlmProblems.CLOSING.message() : UNANSWERED);
        if (runs.find(client, run.id()).isPresent()) {
            keep(client, run.id(), body, ending.orElseGet(run::response));
        } else {
            // Whoever forgot it does not find it again because it ended later.
            turns.kept().archive().remove(client, run.id());
        }
        run.ended();
    }

    /// Keeps the response as its client is to see it, with what was kept of it already.
    private void keep(String client, String id, byte[] body, ObjectNode response) {
        byte[] answer = Json.bytes(response);
        KeptAnswer kept =
                turns.kept()
                        .archive()
                        .get(client, id)
                        .map(KeptAnswer::of)
                        .map(was -> new KeptAnswer(was.link(), was.input(), answer, List.of()))
                        .orElseGet(() -> unanswered(id, body, answer));
        turns.kept().archive().put(client, id, kept.bytes());
    }

    /// Of a call that got no answer at all.
    private static KeptAnswer unanswered(String id, byte[] body, byte[] answer) {
        JsonNode asked = Json.read(body, 0, body.length);
        JsonNode input = asked.path("input");
        JsonNode conversation = asked.path("conversation");
        var link =
                new KeptAnswer.Link(
                        id,
                        asked.path("previous_response_id").stringValue(""),
                        conversation.stringValue(conversation.path("id").stringValue("")),
                        Optional.empty(),
                        false);
        byte[] sent = input.isMissingNode() ? NOTHING : Json.bytes(input);
        return new KeptAnswer(link, sent, answer, List.of());
    }

    private static final String UNANSWERED =
            "The call ended without an answer, or broke off in the middle of it.";

    /// The one of that name, if this client began it and its events are still kept.
    Optional<BackgroundRun> find(Visit visit, String id) {
        return runs.find(visit.client().name(), id);
    }

    /// Whether an answer of that name is kept, however it came about.
    boolean kept(Visit visit, String id) {
        return answer(visit, id).isPresent();
    }

    private Optional<KeptAnswer> answer(Visit visit, String id) {
        return turns.kept()
                .archive()
                .get(visit.client().name(), id)
                .filter(KeptAnswer::is)
                .map(KeptAnswer::of);
    }

    /// Forgets one, and ends it if it is under way.
    void remove(Visit visit, String id) {
        runs.remove(visit.client().name(), id);
        turns.kept().archive().remove(visit.client().name(), id);
        respond(visit, Json.object().put("id", id).put("object", "response").put("deleted", true));
    }

    /// One that is over is as it is; one that somebody waited for cannot be ended by others.
    void cancelKept(Visit visit, String id) {
        Optional<ObjectNode> response = answer(visit, id).map(KeptAnswer::response);
        if (response.isEmpty()) {
            visit.refuse(KeptProblems.responseNotFound(id));
        } else if (response.get().path("background").asBoolean(false)) {
            respond(visit, response.get());
        } else {
            visit.refuse(NOT_BACKGROUND);
        }
    }

    private static final Problem NOT_BACKGROUND =
            Problem.of(
                            SgCode.UNUSABLE_REQUEST,
                            "not_a_background_response",
                            "Cannot cancel a response that was not asked for with"
                                    + " `background: true`: hang up instead.")
                    .with(NO_RETRY);

    /// Tells how one stands, or all that was told of it and will be.
    void show(Visit visit, BackgroundRun run, BackgroundQuery query) {
        if (query.stream()) {
            stream(visit, run, query.startingAfter() + 1);
        } else {
            respond(visit, run.response());
        }
    }

    void cancel(Visit visit, BackgroundRun run) {
        respond(visit, run.cancel());
    }

    private static void respond(Visit visit, ObjectNode response) {
        visit.exchange().respond(visit.head(200, "application/json"), Json.bytes(response));
    }

    /// Tells events from `number` on, until the last one or until the client has gone; the response goes on
    /// without it.
    private void stream(Visit visit, BackgroundRun run, int number) {
        int next = number;
        Optional<HttpStream> begun = Optional.empty();
        try {
            while (true) {
                switch (run.events().from(next, keepAlive.after(), time)) {
                    case Next.Silence _ -> {
                        HttpStream to = begun.orElseGet(() -> open(visit));
                        begun = Optional.of(to);
                        if (!to.write(PING, 0, PING.length)) {
                            return;
                        }
                    }
                    case Next.Some some -> {
                        HttpStream to = begun.orElseGet(() -> open(visit));
                        begun = Optional.of(to);
                        for (byte[] event : some.events()) {
                            if (!to.write(event, 0, event.length)) {
                                return;
                            }
                        }
                        next += some.events().size();
                        if (some.last()) {
                            to.end(NOTHING);
                            return;
                        }
                    }
                    case Next.Forgotten forgotten -> {
                        Problem problem = forgotten(next, forgotten.from());
                        if (begun.isEmpty()) {
                            visit.refuse(problem);
                        } else {
                            begun.get().end(error(problem, next));
                        }
                        return;
                    }
                }
            }
        } catch (InterruptedException gone) {
            Thread.currentThread().interrupt();
            if (visit.exchange().closing()) {
                Optional<HttpStream> open = begun;
                int at = next;
                open.ifPresentOrElse(
                        to -> to.end(error(LlmProblems.CLOSING, at)),
                        () -> visit.refuse(LlmProblems.CLOSING));
            }
        }
    }

    private static HttpStream open(Visit visit) {
        ResponseHead head =
                visit.head(200, "text/event-stream")
                        .with("cache-control", "no-cache")
                        .with("x-accel-buffering", "no");
        return visit.exchange().stream(head);
    }

    private static byte[] error(Problem problem, int number) {
        JsonNode error =
                Json.object()
                        .put("type", "error")
                        .put("code", problem.word())
                        .put("message", problem.message())
                        .putNull("param")
                        .put("sequence_number", number);
        return ("event: error\ndata: " + Json.text(error) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static final Problem NOT_STORED =
            Problem.of(
                            SgCode.UNUSABLE_REQUEST,
                            "invalid_request_body",
                            "`background: true` needs an answer that is kept until somebody asks for it:"
                                    + " leave `store` out, or send `store: true`.")
                    .at("store")
                    .with(NO_RETRY);

    private static final Problem FULL =
            Problem.of(
                            SgCode.FULL,
                            "overloaded",
                            "What runs in the background takes all the memory that it may (setting"
                                    + " responses.background.memory). Ask again, or ask for an answer"
                                    + " that you wait for.")
                    .with(List.of(new ResponseHeader("retry-after", "2")));

    private static Problem tooMany(Begun.TooMany many) {
        String whose = many.ofClient() ? "of this client" : "of all clients together";
        String setting = many.ofClient() ? "running-per-client" : "running";
        return Problem.of(
                        SgCode.OVER_LIMIT,
                        "too_many_background_responses",
                        many.most()
                                + " responses "
                                + whose
                                + " may run in the background at once (setting"
                                + " responses.background."
                                + setting
                                + "). Wait for one to end, or cancel one.")
                .with(List.of(new ResponseHeader("retry-after", "1")));
    }

    private static Problem forgotten(int asked, int from) {
        return Problem.of(
                        SgCode.UNUSABLE_REQUEST,
                        "events_not_kept",
                        "The event with the number "
                                + asked
                                + " is no longer kept; the first that is has the number "
                                + from
                                + ". Ask for the response itself, or for what comes later.")
                .at("starting_after")
                .with(NO_RETRY);
    }
}
