package dev.switchgear.server;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Codex on its WebSocket: it warms up with nothing at all, names the answer before and sends only what
/// is new, and has nothing stored. When something goes wrong it opens another and sends everything.
final class AgentOfCodexOnSocket extends AgentOfCodex {
    private boolean warm;
    private String previous = "";

    AgentOfCodexOnSocket(String model, String system) {
        super(model, true, system);
    }

    @Override
    AgentLine line(String root) {
        return new AgentBySocket(root);
    }

    @Override
    Optional<Opening> opening() {
        if (warm) {
            return Optional.empty();
        }
        ObjectNode nothing = super.request("");
        nothing.putArray("input");
        return Optional.of(new Opening(path(), nothing.put("generate", false)));
    }

    @Override
    void opened(String body) throws AgentAnswer.BrokenAnswerException {
        warm = true;
        previous = events(body).getLast().at("/response/id").asString("");
    }

    @Override
    void remember(ObjectNode body) {
        super.remember(body);
        if (previous.isEmpty()) {
            return;
        }
        body.put("previous_response_id", previous);
        if (settled() > 0) {
            body.set("input", unsettled());
        }
    }

    @Override
    void heard(JsonNode response) {
        previous = response.path("id").asString("");
        super.heard(response);
    }

    @Override
    void failed() {
        previous = "";
    }

    /// What was said before is said anew, as the answer before holds what was cut away.
    @Override
    void forget() {
        super.forget();
        previous = "";
    }
}
