package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// How clients of each dialect ask, and what they make of an answer: as strictly as the official SDK
/// that is the strictest.
enum AskedAs {
    CHAT,
    RESPONSES,
    ANTHROPIC,
    GEMINI,
    /// Without `alt=sse`.
    GEMINI_LIST,
    OLLAMA,
    GENERATE,
    OWN;

    String path(String model, boolean streamed) {
        return switch (this) {
            case CHAT -> "/v1/chat/completions";
            case RESPONSES -> "/v1/responses";
            case ANTHROPIC -> "/v1/messages";
            case GEMINI ->
                    "/v1beta/models/"
                            + model
                            + (streamed ? ":streamGenerateContent?alt=sse" : ":generateContent");
            case GEMINI_LIST ->
                    "/v1beta/models/"
                            + model
                            + (streamed ? ":streamGenerateContent" : ":generateContent");
            case OLLAMA -> "/api/chat";
            case GENERATE -> "/api/generate";
            case OWN -> streamed ? "/api/llm/stream" : "/api/llm/chat";
        };
    }

    String body(String model, boolean streamed) {
        String start = "{\"model\":\"" + model + "\",\"stream\":" + streamed + ",";
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}";
        return switch (this) {
            case CHAT, OLLAMA -> start + messages;
            case RESPONSES -> start + "\"input\":\"go\"}";
            case ANTHROPIC -> start + "\"max_tokens\":500," + messages;
            case GEMINI, GEMINI_LIST ->
                    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"go\"}]}]}";
            case GENERATE -> start + "\"prompt\":\"go\"}";
            case OWN -> "{\"model\":\"" + model + "\",\"prompt\":\"go\"}";
        };
    }

    HttpResponse<String> ask(ScriptedHouse house, String model, boolean streamed) {
        return ask(house, model, streamed, "");
    }

    /// @param fields more of them, each with a comma behind it
    HttpResponse<String> ask(ScriptedHouse house, String model, boolean streamed, String fields) {
        return house.post(
                path(model, streamed),
                "{" + fields + body(model, streamed).substring(1),
                "anthropic-version",
                "2023-06-01");
    }

    /// The text of an answer that is whole in every respect.
    String text(HttpResponse<String> answer, boolean streamed) {
        assertThat(answer.statusCode()).as(this + ": " + answer.body()).isEqualTo(200);
        String body = answer.body();
        return streamed ? streamed(body) : plain(Json.read(body));
    }

    private String plain(JsonNode answer) {
        var text = new StringBuilder();
        switch (this) {
            case CHAT -> {
                JsonNode choice = answer.path("choices").path(0);
                text.append(choice.path("message").path("content").asString(""));
                said(choice.path("finish_reason"));
            }
            case RESPONSES -> {
                said(answer.path("status"));
                for (JsonNode item : answer.path("output")) {
                    for (JsonNode part : item.path("content")) {
                        text.append(part.path("text").asString(""));
                    }
                }
            }
            case ANTHROPIC -> {
                said(answer.path("stop_reason"));
                for (JsonNode block : answer.path("content")) {
                    text.append(block.path("text").asString(""));
                }
            }
            case GEMINI, GEMINI_LIST -> {
                said(answer.path("candidates").path(0).path("finishReason"));
                text.append(parts(answer));
            }
            case OLLAMA, GENERATE -> {
                assertThat(answer.path("done").asBoolean(false)).isTrue();
                text.append(line(answer));
            }
            case OWN -> {
                said(answer.path("finishReason"));
                text.append(answer.path("content").asString(""));
            }
        }
        return text.toString();
    }

    private static void said(JsonNode word) {
        assertThat(word.asString("")).isNotEmpty();
    }

    private static String parts(JsonNode answer) {
        var text = new StringBuilder();
        for (JsonNode part : answer.path("candidates").path(0).path("content").path("parts")) {
            text.append(
                    part.path("thought").asBoolean(false) ? "" : part.path("text").asString(""));
        }
        return text.toString();
    }

    private String line(JsonNode line) {
        return this == GENERATE
                ? line.path("response").asString("")
                : line.path("message").path("content").asString("");
    }

    private String streamed(String body) {
        var text = new StringBuilder();
        String end = "";
        for (JsonNode event : events(body)) {
            assertThat(event.has("error") && !event.path("error").isNull()).as(body).isFalse();
            switch (this) {
                case CHAT -> {
                    JsonNode choice = event.path("choices").path(0);
                    text.append(choice.path("delta").path("content").asString(""));
                    end += choice.path("finish_reason").asString("");
                }
                case RESPONSES -> {
                    if (event.path("type").asString("").equals("response.output_text.delta")) {
                        text.append(event.path("delta").asString(""));
                    }
                    end = event.path("type").asString("");
                }
                case ANTHROPIC -> {
                    text.append(event.path("delta").path("text").asString(""));
                    end = event.path("type").asString("");
                }
                case GEMINI, GEMINI_LIST -> {
                    text.append(parts(event));
                    end += event.path("candidates").path(0).path("finishReason").asString("");
                }
                case OLLAMA, GENERATE -> {
                    text.append(line(event));
                    end = event.path("done").asBoolean(false) ? "done" : "";
                }
                case OWN -> {
                    if (event.path("type").asString("").equals("chunk")) {
                        text.append(event.path("content").asString(""));
                    }
                    end = event.path("type").asString("");
                }
            }
        }
        assertThat(end)
                .as(this + ": " + body)
                .isEqualTo(
                        switch (this) {
                            case CHAT -> "stop";
                            case RESPONSES -> "response.completed";
                            case ANTHROPIC -> "message_stop";
                            case GEMINI, GEMINI_LIST -> "STOP";
                            case OLLAMA, GENERATE -> "done";
                            case OWN -> "end";
                        });
        return text.toString();
    }

    /// The data of a stream, each of which must be JSON and be ended as the dialect wants it.
    List<JsonNode> events(String body) {
        var events = new ArrayList<JsonNode>();
        switch (this) {
            case GEMINI_LIST -> Json.read(body).forEach(events::add);
            case OLLAMA, GENERATE, OWN -> body.lines().map(Json::read).forEach(events::add);
            case CHAT, RESPONSES, ANTHROPIC, GEMINI -> {
                String unix = body.replace("\r\n", "\n");
                assertThat(unix).as(this + ": the last event is ended").endsWith("\n\n");
                if (this == CHAT) {
                    assertThat(unix).endsWith("data: [DONE]\n\n");
                }
                for (String line : unix.split("\n", -1)) {
                    if (line.startsWith("data:") && !line.strip().equals("data: [DONE]")) {
                        events.add(Json.read(line.substring(5)));
                    } else {
                        assertThat(line).matches("|:.*|data: \\[DONE\\]|event:.*|id:.*|retry:.*");
                    }
                }
            }
        }
        return events;
    }

    /// Whether the upstream's bytes pass to such a client.
    boolean speaksLike(String upstream) {
        return switch (this) {
            case CHAT -> !List.of("resp", "claude", "google", "ollama").contains(upstream);
            case RESPONSES -> List.of("openai", "resp", "router", "deep", "xai").contains(upstream);
            case ANTHROPIC -> upstream.equals("claude");
            case GEMINI, GEMINI_LIST -> upstream.equals("google");
            case OLLAMA, GENERATE -> upstream.equals("ollama");
            case OWN -> false;
        };
    }

    /// Of a plain answer: tokens in and out.
    List<Integer> tokens(JsonNode answer) {
        return switch (this) {
            case CHAT ->
                    List.of(
                            answer.at("/usage/prompt_tokens").asInt(0),
                            answer.at("/usage/completion_tokens").asInt(0));
            case RESPONSES, ANTHROPIC ->
                    List.of(
                            answer.at("/usage/input_tokens").asInt(0),
                            answer.at("/usage/output_tokens").asInt(0));
            case GEMINI, GEMINI_LIST ->
                    List.of(
                            answer.at("/usageMetadata/promptTokenCount").asInt(0),
                            answer.at("/usageMetadata/candidatesTokenCount").asInt(0));
            case OLLAMA, GENERATE ->
                    List.of(
                            answer.path("prompt_eval_count").asInt(0),
                            answer.path("eval_count").asInt(0));
            case OWN ->
                    List.of(
                            answer.at("/usage/inputTokens").asInt(0),
                            answer.at("/usage/outputTokens").asInt(0));
        };
    }
}
