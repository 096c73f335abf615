package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A picture in 4K or a long document is one string, and in a stream one line: it passes up to the one
/// limit that is set for requests, and the one for answers.
class LongStringsTest {
    private static final String BIG = "A".repeat(22_000_000);

    private record Asked(String path, String body, String... headers) {}

    private static Asked asked(String client, String model, String text, boolean streamed) {
        String turns = "\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]";
        String head = "{\"model\":\"" + model + "\",\"stream\":" + streamed + ",";
        return switch (client) {
            case "chat" -> new Asked("/v1/chat/completions", head + turns + "}");
            case "responses" -> new Asked("/v1/responses", head + "\"input\":\"" + text + "\"}");
            case "anthropic" ->
                    new Asked(
                            "/v1/messages",
                            head + "\"max_tokens\":100," + turns + "}",
                            "anthropic-version",
                            "2023-06-01");
            case "gemini" ->
                    new Asked(
                            "/v1beta/models/"
                                    + model
                                    + (streamed
                                            ? ":streamGenerateContent?alt=sse"
                                            : ":generateContent"),
                            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\""
                                    + text
                                    + "\"}]}]}");
            case "ollama" -> new Asked("/api/chat", head + turns + "}");
            default -> throw new IllegalArgumentException(client);
        };
    }

    private static Answer streamed(String upstream) {
        return switch (upstream) {
            case "chat" ->
                    Answer.events(
                            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                                    + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
                                    + "{\"role\":\"assistant\",\"content\":\""
                                    + BIG
                                    + "\"},\"finish_reason\":null}]}\n\n",
                            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                                    + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},"
                                    + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
            case "claude" ->
                    Answer.events(
                            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":"
                                    + "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\","
                                    + "\"model\":\"c\",\"content\":[],\"stop_reason\":null,"
                                    + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n",
                            "event: content_block_start\ndata: {\"type\":\"content_block_start\","
                                    + "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"
                                    + "\n\n",
                            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
                                    + "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
                                    + BIG
                                    + "\"}}\n\n",
                            "event: content_block_stop\ndata: {\"type\":\"content_block_stop\","
                                    + "\"index\":0}\n\n",
                            "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":"
                                    + "{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                                    + "\"usage\":{\"output_tokens\":1}}\n\n",
                            "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
            case "google" ->
                    Answer.events(
                            "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":"
                                    + "[{\"text\":\""
                                    + BIG
                                    + "\"}]},\"index\":0,\"finishReason\":\"STOP\"}],\"usageMetadata\":"
                                    + "{\"promptTokenCount\":3,\"candidatesTokenCount\":1,"
                                    + "\"totalTokenCount\":4},\"responseId\":\"r1\"}\n\n");
            case "ollama" ->
                    new Answer(
                            200,
                            Map.of("content-type", "application/x-ndjson"),
                            List.of(
                                    "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\","
                                            + "\"message\":{\"role\":\"assistant\",\"content\":\""
                                            + BIG
                                            + "\"},\"done\":false}\n",
                                    "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\","
                                            + "\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
                                            + "\"done\":true,\"done_reason\":\"stop\"}\n"));
            case "resp" ->
                    Answer.events(
                            "event: response.created\ndata: {\"type\":\"response.created\","
                                    + "\"sequence_number\":0,\"response\":{\"id\":\"r\",\"object\":"
                                    + "\"response\",\"created_at\":1,\"model\":\"m\",\"output\":[],"
                                    + "\"status\":\"in_progress\",\"instructions\":\""
                                    + BIG.substring(0, 9_000_000)
                                    + "\"}}\n\n",
                            "event: response.output_item.added\ndata: {\"type\":"
                                    + "\"response.output_item.added\",\"sequence_number\":1,"
                                    + "\"output_index\":0,\"item\":{\"id\":\"i\",\"type\":\"message\","
                                    + "\"role\":\"assistant\",\"status\":\"in_progress\","
                                    + "\"content\":[]}}\n\n",
                            "event: response.output_text.delta\ndata: {\"type\":"
                                    + "\"response.output_text.delta\",\"sequence_number\":2,"
                                    + "\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,"
                                    + "\"delta\":\""
                                    + BIG
                                    + "\"}\n\n",
                            "event: response.completed\ndata: {\"type\":\"response.completed\","
                                    + "\"sequence_number\":3,\"response\":{\"id\":\"r\",\"object\":"
                                    + "\"response\",\"created_at\":1,\"model\":\"m\",\"status\":"
                                    + "\"completed\",\"output\":[{\"id\":\"i\",\"type\":\"message\","
                                    + "\"role\":\"assistant\",\"status\":\"completed\",\"content\":"
                                    + "[{\"type\":\"output_text\",\"text\":\"ok\",\"annotations\":[]}]}],"
                                    + "\"usage\":{\"input_tokens\":3,\"output_tokens\":1,"
                                    + "\"total_tokens\":4}}}\n\n");
            default -> throw new IllegalArgumentException(upstream);
        };
    }

    private static Answer plain(String upstream) {
        Answer usual = ScriptedHouse.usual(upstream);
        return Answer.json(200, usual.parts().getFirst().replace("\"ok\"", "\"" + BIG + "\""));
    }

    /// Each client where its bytes pass, and where its request and the answer are translated.
    @ParameterizedTest(name = "{0} before {1}")
    @CsvSource({
        "chat, chat, chat/m",
        "chat, claude, claude/claude-sonnet-4-5",
        "responses, resp, resp/gpt-4o",
        "responses, google, google/gemini-2.5-flash",
        "anthropic, claude, claude/claude-sonnet-4-5",
        "anthropic, ollama, ollama/m",
        "gemini, google, google/gemini-2.5-flash",
        "gemini, resp, resp/gpt-4o",
        "ollama, ollama, ollama/m",
        "ollama, chat, chat/m"
    })
    void pass_in_requests_in_answers_and_in_one_event_of_a_stream(
            String client, String upstream, String model) {
        try (ScriptedHouse house =
                ScriptedHouse.open().answers(upstream, plain(upstream), streamed(upstream))) {
            Asked whole = asked(client, model, BIG, false);
            HttpResponse<String> answer = house.post(whole.path(), whole.body(), whole.headers());

            assertThat(answer.statusCode()).as(shown(answer)).isEqualTo(200);
            assertThat(answer.body().length()).isGreaterThan(BIG.length());
            assertThat(house.received(upstream).getFirst().body().length())
                    .isGreaterThan(BIG.length());

            Asked stream = asked(client, model, "go", true);
            HttpResponse<String> events =
                    house.post(stream.path(), stream.body(), stream.headers());

            assertThat(events.statusCode()).as(shown(events)).isEqualTo(200);
            assertThat(letters(events)).as(shown(events)).isGreaterThanOrEqualTo(BIG.length());
            assertThat(end(events)).as("the stream's end").doesNotContain("error");
        }
    }

    /// A search for so long a run would take minutes.
    private static long letters(HttpResponse<String> answer) {
        return answer.body().chars().filter(c -> c == 'A').count();
    }

    private static String shown(HttpResponse<String> answer) {
        String body = answer.body();
        return body.substring(0, Math.min(400, body.length()));
    }

    private static String end(HttpResponse<String> answer) {
        String body = answer.body();
        return body.substring(Math.max(0, body.length() - 300));
    }

    @Test
    void a_document_of_16_mb_and_a_picture_in_4k_pass() {
        try (ScriptedHouse house = ScriptedHouse.open().answers("google", streamed("google"))) {
            HttpResponse<String> document =
                    house.post(
                            "/v1/messages",
                            "{\"model\":\"claude/claude-sonnet-4-5\",\"max_tokens\":500,\"messages\":"
                                    + "[{\"role\":\"user\",\"content\":[{\"type\":\"document\","
                                    + "\"source\":{\"type\":\"base64\",\"media_type\":"
                                    + "\"application/pdf\",\"data\":\""
                                    + BIG
                                    + "\"}}]}]}",
                            "anthropic-version",
                            "2023-06-01");
            HttpResponse<String> picture =
                    house.post(
                            "/v1beta/models/google/gemini-3.1-flash-image:streamGenerateContent?alt=sse",
                            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a picture\"}]}]}");

            assertThat(document.statusCode()).as(shown(document)).isEqualTo(200);
            assertThat(picture.statusCode()).as(shown(picture)).isEqualTo(200);
            assertThat(letters(picture)).isGreaterThanOrEqualTo(BIG.length());
        }
    }

    @Test
    void the_one_setting_for_answers_bounds_them_plain_and_streamed() {
        String config =
                ScriptedHouse.PROVIDERS.replace(
                        "server: { port: 0 }",
                        "server: { port: 0, limits: { answer-bytes: 1MiB } }");
        try (ScriptedHouse house =
                ScriptedHouse.of(config).answers("chat", plain("chat"), streamed("chat"))) {
            for (boolean streamed : new boolean[] {false, true}) {
                Asked asked = asked("chat", "chat/m", "go", streamed);

                HttpResponse<String> answer = house.post(asked.path(), asked.body());

                assertThat(answer.statusCode()).isEqualTo(502);
                assertThat(answer.body())
                        .contains("1048576 bytes (setting server.limits.answer-bytes)");
            }
        }
    }

    /// Else one of them has limits of its own, and its own words for what they refuse.
    @Test
    void nobody_who_reads_json_bounds_it_in_a_way_of_his_own() throws IOException {
        Pattern own =
                Pattern.compile(
                        "new JsonFactory\\(|JsonFactory\\.builder|JsonMapper\\.(shared|builder)\\(\\)"
                                + "|new (Json|Object)Mapper|getOriginalMessage\\(\\)");
        Path root = Path.of(System.getProperty("switchgear.root"));
        for (String module : List.of("families", "dialects", "providers")) {
            try (Stream<Path> files = Files.walk(root.resolve(module + "/src/main/java"))) {
                assertThat(files.filter(file -> file.toString().endsWith(".java")))
                        .filteredOn(file -> own.matcher(read(file)).find())
                        .extracting(file -> file.getFileName().toString())
                        .as(module)
                        .isSubsetOf("BoundedJson.java", "CatalogueReader.java");
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
