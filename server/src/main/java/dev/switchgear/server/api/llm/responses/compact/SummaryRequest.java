package dev.switchgear.server.api.llm.responses.compact;

import dev.switchgear.dialects.json.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks the model that had the conversation to sum it up. What stands before the question is left as it
/// was, instructions and tools too: so the provider's prompt cache serves it. Pure.
final class SummaryRequest {
    static final String QUESTION =
            """
            Stop here. Your context is being cut: whoever goes on with this conversation will have \
            the user's own messages and what you write now, and nothing else. Call no tool and answer \
            no open question. Write, as exactly and as briefly as both allow:
            1. Goal: what the user wants in the end, with every wish and constraint they gave.
            2. State: what is done, what works, what does not.
            3. Files and facts: paths, names, ids, commands, values and messages that are still \
            needed, letter by letter, and what pictures and documents showed.
            4. Decisions: what was decided and why, and what was tried and failed.
            5. Open steps: what comes next, in order, and what is being waited for.
            If an earlier summary stands above, take over what of it still holds.\
            """;

    /// What is about the answer that the client wanted otherwise, or about where it lies.
    private static final List<String> LEFT_OUT =
            List.of(
                    "text",
                    "max_output_tokens",
                    "max_tool_calls",
                    "include",
                    "context_management",
                    "previous_response_id",
                    "conversation",
                    "background",
                    "top_logprobs");

    private SummaryRequest() {}

    /// @param asked the client's request; is changed
    static byte[] of(ObjectNode asked, List<JsonNode> told) {
        LEFT_OUT.forEach(asked::remove);
        ArrayNode input = asked.putArray("input").addAll(told);
        ObjectNode question = input.addObject().put("type", "message").put("role", "user");
        question.putArray("content").addObject().put("type", "input_text").put("text", QUESTION);
        asked.put("store", false);
        if (offersTools(asked, told)) {
            asked.put("tool_choice", "none");
        } else {
            asked.remove("tool_choice");
        }
        return Json.bytes(asked);
    }

    private static boolean offersTools(ObjectNode asked, List<JsonNode> told) {
        return !asked.path("tools").isEmpty()
                || told.stream()
                        .map(CompactedHistory::type)
                        .anyMatch(type ->
                                type.equals("additional_tools")
                                        || type.equals("tool_search_output"));
    }
}
