package dev.switchgear.server.api.llm.responses.background;

import dev.switchgear.dialects.json.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is asked without being waited for: the response's object while nothing has been answered, and
/// what is asked of others for it. Pure.
public final class BackgroundObject {
    /// What an answer repeats as it was asked.
    private static final List<String> REPEATED =
            List.of(
                    "instructions",
                    "max_output_tokens",
                    "max_tool_calls",
                    "previous_response_id",
                    "prompt_cache_key",
                    "safety_identifier",
                    "service_tier",
                    "user");

    private BackgroundObject() {}

    /// The response before anybody has begun it.
    ///
    /// @param asked the client's request
    public static ObjectNode queued(JsonNode asked, String id, long createdSeconds) {
        ObjectNode response =
                Json.object()
                        .put("id", id)
                        .put("object", "response")
                        .put("created_at", createdSeconds)
                        .put("status", "queued")
                        .put("background", true)
                        .putNull("error")
                        .putNull("incomplete_details");
        response.set("model", asked.path("model"));
        response.putArray("output");
        for (String field : REPEATED) {
            or(asked, response, field, Json.read("null"));
        }
        conversation(asked.path("conversation"), response);
        or(asked, response, "metadata", Json.object());
        or(asked, response, "parallel_tool_calls", Json.read("true"));
        or(asked, response, "reasoning", Json.read("{\"effort\":null,\"summary\":null}"));
        response.put("store", true);
        or(asked, response, "temperature", Json.read("1"));
        or(asked, response, "text", Json.read("{\"format\":{\"type\":\"text\"}}"));
        or(asked, response, "tool_choice", Json.read("\"auto\""));
        or(asked, response, "tools", Json.array());
        or(asked, response, "top_p", Json.read("1"));
        or(asked, response, "truncation", Json.read("\"disabled\""));
        return response.putNull("usage");
    }

    private static void or(JsonNode asked, ObjectNode response, String field, JsonNode unsaid) {
        JsonNode said = asked.path(field);
        response.set(field, said.isMissingNode() || said.isNull() ? unsaid : said);
    }

    private static void conversation(JsonNode asked, ObjectNode response) {
        if (asked.isString()) {
            response.putObject("conversation").set("id", asked);
        } else if (asked.isObject()) {
            response.putObject("conversation").set("id", asked.path("id"));
        }
    }

    /// The same request, as it would be asked by somebody who waits for it: a stream, so that what comes
    /// can be told as it comes.
    public static byte[] waitedFor(ObjectNode asked) {
        ObjectNode changed = asked.deepCopy();
        changed.remove("background");
        return Json.bytes(changed.put("stream", true));
    }
}
