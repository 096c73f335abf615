package dev.switchgear.server.api.llm.responses.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.responses.heard.InnerExchange;
import dev.switchgear.server.api.llm.responses.kept.ConnectionArchive;
import dev.switchgear.server.api.llm.responses.socket.SocketRequest.Unfit;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.SocketMessage;
import dev.switchgear.server.names.SgCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A connection on which one turn is asked for after the other (the WebSocket mode of Responses). Each
/// turn is a request of its own for everybody else: it is let in, limited, carried, booked and logged as
/// if it had come by HTTP, by the configuration that is in force then. The connection knows only which
/// turns may run beside each other, and what was answered on it.
///
/// Turns of one lane run one after the other, those of different lanes beside each other. The exchange's
/// thread reads; each turn has a thread of its own.
final class ResponsesSocket {
    /// How old a connection may become.
    static final Duration AGE = Duration.ofMinutes(60);

    /// Turns that run at once.
    static final int RUNNING_MOST = 16;

    /// Turns that wait for their turn.
    static final int WAITING_MOST = 64;

    /// Lanes with a name, over the life of the connection.
    static final int LANES_MOST = 32;

    private static final int GOING_AWAY = 1001;
    private static final int VIOLATION = 1008;
    private static final Logger LOG = LoggerFactory.getLogger(ResponsesSocket.class);

    private final DoorSocket socket;
    private final Visit opened;
    private final ConnectionArchive local;
    private final Threads threads;
    private final Time time;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition calmer = lock.newCondition();

    // Guarded by the lock.
    private final List<SocketTurn> waiting = new ArrayList<>();
    private final List<SocketTurn> running = new ArrayList<>();
    private final Set<String> lanes = new HashSet<>();
    private int turns;
    private boolean old;
    private boolean closing;

    ResponsesSocket(
            DoorSocket socket, Visit opened, ConnectionArchive local, Threads threads, Time time) {
        this.socket = socket;
        this.opened = opened;
        this.local = local;
        this.threads = threads;
        this.time = time;
    }

    /// Reads until the end; returns when every turn is over.
    void serve() {
        Time.Timer end = time.after(AGE, () -> threads.start(this::grownOld));
        try {
            boolean open = true;
            while (open) {
                switch (socket.receive()) {
                    case SocketMessage.Whole whole -> take(whole);
                    case SocketMessage.Refused refused ->
                            tell(refused(refused.status(), refused.reason()), "");
                    case SocketMessage.Closing _ -> close();
                    case SocketMessage.Closed _ -> open = false;
                }
            }
        } finally {
            end.cancel();
            abandon();
            socket.close(GOING_AWAY, "the gateway is closing");
            local.close();
        }
    }

    private void take(SocketMessage.Whole message) {
        boolean taken = false;
        try {
            SocketRequest request = SocketRequest.read(message.bytes());
            if (request.kind() == SocketRequest.Kind.STEER) {
                tell(unsteered(request));
                return;
            }
            enqueue(new SocketTurn(request, message.memory(), local.of(request.lane())));
            taken = true;
        } catch (Unfit unfit) {
            tell(unfit.problem(), unfit.lane());
        } finally {
            if (!taken) {
                message.memory().giveBack();
            }
        }
    }

    private void enqueue(SocketTurn turn) throws Unfit {
        String lane = turn.request().lane();
        lock.lock();
        try {
            if (old) {
                throw new Unfit(grown(), lane);
            }
            if (closing) {
                throw new Unfit(LlmProblems.CLOSING, lane);
            }
            if (!lane.isEmpty() && !lanes.contains(lane) && lanes.size() >= LANES_MOST) {
                throw new Unfit(tooManyLanes(), lane);
            }
            if (waiting.size() >= WAITING_MOST) {
                throw new Unfit(tooManyTurns(), lane);
            }
            if (!lane.isEmpty()) {
                lanes.add(lane);
            }
            waiting.add(turn);
            begin();
        } finally {
            lock.unlock();
        }
    }

    /// Begins what may run now, the oldest first. Under the lock.
    private void begin() {
        Set<String> busy = new HashSet<>();
        running.forEach(turn -> busy.add(turn.request().lane()));
        for (Iterator<SocketTurn> all = waiting.iterator(); all.hasNext(); ) {
            if (running.size() >= RUNNING_MOST) {
                return;
            }
            SocketTurn turn = all.next();
            if (busy.add(turn.request().lane())) {
                all.remove();
                running.add(turn);
                int number = ++turns;
                turn.runsOn(threads.start(() -> run(turn, number)));
            }
        }
    }

    private void run(SocketTurn turn, int number) {
        var answer = new SocketAnswer(turn.request().named(), socket::send);
        try {
            var head = new SocketHead(opened.exchange(), opened.requestId() + "." + number, turn);
            var asked = new InnerExchange.Asked(head, turn.request().body(), time.nanos());
            socket.serve(new InnerExchange(asked, new Life(turn), Optional.empty(), answer));
            if (!answer.over() && !gone()) {
                answer.ends();
            }
        } catch (RuntimeException bug) {
            LOG.error("a turn of {} could not be served", opened.requestId(), bug);
            if (!answer.over() && !gone()) {
                tell(LlmProblems.INTERNAL, turn.request().lane());
            }
        } finally {
            over(turn, answer);
        }
    }

    /// Whoever goes on with an answer and fails has to send everything anew: what another lane went on
    /// with is left to it.
    private void over(SocketTurn turn, SocketAnswer answer) {
        turn.memory().giveBack();
        if (answer.failed()) {
            local.forget(turn.request().previous(), turn.request().lane());
        }
        if (answer.unauthorized()) {
            socket.close(VIOLATION, "the key is not accepted any more");
        }
        boolean end;
        lock.lock();
        try {
            turn.rests();
            running.remove(turn);
            begin();
            end = running.isEmpty() && (old || closing);
            calmer.signalAll();
        } finally {
            lock.unlock();
        }
        if (end) {
            farewell();
        }
    }

    /// What one turn asks of its connection.
    private final class Life implements InnerExchange.Life {
        private final SocketTurn turn;

        private Life(SocketTurn turn) {
            this.turn = turn;
        }

        @Override
        public boolean gone() {
            return ResponsesSocket.this.gone();
        }

        @Override
        public boolean closing() {
            return opened.exchange().closing();
        }

        @Override
        public BodyBudget.Room room(long bytes) {
            if (bytes <= 0) {
                return BodyBudget.Room.GRANTED;
            }
            try {
                boolean small = turn.request().body().length <= BodyBudget.SMALL;
                return turn.memory().await(bytes, small);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return BodyBudget.Room.LATER;
            }
        }
    }

    private boolean gone() {
        return socket.over() || opened.exchange().gone();
    }

    /// The gateway stops: what runs may end.
    private void close() {
        boolean idle;
        lock.lock();
        try {
            closing = true;
            idle = running.isEmpty() && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
        if (idle) {
            farewell();
        }
    }

    private void grownOld() {
        boolean idle;
        lock.lock();
        try {
            old = true;
            idle = running.isEmpty() && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
        if (idle) {
            farewell();
        }
    }

    private void farewell() {
        boolean aged;
        lock.lock();
        try {
            aged = old;
        } finally {
            lock.unlock();
        }
        if (aged) {
            tell(grown(), "");
            socket.close(GOING_AWAY, "the connection is as old as it may become");
        } else {
            socket.close(GOING_AWAY, "the gateway is closing");
        }
    }

    /// Nobody waits for anything any more, or the gateway has no time: what runs is interrupted, and ends.
    private void abandon() {
        lock.lock();
        try {
            waiting.forEach(turn -> turn.memory().giveBack());
            waiting.clear();
            closing = true;
            running.forEach(SocketTurn::interrupt);
            while (!running.isEmpty()) {
                calmer.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void tell(Problem problem, String lane) {
        var answer =
                new SocketAnswer(
                        lane.isEmpty() ? Optional.empty() : Optional.of(lane), socket::send);
        int status = opened.protocol().status(problem);
        answer.whole(
                ResponseHead.of(status).with(problem.headers()),
                opened.protocol().render(problem, opened.requestId()));
    }

    private void tell(JsonNode event) {
        socket.send(Json.text(event).getBytes(UTF_8));
    }

    private static Problem refused(int status, String reason) {
        String text = Character.toUpperCase(reason.charAt(0)) + reason.substring(1) + ".";
        return status == 503
                ? Problem.of(SgCode.FULL, "overloaded", text)
                : Problem.of(SgCode.UNUSABLE_REQUEST, status, "request_too_large", text);
    }

    private static Problem grown() {
        return Problem.of(
                SgCode.UNUSABLE_REQUEST,
                "websocket_connection_limit_reached",
                "Responses websocket connection limit reached ("
                        + AGE.toMinutes()
                        + " minutes). Create a new websocket connection to continue.");
    }

    private static Problem tooManyLanes() {
        return Problem.of(
                        SgCode.UNUSABLE_REQUEST,
                        "websocket_stream_limit_reached",
                        "This WebSocket connection has reached its maximum number of distinct stream"
                                + " IDs ("
                                + LANES_MOST
                                + "). Reuse an existing stream_id or open a new WebSocket"
                                + " connection.")
                .at("stream_id");
    }

    private static Problem tooManyTurns() {
        return Problem.of(
                SgCode.OVER_LIMIT,
                429,
                "websocket_queue_full",
                WAITING_MOST
                        + " turns wait on this connection already. Ask again when one has ended.");
    }

    /// What is to steer a turn comes back, so that it can be sent with the next one.
    private ObjectNode unsteered(SocketRequest request) {
        ObjectNode failed = Json.object().put("type", "response.steer.failed");
        failed.put("sequence_number", 0);
        ObjectNode steer = failed.putObject("steer");
        steer.put("previous_response_id", request.previous());
        try {
            steer.set("input", request.field("input"));
        } catch (JacksonException unreadable) {
            steer.putArray("input");
        }
        failed.putObject("error")
                .put("type", "invalid_request_error")
                .put("code", "steering_not_supported")
                .put(
                        "message",
                        "A turn that runs cannot be steered here. Send this input with the next"
                                + " `response.create`.")
                .putNull("param");
        request.named().ifPresent(lane -> failed.put("stream_id", lane));
        return failed;
    }
}
