package dev.switchgear.server.api.llm.responses.background;

import dev.switchgear.core.time.Time;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.server.door.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One response that nobody waits for: how it stands, and what was told of it so far. Hears the answer as
/// any client would, and words it under the name and with the numbers that its own client sees.
/// Thread-safe.
///
/// Its last event is held back until the answer is kept, so that who reads it can go on from it.
public final class BackgroundRun {
    /// The number under which the response is sealed, which no event has.
    private static final int ENDING = -1;

    private final String id;
    private final ReentrantLock lock = new ReentrantLock();
    private final RunSeal seal = new RunSeal();
    private final BackgroundEvents events = new BackgroundEvents(seal);
    private final LongConsumer grown;
    private final Condition decided = lock.newCondition();

    // Guarded by the lock.
    private ObjectNode response;
    private byte[] ending = new byte[0];
    private @Nullable ObjectNode last;
    private boolean over;
    private boolean cancelled;
    private boolean closing;
    private boolean admitted;
    private @Nullable Refusal refusal;
    private @Nullable Thread thread;

    /// What the client is told at once, where its limits or the request itself let nothing begin.
    public record Refusal(ResponseHead head, byte[] body) {}

    /// @param response as it stands at first: `queued`
    /// @param grown hears by how many bytes what is kept has grown
    public BackgroundRun(ObjectNode response, LongConsumer grown) {
        this.id = response.path("id").stringValue();
        this.response = response;
        this.grown = grown;
        tell("response.created", response);
        tell("response.queued", response);
    }

    public String id() {
        return id;
    }

    public BackgroundEvents events() {
        return events;
    }

    /// The response as it stands: `queued`, `in_progress`, or how it ended.
    public ObjectNode response() {
        lock.lock();
        try {
            return over ? opened() : response.deepCopy();
        } finally {
            lock.unlock();
        }
    }

    private ObjectNode opened() {
        byte[] clear = seal.open(ENDING, ending);
        return (ObjectNode) Json.read(clear, 0, clear.length);
    }

    /// It is over, and stays as it stands: sealed, since it may be kept for long.
    private void sealed() {
        ending = seal.seal(ENDING, Json.bytes(response));
        response = Json.object();
        last = null;
        events.end();
    }

    boolean over() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    /// Whether somebody ended it before it was done.
    boolean cancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /// Whether it ends because the gateway does.
    public boolean closing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /// The calling thread works on it from now on.
    ///
    /// @return false where it was ended before it began
    public boolean begins() {
        lock.lock();
        try {
            thread = Thread.currentThread();
            return !over && !closing;
        } finally {
            lock.unlock();
        }
    }

    /// An event of the answer.
    ///
    /// @param json as a client hears it
    /// @return false once nobody wants to hear more
    boolean event(byte[] json) {
        ObjectNode event;
        try {
            event = (ObjectNode) Json.answer(json);
        } catch (MalformedAnswer unread) {
            // What passes may hold what is no event; a client would pass over it too.
            return !over();
        }
        lock.lock();
        try {
            if (over) {
                return false;
            }
            take(event);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void take(ObjectNode event) {
        String type = event.path("type").stringValue("");
        boolean holds = event.path("response") instanceof ObjectNode;
        switch (type) {
            case "response.created", "response.queued" -> stands(event);
            case "response.in_progress" -> {
                stands(event);
                tell(type, response);
            }
            case "response.completed", "response.incomplete", "response.failed" -> {
                if (holds) {
                    last = event;
                }
            }
            default -> write(event);
        }
    }

    /// What an event says of the response as a whole, but for what it is to its own client.
    private void stands(ObjectNode event) {
        if (event.path("response") instanceof ObjectNode told) {
            response = own(told).put("status", "in_progress");
        }
    }

    private ObjectNode own(ObjectNode told) {
        return told.put("id", id)
                .put("background", true)
                .put("store", true)
                .put("created_at", response.path("created_at").longValue());
    }

    /// The client's limits let it through: what goes wrong from now on is part of the response.
    public void admitted() {
        lock.lock();
        try {
            admitted = true;
            decided.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it is known whether it may begin, but no longer than `most`: who must wait for a place
    /// is queued.
    public Optional<Refusal> refused(Duration most, Time time) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            new BoundedWait(lock, decided, time)
                    .until(() -> admitted || refusal != null || over || last != null, most);
            return Optional.ofNullable(refusal);
        } finally {
            lock.unlock();
        }
    }

    /// The answer came in one piece, or an error in place of any.
    void whole(ResponseHead head, byte[] json) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            int status = head.status();
            if (!admitted && status >= 400) {
                refusal = new Refusal(head, json);
            }
            decided.signalAll();
            JsonNode body;
            try {
                body = Json.answer(json);
            } catch (MalformedAnswer unread) {
                body = Json.object();
            }
            if (status == 200 && body instanceof ObjectNode answer) {
                String ended = answer.path("status").stringValue("completed");
                ObjectNode event = Json.object().put("type", "response." + ended);
                last = event.set("response", answer);
                return;
            }
            JsonNode error = body.path("error");
            String code = error.path("code").stringValue("");
            failure(
                    code.isEmpty() ? codeOf(status) : code,
                    error.path("message")
                            .stringValue("The call ended with status " + status + "."));
        } finally {
            lock.unlock();
        }
    }

    private static String codeOf(int status) {
        return status == 429 ? "rate_limit_exceeded" : "server_error";
    }

    private void failure(String code, String message) {
        ObjectNode failed = response.deepCopy().put("status", "failed");
        failed.putArray("output");
        failed.putObject("error").put("code", code).put("message", message);
        ObjectNode event = Json.object().put("type", "response.failed");
        last = event.set("response", failed);
    }

    /// How it ends, while nobody has heard of it: for whoever keeps the answer. Empty where that is over
    /// already.
    ///
    /// @param otherwise what happened where nothing was told of an end
    public Optional<ObjectNode> ending(String otherwise) {
        lock.lock();
        try {
            if (over) {
                return Optional.empty();
            }
            if (last == null) {
                failure("server_error", otherwise);
            }
            ObjectNode told = last;
            return told != null && told.path("response") instanceof ObjectNode answer
                    ? Optional.of(own(answer))
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Tells everybody how it ended.
    public void ended() {
        lock.lock();
        try {
            thread = null;
            ObjectNode told = last;
            if (over || told == null) {
                return;
            }
            over = true;
            if (told.path("response") instanceof ObjectNode answer) {
                response = own(answer);
            }
            write(told);
            sealed();
        } finally {
            lock.unlock();
        }
    }

    /// Ends it, and who works on it is told to stop. Once it is over that changes nothing.
    ///
    /// @return the response as it stands then
    public ObjectNode cancel() {
        lock.lock();
        try {
            if (!over) {
                over = true;
                cancelled = true;
                response = response.deepCopy().put("status", "cancelled");
                // The event that says that an answer ended before it was done; its kind is no
                // event's.
                tell("response.incomplete", response);
                sealed();
                stop();
            }
            return opened();
        } finally {
            lock.unlock();
        }
    }

    /// The gateway ends: so does this, as failed.
    void close() {
        lock.lock();
        try {
            closing = true;
            stop();
        } finally {
            lock.unlock();
        }
    }

    private void stop() {
        Thread working = thread;
        if (working != null) {
            working.interrupt();
        }
    }

    private void tell(String type, ObjectNode standing) {
        ObjectNode event = Json.object().put("type", type).put("sequence_number", 0);
        write(event.set("response", standing));
    }

    private void write(ObjectNode event) {
        event.put("sequence_number", events.next());
        String head = "event: " + event.path("type").stringValue("") + "\ndata: ";
        byte[] json = Json.bytes(event);
        byte[] begun = head.getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[begun.length + json.length + 2];
        System.arraycopy(begun, 0, whole, 0, begun.length);
        System.arraycopy(json, 0, whole, begun.length, json.length);
        whole[whole.length - 2] = '\n';
        whole[whole.length - 1] = '\n';
        grown.accept(events.add(whole));
    }
}
