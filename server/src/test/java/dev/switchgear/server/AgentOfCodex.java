package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent of Responses as Codex is one: its tools are a group in an item of the input, some take text,
/// a tool that takes text may speak twice, and unknown fields stand everywhere. What it is told to be is
/// said by its developer, and its conversation is compacted by whoever answers it.
class AgentOfCodex extends AgentOfResponses {
    private static final String GROUP = "functions";
    private static final Set<String> TAKE_TEXT = Set.of("read_file", "write_file");

    AgentOfCodex(String model, boolean streamed, String system) {
        super(model, streamed, system);
    }

    /// Like Codex it keeps these among the items that it has said.
    @Override
    void begin(ArrayNode items) {
        ObjectNode offer = items.addObject().put("type", "additional_tools");
        offer.put("id", "at_0123456789").put("role", "developer");
        ObjectNode group = offer.putArray("tools").addObject();
        group.put("type", "namespace").put("name", GROUP).put("description", "");
        ArrayNode tools = group.putArray("tools");
        for (String tool : TOOLS) {
            ObjectNode offered = tools.addObject().put("name", tool);
            if (TAKE_TEXT.contains(tool)) {
                offered.put("type", "custom").putObject("format").put("type", "text");
            } else {
                offered.put("type", "function").put("strict", false);
                offered.set("parameters", schema());
            }
        }
        ObjectNode told = items.addObject().put("type", "message").put("role", "developer");
        told.putArray("content").addObject().put("type", "input_text").put("text", system);
    }

    @Override
    boolean isCompacted() {
        return true;
    }

    @Override
    void remember(ObjectNode body) {
        super.remember(body);
        body.put("prompt_cache_key", "019a-codex");
        body.putObject("client_metadata").put("x-codex-installation-id", "some");
    }

    @Override
    void offer(ArrayNode tools) {
        // They stand in the input.
    }

    /// It leaves the choice to the model.
    @Override
    boolean demands() {
        return false;
    }

    @Override
    ObjectNode request(String forced) {
        ObjectNode body = super.request("");
        body.remove("tools");
        body.remove("instructions");
        return body.put("tool_choice", "auto").put("parallel_tool_calls", true);
    }

    @Override
    void ran(List<AgentAnswer.Call> calls, List<String> results) {
        for (int i = 0; i < calls.size(); i++) {
            AgentAnswer.Call call = calls.get(i);
            boolean text = TAKE_TEXT.contains(call.name());
            String type = text ? "custom_tool_call_output" : "function_call_output";
            if (text) {
                said(type, call.id(), "It has begun.");
            }
            said(type, call.id(), results.get(i));
        }
    }

    @Override
    void heard(JsonNode response) {
        for (JsonNode item : response.path("output")) {
            String type = item.path("type").asString("");
            if (type.endsWith("_call")) {
                boolean text = TAKE_TEXT.contains(item.path("name").asString(""));
                assertThat(type).isEqualTo(text ? "custom_tool_call" : "function_call");
                assertThat(item.path("namespace").asString("")).isEqualTo(GROUP);
            }
        }
        super.heard(response);
    }
}
