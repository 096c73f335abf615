package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.simulator.limit.RateLimits;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Anthropic's API as its clients meet it.
class AnthropicTest {
    private static final String TOOLS =
            """
            ,"tools":[{"name":"get_weather","description":"Weather in a city","input_schema":
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}},
            {"name":"get_time","description":"Time of day in a city","input_schema":
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]\
            """;
    private static final String THINKING =
            ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}";

    private final ManualTime time = new ManualTime();
    private final Simulator simulator =
            Simulator.start(
                    SimulatorSettings.of(
                            ProviderSettings.of("claude", Kind.ANTHROPIC).instant(),
                            ProviderSettings.of("other", Kind.ANTHROPIC).instant()),
                    time);
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private static String asking(String prompt, String more) {
        return "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":4096,\"messages\":[{\"role\":\"user\","
                + "\"content\":"
                + SimulatorClient.JSON.writeValueAsString(prompt)
                + "}]"
                + more
                + "}";
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return post(path, body, "anthropic-beta", "");
    }

    private HttpResponse<String> post(String path, String body, String header, String value)
            throws Exception {
        return client.send(
                "POST",
                path,
                body,
                "x-api-key",
                "k",
                "anthropic-version",
                "2023-06-01",
                header,
                value);
    }

    private JsonNode answer(String prompt, String more) throws Exception {
        var response = post("/claude/v1/messages", asking(prompt, more));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return SimulatorClient.JSON.readTree(response.body());
    }

    private List<Sse> stream(String prompt, String more) throws Exception {
        String body = asking(prompt, more + ",\"stream\":true");
        var response = post("/claude/v1/messages", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<Sse> events = Sse.read(response.body(), "\n");
        assertThat(events)
                .allSatisfy(e -> assertThat(e.name()).isEqualTo(e.data().path("type").asString()));
        return events;
    }

    private static List<String> names(List<Sse> events) {
        List<String> names = new ArrayList<>();
        for (Sse event : events) {
            if (names.isEmpty() || !names.getLast().equals(event.name())) {
                names.add(event.name());
            }
        }
        return names;
    }

    private static String joined(List<Sse> events, String field) {
        var text = new StringBuilder();
        events.forEach(e -> text.append(e.data().path("delta").path(field).asString("")));
        return text.toString();
    }

    @Test
    void a_question_gets_a_message_of_its_dated_model() throws Exception {
        JsonNode message = answer("Say \"Grüße 🙂\"", "");

        assertThat(message.at("/content").toString())
                .isEqualTo("[{\"type\":\"text\",\"text\":\"Grüße 🙂\"}]");
        assertThat(message.path("model").asString()).isEqualTo("claude-haiku-4-5-20251001");
        assertThat(message.path("stop_reason").asString()).isEqualTo("end_turn");
        assertThat(message.path("stop_sequence").isNull()).isTrue();
        assertThat(message.path("id").asString()).startsWith("msg_01");
        assertThat(message.at("/usage/input_tokens").asInt()).isPositive();
        assertThat(message.at("/usage/output_tokens").asInt()).isPositive();
    }

    @Test
    void a_stream_sends_the_events_in_order_and_totals_in_the_last_but_one() throws Exception {
        List<Sse> events = stream("Explain tides", "");
        JsonNode plain = answer("Explain tides", "");

        assertThat(names(events))
                .containsExactly(
                        "message_start",
                        "content_block_start",
                        "ping",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
        JsonNode start = events.getFirst().data().path("message");
        assertThat(start.path("content")).isEmpty();
        assertThat(start.path("stop_reason").isNull()).isTrue();
        assertThat(joined(events, "text")).isEqualTo(plain.at("/content/0/text").asString());
        JsonNode end = events.get(events.size() - 2).data();
        assertThat(end.at("/delta/stop_reason").asString()).isEqualTo("end_turn");
        assertThat(end.at("/usage/output_tokens")).isEqualTo(plain.at("/usage/output_tokens"));
        assertThat(end.at("/usage/input_tokens")).isEqualTo(plain.at("/usage/input_tokens"));
    }

    @Test
    void the_bytes_of_a_stream_are_padded_with_spaces_as_the_real_ones_are() throws Exception {
        String stream =
                post("/claude/v1/messages", asking("Explain tides", ",\"stream\":true")).body();

        assertThat(stream)
                .contains("data: {\"type\": \"ping\"}\n")
                .containsPattern("\\S {3,14}}\n");
    }

    @Test
    void two_tools_mentioned_are_two_blocks_behind_a_text() throws Exception {
        JsonNode message = answer("What are the weather and the time in Paris?", TOOLS);

        assertThat(message.path("stop_reason").asString()).isEqualTo("tool_use");
        assertThat(message.at("/content/0/type").asString()).isEqualTo("text");
        assertThat(message.path("content")).hasSize(3);
        assertThat(message.at("/content/1/name").asString()).isEqualTo("get_weather");
        assertThat(message.at("/content/2/name").asString()).isEqualTo("get_time");
        assertThat(message.at("/content/1/input").toString()).isEqualTo("{\"city\":\"Paris\"}");
        assertThat(message.at("/content/1/caller/type").asString()).isEqualTo("direct");
    }

    @Test
    void a_streamed_tool_call_sends_its_input_in_pieces_after_an_empty_one() throws Exception {
        List<Sse> events = stream("Weather in Paris?", TOOLS);

        List<String> pieces =
                events.stream()
                        .map(e -> e.data().path("delta"))
                        .filter(d -> d.path("type").asString("").equals("input_json_delta"))
                        .map(d -> d.path("partial_json").asString())
                        .toList();
        assertThat(pieces.getFirst()).isEmpty();
        assertThat(pieces).hasSizeGreaterThan(2);
        assertThat(String.join("", pieces)).isEqualTo("{\"city\":\"Paris\"}");
        JsonNode block =
                events.stream()
                        .map(e -> e.data().path("content_block"))
                        .filter(b -> b.path("type").asString("").equals("tool_use"))
                        .findFirst()
                        .orElseThrow();
        assertThat(block.path("input").toString()).isEqualTo("{}");
    }

    @Test
    void a_tool_without_arguments_sends_the_empty_piece_alone() throws Exception {
        String tool =
                ",\"tools\":[{\"name\":\"ping_server\",\"input_schema\":{\"type\":\"object\"}}]";

        List<Sse> events = stream("Please ping the server", tool);

        assertThat(
                        events.stream()
                                .filter(e ->
                                        e.data()
                                                .at("/delta/type")
                                                .asString("")
                                                .equals("input_json_delta")))
                .hasSize(1);
        assertThat(joined(events, "partial_json")).isEmpty();
    }

    @Test
    void parallel_calls_can_be_forbidden_and_a_choice_is_obeyed() throws Exception {
        String both = "What are the weather and the time in Paris?";
        String one = ",\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}";

        JsonNode single = answer(both, TOOLS + one);
        JsonNode none = answer(both, TOOLS + ",\"tool_choice\":{\"type\":\"none\"}");
        JsonNode any = answer("Hello", TOOLS + ",\"tool_choice\":{\"type\":\"any\"}");
        JsonNode named =
                answer(
                        "Hello",
                        TOOLS + ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"get_time\"}");

        assertThat(single.findValues("input")).hasSize(1);
        assertThat(none.path("stop_reason").asString()).isEqualTo("end_turn");
        assertThat(any.at("/content/0/type").asString()).isEqualTo("tool_use");
        assertThat(named.at("/content/0/name").asString()).isEqualTo("get_time");
    }

    @Test
    void a_result_is_answered_in_words() throws Exception {
        ObjectNode request =
                (ObjectNode) SimulatorClient.JSON.readTree(asking("Weather in Paris?", TOOLS));
        JsonNode first = answer("Weather in Paris?", TOOLS);
        String id = first.findValue("content").get(1).path("id").asString();
        ArrayNode messages = (ArrayNode) request.path("messages");
        messages.addObject().put("role", "assistant").set("content", first.path("content"));
        messages.addObject()
                .put("role", "user")
                .putArray("content")
                .addObject()
                .put("type", "tool_result")
                .put("tool_use_id", id)
                .put("content", "15 degrees");

        // `caller` comes back as the API sent it.
        var response = post("/claude/v1/messages", request.toString());

        assertThat(response.body()).contains("The tool answered: 15 degrees");
    }

    @Test
    void a_bound_a_stop_sequence_and_a_refusal_each_end_in_their_own_way() throws Exception {
        JsonNode bounded =
                SimulatorClient.JSON.readTree(
                        post(
                                        "/claude/v1/messages",
                                        asking("Explain tides", "").replace("4096", "5"))
                                .body());
        JsonNode stopped =
                answer("Say \"one two three\"", ",\"stop_sequences\":[\"three\",\" two\"]");
        JsonNode refused = answer("[refuse]", "");
        JsonNode filtered = answer("Tell me something [filter]", "");

        assertThat(bounded.path("stop_reason").asString()).isEqualTo("max_tokens");
        assertThat(bounded.at("/usage/output_tokens").asInt()).isEqualTo(5);
        assertThat(stopped.path("stop_reason").asString()).isEqualTo("stop_sequence");
        assertThat(stopped.path("stop_sequence").asString()).isEqualTo(" two");
        assertThat(stopped.at("/content/0/text").asString()).isEqualTo("one");
        assertThat(refused.path("stop_reason").asString()).isEqualTo("refusal");
        assertThat(refused.at("/stop_details/type").asString()).isEqualTo("refusal");
        assertThat(refused.path("content")).isEmpty();
        assertThat(filtered.path("stop_reason").asString()).isEqualTo("refusal");
        assertThat(filtered.path("content")).isNotEmpty();
    }

    @Test
    void thoughts_come_first_signed_and_are_part_of_the_output() throws Exception {
        List<Sse> events = stream("Explain tides", THINKING);

        assertThat(events.get(1).data().at("/content_block").toString())
                .isEqualTo("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}");
        int thoughts = events.indexOf(last(events, "thinking_delta"));
        int signature = events.indexOf(last(events, "signature_delta"));
        assertThat(signature).isEqualTo(thoughts + 1);
        assertThat(events.get(signature + 1).name()).isEqualTo("content_block_stop");
        assertThat(joined(events, "thinking")).contains("tides");
        JsonNode usage = events.get(events.size() - 2).data().path("usage");
        int thinking = usage.at("/output_tokens_details/thinking_tokens").asInt();
        assertThat(thinking).isPositive();
        assertThat(usage.path("output_tokens").asInt()).isGreaterThan(thinking);
    }

    private static Sse last(List<Sse> events, String delta) {
        return events.stream()
                .filter(e -> e.data().at("/delta/type").asString("").equals(delta))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    private String replayed(String thinking, String signature) {
        ObjectNode request =
                (ObjectNode) SimulatorClient.JSON.readTree(asking("Explain tides", THINKING));
        ArrayNode messages = (ArrayNode) request.path("messages");
        ArrayNode blocks = messages.addObject().put("role", "assistant").putArray("content");
        blocks.addObject()
                .put("type", "thinking")
                .put("thinking", thinking)
                .put("signature", signature);
        blocks.addObject().put("type", "text").put("text", "Tides come and go.");
        messages.addObject().put("role", "user").put("content", "Go on");
        return request.toString();
    }

    @Test
    void a_signature_is_known_again_for_its_text_alone_and_by_its_provider_alone()
            throws Exception {
        JsonNode block = answer("Explain tides", THINKING).at("/content/0");
        String text = block.path("thinking").asString();
        String signature = block.path("signature").asString();

        var kept = post("/claude/v1/messages", replayed(text, signature));
        var altered = post("/claude/v1/messages", replayed(text + "!", signature));
        var invented = post("/claude/v1/messages", replayed(text, "c2lnbmF0dXJl"));
        var elsewhere = post("/other/v1/messages", replayed(text, signature));

        assertThat(kept.statusCode()).isEqualTo(200);
        for (var wrong : List.of(altered, invented, elsewhere)) {
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body())
                    .contains("messages.1.content.0: Invalid `signature` in `thinking` block");
        }
    }

    @Test
    void newer_models_send_thoughts_empty_but_signed_unless_asked_for_a_summary() throws Exception {
        String adaptive = ",\"thinking\":{\"type\":\"adaptive\"}";
        String shown = ",\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"}";

        JsonNode omitted =
                SimulatorClient.JSON.readTree(
                        post(
                                        "/claude/v1/messages",
                                        asking("Explain tides", adaptive)
                                                .replace("haiku-4-5", "opus-5"))
                                .body());
        JsonNode summarized =
                SimulatorClient.JSON.readTree(
                        post(
                                        "/claude/v1/messages",
                                        asking("Explain tides", shown)
                                                .replace("haiku-4-5", "opus-5"))
                                .body());

        assertThat(omitted.at("/content/0/thinking").asString()).isEmpty();
        assertThat(omitted.at("/content/0/signature").asString()).isNotEmpty();
        assertThat(omitted.at("/usage/output_tokens_details/thinking_tokens").asInt()).isPositive();
        assertThat(summarized.at("/content/0/thinking").asString()).contains("tides");
    }

    @Test
    void the_magic_string_redacts_the_thoughts_and_their_data_is_known_again() throws Exception {
        String magic = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_X";
        JsonNode message = answer(magic, THINKING);
        ObjectNode request = (ObjectNode) SimulatorClient.JSON.readTree(asking(magic, THINKING));
        ArrayNode messages = (ArrayNode) request.path("messages");
        messages.addObject().put("role", "assistant").set("content", message.path("content"));
        messages.addObject().put("role", "user").put("content", "Go on");

        var kept = post("/claude/v1/messages", request.toString());
        String data = message.at("/content/0/data").asString();
        var invented =
                post("/claude/v1/messages", request.toString().replace(data, "aW52ZW50ZWQ="));

        assertThat(message.at("/content/0/type").asString()).isEqualTo("redacted_thinking");
        assertThat(kept.statusCode()).isEqualTo(200);
        assertThat(invented.body()).contains("Invalid `data` in `redacted_thinking` block");
    }

    @Test
    void a_structured_answer_satisfies_its_schema() throws Exception {
        String format =
                ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\","
                        + "\"properties\":{\"name\":{\"type\":\"string\"},\"age\":{\"type\":\"integer\"}},"
                        + "\"required\":[\"name\",\"age\"],\"additionalProperties\":false}}}";

        JsonNode message = answer("Make up \"Bob\", aged 30", format);

        assertThat(message.at("/content/0/text").asString())
                .isEqualTo("{\"name\":\"Bob\",\"age\":30}");
    }

    @Test
    void images_and_documents_are_charged() throws Exception {
        String content =
                """
                [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw=="}},
                 {"type":"image","source":{"type":"url","url":"https://example.com/a.png"}},
                 {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}},
                 {"type":"document","source":{"type":"text","media_type":"text/plain","data":"Notes"}},
                 {"type":"text","text":"What is this?"}]\
                """;
        String body = asking("?", "").replace("\"?\"", content);

        JsonNode message = SimulatorClient.JSON.readTree(post("/claude/v1/messages", body).body());

        assertThat(message.at("/usage/input_tokens").asInt()).isGreaterThan(3000);
        assertThat(message.at("/content/0/text").asString()).contains("images");
    }

    @Test
    void a_marked_beginning_is_written_once_and_read_until_it_expires() throws Exception {
        String text = "All about tides. ".repeat(400);
        String system =
                ",\"system\":[{\"type\":\"text\",\"text\":\""
                        + text
                        + "\",\"cache_control\":{\"type\":\"ephemeral\"}}]";

        JsonNode first = answer("Explain", system).path("usage");
        JsonNode second = answer("Summarize", system).path("usage");
        time.advance(Duration.ofMinutes(6));
        JsonNode third = answer("Explain", system).path("usage");
        JsonNode without =
                answer("Explain", system.replace(",\"cache_control\":{\"type\":\"ephemeral\"}", ""))
                        .path("usage");

        int written = first.path("cache_creation_input_tokens").asInt();
        assertThat(written).isBetween(1024, 2000);
        assertThat(first.at("/cache_creation/ephemeral_5m_input_tokens").asInt())
                .isEqualTo(written);
        assertThat(second.path("cache_read_input_tokens").asInt()).isEqualTo(written);
        assertThat(second.path("cache_creation_input_tokens").asInt()).isZero();
        assertThat(third.path("cache_creation_input_tokens").asInt()).isEqualTo(written);
        assertThat(without.path("cache_creation_input_tokens").asInt()).isZero();
        assertThat(without.path("input_tokens").asInt())
                .isEqualTo(first.path("input_tokens").asInt() + written);
    }

    @Test
    void a_mark_for_an_hour_lasts_and_counts_as_one() throws Exception {
        String system =
                ",\"system\":[{\"type\":\"text\",\"text\":\""
                        + "All about tides. ".repeat(400)
                        + "\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}]";

        JsonNode first = answer("Explain", system).path("usage");
        time.advance(Duration.ofMinutes(50));
        JsonNode second = answer("Explain", system).path("usage");

        assertThat(first.at("/cache_creation/ephemeral_1h_input_tokens").asInt()).isPositive();
        assertThat(second.path("cache_read_input_tokens").asInt()).isPositive();
    }

    @Test
    void tokens_are_counted_as_a_message_would_charge_them_and_take_no_bound() throws Exception {
        String body = asking("Explain tides", TOOLS);

        String prompt = body.replace("\"max_tokens\":4096,", "");

        JsonNode count =
                SimulatorClient.JSON.readTree(
                        post("/claude/v1/messages/count_tokens", prompt).body());
        var bounded = post("/claude/v1/messages/count_tokens", body);

        assertThat(bounded.body()).contains("max_tokens: Extra inputs are not permitted");
        assertThat(count.toString())
                .isEqualTo(
                        "{\"input_tokens\":"
                                + answer("Explain tides", TOOLS).at("/usage/input_tokens")
                                + "}");
    }

    @Test
    void models_come_in_pages() throws Exception {
        JsonNode first = models("?limit=2");
        JsonNode next = models("?limit=100&after_id=" + first.path("last_id").asString());
        JsonNode before = models("?limit=1&before_id=" + first.path("last_id").asString());
        JsonNode one = models("/claude-haiku-4-5-20251001");

        assertThat(first.path("data")).hasSize(2);
        assertThat(first.path("has_more").asBoolean()).isTrue();
        assertThat(next.path("has_more").asBoolean()).isFalse();
        assertThat(next.findValuesAsString("id"))
                .doesNotContain(first.path("first_id").asString(), first.path("last_id").asString())
                .contains("claude-haiku-4-5-20251001");
        assertThat(before.path("first_id")).isEqualTo(first.path("first_id"));
        assertThat(one.path("type").asString()).isEqualTo("model");
        assertThat(one.path("display_name").asString()).isEqualTo("Claude Haiku 4.5");
        assertThat(one.path("created_at").asString()).isEqualTo("2025-10-15T00:00:00Z");
    }

    private JsonNode models(String more) throws Exception {
        var response =
                client.send(
                        "GET", "/claude/v1/models" + more, "", "anthropic-version", "2023-06-01");
        return SimulatorClient.JSON.readTree(response.body());
    }

    @Test
    void headers_name_the_request_and_the_limits() throws Exception {
        var response = post("/claude/v1/messages", asking("hi", ""));

        assertThat(response.headers().firstValue("request-id").orElseThrow()).startsWith("req_");
        for (String what : List.of("requests", "tokens", "input-tokens", "output-tokens")) {
            String name = "anthropic-ratelimit-" + what;
            assertThat(response.headers().firstValue(name + "-limit")).isPresent();
            assertThat(response.headers().firstValue(name + "-remaining")).isPresent();
            Instant.parse(response.headers().firstValue(name + "-reset").orElseThrow());
        }
    }

    @Test
    void keys_are_taken_as_x_api_key_or_bearer_and_wrong_ones_refused() throws Exception {
        var settings =
                ProviderSettings.of("claude", Kind.ANTHROPIC)
                        .instant()
                        .withKeys(List.of("sk-ant-right"));
        try (var locked = Simulator.start(SimulatorSettings.of(settings));
                var visitor = new SimulatorClient(locked)) {
            String body = asking("hi", "");
            String[] version = {"anthropic-version", "2023-06-01"};

            assertThat(sent(visitor, body, "x-api-key", "sk-ant-right", version).statusCode())
                    .isEqualTo(200);
            assertThat(
                            sent(visitor, body, "authorization", "Bearer sk-ant-right", version)
                                    .statusCode())
                    .isEqualTo(200);
            var wrong = sent(visitor, body, "x-api-key", "sk-ant-wrong", version);
            JsonNode error = SimulatorClient.JSON.readTree(wrong.body());
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(error.path("type").asString()).isEqualTo("error");
            assertThat(error.at("/error/type").asString()).isEqualTo("authentication_error");
            assertThat(error.at("/error/message").asString()).isEqualTo("invalid x-api-key");
            assertThat(wrong.headers().firstValue("request-id"))
                    .hasValue(error.path("request_id").asString());
            assertThat(wrong.headers().firstValue("x-should-retry")).hasValue("false");
        }
    }

    private static HttpResponse<String> sent(
            SimulatorClient visitor, String body, String name, String value, String[] version)
            throws Exception {
        return visitor.send(
                "POST", "/claude/v1/messages", body, name, value, version[0], version[1]);
    }

    @Test
    void limits_are_a_429_that_says_when_to_come_back() throws Exception {
        var settings =
                ProviderSettings.of("claude", Kind.ANTHROPIC)
                        .instant()
                        .withLimits(RateLimits.perMinute(1, 100_000));
        try (var narrow = Simulator.start(SimulatorSettings.of(settings), time);
                var visitor = new SimulatorClient(narrow)) {
            String[] version = {"anthropic-version", "2023-06-01"};
            sent(visitor, asking("hi", ""), "x-api-key", "k", version);

            var second = sent(visitor, asking("hi", ""), "x-api-key", "k", version);

            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.body())
                    .contains("rate_limit_error")
                    .contains("1 requests per minute");
            assertThat(second.headers().firstValue("retry-after")).hasValue("60");
            assertThat(second.headers().firstValue("anthropic-ratelimit-requests-remaining"))
                    .hasValue("0");
        }
    }

    /// Each row: what stands in the body instead of the defaults, and what the API says to it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    "max_tokens":null | max_tokens: Field required
                    "max_tokens":-1 | max_tokens: Input should be greater than or equal to 0
                    "max_tokens":99999 | max_tokens: 99999 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5
                    "frequency_penalty":1 | frequency_penalty: Extra inputs are not permitted
                    "temperature":1.5 | temperature: Input should be less than or equal to 1
                    "temperature":0.5,"top_p":0.5 | `temperature` and `top_p` cannot both be specified
                    "stop_sequences":[" "] | stop_sequences: each stop sequence must contain non-whitespace
                    "metadata":{"team":"x"} | metadata.team: Extra inputs are not permitted
                    "thinking":{"type":"enabled","budget_tokens":10} | thinking.enabled.budget_tokens: Input should be greater than or equal to 1024
                    "thinking":{"type":"enabled","budget_tokens":1000000} | `max_tokens` must be greater than `thinking.budget_tokens`
                    "thinking":{"type":"enabled","budget_tokens":1024},"temperature":0.5 | `temperature` may only be set to 1 when thinking is enabled
                    "thinking":{"type":"enabled","budget_tokens":1024},"top_k":5 | `top_k` must be unset
                    "thinking":{"type":"adaptive"} | adaptive thinking is not supported on this model
                    "output_config":{"effort":"high"} | This model does not support the effort parameter
                    "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}} | 'additionalProperties' must be explicitly set to false
                    "tool_choice":{"type":"any"} | may only be specified while providing `tools`
                    "tools":[{"name":"a b","input_schema":{"type":"object"}}] | tools.0.custom.name: String should match pattern
                    "tools":[{"name":"a"}] | tools.0.custom.input_schema: Field required
                    "tools":[{"name":"a","input_schema":{}}] | tools.0.custom.input_schema.type: Field required
                    "tools":[{"name":"a","input_schema":{"type":"object"}},{"name":"a","input_schema":{"type":"object"}}] | Tool names must be unique
                    "tools":[{"name":"a","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"b"} | Tool 'b' not found in provided tools
                    "tools":[{"name":"a","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"},"thinking":{"type":"enabled","budget_tokens":1024} | Thinking may not be enabled when tool_choice forces tool use
                    "messages":[] | messages: at least one message is required
                    "messages":[{"role":"assistant","content":"a"}] | first message must use the "user" role
                    "messages":[{"role":"system","content":"a"}] | Unexpected role "system"
                    "messages":[{"role":"tool","content":"a"}] | Unexpected role "tool"
                    "messages":[{"role":"user","content":""}] | messages.0: all messages must have non-empty content
                    "messages":[{"role":"user","content":[{"type":"text","text":""}]}] | text content blocks must be non-empty
                    "messages":[{"role":"user","content":[{"type":"image_url"}]}] | messages.0.content.0: Input tag 'image_url' found using 'type' does not match
                    "messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/tiff","data":"AAAA"}}]}] | messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'
                    "messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"%%"}}]}] | image.source.base64: invalid base64 data
                    "messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"text/plain","data":"AAAA"}}]}] | media_type: Input should be 'application/pdf'
                    "messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b "}] | final assistant content cannot end with trailing whitespace
                    "messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"x"}]}] | messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: x
                    "cache_control":{"type":"eternal"} | cache_control.type: Input should be 'ephemeral'
                    """)
    void what_the_api_refuses_is_a_400_in_its_words(String field, String message) throws Exception {
        ObjectNode request = (ObjectNode) SimulatorClient.JSON.readTree(asking("hi", ""));
        request.setAll((ObjectNode) SimulatorClient.JSON.readTree("{" + field + "}"));

        var response = post("/claude/v1/messages", request.toString());

        JsonNode error = SimulatorClient.JSON.readTree(response.body());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(error.at("/error/type").asString()).isEqualTo("invalid_request_error");
        assertThat(error.at("/error/message").asString()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    claude-opus-4-6 | "messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}] | does not support assistant message prefill
                    claude-opus-4-7 | "temperature":0.5 | `temperature` is deprecated for this model
                    claude-sonnet-5 | "thinking":{"type":"enabled","budget_tokens":1024} | "thinking.type.enabled" is not supported for this model
                    claude-opus-5-5 | "thinking":{"type":"disabled"} | "thinking.type.disabled" is not supported for this model.
                    claude-sonnet-5-5 | "tools":[{"name":"a","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"} | is not supported for this model
                    claude-opus-5 | "thinking":{"type":"disabled"},"output_config":{"effort":"max"} | "thinking.type.disabled" is not supported
                    claude-opus-4-5 | "output_config":{"effort":"xhigh"} | This model does not support effort level 'xhigh'. Supported levels: low, medium, high.
                    """)
    void newer_models_refuse_what_they_no_longer_take(String model, String field, String message)
            throws Exception {
        ObjectNode request = (ObjectNode) SimulatorClient.JSON.readTree(asking("hi", ""));
        request.setAll((ObjectNode) SimulatorClient.JSON.readTree("{" + field + "}"));
        request.put("model", model);

        var response = post("/claude/v1/messages", request.toString());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(SimulatorClient.JSON.readTree(response.body()).at("/error/message").asString())
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    claude-sonnet-5-5 | per-turn-control-2026-07-01,thinking-display-updates-2026-08-18 | 200
                    claude-sonnet-5-5 | per-turn-control-2026-07-01 | 400
                    claude-sonnet-5-5 | thinking-display-updates-2026-08-18 | 400
                    claude-haiku-4-5 | per-turn-control-2026-07-01,thinking-display-updates-2026-08-18 | 400
                    """)
    void what_is_new_is_taken_by_new_models_where_its_beta_is_named(
            String model, String betas, int status) throws Exception {
        ObjectNode request = (ObjectNode) SimulatorClient.JSON.readTree(asking("hi", ""));
        request.put("model", model);
        request.putObject("thinking").put("type", "adaptive").put("display", "updates");
        request.withArray("messages")
                .addObject()
                .put("role", "system")
                .put("content", "be kind")
                .putObject("output_config")
                .put("effort", "low");

        var response = post("/claude/v1/messages", request.toString(), "anthropic-beta", betas);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    private static final String CALLED =
            """
            {"role":"user","content":"q"},{"role":"assistant","content":[
            {"type":"tool_use","id":"t1","name":"a","input":{}},
            {"type":"tool_use","id":"t2","name":"a","input":{}}]}\
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    [{"type":"text","text":"x"}] | messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1, t2
                    [{"type":"tool_result","tool_use_id":"t1"}] | immediately after: t2. Each `tool_use` block must have a corresponding
                    [{"type":"text","text":"x"},{"type":"tool_result","tool_use_id":"t1"},{"type":"tool_result","tool_use_id":"t2"}] | immediately after: t1, t2
                    [{"type":"tool_result","tool_use_id":"t1"},{"type":"tool_result","tool_use_id":"t1"},{"type":"tool_result","tool_use_id":"t2"}] | messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: t1
                    [{"type":"tool_result","tool_use_id":"t1"},{"type":"tool_result","tool_use_id":"t2"},{"type":"tool_result","tool_use_id":"t3"}] | messages.2.content.2: unexpected `tool_use_id` found in `tool_result` blocks: t3
                    """)
    void results_come_directly_after_all_of_them_and_first(String content, String message)
            throws Exception {
        String good =
                "[{\"type\":\"tool_result\",\"tool_use_id\":\"t2\",\"content\":\"2\"},"
                        + "{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"1\"},"
                        + "{\"type\":\"text\",\"text\":\"go on\"}]";

        var wrong = post("/claude/v1/messages", called(content));
        var right = post("/claude/v1/messages", called(good));

        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(SimulatorClient.JSON.readTree(wrong.body()).at("/error/message").asString())
                .contains(message);
        assertThat(right.statusCode()).isEqualTo(200);
    }

    private static String called(String content) {
        return "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":4096,\"messages\":["
                + CALLED
                + ",{\"role\":\"user\",\"content\":"
                + content
                + "}]}";
    }

    @Test
    void with_a_thinking_budget_a_turn_that_called_tools_keeps_its_thoughts() throws Exception {
        String results =
                "[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\"},"
                        + "{\"type\":\"tool_result\",\"tool_use_id\":\"t2\"}]";
        String body = called(results);

        var without = post("/claude/v1/messages", body);
        var with =
                post("/claude/v1/messages", body.substring(0, body.length() - 1) + THINKING + "}");

        assertThat(without.statusCode()).isEqualTo(200);
        assertThat(with.body())
                .contains("Expected `thinking` or `redacted_thinking`, but found `tool_use`");
    }

    @Test
    void more_than_four_marks_are_refused() throws Exception {
        var system = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            system.append(i == 0 ? "" : ",")
                    .append(
                            "{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\"}}");
        }

        var response = post("/claude/v1/messages", asking("hi", ",\"system\":[" + system + "]"));

        assertThat(response.body())
                .contains("A maximum of 4 blocks with cache_control may be provided. Found 5.");
    }

    @Test
    void missing_versions_models_paths_and_json_are_said_so() throws Exception {
        String body = asking("hi", "");

        var version = client.send("POST", "/claude/v1/messages", body, "x-api-key", "k");
        var model = post("/claude/v1/messages", body.replace("haiku-4-5", "bard"));
        var path = post("/claude/v1/complete", body);
        var method =
                client.send("GET", "/claude/v1/messages", "", "anthropic-version", "2023-06-01");
        var json = post("/claude/v1/messages", "{");
        var prompt = post("/claude/v1/messages", body.replace("hi", "tides ".repeat(140_000)));

        assertThat(version.body()).contains("anthropic-version: header is required");
        assertThat(model.statusCode()).isEqualTo(404);
        assertThat(model.body()).contains("not_found_error").contains("model: claude-bard");
        assertThat(path.statusCode()).isEqualTo(404);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(prompt.body())
                .containsPattern("prompt is too long: 2\\d+ tokens > 200000 maximum");
    }

    @Test
    void a_conversation_left_with_it_goes_on_from_what_is_new() throws Exception {
        JsonNode first = threaded("claude", asking("How is the weather in Pune?", TOOLS + CREATE));
        JsonNode call = first.path("content").path(1);
        assertThat(call.path("type").asString("")).as("%s", first).isEqualTo("tool_use");

        JsonNode second = threaded("claude", resuming(first, call.path("id").asString("")));

        assertThat(second.toString()).contains("31 degrees");
        assertThat(threaded("claude", resuming(second, "")).path("content").toString())
                .contains("goodbye");
    }

    @Test
    void a_conversation_is_found_where_it_was_left_alone() throws Exception {
        JsonNode first = threaded("claude", asking("How is the weather in Pune?", TOOLS + CREATE));
        String call = first.path("content").path(1).path("id").asString("");

        JsonNode elsewhere = threaded("other", resuming(first, call));

        assertThat(elsewhere.path("error").path("type").asString("")).isEqualTo("not_found_error");
        assertThat(elsewhere.path("error").path("details").path("error_code").asString(""))
                .isEqualTo("thread_not_found");
        assertThat(post("/claude/v1/messages", asking("hi", CREATE)).body())
                .as("without the beta")
                .contains("thread: Extra inputs are not permitted");
    }

    private static final String CREATE = ",\"thread\":{\"type\":\"create\"}";

    /// @param call whose result is sent; empty for last words
    private static String resuming(JsonNode before, String call) {
        String content =
                call.isEmpty()
                        ? "\"Say \\\"goodbye\\\"\""
                        : "[{\"type\":\"tool_result\",\"tool_use_id\":\""
                                + call
                                + "\",\"content\":\"31 degrees\"}]";
        return "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":"
                + content
                + "}],\"thread\":{\"type\":\"continue\",\"previous_message_id\":\""
                + before.path("id").asString("")
                + "\"}}";
    }

    private JsonNode threaded(String provider, String body) throws Exception {
        return SimulatorClient.JSON.readTree(
                client.send(
                                "POST",
                                "/" + provider + "/v1/messages",
                                body,
                                "x-api-key",
                                "k",
                                "anthropic-version",
                                "2023-06-01",
                                "anthropic-beta",
                                "message-threads-2026-08-12")
                        .body());
    }
}
