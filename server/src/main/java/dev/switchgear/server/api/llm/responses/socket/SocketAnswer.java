package dev.switchgear.server.api.llm.responses.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.llm.responses.heard.AnswerListener;
import dev.switchgear.server.api.llm.responses.heard.EventKind;
import dev.switchgear.server.door.ResponseHead;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What one turn is answered, as messages of its connection: the events of a stream as they are, each
/// with the name of its lane, and the first with the head that a stream by HTTP would have. Exactly one
/// last message tells how the turn ended. For one turn.
final class SocketAnswer implements AnswerListener {
    private static final byte[] ERROR = "\"error\"".getBytes(US_ASCII);

    /// Within so many bytes an event says what it is.
    private static final int LOOKED_AT = 64;

    private static final int BROKEN_OFF = 502;

    private final Optional<String> lane;
    private final Predicate<byte[]> send;
    private @Nullable ResponseHead untold;
    private @Nullable ObjectNode held;
    private boolean over;
    private boolean failed;
    private int status;

    /// @param lane whose name its events bear; empty for none
    /// @param send takes one message; false once nobody hears it
    SocketAnswer(Optional<String> lane, Predicate<byte[]> send) {
        this.lane = lane;
        this.send = send;
    }

    /// Whether it came to nothing, for whatever reason.
    boolean failed() {
        return failed || !over;
    }

    /// Whether the key was not accepted.
    boolean unauthorized() {
        return status == 401;
    }

    /// Whether the client has been told how it ended.
    boolean over() {
        return over;
    }

    @Override
    public void whole(ResponseHead head, byte[] json) {
        status = head.status();
        if (status == 200) {
            untold = head;
            ObjectNode completed = Json.object().put("type", "response.completed");
            completed.set("response", Json.read(json, 0, json.length));
            last(Json.bytes(completed));
            return;
        }
        failed = true;
        untold = head;
        last(Json.bytes(error(json, status)));
    }

    @Override
    public void begins(ResponseHead head) {
        status = head.status();
        untold = head;
    }

    @Override
    public boolean event(byte[] json) {
        if (over) {
            return true;
        }
        if (EventKind.of(json, 0, json.length) == EventKind.OVER) {
            failed = begins(json, "response.failed");
            last(json);
            return true;
        }
        if (isError(json)) {
            // By HTTP another event may follow that tells the same in full; here the first one that
            // tells of the end is the last.
            failed = true;
            held = error(json, BROKEN_OFF);
            return true;
        }
        return tell(json);
    }

    @Override
    public void ends() {
        if (over) {
            return;
        }
        failed = true;
        ObjectNode error = held;
        last(
                Json.bytes(
                        error != null
                                ? error
                                : error(
                                        ("{\"error\":{\"message\":\"The answer broke off.\","
                                                        + "\"type\":\"server_error\",\"param\":null,"
                                                        + "\"code\":\"stream_ended\"}}")
                                                .getBytes(US_ASCII),
                                        BROKEN_OFF)));
    }

    private void last(byte[] json) {
        over = true;
        tell(json);
    }

    /// Whether the event's type is that; cheap enough to be asked of each.
    private static boolean begins(byte[] json, String type) {
        return contains(json, ('"' + type + '"').getBytes(US_ASCII));
    }

    private static boolean contains(byte[] json, byte[] word) {
        int end = Math.min(json.length, LOOKED_AT) - word.length;
        for (int at = 0; at <= end; at++) {
            if (json[at] == '"'
                    && Arrays.equals(json, at, at + word.length, word, 0, word.length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isError(byte[] json) {
        if (!contains(json, ERROR)) {
            return false;
        }
        try {
            return Json.read(json, 0, json.length).path("type").stringValue("").equals("error");
        } catch (JacksonException unreadable) {
            // Whoever reads it decides what that means.
            return false;
        }
    }

    /// An error as a connection tells it.
    ///
    /// @param json as HTTP tells it: in a body, or in an event
    private static ObjectNode error(byte[] json, int usual) {
        JsonNode tree;
        try {
            tree = Json.read(json, 0, json.length);
        } catch (JacksonException unreadable) {
            tree = Json.object();
        }
        ObjectNode told = Json.object().put("type", "error");
        told.put("status", tree.path("status").isInt() ? tree.path("status").intValue() : usual);
        JsonNode error = tree.path("error");
        if (error.isObject()) {
            told.set("error", error);
            return told;
        }
        ObjectNode made = told.putObject("error");
        made.put("type", usual < 500 ? "invalid_request_error" : "server_error");
        made.put("message", tree.path("message").stringValue("The turn failed."));
        made.set("param", tree.path("param"));
        made.put("code", tree.path("code").stringValue("server_error"));
        return told;
    }

    /// Sends an object, with what a connection adds to it.
    private boolean tell(byte[] json) {
        ResponseHead head = untold;
        untold = null;
        if (lane.isEmpty() && head == null) {
            return send.test(json);
        }
        ObjectNode added = Json.object();
        lane.ifPresent(name -> added.put("stream_id", name));
        if (head != null) {
            added.set("headers", headers(head));
        }
        return send.test(with(json, Json.bytes(added)));
    }

    /// The same object with the fields of another at its end.
    private static byte[] with(byte[] json, byte[] added) {
        int end = json.length - 1;
        while (end > 0 && json[end] != '}') {
            end--;
        }
        byte[] both = Arrays.copyOf(json, end + added.length);
        System.arraycopy(added, 0, both, end, added.length);
        both[end] = ',';
        return both;
    }

    /// What of a head tells of the turn, and not of how it came.
    private static ObjectNode headers(ResponseHead head) {
        ObjectNode headers = Json.object();
        head.forEach((name, value) -> {
            boolean ofTurn = name.startsWith("x-") || name.startsWith("retry-after");
            if (ofTurn && !name.equals("x-accel-buffering")) {
                headers.put(name, value);
            }
        });
        return headers;
    }
}
