package dev.switchgear.simulator.answer;

import dev.switchgear.simulator.http.ReceivedHead;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A request as far as it was understood.
///
/// @param path without the provider's name
/// @param key the credential sent; empty for none
/// @param body the JSON sent; empty where it is none
/// @param bytes the body as it came
/// @param model what it asks for; empty where it does not say
public record Asked(
        ApiOperation operation,
        String method,
        String path,
        String key,
        Optional<JsonNode> body,
        byte[] bytes,
        String model,
        boolean streamed,
        ReceivedHead head) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// The JSON object in `bytes`; empty where there is none.
    public static Optional<JsonNode> object(byte[] bytes) {
        try {
            return Optional.of(JSON.readTree(bytes)).filter(JsonNode::isObject);
        } catch (JacksonException _) {
            // The answer says that the body is no JSON.
            return Optional.empty();
        }
    }

    /// The token of an `authorization` header; empty for none.
    public static String bearer(ReceivedHead head) {
        String authorization = head.header("authorization").orElse("");
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).trim()
                : "";
    }
}
