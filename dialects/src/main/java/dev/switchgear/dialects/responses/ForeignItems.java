package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Json;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reasoning that another account, or another provider, sealed in a client's history, where its bytes would
/// pass: whoever cannot open it answers 400 to the whole request.
public final class ForeignItems {
    private static final Set<String> CALLS = Set.of("function_call", "custom_tool_call");

    private ForeignItems() {}

    /// The body without items of reasoning whose sealed text is such a one. Calls behind them lose their
    /// item's id, by which a provider would ask for their reasoning; results name the call's own.
    ///
    /// @return the same array where there are none, or where the body is not as the API wants it
    public static byte[] removed(byte[] body, Predicate<String> foreign) {
        return without(body, sealed -> !sealed.isEmpty() && foreign.test(sealed));
    }

    /// The body without items of reasoning that hold no sealed text, and are only known by their names to
    /// the account that keeps them.
    ///
    /// @return the same array where there are none, or where the body is not as the API wants it
    public static byte[] withoutNamed(byte[] body) {
        return without(body, String::isEmpty);
    }

    /// @param out asked of the sealed text of each item of reasoning; empty where it has none
    private static byte[] without(byte[] body, Predicate<String> out) {
        JsonNode request;
        try {
            request = Json.read(body, 0, body.length);
        } catch (JacksonException notJson) {
            return body;
        }
        boolean changed = false;
        boolean without = false;
        Iterator<JsonNode> items = request.path("input").iterator();
        while (items.hasNext()) {
            JsonNode item = items.next();
            String type = item.path("type").asString("message");
            if (type.equals("reasoning")) {
                String sealed = item.path("encrypted_content").asString("");
                without = out.test(sealed);
                if (without) {
                    items.remove();
                    changed = true;
                }
            } else if (without && CALLS.contains(type) && item instanceof ObjectNode call) {
                call.remove("id");
            } else if (!item.path("role").asString("assistant").equals("assistant")) {
                without = false;
            }
        }
        return changed ? Json.bytes(request) : body;
    }
}
