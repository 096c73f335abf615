package dev.switchgear.server.api.llm.responses.kept;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation as it lies in the archive: one document that says what it is, and one for each lot of
/// items that was added, so that a turn costs what it adds. For one request.
///
/// What is added and taken away at the same time by two requests must be kept apart by whoever does it.
public final class Conversation {
    /// As many lots as a conversation may have: each is a turn.
    static final int LOTS_MAX = 10_000;

    private final Archive archive;
    private final String client;
    private final ObjectNode card;

    /// Lots that may hold items, by their numbers, with what they hold.
    private final List<byte[]> lots;

    private Conversation(Archive archive, String client, ObjectNode card, List<byte[]> lots) {
        this.archive = archive;
        this.client = client;
        this.card = card;
        this.lots = lots;
    }

    /// A new one without items.
    public static Conversation create(
            Archive archive, String client, String id, long createdSeconds, JsonNode metadata) {
        ObjectNode card = Json.object();
        card.put("id", id).put("object", "conversation").put("created_at", createdSeconds);
        card.set("metadata", metadata);
        card.putArray("lots");
        var made = new Conversation(archive, client, card, new ArrayList<>());
        made.save();
        return made;
    }

    /// The one of that name, whole: where a part of it is gone, so is the rest.
    public static Optional<Conversation> find(Archive archive, String client, String id) {
        if (!id.startsWith("conv_") || id.indexOf('#') >= 0) {
            return Optional.empty();
        }
        Optional<byte[]> found = archive.get(client, id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode card = (ObjectNode) Json.read(found.get(), 0, found.get().length);
        var lots = new ArrayList<byte[]>();
        for (JsonNode lot : card.path("lots")) {
            Optional<byte[]> content = archive.get(client, id + '#' + lot.intValue());
            if (content.isEmpty()) {
                new Conversation(archive, client, card, lots).delete();
                return Optional.empty();
            }
            lots.add(content.get());
        }
        return Optional.of(new Conversation(archive, client, card, lots));
    }

    String id() {
        return card.path("id").stringValue("");
    }

    /// As clients see it.
    public ObjectNode shown() {
        ObjectNode shown = card.deepCopy();
        shown.remove(List.of("lots", "before"));
        return shown;
    }

    public void metadata(JsonNode metadata) {
        card.set("metadata", metadata);
        save();
    }

    /// Who answered last in it.
    public Optional<UpstreamId> before() {
        JsonNode before = card.path("before");
        return before.isMissingNode()
                ? Optional.empty()
                : Optional.of(
                        new UpstreamId(
                                before.path("provider").stringValue(""),
                                before.path("key").stringValue("")));
    }

    long bytes() {
        return lots.stream().mapToLong(lot -> lot.length).sum();
    }

    /// Its items, the oldest first.
    public List<ObjectNode> items() {
        var items = new ArrayList<ObjectNode>();
        lots.forEach(lot -> items.addAll(itemsIn(lot)));
        return items;
    }

    /// Whether it is as long as it may be.
    boolean full() {
        return lots.size() >= LOTS_MAX;
    }

    /// Adds items, which have names.
    public void add(List<ObjectNode> items, Optional<UpstreamId> by) {
        if (items.isEmpty() || full()) {
            return;
        }
        ArrayNode lot = Json.array();
        items.forEach(lot::add);
        ArrayNode numbers = (ArrayNode) card.path("lots");
        int number = numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1).intValue() + 1;
        byte[] content = Json.bytes(lot);
        archive.put(client, id() + '#' + number, content);
        lots.add(content);
        numbers.add(number);
        by.ifPresent(upstream ->
                card.putObject("before")
                        .put("provider", upstream.provider())
                        .put("key", upstream.key()));
        save();
    }

    /// Takes an item away.
    ///
    /// @return whether it was there
    public boolean remove(String item) {
        ArrayNode numbers = (ArrayNode) card.path("lots");
        for (int i = 0; i < lots.size(); i++) {
            List<ObjectNode> items = itemsIn(lots.get(i));
            ArrayNode left = Json.array();
            items.stream()
                    .filter(each -> !each.path("id").stringValue("").equals(item))
                    .forEach(left::add);
            if (left.size() < items.size()) {
                byte[] content = Json.bytes(left);
                lots.set(i, content);
                archive.put(client, id() + '#' + numbers.get(i).intValue(), content);
                return true;
            }
        }
        return false;
    }

    public void delete() {
        for (JsonNode lot : card.path("lots")) {
            archive.remove(client, id() + '#' + lot.intValue());
        }
        archive.remove(client, id());
    }

    private void save() {
        archive.put(client, id(), Json.text(card).getBytes(UTF_8));
    }

    /// What lies in one document of a conversation: nothing where it only says what it is.
    static List<ObjectNode> itemsIn(byte[] document) {
        var items = new ArrayList<ObjectNode>();
        JsonNode tree = Json.read(document, 0, document.length);
        if (tree.isArray()) {
            for (JsonNode item : tree) {
                if (item instanceof ObjectNode object) {
                    items.add(object);
                }
            }
        }
        return items;
    }
}
