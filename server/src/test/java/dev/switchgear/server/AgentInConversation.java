package dev.switchgear.server;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// An agent of Responses that opens a conversation and sends only what is new in it.
final class AgentInConversation extends AgentOfResponses {
    private String conversation = "";

    AgentInConversation(String model, boolean streamed, String system) {
        super(model, streamed, system);
    }

    @Override
    Optional<Opening> opening() {
        return conversation.isEmpty()
                ? Optional.of(new Opening("/conversations", node()))
                : Optional.empty();
    }

    @Override
    void opened(String body) throws AgentAnswer.BrokenAnswerException {
        conversation = whole(body).path("id").asString("");
    }

    @Override
    void remember(ObjectNode body) {
        body.set("input", unsettled());
        body.put("conversation", conversation);
    }

    @Override
    void forget() {
        super.forget();
        conversation = "";
    }
}
