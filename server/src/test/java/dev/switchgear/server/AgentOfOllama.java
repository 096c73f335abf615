package dev.switchgear.server;

import dev.switchgear.server.AgentAnswer.BrokenAnswerException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent that speaks Ollama's own API, which knows no demanded calls, no files and no seals.
final class AgentOfOllama extends Agent {
    private ArrayNode messages = JSON.createArrayNode();

    AgentOfOllama(String model, boolean streamed, String system) {
        super(model, streamed, system);
        forget();
    }

    @Override
    String path() {
        return "/api/chat";
    }

    @Override
    String base() {
        return "";
    }

    @Override
    ObjectNode request(String forced) {
        ObjectNode body = node().put("model", model).put("stream", streamed).put("think", true);
        body.set("messages", copy(messages));
        ArrayNode tools = body.putArray("tools");
        for (String tool : TOOLS) {
            ObjectNode function = tools.addObject().put("type", "function").putObject("function");
            function.put("name", tool).put("description", "").set("parameters", schema());
        }
        return body;
    }

    @Override
    boolean demands() {
        return false;
    }

    @Override
    void said(String text, AgentScript.Enclosed enclosed) {
        ObjectNode message = messages.addObject().put("role", "user");
        String words = withSummary(text);
        switch (enclosed) {
            case NOTHING -> message.put("content", words);
            case PICTURE ->
                    message.put("content", words).putArray("images").add(AgentScript.PICTURE);
            case FILE -> message.put("content", AgentScript.FILE + "\n" + words);
        }
    }

    @Override
    void ran(List<AgentAnswer.Call> calls, List<String> results) {
        for (int i = 0; i < calls.size(); i++) {
            ObjectNode message = messages.addObject().put("role", "tool");
            message.put("content", results.get(i)).put("tool_name", calls.get(i).name());
            if (!calls.get(i).id().isEmpty()) {
                message.put("tool_call_id", calls.get(i).id());
            }
        }
    }

    @Override
    void forget() {
        messages = JSON.createArrayNode();
        messages.addObject().put("role", "system").put("content", system);
    }

    @Override
    AgentAnswer hear(String body) throws BrokenAnswerException {
        var content = new StringBuilder();
        var thinking = new StringBuilder();
        ArrayNode called = JSON.createArrayNode();
        JsonNode last = node();
        for (String line : body.lines().toList()) {
            JsonNode part = whole(line);
            unlessError(part);
            content.append(part.at("/message/content").asString(""));
            thinking.append(part.at("/message/thinking").asString(""));
            part.at("/message/tool_calls").forEach(called::add);
            last = part;
        }
        require(last.path("done").asBoolean(false), "not done");
        ObjectNode message = messages.addObject().put("role", "assistant");
        message.put("content", content.toString());
        if (!thinking.isEmpty()) {
            message.put("thinking", thinking.toString());
        }
        List<AgentAnswer.Call> calls = new ArrayList<>();
        for (JsonNode call : called) {
            calls.add(
                    new AgentAnswer.Call(
                            call.path("id").asString(""),
                            call.at("/function/name").asString(""),
                            call.at("/function/arguments").toString()));
        }
        if (!called.isEmpty()) {
            message.set("tool_calls", called);
        }
        return new AgentAnswer(
                content.toString(), calls, List.of(), 0, last.path("prompt_eval_count").asInt(0));
    }
}
