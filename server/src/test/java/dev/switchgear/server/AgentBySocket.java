package dev.switchgear.server;

import dev.switchgear.server.door.RawSocket;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One turn after the other, on one WebSocket: Codex's way. Once something went wrong on it, the next
/// turn opens another.
final class AgentBySocket implements AgentLine {
    private static final Set<String> LAST =
            Set.of("response.completed", "response.failed", "response.incomplete", "error");

    private final URI root;
    private Optional<RawSocket> open = Optional.empty();

    AgentBySocket(String root) {
        this.root = URI.create(root);
    }

    private RawSocket socket(String path) throws IOException {
        if (open.isEmpty()) {
            String[] asCodex = {"openai-beta: responses_websockets=2026-02-06"};
            open = Optional.of(new RawSocket(root.getPort(), root.getPath() + path, asCodex));
        }
        return open.get();
    }

    @Override
    public Heard ask(String path, String body) throws IOException {
        RawSocket socket = socket(path);
        socket.text(message(body));
        var events = new StringBuilder();
        String provider = "";
        int status = 200;
        for (boolean over = false; !over; ) {
            RawSocket.Frame frame = socket.next();
            if (frame.opcode() != RawSocket.TEXT) {
                throw new EOFException("closed with " + frame.code());
            }
            JsonNode event = Agent.JSON.readTree(frame.text());
            String type = event.path("type").asString("");
            if (type.equals("error") && events.isEmpty()) {
                status = event.path("status").asInt(500);
            }
            provider += event.at("/headers/x-switchgear-provider").asString("");
            events.append("data: ").append(frame.text()).append("\n\n");
            over = LAST.contains(type);
        }
        return new Heard(status, provider, events.toString());
    }

    private static String message(String body) {
        ObjectNode message = Agent.object(body);
        return message.put("type", "response.create").toString();
    }

    @Override
    public void leave(String path, String body, Underway underway)
            throws IOException, InterruptedException {
        socket(path).text(message(body));
        underway.await();
        close();
    }

    @Override
    public void close() throws IOException {
        if (open.isPresent()) {
            open.get().close();
            open = Optional.empty();
        }
    }
}
