package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `/v1/completions`, which came before chat, before every kind of provider.
final class CompletionsTest {
    private static final String PATH = "/v1/completions";

    private final ScriptedHouse house = ScriptedHouse.open();

    @AfterEach
    void close() {
        house.close();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static String ask(String model, String more) {
        return "{\"model\":\"" + model + "\",\"prompt\":\"Once upon a time\"" + more + "}";
    }

    /// "Déjà vu" in two pieces, as a stream of each dialect.
    private static Answer stream(String upstream) {
        return switch (upstream) {
            case "claude" ->
                    Answer.events(
                            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n",
                            "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
                            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Déjà \"}}\n\n",
                            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"vu\"}}\n\n",
                            "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
                            "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":2}}\n\n",
                            "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
            case "google" ->
                    Answer.events(
                            "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Déjà \"}]},\"index\":0}],\"modelVersion\":\"g\",\"responseId\":\"r1\"}\n\n",
                            "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"vu\"}]},\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2,\"totalTokenCount\":5},\"modelVersion\":\"g\",\"responseId\":\"r1\"}\n\n");
            case "resp" ->
                    Answer.events(
                            "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1790000000,\"status\":\"in_progress\",\"model\":\"m\",\"output\":[]}}\n\n",
                            "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"sequence_number\":1,\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"status\":\"in_progress\",\"content\":[]}}\n\n",
                            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":2,\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"Déjà \"}\n\n",
                            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":3,\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"vu\"}\n\n",
                            "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":4,\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1790000000,\"status\":\"completed\",\"model\":\"m\",\"output\":[{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"text\":\"Déjà vu\",\"annotations\":[]}]}],\"usage\":{\"input_tokens\":3,\"output_tokens\":2,\"total_tokens\":5}}}\n\n");
            case "ollama" ->
                    Answer.events(
                                    "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"Déjà \"},\"done\":false}\n",
                                    "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"vu\"},\"done\":false}\n",
                                    "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":2}\n")
                            .with("content-type", "application/x-ndjson");
            default ->
                    Answer.events(
                            chunk("{\"role\":\"assistant\",\"content\":\"Déjà \"}", "null", ""),
                            chunk("{\"content\":\"vu\"}", "null", ""),
                            chunk(
                                    "{}",
                                    "\"stop\"",
                                    ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}"),
                            "data: [DONE]\n\n");
        };
    }

    private static String chunk(String delta, String finish, String more) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
                + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
                + delta
                + ",\"finish_reason\":"
                + finish
                + "}]"
                + more
                + "}\n\n";
    }

    @ParameterizedTest
    @CsvSource({
        "openai, gpt-4o",
        "chat, m",
        "resp, gpt-4o",
        "claude, claude-haiku-4-5",
        "google, gemini-2.5-flash",
        "router, meta-llama/llama-3.3-70b-instruct",
        "deep, deepseek-chat",
        "xai, grok-4",
        "mistral, mistral-small-latest",
        "ollama, llama3",
    })
    void every_provider_goes_on_from_a_prompt(String upstream, String model) {
        HttpResponse<String> plain =
                house.post(PATH, ask(upstream + "/" + model, ",\"max_tokens\":9"));
        house.answers(upstream, stream(upstream));
        HttpResponse<String> streamed =
                house.post(
                        PATH,
                        ask(
                                upstream + "/" + model,
                                ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
        JsonNode whole = json(plain.body());
        assertThat(whole.get("object").asString()).isEqualTo("text_completion");
        assertThat(whole.get("id").asString()).startsWith("cmpl-");
        assertThat(whole.at("/choices/0/text").asString()).isEqualTo("ok");
        assertThat(whole.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(whole.at("/choices/0/index").asInt(-1)).isZero();
        assertThat(whole.at("/choices/0/logprobs").isNull()).isTrue();
        assertThat(whole.at("/usage/total_tokens").asInt()).isEqualTo(4);
        assertThat(house.received(upstream).getFirst().body())
                .contains("Once upon a time")
                .doesNotContain("\"prompt\"");

        assertThat(streamed.statusCode()).as(streamed.body()).isEqualTo(200);
        assertThat(streamed.headers().firstValue("content-type").orElse(""))
                .startsWith("text/event-stream");
        var text = new StringBuilder();
        var finished = new ArrayList<String>();
        int total = 0;
        for (String event : streamed.body().split("\n\n", -1)) {
            if (event.startsWith("data: {")) {
                JsonNode chunk = json(event.substring("data: ".length()));
                assertThat(chunk.get("object").asString()).isEqualTo("text_completion");
                text.append(chunk.at("/choices/0/text").asString(""));
                if (chunk.at("/choices/0/finish_reason").isString()) {
                    finished.add(chunk.at("/choices/0/finish_reason").asString());
                }
                total = chunk.at("/usage/total_tokens").asInt(total);
            }
        }
        assertThat(text).hasToString("Déjà vu");
        assertThat(finished).containsExactly("stop");
        assertThat(total).isEqualTo(5);
        assertThat(streamed.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void what_has_no_place_is_named_and_what_cannot_be_asked_refused() {
        HttpResponse<String> dropped =
                house.post(
                        PATH,
                        ask("claude/claude-haiku-4-5", ",\"logprobs\":2,\"logit_bias\":{\"1\":1}"));
        HttpResponse<String> shared =
                house.post(PATH, ask("chat/m", ",\"logprobs\":2,\"logit_bias\":{\"1\":1}"));
        HttpResponse<String> several = house.post(PATH, ask("chat/m", ",\"n\":2"));
        HttpResponse<String> suffix = house.post(PATH, ask("chat/m", ",\"suffix\":\"end\""));

        assertThat(dropped.headers().firstValue("x-switchgear-dropped").orElse(""))
                .contains("logprobs", "logit_bias");
        assertThat(shared.headers().firstValue("x-switchgear-dropped")).contains("logprobs");
        assertThat(house.received("chat").getFirst().body()).contains("logit_bias");
        assertThat(several.statusCode()).isEqualTo(400);
        assertThat(json(several.body()).at("/error/message").asString()).contains("n: 2");
        assertThat(suffix.statusCode()).isEqualTo(400);
        assertThat(json(suffix.body()).at("/error/param").asString()).isEqualTo("suffix");
    }

    @Test
    void errors_are_in_openais_shape() {
        house.answers(
                "chat",
                Answer.json(
                        400,
                        "{\"error\":{\"message\":\"too long\",\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}"));

        HttpResponse<String> declined = house.post(PATH, ask("chat/m", ""));
        HttpResponse<String> unknown = house.post(PATH, ask("no-such-model", ""));

        assertThat(declined.statusCode()).isEqualTo(400);
        assertThat(json(declined.body()).at("/error/code").asString())
                .isEqualTo("context_length_exceeded");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(json(unknown.body()).at("/error/code").asString()).isEqualTo("model_not_found");
    }
}
