package dev.switchgear.server.api.llm.responses.kept;

import dev.switchgear.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What stands in `input`, item by item. Pure.
public final class InputItems {
    private InputItems() {}

    /// The items as their client sent them.
    static List<ObjectNode> of(JsonNode input) {
        if (input.isString()) {
            ObjectNode message = Json.object().put("type", "message").put("role", "user");
            message.putArray("content")
                    .addObject()
                    .put("type", "input_text")
                    .put("text", input.stringValue());
            return List.of(message);
        }
        var items = new ArrayList<ObjectNode>();
        for (JsonNode item : input) {
            if (item instanceof ObjectNode object) {
                items.add(object);
            }
        }
        return items;
    }

    /// The items as they are listed: each says what it is and has a name, which stays the same. What only
    /// refers to another is not among them, for that one has a place of its own.
    ///
    /// @param holder what they belong to
    public static List<ObjectNode> named(byte[] input, String holder) {
        if (input.length == 0) {
            return List.of();
        }
        List<ObjectNode> items = of(Json.read(input, 0, input.length));
        var named = new ArrayList<ObjectNode>();
        for (int i = 0; i < items.size(); i++) {
            ObjectNode item = items.get(i);
            if (!isReference(item)) {
                named.add(shown(item, holder.substring(holder.indexOf('_') + 1) + "_in" + i));
            }
        }
        return named;
    }

    /// Refuses an item that no request could hold: once it lay in a conversation, none could go on with it.
    /// What is not known is not looked at.
    ///
    /// @param at where it stands
    public static void check(ObjectNode item, String at) throws Refused {
        JsonNode type = item.path("type");
        switch (type.stringValue(type.isMissingNode() ? "message" : "")) {
            case "message" -> {
                if (!ROLES.contains(item.path("role").stringValue(""))) {
                    throw new Refused(KeptProblems.wrong(at + ".role", String.join(", ", ROLES)));
                }
                if (!item.path("content").isString() && !item.path("content").isArray()) {
                    throw new Refused(KeptProblems.wrong(at + ".content", "a text or parts"));
                }
            }
            case "function_call" -> texts(item, at, "call_id", "name", "arguments");
            case "custom_tool_call" -> texts(item, at, "call_id", "name", "input");
            case "function_call_output", "custom_tool_call_output" -> {
                texts(item, at, "call_id");
                if (!item.path("output").isString() && !item.path("output").isArray()) {
                    throw new Refused(KeptProblems.wrong(at + ".output", "a text or parts"));
                }
            }
            case "" -> throw new Refused(KeptProblems.wrong(at + ".type", "the kind of an item"));
            default -> {}
        }
    }

    private static final List<String> ROLES = List.of("user", "assistant", "system", "developer");

    private static void texts(ObjectNode item, String at, String... fields) throws Refused {
        for (String field : fields) {
            if (!item.path(field).isString()) {
                throw new Refused(KeptProblems.wrong(at + '.' + field, "a text"));
            }
        }
    }

    /// Whether an item stands for one that lies elsewhere.
    public static boolean isReference(ObjectNode item) {
        String type = item.path("type").stringValue("");
        return type.equals("item_reference")
                || (type.isEmpty() && !item.has("role") && item.has("id"));
    }

    private static ObjectNode shown(ObjectNode item, String end) {
        String type = item.path("type").stringValue("message");
        item.put("type", type);
        if (item.path("id").stringValue("").isEmpty()) {
            item.put("id", prefix(type) + end);
        }
        if (type.equals("message")) {
            JsonNode content = item.path("content");
            if (content.isString()) {
                boolean said = item.path("role").stringValue("").equals("assistant");
                String text = content.stringValue();
                ArrayNode parts = item.putArray("content");
                ObjectNode part =
                        parts.addObject()
                                .put("type", said ? "output_text" : "input_text")
                                .put("text", text);
                if (said) {
                    part.putArray("annotations");
                }
            }
            if (!item.has("status")) {
                item.put("status", "completed");
            }
        }
        return item;
    }

    /// As OpenAI's names begin, for those kinds whose names clients look at.
    private static String prefix(String type) {
        return switch (type) {
            case "message" -> "msg_";
            case "reasoning" -> "rs_";
            case "function_call" -> "fc_";
            case "function_call_output" -> "fco_";
            case "custom_tool_call" -> "ctc_";
            case "custom_tool_call_output" -> "ctco_";
            default -> "item_";
        };
    }
}
