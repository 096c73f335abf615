package dev.switchgear.server;

import dev.switchgear.server.AgentAnswer.BrokenAnswerException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An agent that speaks Gemini's API and sends back every part as it came.
final class AgentOfGemini extends Agent {
    private ArrayNode contents = JSON.createArrayNode();

    AgentOfGemini(String model, boolean streamed, String system) {
        super(model, streamed, system);
    }

    @Override
    String path() {
        return "/models/"
                + model
                + (streamed ? ":streamGenerateContent?alt=sse" : ":generateContent");
    }

    @Override
    String base() {
        return "/v1beta";
    }

    @Override
    ObjectNode request(String forced) {
        ObjectNode body = node();
        body.putObject("systemInstruction").putArray("parts").addObject().put("text", system);
        body.set("contents", copy(contents));
        ArrayNode tools = body.putArray("tools").addObject().putArray("functionDeclarations");
        for (String tool : TOOLS) {
            tools.addObject().put("name", tool).set("parametersJsonSchema", schema());
        }
        if (!forced.isEmpty()) {
            body.putObject("toolConfig")
                    .putObject("functionCallingConfig")
                    .put("mode", "ANY")
                    .putArray("allowedFunctionNames")
                    .add(forced);
        }
        body.putObject("generationConfig").putObject("thinkingConfig").put("includeThoughts", true);
        return body;
    }

    @Override
    void said(String text, AgentScript.Enclosed enclosed) {
        ArrayNode parts = contents.addObject().put("role", "user").putArray("parts");
        parts.addObject().put("text", withSummary(text));
        switch (enclosed) {
            case NOTHING -> {
                // Words alone.
            }
            case PICTURE -> inline(parts, "image/png", AgentScript.PICTURE);
            case FILE -> inline(parts, "text/plain", AgentOfChat.base64(AgentScript.FILE));
        }
    }

    /// Pieces of one text are one part; what is signed stays as it came.
    private static void join(ArrayNode parts, JsonNode part) {
        JsonNode last = parts.path(parts.size() - 1);
        boolean more =
                part.has("text")
                        && last.has("text")
                        && !part.has("thoughtSignature")
                        && !last.has("thoughtSignature")
                        && part.path("thought").equals(last.path("thought"));
        if (more) {
            ((ObjectNode) last)
                    .put("text", last.path("text").asString("") + part.path("text").asString(""));
        } else {
            parts.add(part.deepCopy());
        }
    }

    private static void inline(ArrayNode parts, String type, String data) {
        parts.addObject().putObject("inlineData").put("mimeType", type).put("data", data);
    }

    @Override
    void ran(List<AgentAnswer.Call> calls, List<String> results) {
        ArrayNode parts = contents.addObject().put("role", "user").putArray("parts");
        for (int i = 0; i < calls.size(); i++) {
            ObjectNode answer = parts.addObject().putObject("functionResponse");
            if (!calls.get(i).id().isEmpty()) {
                answer.put("id", calls.get(i).id());
            }
            answer.put("name", calls.get(i).name());
            answer.putObject("response").put("output", results.get(i));
        }
    }

    @Override
    void forget() {
        contents = JSON.createArrayNode();
    }

    @Override
    AgentAnswer hear(String body) throws BrokenAnswerException {
        List<JsonNode> chunks = streamed ? events(body) : List.of(whole(body));
        ArrayNode parts = JSON.createArrayNode();
        String finish = "";
        JsonNode usage = node();
        for (JsonNode chunk : chunks) {
            unlessError(chunk);
            JsonNode candidate = chunk.path("candidates").path(0);
            finish += candidate.path("finishReason").asString("");
            candidate.path("content").path("parts").forEach(part -> join(parts, part));
            usage = chunk.has("usageMetadata") ? chunk.get("usageMetadata") : usage;
        }
        require(!finish.isEmpty(), "no finishReason");
        var text = new StringBuilder();
        List<AgentAnswer.Call> calls = new ArrayList<>();
        for (JsonNode part : parts) {
            if (!part.path("thought").asBoolean(false)) {
                text.append(part.path("text").asString(""));
            }
            if (part.has("functionCall")) {
                JsonNode call = part.get("functionCall");
                calls.add(
                        new AgentAnswer.Call(
                                call.path("id").asString(""),
                                call.path("name").asString(""),
                                call.path("args").toString()));
            }
        }
        contents.addObject().put("role", "model").set("parts", parts);
        return new AgentAnswer(
                text.toString(),
                calls,
                seals(parts),
                usage.path("cachedContentTokenCount").asInt(0),
                usage.path("promptTokenCount").asInt(0));
    }
}
