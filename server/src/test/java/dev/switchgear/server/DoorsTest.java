package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Received;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The doors that people try before they have read where the doors are.
final class DoorsTest {
    private static final String CHAT =
            "{\"model\":\"chat/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String RESPONSES = "{\"model\":\"chat/m\",\"input\":\"hi\"}";
    private static final String MESSAGES =
            "{\"model\":\"chat/m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String CONTENTS =
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
    private static final String PROMPT =
            "{\"model\":\"chat/m\",\"prompt\":\"hi\",\"stream\":false}";

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house =
                ScriptedHouse.open(
                        """
                        routes:
                          - match: { model: auto }
                            to: [ { provider: chat, model: m } ]
                        """);
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/chat/completions",
                "/openai/v1/chat/completions",
                "/openai/chat/completions",
                "/v1beta/openai/chat/completions",
                "/v1/openai/chat/completions",
                "/api/v1/chat/completions",
                "/inference/v1/chat/completions",
                "/beta/chat/completions",
                "/ollama/v1/chat/completions",
                "//v1/chat/completions",
                "/v1//chat/completions",
                "//v1///chat/completions//",
                "/v1/chat/completions/",
                "/v1/v1/chat/completions",
                "/v1/v1/v1/chat/completions",
                "/openai/v1/v1/chat/completions/",
                "//chat/completions",
                "/v1/chat/completions/chat/completions",
                "/v1/chat/completions?beta=true",
            })
    void every_way_to_chat_completions_leads_there(String path) {
        HttpResponse<String> answer = house.post(path, CHAT);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("object").asString()).isEqualTo("chat.completion");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/completions",
                "/completions",
                "/openai/v1/completions",
                "/beta/completions",
                "/v1/completions/",
                "/v1/completions/completions",
            })
    void every_way_to_completions_leads_there(String path) {
        HttpResponse<String> answer = house.post(path, PROMPT);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("object").asString()).isEqualTo("text_completion");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/responses",
                "/responses",
                "/openai/v1/responses",
                "/openai/responses",
                "/v1beta/openai/responses",
                "/api/v1/responses",
                "/v1/responses/",
                "//v1/responses",
                "/v1/v1/responses",
                "/v1/responses/responses",
            })
    void every_way_to_responses_leads_there(String path) {
        HttpResponse<String> answer = house.post(path, RESPONSES);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("object").asString()).isEqualTo("response");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/messages",
                "/messages",
                "/anthropic/v1/messages",
                "/anthropic/messages",
                "/v1/v1/messages",
                "/anthropic/v1/v1/messages",
                "/v1/messages/v1/messages",
                "/anthropic/v1/messages/v1/messages",
                "/v1/messages/?beta=true",
                "//v1/messages",
            })
    void every_way_to_messages_leads_there(String path) {
        HttpResponse<String> answer = house.post(path, MESSAGES);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("type").asString()).isEqualTo("message");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1beta/models/chat/m:generateContent",
                "/models/chat/m:generateContent",
                "/v1/models/chat%2Fm:generateContent",
                "/genai/v1beta/models/chat/m:generateContent",
                "/genai/models/chat/m:generateContent",
                "/gemini/v1beta/models/chat/m:generateContent",
                "/v1beta/v1beta/models/chat/m:generateContent",
                "/v1/v1beta/models/chat/m:generateContent",
                "/v1beta/v1/models/chat/m:generateContent",
                "/genai/v1beta/v1/models/chat/m:generateContent",
                "/genai/v1/v1beta/models/chat/m:generateContent",
                "//v1beta/models/chat/m:generateContent/",
            })
    void every_way_to_generate_content_leads_there(String path) {
        HttpResponse<String> answer = house.post(path, CONTENTS);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).has("candidates")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/generate",
                "/api/generate/",
                "//api/generate",
                "/v1/api/generate",
                "/api/api/generate",
                "/ollama/api/generate",
            })
    void every_way_to_ollamas_generate_leads_there(String path) {
        HttpResponse<String> answer = house.post(path, PROMPT);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("done").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models",
                "/models",
                "/models/",
                "/v1/models/",
                "/openai/v1/models",
                "/openai/models",
                "/v1beta/openai/models",
                "/api/v1/models",
                "/v1/v1/models",
            })
    void models_are_listed_on_every_way_as_who_asks_expects(String path) {
        JsonNode openAis = json(house.get(path));
        JsonNode anthropics = json(house.get(path, "anthropic-version", "2023-06-01"));
        JsonNode googles = json(house.get(path, "x-goog-api-key", "k"));

        assertThat(openAis.get("object").asString()).isEqualTo("list");
        assertThat(anthropics.has("has_more")).isTrue();
        assertThat(googles.has("models")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/models/auto", "/openai/v1/models/auto/", "/v1//models/auto"})
    void one_model_is_found_too(String path) {
        assertThat(json(house.get(path)).get("id").asString()).isEqualTo("auto");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/embeddings",
        "/embeddings",
        "/openai/v1/embeddings",
        "/v1beta/openai/embeddings"
    })
    void every_way_to_embeddings_leads_there(String path) {
        house.answers(
                "openai",
                ScriptedHouse.Answer.json(
                        200,
                        """
                        {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],\
                        "model":"e","usage":{"prompt_tokens":1,"total_tokens":1}}\
                        """));

        HttpResponse<String> answer =
                house.post(path, "{\"model\":\"openai/text-embedding-3-small\",\"input\":\"a\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void a_deployment_is_a_model_whatever_the_body_calls_it() {
        String bare = CHAT.replace("\"model\":\"chat/m\",", "");
        String path = "/openai/deployments/chat/m/chat/completions?api-version=2025-04-01-preview";
        int before = house.received("chat").size();

        for (String body : new String[] {CHAT, bare, CHAT.replace("chat/m", "gpt-4o")}) {
            HttpResponse<String> answer = house.post(path, body, "api-key", "k");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        house.post(path, "{\"stream\":true," + bare.substring(1), "api-key", "k");

        assertThat(house.received("chat").stream().skip(before).map(Received::body))
                .hasSize(4)
                .allMatch(body -> body.contains("\"model\":\"m\""));
        assertThat(house.received("chat").getLast().body()).contains("\"stream\":true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    /v1/chat/completion           | -                 | /error/code         | unknown_url
                    /v1/images/generations        | -                 | /error/code         | unknown_url
                    /openai/v1/images/generations | -                 | /error/code         | unknown_url
                    /chat/complete                | -                 | /error/code         | unknown_url
                    /v1/files                     | anthropic-version | /error/type         | not_found_error
                    /anthropic/v1/files           | -                 | /error/type         | not_found_error
                    /v1/messages/batches          | -                 | /error/type         | not_found_error
                    /v1beta/files                 | -                 | /error/status       | NOT_FOUND
                    /genai/v1beta/files           | -                 | /error/status       | NOT_FOUND
                    /v1/files                     | x-goog-api-key    | /error/status       | NOT_FOUND
                    /api/nothing                  | -                 | /error/code         | SG-1404
                    /nothing                      | -                 | /error/code         | SG-1404
                    """)
    void what_is_nowhere_is_told_in_the_words_of_its_neighbours(
            String path, String header, String where, String word) {
        HttpResponse<String> answer =
                header == null ? house.post(path, CHAT) : house.post(path, CHAT, header, "k");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
        assertThat(json(answer).at(where).asString()).as(answer.body()).isEqualTo(word);
        assertThat(answer.body()).contains("Nothing is served at `" + path + "`", "SG-1404");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completion,        /v1/chat/completions",
        "/openai/v1/chat/completion, /v1/chat/completions",
        "/v1/mesages,                /v1/messages",
        "/api/chats,                 /api/chat",
    })
    void the_closest_path_is_named(String path, String closest) {
        assertThat(house.post(path, CHAT).body()).contains("Closest: `" + closest + "`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/../v1/chat/completions",
                "/v1%2Fchat%2Fcompletions",
                "/v1/chat/completions;x=1",
                "/%2e/v1/chat/completions",
                "/V1/chat/completions",
                "/admin/v1/chat/completions",
            })
    void nothing_is_decoded_or_resolved_on_the_way(String path) {
        assertThat(house.post(path, CHAT).statusCode()).isEqualTo(404);
    }

    @Test
    void another_method_is_refused_on_every_way_too() {
        HttpResponse<String> answer = house.get("/openai/v1/chat/completions");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("OPTIONS, POST");
    }

    /// What is counted is the route, so that nobody can fill the metrics with names.
    @Test
    void metrics_know_the_route_alone() {
        house.post("/openai/v1//chat/completions/", CHAT);

        String metrics = house.get("/metrics").body();

        assertThat(metrics).contains("/v1/chat/completions\"").doesNotContain("/openai/v1");
    }
}
