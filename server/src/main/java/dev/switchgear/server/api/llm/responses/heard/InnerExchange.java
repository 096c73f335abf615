package dev.switchgear.server.api.llm.responses.heard;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.ForwardedExchange;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A request that no client sent by itself: part of a connection, or one that its client does not wait
/// for. Its answer is heard as JSON, be it plain or a stream; signs of life and comments are not heard.
public final class InnerExchange implements ForwardedExchange {
    /// How long somebody waits for it, and what memory it has.
    public interface Life {
        /// As [HttpExchange#gone].
        boolean gone();

        /// As [HttpExchange#closing].
        boolean closing();

        /// As [HttpExchange#room].
        BodyBudget.Room room(long bytes);
    }

    /// What is asked.
    ///
    /// @param by the request of which it comes, whose headers hold
    /// @param body JSON
    /// @param arrivedNanos on the scale of [System#nanoTime]
    public record Asked(HttpExchange by, byte[] body, long arrivedNanos) {}

    private final Asked asked;
    private final Life life;
    private final Optional<String> id;
    private final AnswerListener listener;

    /// @param id how the answer is called in all that is heard of it, whoever gives it; empty for its own
    ///     name
    public InnerExchange(Asked asked, Life life, Optional<String> id, AnswerListener listener) {
        this.asked = asked;
        this.life = life;
        this.id = id;
        this.listener = listener;
    }

    @Override
    public HttpExchange forwarded() {
        return asked.by();
    }

    @Override
    public void respond(ResponseHead head, byte[] body) {
        listener.whole(head, head.status() == 200 ? named(body, 0, body.length, "") : body);
    }

    @Override
    public boolean upgradable() {
        return false;
    }

    @Override
    public DoorSocket upgrade(String accept, List<ResponseHeader> head) {
        throw new IllegalStateException("whoever listens hears no socket");
    }

    @Override
    public HttpStream stream(ResponseHead head) {
        listener.begins(head);
        return new Events();
    }

    /// The same JSON with the answer's name.
    ///
    /// @param where the field that holds the answer; empty where the JSON is the answer
    private byte[] named(byte[] json, int from, int to, String where) {
        byte[] own = java.util.Arrays.copyOfRange(json, from, to);
        if (id.isEmpty()) {
            return own;
        }
        try {
            JsonNode tree = Json.read(own, 0, own.length);
            JsonNode answer = where.isEmpty() ? tree : tree.path(where);
            if (answer instanceof ObjectNode named && named.has("id")) {
                named.put("id", id.get());
                return Json.bytes(tree);
            }
            return own;
        } catch (JacksonException unreadable) {
            // Whoever hears it decides what that means, as with any other answer.
            return own;
        }
    }

    private final class Events implements HttpStream {
        private final SseEvents events = new SseEvents(this::take);
        private boolean wanted = true;
        private boolean ended;

        @Override
        public boolean write(byte[] bytes, int offset, int length) {
            events.add(bytes, offset, length);
            return wanted && !life.gone();
        }

        private void take(byte[] bytes, int from, int to) {
            if (wanted && bytes[from] == '{') {
                boolean whole = EventKind.of(bytes, from, to) != EventKind.OTHER;
                wanted =
                        listener.event(
                                whole
                                        ? named(bytes, from, to, "response")
                                        : java.util.Arrays.copyOfRange(bytes, from, to));
            }
        }

        @Override
        public void end(byte[] last) {
            if (ended) {
                return;
            }
            ended = true;
            events.add(last, 0, last.length);
            events.end();
            listener.ends();
        }
    }

    @Override
    public byte[] body() {
        return asked.body();
    }

    @Override
    public long arrivedNanos() {
        return asked.arrivedNanos();
    }

    @Override
    public boolean gone() {
        return life.gone();
    }

    @Override
    public boolean closing() {
        return life.closing();
    }

    @Override
    public BodyBudget.Room room(long bytes) {
        return life.room(bytes);
    }

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String query() {
        return "";
    }

    /// The body is JSON as it stands, whatever the request was sent as of which it comes.
    @Override
    public Optional<String> header(String name) {
        return switch (name) {
            case "content-type" -> Optional.of("application/json");
            case "content-encoding" -> Optional.empty();
            default -> asked.by().header(name);
        };
    }

    @Override
    public List<String> headers(String name) {
        return switch (name) {
            case "content-type", "content-encoding" -> header(name).stream().toList();
            default -> asked.by().headers(name);
        };
    }
}
