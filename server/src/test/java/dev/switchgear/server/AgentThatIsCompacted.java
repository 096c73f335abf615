package dev.switchgear.server;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent of Responses that sends only what is new, and has its conversation cut down by a request of
/// its own, as the sessions of OpenAI's agents SDK do.
final class AgentThatIsCompacted extends AgentThatContinues {
    AgentThatIsCompacted(String model, boolean streamed, String system) {
        super(model, streamed, system);
    }

    @Override
    boolean isCompacted() {
        return true;
    }

    @Override
    String path() {
        return isCompacting() ? "/responses/compact" : super.path();
    }

    @Override
    ObjectNode request(String forced) {
        if (!isCompacting()) {
            return super.request(forced);
        }
        ObjectNode body = node().put("model", model).put("instructions", system);
        remember(body);
        body.remove("input");
        return body;
    }

    /// The path that compacts has no field for them.
    @Override
    List<String> tools() {
        return isCompacting() ? List.of() : super.tools();
    }

    @Override
    boolean isStreaming() {
        return streamed && !isCompacting();
    }

    @Override
    boolean isEnded(JsonNode response) {
        return isCompacting()
                ? response.path("object").asString("").equals("response.compaction")
                : super.isEnded(response);
    }
}
