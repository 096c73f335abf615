package dev.switchgear.server.api.llm.responses.kept;

import dev.switchgear.dialects.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which part of a list is asked for.
///
/// @param limit items at most; 1 to 100 (default 20)
/// @param newestFirst whether the list is turned round (default true)
/// @param after the item behind which the part begins; empty for the beginning
public record KeptPage(int limit, boolean newestFirst, String after) {
    private static final int LIMIT_MAX = 100;
    private static final int LIMIT = 20;

    /// Reads a query; what is not about the part that is asked for is passed over.
    public static KeptPage of(String query) throws Refused {
        int limit = LIMIT;
        boolean newestFirst = true;
        String after = "";
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            switch (equals < 0 ? pair : pair.substring(0, equals)) {
                case "limit" -> limit = limit(value);
                case "order" -> newestFirst = newestFirst(value);
                case "after" -> after = value;
                default -> {}
            }
        }
        return new KeptPage(limit, newestFirst, after);
    }

    private static String decoded(String value) throws Refused {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unreadable) {
            throw new Refused(KeptProblems.wrong("query", "percent-encoding"));
        }
    }

    private static int limit(String value) throws Refused {
        long limit = Json.count(value);
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new Refused(KeptProblems.wrong("limit", "1 to " + LIMIT_MAX));
        }
        return (int) limit;
    }

    private static boolean newestFirst(String value) throws Refused {
        return switch (value) {
            case "asc" -> false;
            case "desc" -> true;
            default -> throw new Refused(KeptProblems.wrong("order", "asc or desc"));
        };
    }

    /// The part of these, as clients see it.
    ///
    /// @param all the oldest first
    public ObjectNode list(List<ObjectNode> all) throws Refused {
        List<ObjectNode> items = newestFirst ? all.reversed() : all;
        int from = 0;
        if (!after.isEmpty()) {
            while (from < items.size() && !id(items.get(from)).equals(after)) {
                from++;
            }
            if (from == items.size()) {
                throw new Refused(KeptProblems.wrong("after", "the id of an item of the list"));
            }
            from++;
        }
        int to = Math.min(items.size(), from + limit);
        ObjectNode page = Json.object().put("object", "list");
        ArrayNode data = page.putArray("data");
        items.subList(from, to).forEach(data::add);
        if (data.isEmpty()) {
            page.putNull("first_id").putNull("last_id");
        } else {
            page.put("first_id", id(items.get(from))).put("last_id", id(items.get(to - 1)));
        }
        return page.put("has_more", to < items.size());
    }

    private static String id(ObjectNode item) {
        return item.path("id").stringValue("");
    }
}
