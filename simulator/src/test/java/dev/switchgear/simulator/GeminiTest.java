package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.simulator.limit.RateLimits;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Google's API as its clients meet it.
class GeminiTest {
    private static final String OLD = "gemini-2.5-flash";
    private static final String NEW = "gemini-3-flash-preview";
    private static final String TOOLS =
            """
            ,"tools":[{"functionDeclarations":[
            {"name":"get_weather","description":"Weather in a city","parameters":{"type":"OBJECT",
             "properties":{"city":{"type":"STRING"}},"required":["city"]}},
            {"name":"get_time","description":"Time of day in a city","parametersJsonSchema":
             {"type":"object","properties":{"city":{"type":"string"}},"required":["city"],
              "additionalProperties":false}}]}]\
            """;

    private final ManualTime time = new ManualTime();
    private final Simulator simulator =
            Simulator.start(
                    SimulatorSettings.of(ProviderSettings.of("google", Kind.GEMINI).instant()),
                    time);
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private static String asking(String prompt, String more) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":"
                + SimulatorClient.JSON.writeValueAsString(prompt)
                + "}]}]"
                + more
                + "}";
    }

    private HttpResponse<String> post(String call, String body) throws Exception {
        return client.send(
                "POST", "/google/v1beta/models/" + call, body, "x-goog-api-key", "AIza-sim");
    }

    private JsonNode generate(String model, String body) throws Exception {
        var response = post(model + ":generateContent", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return SimulatorClient.JSON.readTree(response.body());
    }

    private List<JsonNode> stream(String model, String body) throws Exception {
        var response = post(model + ":streamGenerateContent?alt=sse", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        return Sse.read(response.body(), "\r\n").stream()
                .map(event -> {
                    assertThat(event.name()).isEmpty();
                    return event.data();
                })
                .toList();
    }

    private static String text(List<JsonNode> events) {
        var text = new StringBuilder();
        for (JsonNode event : events) {
            for (JsonNode part : event.at("/candidates/0/content/parts")) {
                text.append(part.has("thought") ? "" : part.path("text").asString(""));
            }
        }
        return text.toString();
    }

    @Test
    void a_question_gets_a_candidate_and_a_usage_that_adds_up() throws Exception {
        JsonNode answer = generate(OLD, asking("Say \"Grüße 🙂\"", ""));

        assertThat(answer.at("/candidates/0/content").toString())
                .isEqualTo("{\"parts\":[{\"text\":\"Grüße 🙂\"}],\"role\":\"model\"}");
        assertThat(answer.at("/candidates/0/finishReason").asString()).isEqualTo("STOP");
        assertThat(answer.path("modelVersion").asString()).isEqualTo(OLD);
        assertThat(answer.path("responseId").asString()).isNotEmpty();
        JsonNode usage = answer.path("usageMetadata");
        assertThat(usage.path("thoughtsTokenCount").asInt()).isPositive();
        assertThat(usage.path("totalTokenCount").asInt())
                .isEqualTo(
                        usage.path("promptTokenCount").asInt()
                                + usage.path("candidatesTokenCount").asInt()
                                + usage.path("thoughtsTokenCount").asInt());
    }

    @Test
    void a_stream_ends_its_lines_with_crlf_and_repeats_the_usage_in_every_event() throws Exception {
        List<JsonNode> events = stream(OLD, asking("Explain tides", ""));
        JsonNode plain = generate(OLD, asking("Explain tides", ""));

        assertThat(text(events))
                .isEqualTo(plain.at("/candidates/0/content/parts/0/text").asString());
        assertThat(events).allSatisfy(e -> assertThat(e.has("usageMetadata")).isTrue());
        assertThat(events)
                .extracting(e -> e.path("responseId").asString())
                .hasSize(events.size())
                .containsOnly(events.getFirst().path("responseId").asString());
        assertThat(events.getLast().at("/candidates/0/finishReason").asString()).isEqualTo("STOP");
        assertThat(events.getLast().path("usageMetadata")).isEqualTo(plain.path("usageMetadata"));
        assertThat(events.subList(0, events.size() - 1))
                .allSatisfy(e -> assertThat(e.at("/candidates/0").has("finishReason")).isFalse());
    }

    @Test
    void without_alt_sse_a_stream_is_one_json_array() throws Exception {
        var response = post(OLD + ":streamGenerateContent", asking("Explain tides", ""));

        JsonNode array = SimulatorClient.JSON.readTree(response.body());
        assertThat(response.headers().firstValue("content-type"))
                .hasValue("application/json; charset=UTF-8");
        assertThat(array.isArray()).isTrue();
        assertThat(array).hasSizeGreaterThan(3);
        assertThat(response.body()).startsWith("[{").contains("}\r\n,{").endsWith("}]");
    }

    @Test
    void two_functions_mentioned_are_two_parts_and_stop_is_the_reason() throws Exception {
        JsonNode old = generate(OLD, asking("What are the weather and the time in Paris?", TOOLS));
        JsonNode recent =
                generate(NEW, asking("What are the weather and the time in Paris?", TOOLS));

        for (JsonNode answer : List.of(old, recent)) {
            JsonNode parts = answer.at("/candidates/0/content/parts");
            assertThat(parts).hasSize(2);
            assertThat(parts.get(0).at("/functionCall/name").asString()).isEqualTo("get_weather");
            assertThat(parts.get(1).at("/functionCall/args").toString())
                    .isEqualTo("{\"city\":\"Paris\"}");
            assertThat(answer.at("/candidates/0/finishReason").asString()).isEqualTo("STOP");
            assertThat(answer.at("/candidates/0/finishMessage").asString())
                    .isEqualTo("Model generated function call(s).");
            assertThat(parts.get(0).has("thoughtSignature")).isTrue();
            assertThat(parts.get(1).has("thoughtSignature")).isFalse();
        }
        assertThat(old.at("/candidates/0/content/parts/0/functionCall").has("id")).isFalse();
        assertThat(recent.at("/candidates/0/content/parts/0/functionCall").has("id")).isTrue();
    }

    @Test
    void gemini_3_streams_each_call_and_then_a_closing_event_with_an_empty_text() throws Exception {
        List<JsonNode> old = stream(OLD, asking("What are the weather and the time?", TOOLS));
        List<JsonNode> recent = stream(NEW, asking("What are the weather and the time?", TOOLS));

        assertThat(old).hasSize(1);
        assertThat(old.getFirst().at("/candidates/0/content/parts")).hasSize(2);
        assertThat(recent).hasSize(3);
        assertThat(recent.getFirst().at("/candidates/0").has("finishReason")).isFalse();
        assertThat(recent.getLast().at("/candidates/0/content/parts").toString())
                .isEqualTo("[{\"text\":\"\"}]");
        assertThat(recent.getLast().at("/candidates/0/finishReason").asString()).isEqualTo("STOP");
    }

    @Test
    void modes_and_allowed_names_are_obeyed() throws Exception {
        JsonNode none =
                generate(OLD, asking("Weather in Paris?", TOOLS + calling("\"mode\":\"NONE\"")));
        JsonNode any =
                generate(
                        OLD,
                        asking(
                                "Hello",
                                TOOLS
                                        + calling(
                                                "\"mode\":\"ANY\",\"allowedFunctionNames\":[\"get_time\"]")));

        assertThat(none.toString()).doesNotContain("functionCall");
        assertThat(any.at("/candidates/0/content/parts/0/functionCall/name").asString())
                .isEqualTo("get_time");
    }

    private static String calling(String config) {
        return ",\"toolConfig\":{\"functionCallingConfig\":{" + config + "}}";
    }

    /// A conversation in which `answer`, as the API gave it, was called and answered.
    private static ObjectNode answered(JsonNode answer, int responses) {
        ObjectNode body =
                (ObjectNode)
                        SimulatorClient.JSON.readTree(
                                asking("What are the weather and the time in Paris?", TOOLS));
        ArrayNode contents = (ArrayNode) body.path("contents");
        contents.add(answer.at("/candidates/0/content").deepCopy());
        ArrayNode parts = contents.addObject().put("role", "user").putArray("parts");
        for (int i = 0; i < responses; i++) {
            ObjectNode response = parts.addObject().putObject("functionResponse");
            response.put("name", i == 0 ? "get_weather" : "get_time");
            response.putObject("response").put("output", "fine");
        }
        return body;
    }

    @Test
    void as_many_responses_as_calls_follow_directly() throws Exception {
        JsonNode called =
                generate(OLD, asking("What are the weather and the time in Paris?", TOOLS));

        var right = post(OLD + ":generateContent", answered(called, 2).toString());
        var few = post(OLD + ":generateContent", answered(called, 1).toString());
        ObjectNode alone = answered(called, 2);
        ((ArrayNode) alone.path("contents")).remove(1);
        var orphaned = post(OLD + ":generateContent", alone.toString());
        ObjectNode unanswered = answered(called, 2);
        ((ArrayNode) unanswered.path("contents")).remove(2);
        var waiting = post(OLD + ":generateContent", unanswered.toString());

        assertThat(right.body()).contains("The tool answered: fine");
        assertThat(few.statusCode()).isEqualTo(400);
        assertThat(few.body())
                .contains(
                        "number of function response parts is equal to the number of function call");
        assertThat(orphaned.body())
                .contains("function response turn comes immediately after a function call turn");
        assertThat(waiting.statusCode()).isEqualTo(400);
    }

    @Test
    void gemini_3_wants_the_signature_of_each_step_of_the_current_turn_back() throws Exception {
        JsonNode called =
                generate(NEW, asking("What are the weather and the time in Paris?", TOOLS));
        ObjectNode good = answered(called, 2);
        String signature = called.findValue("thoughtSignature").asString();

        var kept = post(NEW + ":generateContent", good.toString());
        ObjectNode stripped = answered(called, 2);
        ((ObjectNode) stripped.at("/contents/1/parts/0")).remove("thoughtSignature");
        var missing = post(NEW + ":generateContent", stripped.toString());
        var invented = post(NEW + ":generateContent", good.toString().replace(signature, "AAAA"));
        var sentinel =
                post(
                        NEW + ":generateContent",
                        good.toString().replace(signature, "skip_thought_signature_validator"));
        var other = post("gemini-3.5-flash:generateContent", good.toString());
        var otherKey =
                client.send(
                        "POST",
                        "/google/v1beta/models/" + NEW + ":generateContent?key=another",
                        good.toString());
        var old = post(OLD + ":generateContent", stripped.toString());

        assertThat(kept.statusCode()).isEqualTo(200);
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(missing.body())
                .contains("Function call is missing a thought_signature in functionCall parts")
                .contains("default_api:get_weather");
        assertThat(invented.body()).contains("Corrupted thought signature");
        assertThat(sentinel.statusCode()).isEqualTo(200);
        assertThat(other.body()).contains("Invalid thought signature");
        assertThat(otherKey.body()).contains("Corrupted thought signature");
        assertThat(old.statusCode()).as("optional before Gemini 3").isEqualTo(200);
    }

    @Test
    void calls_of_earlier_turns_need_no_signature() throws Exception {
        JsonNode called =
                generate(NEW, asking("What are the weather and the time in Paris?", TOOLS));
        ObjectNode later = answered(called, 2);
        ((ObjectNode) later.at("/contents/1/parts/0")).remove("thoughtSignature");
        ArrayNode contents = (ArrayNode) later.path("contents");
        contents.addObject()
                .put("role", "model")
                .putArray("parts")
                .addObject()
                .put("text", "Fine.");
        contents.addObject()
                .put("role", "user")
                .putArray("parts")
                .addObject()
                .put("text", "Thanks");

        assertThat(post(NEW + ":generateContent", later.toString()).statusCode()).isEqualTo(200);
    }

    @Test
    void an_answer_of_gemini_3_ends_with_an_empty_text_that_is_signed() throws Exception {
        List<JsonNode> events = stream(NEW, asking("Explain tides", ""));

        JsonNode last = events.getLast().at("/candidates/0/content/parts/0");
        assertThat(last.path("text").asString()).isEmpty();
        assertThat(last.path("thoughtSignature").asString()).isNotEmpty();
    }

    @Test
    void thoughts_are_shown_only_when_asked_for_and_counted_in_any_case() throws Exception {
        String shown =
                ",\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":true,\"thinkingLevel\":\"low\"}}";

        JsonNode plain = generate(NEW, asking("Explain tides", shown));
        List<JsonNode> events = stream(NEW, asking("Explain tides", shown));
        JsonNode hidden = generate(NEW, asking("Explain tides", ""));
        JsonNode off =
                generate(
                        OLD,
                        asking(
                                "Explain tides",
                                ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":0}}"));

        JsonNode parts = plain.at("/candidates/0/content/parts");
        assertThat(parts.get(0).path("thought").asBoolean()).isTrue();
        assertThat(parts.get(0).path("text").asString()).contains("tides");
        assertThat(parts.get(1).has("thought")).isFalse();
        assertThat(events.getFirst().at("/candidates/0/content/parts/0/thought").asBoolean())
                .isTrue();
        assertThat(events.getFirst().path("usageMetadata").has("candidatesTokenCount")).isFalse();
        assertThat(hidden.toString()).doesNotContain("\"thought\":");
        assertThat(hidden.at("/usageMetadata/thoughtsTokenCount").asInt()).isPositive();
        assertThat(off.path("usageMetadata").has("thoughtsTokenCount")).isFalse();
    }

    @Test
    void a_bound_used_up_by_thoughts_leaves_a_candidate_without_parts() throws Exception {
        String bound = ",\"generationConfig\":{\"maxOutputTokens\":2}";

        JsonNode answer = generate(OLD, asking("Explain tides", bound));

        assertThat(answer.at("/candidates/0/content").toString()).isEqualTo("{\"role\":\"model\"}");
        assertThat(answer.at("/candidates/0/finishReason").asString()).isEqualTo("MAX_TOKENS");
        assertThat(answer.at("/usageMetadata/thoughtsTokenCount").asInt()).isEqualTo(2);
        List<JsonNode> events = stream(OLD, asking("Explain tides", bound));
        assertThat(events.getLast().at("/candidates/0/finishReason").asString())
                .isEqualTo("MAX_TOKENS");
    }

    @Test
    void a_blocked_prompt_has_no_candidate_and_a_filtered_answer_no_content() throws Exception {
        JsonNode blocked = generate(OLD, asking("[refuse]", ""));
        JsonNode filtered = generate(OLD, asking("Explain tides [filter]", ""));
        List<JsonNode> events = stream(OLD, asking("Explain tides [filter]", ""));
        List<JsonNode> blockedEvents = stream(OLD, asking("[refuse]", ""));

        assertThat(blocked.has("candidates")).isFalse();
        assertThat(blocked.at("/promptFeedback/blockReason").asString()).isEqualTo("SAFETY");
        assertThat(blockedEvents).hasSize(1);
        assertThat(filtered.at("/candidates/0/finishReason").asString()).isEqualTo("SAFETY");
        assertThat(filtered.at("/candidates/0/content")).isEmpty();
        assertThat(filtered.at("/candidates/0/safetyRatings")).isNotEmpty();
        assertThat(text(events)).isNotEmpty();
        assertThat(events.getLast().at("/candidates/0/finishReason").asString())
                .isEqualTo("SAFETY");
    }

    @Test
    void structured_answers_satisfy_either_kind_of_schema_and_enums_come_bare() throws Exception {
        String open =
                ",\"generationConfig\":{\"responseMimeType\":\"application/json\",\"responseSchema\":"
                        + "{\"type\":\"OBJECT\",\"properties\":{\"name\":{\"type\":\"STRING\"},"
                        + "\"age\":{\"type\":\"INTEGER\"}},\"required\":[\"name\",\"age\"]}}";
        String json =
                ",\"generation_config\":{\"response_mime_type\":\"application/json\",\"response_json_schema\":"
                        + "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
                        + "\"age\":{\"type\":\"integer\"}},\"additionalProperties\":false}}";
        String words =
                ",\"generationConfig\":{\"responseMimeType\":\"text/x.enum\",\"responseSchema\":"
                        + "{\"type\":\"STRING\",\"enum\":[\"yes\"]}}";

        for (String more : List.of(open, json)) {
            JsonNode answer = generate(OLD, asking("Make up \"Bob\", aged 30", more));
            assertThat(answer.at("/candidates/0/content/parts/0/text").asString())
                    .isEqualTo("{\"name\":\"Bob\",\"age\":30}");
        }
        assertThat(
                        generate(OLD, asking("Well?", words))
                                .at("/candidates/0/content/parts/0/text")
                                .asString())
                .isEqualTo("yes");
    }

    @Test
    void media_are_charged_by_their_kind() throws Exception {
        String body =
                """
                {"contents":[{"role":"user","parts":[{"text":"What is this?"},
                 {"inline_data":{"mime_type":"image/png","data":"iVBORw=="}},
                 {"fileData":{"mimeType":"video/mp4","fileUri":"https://youtu.be/x"}}]}]}\
                """;

        JsonNode answer = generate(OLD, body);

        assertThat(answer.at("/usageMetadata/promptTokensDetails").findValuesAsString("modality"))
                .containsExactly("TEXT", "IMAGE", "VIDEO");
        assertThat(answer.at("/candidates/0/content/parts/0/text").asString()).contains("image");
    }

    @Test
    void tokens_are_counted_with_or_without_the_whole_request() throws Exception {
        String contents = asking("Explain tides", "");
        String whole =
                "{\"generateContentRequest\":"
                        + asking("Explain tides", ",\"model\":\"models/" + OLD + "\"" + TOOLS)
                        + "}";

        JsonNode few = SimulatorClient.JSON.readTree(post(OLD + ":countTokens", contents).body());
        JsonNode many = SimulatorClient.JSON.readTree(post(OLD + ":countTokens", whole).body());

        assertThat(few.path("totalTokens"))
                .isEqualTo(generate(OLD, contents).at("/usageMetadata/promptTokenCount"));
        assertThat(many.path("totalTokens").asInt()).isGreaterThan(few.path("totalTokens").asInt());
        assertThat(few.at("/promptTokensDetails/0/modality").asString()).isEqualTo("TEXT");
    }

    @Test
    void embeddings_come_alone_or_in_batches_and_the_first_model_only_cuts_them() throws Exception {
        String text = "{\"content\":{\"parts\":[{\"text\":\"tea\"}]},\"outputDimensionality\":8}";
        String batch =
                "{\"requests\":[{\"model\":\"models/gemini-embedding-001\",\"content\":"
                        + "{\"parts\":[{\"text\":\"tea\"}]}},{\"model\":\"models/gemini-embedding-001\","
                        + "\"content\":{\"parts\":[{\"text\":\"coffee\"}]}}]}";

        JsonNode cut =
                SimulatorClient.JSON.readTree(
                        post("gemini-embedding-001:embedContent", text).body());
        JsonNode unit =
                SimulatorClient.JSON.readTree(post("gemini-embedding-2:embedContent", text).body());
        JsonNode both =
                SimulatorClient.JSON.readTree(
                        post("gemini-embedding-001:batchEmbedContents", batch).body());

        assertThat(cut.at("/embedding/values")).hasSize(8);
        assertThat(length(cut.at("/embedding/values"))).isLessThan(0.9);
        assertThat(length(unit.at("/embedding/values"))).isCloseTo(1, within(1e-4));
        assertThat(both.path("embeddings")).hasSize(2);
        assertThat(both.at("/embeddings/0/values")).hasSize(3072);
        assertThat(length(both.at("/embeddings/0/values"))).isCloseTo(1, within(1e-4));
        assertThat(both.toString()).doesNotContain("usage");
    }

    private static double length(JsonNode values) {
        double sum = 0;
        for (JsonNode value : values) {
            sum += value.asDouble() * value.asDouble();
        }
        return Math.sqrt(sum);
    }

    @Test
    void models_come_in_pages_and_by_name() throws Exception {
        JsonNode first = models("?pageSize=3");
        JsonNode rest = models("?pageSize=100&pageToken=" + first.path("nextPageToken").asString());
        JsonNode one = models("/gemini-2.5-flash");

        assertThat(first.path("models")).hasSize(3);
        assertThat(rest.has("nextPageToken")).isFalse();
        assertThat(rest.findValuesAsString("name"))
                .contains("models/gemini-embedding-001")
                .doesNotContain(first.at("/models/0/name").asString());
        assertThat(one.path("name").asString()).isEqualTo("models/gemini-2.5-flash");
        assertThat(one.path("inputTokenLimit").asInt()).isEqualTo(1_048_576);
    }

    private JsonNode models(String more) throws Exception {
        return SimulatorClient.JSON.readTree(
                client.send("GET", "/google/v1beta/models" + more, "").body());
    }

    @Test
    void a_wrong_key_is_a_400_and_keys_are_taken_in_three_places() throws Exception {
        var settings =
                ProviderSettings.of("google", Kind.GEMINI)
                        .instant()
                        .withKeys(List.of("AIza-right"));
        try (var locked = Simulator.start(SimulatorSettings.of(settings));
                var visitor = new SimulatorClient(locked)) {
            String path = "/google/v1beta/models/" + OLD + ":generateContent";
            String body = asking("hi", "");

            var header = visitor.send("POST", path, body, "x-goog-api-key", "AIza-right");
            var query = visitor.send("POST", path + "?key=AIza-right", body);
            var bearer = visitor.send("POST", path, body, "authorization", "Bearer AIza-right");
            var wrong = visitor.send("POST", path, body, "x-goog-api-key", "AIza-wrong");
            var none = visitor.send("POST", path, body);
            var token = visitor.send("POST", path, body, "authorization", "Bearer ya29.wrong");

            for (var right : List.of(header, query, bearer)) {
                assertThat(right.statusCode()).isEqualTo(200);
            }
            JsonNode error = SimulatorClient.JSON.readTree(wrong.body()).path("error");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(error.path("status").asString()).isEqualTo("INVALID_ARGUMENT");
            assertThat(error.at("/details/0/reason").asString()).isEqualTo("API_KEY_INVALID");
            assertThat(none.statusCode()).isEqualTo(403);
            assertThat(token.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void limits_are_a_429_with_the_pause_in_the_body_and_in_no_header() throws Exception {
        var settings =
                ProviderSettings.of("google", Kind.GEMINI)
                        .instant()
                        .withLimits(RateLimits.perMinute(1, 100_000));
        try (var narrow = Simulator.start(SimulatorSettings.of(settings), time);
                var visitor = new SimulatorClient(narrow)) {
            String path = "/google/v1beta/models/" + OLD + ":generateContent?key=k";
            visitor.send("POST", path, asking("hi", ""));

            var second = visitor.send("POST", path, asking("hi", ""));

            JsonNode error = SimulatorClient.JSON.readTree(second.body()).path("error");
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(error.path("status").asString()).isEqualTo("RESOURCE_EXHAUSTED");
            assertThat(error.findValue("retryDelay").asString()).isEqualTo("60s");
            assertThat(error.path("message").asString()).endsWith("Please retry in 60s.");
            assertThat(second.headers().firstValue("retry-after")).isEmpty();
        }
    }

    /// Each row: what stands in the body besides a question, and what the API says to it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    "messages":[] | Unknown name "messages": Cannot find field.
                    "contents":[] | * GenerateContentRequest.contents: contents is not specified
                    "contents":[{"role":"assistant","parts":[{"text":"a"}]}] | Please use a valid role: user, model.
                    "contents":[{"role":"user","parts":[]}] | contents[0].parts: contents.parts must not be empty
                    "contents":[{"role":"user","parts":[{}]}] | contents[0].parts[0].data: required oneof field 'data' must have one initialized field
                    "contents":[{"role":"user","parts":[{"text":"a","type":"text"}]}] | Unknown name "type" at 'contents[0].parts[0]': Cannot find field.
                    "contents":[{"role":"user","parts":[{"text":5}]}] | Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5
                    "contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/tiff","data":"AAAA"}}]}] | Unsupported MIME type: image/tiff
                    "contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"%%"}}]}] | Base64 decoding failed for "%%"
                    "contents":[{"role":"user","parts":[{"fileData":{"fileUri":"https://example.com/a.png"}}]}] | Unsupported file URI type: https://example.com/a.png
                    "contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":"text"}}]}] | .function_response.response' (type.googleapis.com/google.protobuf.Struct), "text"
                    "generationConfig":{"temperature":3} | temperature must be in the range [0.0, 2.0]
                    "generationConfig":{"topP":2} | top_p must be in the range [0.0, 1.0]
                    "generationConfig":{"maxOutputTokens":0} | max_output_tokens must be positive
                    "generationConfig":{"candidateCount":2} | Only one candidate can be specified
                    "generationConfig":{"stopSequences":["a","b","c","d","e","f"]} | at most 5
                    "generationConfig":{"maxTokens":5} | Unknown name "maxTokens" at 'generation_config': Cannot find field.
                    "generationConfig":{"responseSchema":{"type":"STRING"}} | response_mime_type must be
                    "generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"OBJECT","additionalProperties":false}} | Unknown name "additionalProperties" at 'generation_config.response_schema': Cannot find field.
                    "generationConfig":{"responseMimeType":"text/csv"} | allowed mimetypes are
                    "generationConfig":{"thinkingConfig":{"thinkingLevel":"low"}} | Thinking level is not supported for this model
                    "generationConfig":{"thinkingConfig":{"thinkingLevel":"low","thinkingBudget":5}} | You can only set only one of thinking budget and thinking level
                    "generationConfig":{"thinkingConfig":{"thinkingBudget":99999}} | The thinking budget 99999 is invalid
                    "safetySettings":[{"category":"HARM_CATEGORY_BOREDOM"}] | Invalid value at 'safety_settings[0].category'
                    "tools":[{"functionDeclarations":[{"name":"1a"}]}] | tools[0].function_declarations[0].name: Invalid function name
                    "tools":[{"functionDeclarations":[{"name":"a"},{"name":"a"}]}] | Duplicate function declaration found: a
                    "tools":[{"functionDeclarations":[{"name":"a","parameters":{"type":"OBJECT","$schema":"x"}}]}] | Unknown name "$schema" at 'tools[0].function_declarations[0].parameters': Cannot find field.
                    "tools":[{"functionDeclarations":[{"name":"a","parameters":{"type":"OBJECT"},"parametersJsonSchema":{}}]}] | must not both be set
                    "tools":[{"functionDeclarations":[{"name":"a"}]}],"generationConfig":{"responseMimeType":"application/json"} | Function calling with a response mime type: 'application/json' is unsupported
                    "toolConfig":{"functionCallingConfig":{"mode":"ANY"}} | Function calling config is set without function_declarations
                    "toolConfig":{"functionCallingConfig":{"allowedFunctionNames":["a"]}} | should only be set when function calling mode is ANY
                    "cachedContent":"cachedContents/x" | CachedContent not found
                    """)
    void what_the_api_refuses_is_said_in_its_words(String field, String message) throws Exception {
        ObjectNode request = (ObjectNode) SimulatorClient.JSON.readTree(asking("hi", ""));
        request.setAll((ObjectNode) SimulatorClient.JSON.readTree("{" + field + "}"));

        var response = post(OLD + ":generateContent", request.toString());

        JsonNode error = SimulatorClient.JSON.readTree(response.body()).path("error");
        assertThat(response.statusCode()).as(response.body()).isIn(400, 403);
        assertThat(error.path("code").asInt()).isEqualTo(response.statusCode());
        assertThat(error.path("message").asString()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gemini-2.5-pro | {\"thinkingBudget\":0} | Budget 0 is invalid. This model only works in thinking mode.",
                "gemini-3.8-flash | {\"thinkingLevel\":\"minimal\"} | Thinking level MINIMAL is not supported for this model",
                "gemini-4-argon | {\"thinkingBudget\":500} | Thinking budget is not supported for this model",
            })
    void models_differ_in_how_they_can_think(String model, String thinking, String message)
            throws Exception {
        String more = ",\"generationConfig\":{\"thinkingConfig\":" + thinking + "}";

        var response = post(model + ":generateContent", asking("hi", more));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(message);
    }

    @Test
    void unknown_models_methods_and_bodies_are_said_so() throws Exception {
        var model = post("gemini-9:generateContent", asking("hi", ""));
        var purpose = post("gemini-embedding-001:generateContent", asking("hi", ""));
        var method = post(OLD + ":dream", asking("hi", ""));
        var body = post(OLD + ":generateContent", "{");
        var array = post("gemini-9:streamGenerateContent", asking("hi", ""));
        var bare =
                client.send("POST", "/v1beta/models/" + OLD + ":generateContent", asking("hi", ""));

        assertThat(model.statusCode()).isEqualTo(404);
        assertThat(model.body())
                .contains(
                        "models/gemini-9 is not found for API version v1beta, or is not supported for"
                                + " generateContent");
        assertThat(purpose.statusCode()).isEqualTo(404);
        assertThat(method.statusCode()).isEqualTo(404);
        assertThat(body.statusCode()).isEqualTo(400);
        assertThat(SimulatorClient.JSON.readTree(array.body()).get(0).at("/error/code").asInt())
                .isEqualTo(404);
        assertThat(bare.statusCode()).as("the first provider's own path").isEqualTo(200);
    }
}
