package dev.switchgear.server.api.llm.responses.socket;

import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.ForwardedExchange;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The head of a connection as each turn on it repeats it: what belongs to the handshake alone is left
/// out, and each turn has a name of its own. Nothing can be answered to it.
///
/// @param forwarded by which the connection was opened
/// @param requestId of the turn
/// @param turn what it is asked within
record SocketHead(HttpExchange forwarded, String requestId, Session turn)
        implements ForwardedExchange {
    @Override
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    @Override
    public List<String> headers(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "x-request-id" -> List.of(requestId);
            case "upgrade", "connection" -> List.of();
            default -> lower.startsWith("sec-websocket-") ? List.of() : forwarded.headers(name);
        };
    }

    @Override
    public Optional<Session> session() {
        return Optional.of(turn);
    }

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public byte[] body() {
        return new byte[0];
    }

    @Override
    public BodyBudget.Room room(long bytes) {
        return BodyBudget.Room.NEVER;
    }

    @Override
    public void respond(ResponseHead head, byte[] answer) {
        throw new IllegalStateException("a turn is answered on its connection");
    }

    @Override
    public boolean upgradable() {
        return false;
    }

    @Override
    public DoorSocket upgrade(String accept, List<ResponseHeader> head) {
        throw new IllegalStateException("a turn is answered on its connection");
    }

    @Override
    public HttpStream stream(ResponseHead head) {
        throw new IllegalStateException("a turn is answered on its connection");
    }
}
