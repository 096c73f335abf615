package dev.switchgear.server;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent of Responses that sends only what is new, and names the answer that it goes on from.
class AgentThatContinues extends AgentOfResponses {
    private String previous = "";

    AgentThatContinues(String model, boolean streamed, String system) {
        super(model, streamed, system);
    }

    @Override
    void remember(ObjectNode body) {
        body.set("input", unsettled());
        if (!previous.isEmpty()) {
            body.put("previous_response_id", previous);
        }
    }

    @Override
    void heard(JsonNode response) {
        previous = response.path("id").asString("");
        super.heard(response);
    }

    @Override
    void forget() {
        super.forget();
        previous = "";
    }
}
