package dev.switchgear.simulator.control;

import dev.switchgear.simulator.fault.ActiveFaults;
import dev.switchgear.simulator.fault.FaultReader;
import dev.switchgear.simulator.fault.FaultWriter;
import dev.switchgear.simulator.fields.InvalidSettingsException;
import dev.switchgear.simulator.fields.SettingsFields;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.http.ReceivedHead;
import dev.switchgear.simulator.http.ServerConnection;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.provider.SimulatedProviders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.IntSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/_sim/…`: sets faults and shows what providers received. Thread-safe.
public final class ControlApi {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String ROUTES =
            "GET /_sim/state, PUT or DELETE or GET /_sim/{provider}/faults,"
                    + " GET or DELETE /_sim/{provider}/requests";

    private record Reply(int status, Optional<ObjectNode> body) {}

    private final SimulatedProviders providers;
    private final IntSupplier connections;

    /// @param connections how many clients are connected now
    public ControlApi(SimulatedProviders providers, IntSupplier connections) {
        this.providers = providers;
        this.connections = connections;
    }

    /// Answers one request. True: the connection may carry another.
    public boolean serve(ServerConnection connection, ReceivedHead head) throws IOException {
        byte[] body = connection.body(head);
        Reply reply;
        try {
            reply = reply(head, body);
        } catch (InvalidSettingsException e) {
            reply = error(400, e.message());
        }
        byte[] bytes =
                reply.body()
                        .map(node -> node.toPrettyString() + "\n")
                        .orElse("")
                        .getBytes(StandardCharsets.UTF_8);
        String status = reply.status() == 204 ? "204 No Content" : reply.status() + " Done";
        String begin =
                "HTTP/1.1 "
                        + status
                        + "\r\n"
                        + (reply.status() == 204
                                ? ""
                                : "content-type: application/json\r\ncontent-length: "
                                        + bytes.length
                                        + "\r\n")
                        + (head.keepAlive() ? "" : "connection: close\r\n")
                        + "\r\n";
        byte[] start = begin.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[start.length + bytes.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(bytes, 0, all, start.length, bytes.length);
        connection.write(all);
        return true;
    }

    private Reply reply(ReceivedHead head, byte[] body) {
        String[] words = head.path().split("/", -1);
        if (words.length == 3 && words[2].equals("state")) {
            return head.method().equals("GET") ? done(state()) : wrongMethod(head, "GET");
        }
        if (words.length != 4) {
            return error(404, head.path() + " does not exist (expected one of: " + ROUTES + ")");
        }
        Optional<SimulatedProvider> provider = providers.find(words[2]);
        if (provider.isEmpty()) {
            return error(
                    404,
                    "provider \""
                            + words[2]
                            + "\" is not simulated "
                            + SettingsFields.expected(words[2], providers.names()));
        }
        return switch (words[3]) {
            case "faults" -> faults(provider.get(), head, body);
            case "requests" -> requests(provider.get(), head);
            default ->
                    error(404, head.path() + " does not exist (expected one of: " + ROUTES + ")");
        };
    }

    private static Reply faults(SimulatedProvider provider, ReceivedHead head, byte[] body) {
        return switch (head.method()) {
            case "GET" -> {
                ObjectNode root = NODES.objectNode();
                root.set("faults", faults(provider));
                yield done(root);
            }
            case "PUT" -> {
                try {
                    provider.faults(FaultReader.list(JSON.readTree(body), "faults"));
                } catch (JacksonException e) {
                    throw new InvalidSettingsException(
                            "faults: not JSON: " + e.getOriginalMessage());
                }
                ObjectNode root = NODES.objectNode();
                root.set("faults", faults(provider));
                yield done(root);
            }
            case "DELETE" -> {
                provider.heal();
                yield new Reply(204, Optional.empty());
            }
            default -> wrongMethod(head, "GET, PUT or DELETE");
        };
    }

    private static Reply requests(SimulatedProvider provider, ReceivedHead head) {
        return switch (head.method()) {
            case "GET" -> {
                ObjectNode root = NODES.objectNode();
                root.put("count", provider.requestCount());
                ArrayNode list = root.putArray("requests");
                provider.requests().forEach(request -> list.add(request(request)));
                yield done(root);
            }
            case "DELETE" -> {
                provider.forgetRequests();
                yield new Reply(204, Optional.empty());
            }
            default -> wrongMethod(head, "GET or DELETE");
        };
    }

    private static Reply done(ObjectNode node) {
        return new Reply(200, Optional.of(node));
    }

    private static Reply wrongMethod(ReceivedHead head, String expected) {
        return error(405, head.method() + " " + head.path() + " (expected: " + expected + ")");
    }

    private static Reply error(int status, String message) {
        ObjectNode root = NODES.objectNode();
        root.putObject("error").put("message", message);
        return new Reply(status, Optional.of(root));
    }

    private ObjectNode state() {
        ObjectNode root = NODES.objectNode();
        root.put("seed", providers.seed());
        root.put("connections", connections.getAsInt());
        ArrayNode all = root.putArray("providers");
        for (SimulatedProvider provider : providers.all()) {
            ObjectNode node = all.addObject();
            node.put("name", provider.name());
            node.put("kind", provider.settings().kind().word());
            node.put("base-url", provider.base().toString());
            node.put("requests", provider.requestCount());
            ArrayNode models = node.putArray("models");
            provider.settings().models().forEach(model -> models.add(model.id()));
            node.set("faults", faults(provider));
        }
        return root;
    }

    private static ArrayNode faults(SimulatedProvider provider) {
        ArrayNode list = NODES.arrayNode();
        for (ActiveFaults.Standing standing : provider.standing()) {
            ObjectNode node = list.addObject();
            FaultWriter.write(standing.fault(), node);
            node.put("happened", standing.happened());
            node.put("ended", standing.ended());
            standing.left().ifPresent(left -> node.put("left", left.toMillis() + "ms"));
        }
        return list;
    }

    private static ObjectNode request(ReceivedRequest request) {
        ObjectNode node = NODES.objectNode();
        node.put("number", request.number());
        node.put("method", request.method());
        node.put("path", request.path());
        node.put("query", request.query());
        ArrayNode headers = node.putArray("headers");
        for (Header header : request.headers()) {
            headers.addObject().put("name", header.name()).put("value", header.value());
        }
        node.put("body", request.body());
        node.put("body-bytes", request.bodyBytes());
        if (request.sent().status().isPresent()) {
            node.put("status", request.sent().status().getAsInt());
        } else {
            node.putNull("status");
        }
        node.put("bytes-sent", request.sent().bytes());
        node.put("events-sent", request.sent().events());
        node.put("received-at", request.times().received().toString());
        time(node, "answered-at", request.times().answered());
        time(node, "finished-at", request.times().finished());
        node.put("hung-up", request.hungUp());
        time(node, "hung-up-at", request.times().hungUp());
        ArrayNode faults = node.putArray("faults");
        request.faults().forEach(faults::add);
        return node;
    }

    private static void time(ObjectNode node, String name, Optional<java.time.Instant> at) {
        if (at.isPresent()) {
            node.put(name, at.get().toString());
        } else {
            node.putNull(name);
        }
    }
}
