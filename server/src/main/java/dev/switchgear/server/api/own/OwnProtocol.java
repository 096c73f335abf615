package dev.switchgear.server.api.own;

import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Protocol;
import dev.switchgear.server.door.HttpExchange;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// Our own API's manners: a bearer key, and errors as
/// `{"error":{"message","code","statusCode","details"}}`. Thread-safe.
public final class OwnProtocol implements Protocol {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public Optional<String> key(HttpExchange exchange) {
        return exchange.header("authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7).strip());
    }

    @Override
    public byte[] render(Problem problem, String requestId) {
        var error = new LinkedHashMap<String, Object>();
        error.put("message", problem.message());
        error.put("code", problem.code());
        error.put("statusCode", problem.status());
        error.put("details", Map.of("requestId", requestId));
        return JSON.writeValueAsBytes(Map.of("error", error));
    }
}
