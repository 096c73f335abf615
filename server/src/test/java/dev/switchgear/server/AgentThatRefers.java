package dev.switchgear.server;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent of Responses that names each item of the model's instead of sending it, as `ai` does.
final class AgentThatRefers extends AgentOfResponses {
    private static final Set<String> OF_THE_MODEL = Set.of("reasoning", "function_call");

    AgentThatRefers(String model, boolean streamed, String system) {
        super(model, streamed, system);
    }

    @Override
    void remember(ObjectNode body) {
        ArrayNode input = body.putArray("input");
        for (JsonNode item : items()) {
            boolean spoken =
                    OF_THE_MODEL.contains(item.path("type").asString(""))
                            || item.path("role").asString("").equals("assistant");
            if (spoken && item.has("id")) {
                input.addObject()
                        .put("type", "item_reference")
                        .put("id", item.path("id").asString(""));
            } else {
                input.add(item);
            }
        }
        body.putArray("include").add("reasoning.encrypted_content");
    }
}
