package dev.switchgear.server.api.llm.responses.kept;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.dialects.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One turn of a conversation: what the client sent that stood nowhere else, and what it was answered,
/// as they came. Nothing is read before somebody asks for it.
///
/// @param link what it follows and where it came from
/// @param input the value of `input` as the client sent it; empty for none
/// @param answer the answer's object, or the event that holds it in `response`
/// @param items of the answer, where its own list is empty though it has some
public record KeptAnswer(Link link, byte[] input, byte[] answer, List<byte[]> items) {
    /// @param id of the answer, as its client knows it
    /// @param previous the answer that this one follows; empty for none
    /// @param conversation that it belongs to; empty for none
    /// @param upstream who gave it; empty where nobody did
    /// @param home whether that one keeps it too, under the same name
    public record Link(
            String id,
            String previous,
            String conversation,
            Optional<UpstreamId> upstream,
            boolean home) {}

    private static final int VERSION = 1;

    public KeptAnswer {
        items = List.copyOf(items);
    }

    public byte[] bytes() {
        var bytes = new ByteArrayOutputStream(input.length + answer.length + 128);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            text(out, link.id());
            text(out, link.previous());
            text(out, link.conversation());
            text(out, link.upstream().map(UpstreamId::provider).orElse(""));
            text(out, link.upstream().map(UpstreamId::key).orElse(""));
            out.writeBoolean(link.home());
            part(out, input);
            part(out, answer);
            out.writeInt(items.size());
            for (byte[] item : items) {
                part(out, item);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    public static KeptAnswer of(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException("a kept answer of version " + version);
            }
            String id = text(in);
            String previous = text(in);
            String conversation = text(in);
            String provider = text(in);
            String key = text(in);
            Optional<UpstreamId> upstream =
                    provider.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new UpstreamId(provider, key));
            var link = new Link(id, previous, conversation, upstream, in.readBoolean());
            byte[] input = part(in);
            byte[] answer = part(in);
            int count = in.readInt();
            var items = new ArrayList<byte[]>();
            for (int i = 0; i < count; i++) {
                items.add(part(in));
            }
            return new KeptAnswer(link, input, answer, items);
        } catch (IOException cut) {
            throw new UncheckedIOException(cut);
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        part(out, text.getBytes(UTF_8));
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(part(in), UTF_8);
    }

    private static void part(DataOutputStream out, byte[] part) throws IOException {
        out.writeInt(part.length);
        out.write(part);
    }

    private static byte[] part(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    /// The answer as its client may ask for it again.
    public ObjectNode response() {
        JsonNode tree = Json.read(answer, 0, answer.length);
        JsonNode inside = tree.path("response");
        ObjectNode response = (ObjectNode) (inside.isObject() ? inside : tree);
        response.put("id", link.id());
        if (!link.previous().isEmpty()) {
            response.put("previous_response_id", link.previous());
        }
        if (!link.conversation().isEmpty()) {
            response.putObject("conversation").put("id", link.conversation());
        }
        if (response.path("output").isEmpty() && !items.isEmpty()) {
            ArrayNode output = response.putArray("output");
            items.forEach(item -> output.add(Json.read(item, 0, item.length).path("item")));
        }
        return response;
    }

    /// The value of `input`, or an empty list.
    JsonNode inputTree() {
        return input.length == 0 ? Json.array() : Json.read(input, 0, input.length);
    }

    /// Whether a document is a kept answer.
    public static boolean is(byte[] document) {
        return document.length > 0 && document[0] == VERSION;
    }

    /// `completed`, `incomplete`, `failed`, `cancelled` or `in_progress`.
    String status() {
        return response().path("status").stringValue("completed");
    }

    /// Whether a conversation can go on after it.
    public boolean continuable() {
        return switch (status()) {
            case "completed", "incomplete" -> true;
            default -> false;
        };
    }

    /// What the client sent, each with a name.
    public List<ObjectNode> inputItems() {
        return InputItems.named(input, link.id());
    }

    /// What it was answered.
    public List<ObjectNode> outputItems() {
        var output = new ArrayList<ObjectNode>();
        for (JsonNode item : response().path("output")) {
            if (item instanceof ObjectNode object) {
                output.add(object);
            }
        }
        return output;
    }
}
