package dev.switchgear.server.api.llm.responses.compact;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The items of a conversation, on both sides of a compaction. What a compaction stands for is told by a
/// model in words of its own; but what is still open is never told, it is kept as it is: calls that wait
/// for results, and the last question. Pure.
final class CompactedHistory {
    private static final String BEFORE = "before";
    private static final String SUMMARY = "summary";
    private static final String OPEN = "open";

    /// By which name clients know such an item, or knew it.
    private static final Set<String> KINDS =
            Set.of("compaction", "compaction_summary", "context_compaction");

    /// What the model that goes on reads before the summary.
    static final String HEADING =
            "The conversation up to here was cut, to make room. This is a summary of what came before;"
                    + " go on from where it ends.\n\n";

    private CompactedHistory() {}

    /// What a compaction holds.
    ///
    /// @param before what the client's developer said, which no summary may change
    /// @param open what stood at the end and is still open
    record Held(List<JsonNode> before, String summary, List<JsonNode> open) {
        Held {
            before = List.copyOf(before);
            open = List.copyOf(open);
        }

        byte[] bytes() {
            ObjectNode held = Json.object();
            held.putArray(BEFORE).addAll(before);
            held.put(SUMMARY, summary);
            held.putArray(OPEN).addAll(open);
            return Json.bytes(held);
        }

        static Held of(byte[] bytes) {
            JsonNode held = Json.read(bytes, 0, bytes.length);
            return new Held(
                    list(held.path(BEFORE)),
                    held.path(SUMMARY).asString(""),
                    list(held.path(OPEN)));
        }
    }

    static String type(JsonNode item) {
        return item.path("type").isString() ? item.path("type").stringValue() : "message";
    }

    private static String role(JsonNode item) {
        return item.path("role").asString("");
    }

    static boolean isTrigger(JsonNode item) {
        return type(item).equals("compaction_trigger");
    }

    /// A compaction that a gateway like this one made.
    static boolean isOurs(JsonNode item) {
        return KINDS.contains(type(item))
                && item.path("encrypted_content").isString()
                && CompactionSeal.ours(item.path("encrypted_content").stringValue());
    }

    /// The input as a list of items: a text is the user's.
    static List<JsonNode> items(JsonNode input) {
        if (input.isString()) {
            return List.of(user(input.stringValue()));
        }
        return list(input);
    }

    private static List<JsonNode> list(JsonNode array) {
        var items = new ArrayList<JsonNode>(array.size());
        for (int i = 0; i < array.size(); i++) {
            items.add(array.get(i));
        }
        return items;
    }

    private static ObjectNode user(String text) {
        ObjectNode message = Json.object().put("type", "message").put("role", "user");
        message.putArray("content").addObject().put("type", "input_text").put("text", text);
        return message;
    }

    /// The items with the last compaction of ours opened: in place of all that it stands for. What the
    /// user and the developer said before it stays, word for word.
    ///
    /// @throws InvalidBody where it cannot be opened
    static List<JsonNode> opened(List<JsonNode> items, String client, CompactionSeal seal)
            throws InvalidBody {
        int last = items.size() - 1;
        while (last >= 0 && !isOurs(items.get(last))) {
            last--;
        }
        if (last < 0) {
            return items;
        }
        Held held = held(items.get(last), last, client, seal);
        List<JsonNode> after = items.subList(last + 1, items.size());
        List<JsonNode> kept = kept(items.subList(0, last), answered(after), held.open());
        var opened = new ArrayList<JsonNode>();
        held.before().stream().filter(said -> !has(kept, said)).forEach(opened::add);
        opened.addAll(kept);
        opened.add(user(HEADING + held.summary()));
        opened.addAll(stillOpen(held.open(), kept));
        opened.addAll(after);
        return opened;
    }

    private static Held held(JsonNode item, int index, String client, CompactionSeal seal)
            throws InvalidBody {
        String sealed = item.path("encrypted_content").stringValue();
        Optional<byte[]> open = seal.open(client, sealed);
        if (open.isEmpty()) {
            throw InvalidBody.param(
                    "input[" + index + "].encrypted_content",
                    "this compaction was made for another client, or by a gateway with another"
                            + " key-pepper, or was changed (expected: as it was handed out)");
        }
        return Held.of(open.get());
    }

    /// What of the items before a compaction is still said beside it. A call whose result comes behind it
    /// is never parted from that.
    private static List<JsonNode> kept(
            List<JsonNode> before, Set<String> answeredLater, List<JsonNode> open) {
        Set<String> there = calls(open);
        return before.stream()
                .filter(item ->
                        offers(item)
                                || said(item)
                                || (isCall(item)
                                        && answeredLater.contains(callId(item))
                                        && !there.contains(callId(item))))
                .toList();
    }

    /// By a person, or by whoever wrote the client.
    private static boolean said(JsonNode item) {
        return type(item).equals("message") && !role(item).equals("assistant");
    }

    /// It brings tools, which the summary does not.
    private static boolean offers(JsonNode item) {
        return switch (type(item)) {
            case "additional_tools", "tool_search_call", "tool_search_output", "mcp_list_tools" ->
                    true;
            default -> false;
        };
    }

    /// A client that keeps the user's words itself sends those that were open twice.
    private static List<JsonNode> stillOpen(List<JsonNode> open, List<JsonNode> kept) {
        List<JsonNode> users = kept.stream().filter(item -> role(item).equals("user")).toList();
        int asked = 0;
        while (asked < open.size() && role(open.get(asked)).equals("user")) {
            asked++;
        }
        if (asked < open.size() || asked > users.size()) {
            return open;
        }
        List<JsonNode> last = users.subList(users.size() - asked, users.size());
        for (int i = 0; i < asked; i++) {
            if (!same(open.get(i), last.get(i))) {
                return open;
            }
        }
        return List.of();
    }

    private static boolean has(List<JsonNode> items, JsonNode wanted) {
        return items.stream().anyMatch(item -> same(item, wanted));
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return role(one).equals(role(other))
                && parts(one.path("content")).equals(parts(other.path("content")));
    }

    /// The parts without what is written in more than one way: a text may be a part of its own.
    private static List<JsonNode> parts(JsonNode content) {
        return content.isString()
                ? list(user(content.stringValue()).path("content"))
                : list(content);
    }

    /// What a history comes to.
    ///
    /// @param told what a summary is made of
    /// @param open what is kept as it is
    record Cut(List<JsonNode> told, List<JsonNode> open) {
        Cut {
            told = List.copyOf(told);
            open = List.copyOf(open);
        }
    }

    /// Cuts a history at its end: what is still open stays.
    static Cut cut(List<JsonNode> items) {
        int answers = items.size();
        while (answers > 0 && usersSide(items.get(answers - 1))) {
            answers--;
        }
        int said = answers;
        while (said > 0 && !usersSide(items.get(said - 1))) {
            said--;
        }
        Set<String> answered = answered(items.subList(answers, items.size()));
        int first = answers;
        boolean waits = false;
        for (int i = said; i < answers; i++) {
            if (isCall(items.get(i))) {
                first = Math.min(first, i);
                waits |= !answered.contains(callId(items.get(i)));
            }
        }
        if (waits) {
            while (first > said && type(items.get(first - 1)).equals("reasoning")) {
                first--;
            }
            return new Cut(items.subList(0, first), items.subList(first, items.size()));
        }
        int asked = items.size();
        while (asked > 0 && role(items.get(asked - 1)).equals("user")) {
            asked--;
        }
        return new Cut(items, items.subList(asked, items.size()));
    }

    private static boolean usersSide(JsonNode item) {
        return said(item) || type(item).endsWith("_output") || offers(item);
    }

    private static boolean isCall(JsonNode item) {
        return type(item).endsWith("_call") && !callId(item).isEmpty();
    }

    private static String callId(JsonNode item) {
        return item.path("call_id").asString("");
    }

    private static Set<String> answered(List<JsonNode> items) {
        var ids = new HashSet<String>();
        for (JsonNode item : items) {
            if (type(item).endsWith("_output")) {
                ids.add(callId(item));
            }
        }
        return ids;
    }

    private static Set<String> calls(List<JsonNode> items) {
        var ids = new HashSet<String>();
        items.stream().filter(CompactedHistory::isCall).forEach(item -> ids.add(callId(item)));
        return ids;
    }

    /// What the developer said in a history.
    static List<JsonNode> developers(List<JsonNode> items) {
        return items.stream().filter(item -> said(item) && !role(item).equals("user")).toList();
    }

    /// What the user said in a history, as it stands in an answer.
    ///
    /// @param id of the answer, of which their own are made where they have none
    static ArrayNode users(List<JsonNode> items, String id) {
        ArrayNode users = Json.array();
        for (JsonNode item : items) {
            if (!said(item) || !role(item).equals("user")) {
                continue;
            }
            ObjectNode message = users.addObject();
            message.put("id", item.path("id").asString("msg_" + id + "_" + (users.size() - 1)));
            message.put("type", "message").put("role", "user").put("status", "completed");
            message.putArray("content").addAll(parts(item.path("content")));
        }
        return users;
    }

    /// The text of all messages among the items of an answer.
    static String text(JsonNode output) {
        var text = new StringBuilder();
        for (JsonNode item : list(output)) {
            if (type(item).equals("message")) {
                text(item, text);
            }
        }
        return text.toString();
    }

    static void text(JsonNode message, StringBuilder into) {
        for (JsonNode part : list(message.path("content"))) {
            if (type(part).equals("output_text")) {
                into.append(part.path("text").asString(""));
            }
        }
    }
}
