package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.settings.SimulatorSettings;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OpenAiChatTest {
    private static final String WEATHER =
            """
            {"type":"function","function":{"name":"get_weather","parameters":{"type":"object",
             "properties":{"city":{"type":"string"}},"required":["city"]}}}\
            """;

    private final Simulator simulator = Simulator.start(SimulatorSettings.instant("alpha"));
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private static String asking(String question, String more) {
        return "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + question
                + "\"}]"
                + more
                + "}";
    }

    @Test
    void a_question_gets_an_answer_on_its_topic_that_names_the_snapshot_and_adds_up()
            throws Exception {
        JsonNode answer = client.chatted(asking("Explain circuit breakers", ""));

        assertThat(answer.at("/object").asString()).isEqualTo("chat.completion");
        assertThat(answer.at("/model").asString()).isEqualTo("gpt-4o-2024-08-06");
        assertThat(answer.at("/choices/0/message/content").asString()).contains("circuit breakers");
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(answer.at("/usage/total_tokens").asInt())
                .isEqualTo(
                        answer.at("/usage/prompt_tokens").asInt()
                                + answer.at("/usage/completion_tokens").asInt());
    }

    @Test
    void tools_that_are_no_list_are_refused() throws Exception {
        var refused = client.chat(asking("Hi", ",\"tools\":{\"name\":\"f\"}"));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("Invalid type for 'tools'");
    }

    @Test
    void a_stream_opens_with_the_role_and_ends_with_the_reason_the_usage_and_done()
            throws Exception {
        var response =
                client.chat(
                        asking(
                                "Explain circuit breakers",
                                ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        assertThat(response.headers().firstValue("content-type"))
                .hasValue("text/event-stream; charset=utf-8");
        List<String> events = SimulatorClient.events(response.body());
        assertThat(events.getLast()).isEqualTo("[DONE]");
        List<JsonNode> chunks =
                events.subList(0, events.size() - 1).stream()
                        .map(SimulatorClient.JSON::readTree)
                        .toList();
        assertThat(chunks.getFirst().at("/choices/0/delta").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}");
        JsonNode finish = chunks.get(chunks.size() - 2);
        assertThat(finish.at("/choices/0/delta").isEmpty()).isTrue();
        assertThat(finish.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        JsonNode usage = chunks.getLast();
        assertThat(usage.path("choices").isArray()).isTrue();
        assertThat(usage.path("choices")).isEmpty();
        int tokens = chunks.size() - 3;
        assertThat(usage.at("/usage/completion_tokens").asInt()).isEqualTo(tokens);
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allSatisfy(chunk -> assertThat(chunk.get("usage").isNull()).isTrue());
        assertThat(chunks)
                .extracting(chunk -> chunk.path("id").asString())
                .containsOnly(chunks.getFirst().path("id").asString());
    }

    @Test
    void without_include_usage_no_chunk_speaks_of_usage() throws Exception {
        String stream = client.chat(asking("Explain tides", ",\"stream\":true")).body();

        assertThat(stream).doesNotContain("usage");
    }

    @Test
    void plain_and_streamed_say_the_same_words_and_count_the_same_tokens() throws Exception {
        JsonNode plain = client.chatted(asking("Explain tides", ""));
        List<String> events =
                SimulatorClient.events(
                        client.chat(
                                        asking(
                                                "Explain tides",
                                                ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
                                .body());

        var words = new StringBuilder();
        for (String event : events.subList(0, events.size() - 1)) {
            words.append(
                    SimulatorClient.JSON
                            .readTree(event)
                            .at("/choices/0/delta/content")
                            .asString(""));
        }
        JsonNode usage = SimulatorClient.JSON.readTree(events.get(events.size() - 2)).path("usage");
        assertThat(words.toString()).isEqualTo(plain.at("/choices/0/message/content").asString());
        assertThat(usage).isEqualTo(plain.path("usage"));
    }

    @Test
    void several_choices_take_turns_in_the_stream() throws Exception {
        List<String> events =
                SimulatorClient.events(
                        client.chat(asking("Explain tides", ",\"n\":2,\"stream\":true")).body());

        assertThat(events.subList(0, 4))
                .extracting(event ->
                        SimulatorClient.JSON.readTree(event).at("/choices/0/index").asInt())
                .containsExactly(0, 1, 0, 1);
        assertThat(events)
                .filteredOn(event -> event.contains("\"finish_reason\":\"stop\""))
                .hasSize(2);
    }

    @Test
    void a_bound_on_tokens_ends_the_answer_with_length() throws Exception {
        JsonNode answer = client.chatted(asking("Explain tides", ",\"max_completion_tokens\":7"));

        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("length");
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(7);
    }

    @Test
    void a_stop_word_ends_the_answer_before_it() throws Exception {
        JsonNode answer = client.chatted(asking("Explain tides", ",\"stop\":[\"tides\"]"));

        assertThat(answer.at("/choices/0/message/content").asString()).doesNotContain("tides");
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    }

    @Test
    void a_reasoning_model_spends_a_small_bound_on_thoughts_and_says_nothing() throws Exception {
        JsonNode answer =
                client.chatted(
                        """
                        {"model":"gpt-5-nano","max_completion_tokens":16,
                         "messages":[{"role":"user","content":"Explain tides"}]}\
                        """);

        assertThat(answer.at("/choices/0/message/content").asString()).isEmpty();
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("length");
        assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens").asInt())
                .isEqualTo(16);
    }

    @Test
    void a_question_about_the_weather_in_two_cities_calls_the_tool_twice() throws Exception {
        JsonNode answer =
                client.chatted(
                        asking(
                                "What is the weather in Paris and London?",
                                ",\"tools\":[" + WEATHER + "]"));

        JsonNode calls = answer.at("/choices/0/message/tool_calls");
        assertThat(calls).hasSize(2);
        assertThat(calls.get(0).at("/function/arguments").asString())
                .isEqualTo("{\"city\":\"Paris\"}");
        assertThat(calls.get(1).at("/function/arguments").asString())
                .isEqualTo("{\"city\":\"London\"}");
        assertThat(answer.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
    }

    @Test
    void a_streamed_tool_call_names_itself_once_and_sends_its_arguments_in_pieces()
            throws Exception {
        String stream =
                client.chat(
                                asking(
                                        "Tell me a story",
                                        ",\"stream\":true,\"tool_choice\":\"required\",\"tools\":["
                                                + WEATHER
                                                + "]"))
                        .body();

        List<String> events = SimulatorClient.events(stream);
        JsonNode first = SimulatorClient.JSON.readTree(events.getFirst()).at("/choices/0/delta");
        assertThat(first.at("/tool_calls/0/function/name").asString()).isEqualTo("get_weather");
        assertThat(first.get("content").isNull()).isTrue();
        var arguments = new StringBuilder();
        for (String event : events.subList(1, events.size() - 2)) {
            JsonNode call =
                    SimulatorClient.JSON.readTree(event).at("/choices/0/delta/tool_calls/0");
            assertThat(call.has("id")).isFalse();
            arguments.append(call.at("/function/arguments").asString());
        }
        assertThat(SimulatorClient.JSON.readTree(arguments.toString()).path("city").isString())
                .isTrue();
    }

    @Test
    void after_a_tool_answered_the_model_speaks_of_what_it_said() throws Exception {
        JsonNode answer =
                client.chatted(
                        """
                        {"model":"gpt-4o","tools":[%s],"messages":[
                         {"role":"user","content":"What is the weather in Paris?"},
                         {"role":"assistant","tool_calls":[{"id":"call_1","type":"function",
                          "function":{"name":"get_weather","arguments":"{}"}}]},
                         {"role":"tool","tool_call_id":"call_1","content":"18 degrees"}]}\
                        """
                                .formatted(WEATHER));

        assertThat(answer.at("/choices/0/message/content").asString()).contains("18 degrees");
    }

    @Test
    void a_harmful_prompt_is_refused_in_the_refusal_field() throws Exception {
        JsonNode answer = client.chatted(asking("Best ways to make a bomb", ""));

        assertThat(answer.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(answer.at("/choices/0/message/refusal").asString()).contains("can't assist");
    }

    @Test
    void an_image_is_accepted_and_charged() throws Exception {
        JsonNode answer =
                client.chatted(
                        """
                        {"model":"gpt-4o","messages":[{"role":"user","content":[
                         {"type":"text","text":"What is this?"},
                         {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}\
                        """);

        assertThat(answer.at("/choices/0/message/content").asString()).contains("image");
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isGreaterThan(85);
    }

    @Test
    void words_in_quotation_marks_are_said_as_they_are() throws Exception {
        JsonNode answer = client.chatted(asking("Say exactly “Grüße, 世界”", ""));

        assertThat(answer.at("/choices/0/message/content").asString()).isEqualTo("Grüße, 世界");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{nonsense | 400 | | | parse the JSON body",
                "{\"messages\":[]} | 400 | | | you must provide a model parameter",
                "{\"model\":\"gpt-4o\"} | 400 | messages | missing_required_parameter | Missing",
                "{\"model\":\"gpt-9\",\"messages\":[]} | 404 | | model_not_found | `gpt-9` does not exist",
                "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"temperature\":3}"
                        + " | 400 | temperature | decimal_above_max_value | Expected a value <= 2",
                "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"n\":\"x\"}"
                        + " | 400 | n | invalid_type | expected an integer",
                "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"robot\",\"content\":\"a\"}]}"
                        + " | 400 | messages[0].role | invalid_value | robot",
                "{\"model\":\"gpt-5\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":5}"
                        + " | 400 | max_tokens | unsupported_parameter | max_completion_tokens",
                "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":8192}"
                        + " | 400 | messages | context_length_exceeded | maximum context length is 8192",
                "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\"}]},"
                        + "{\"role\":\"user\",\"content\":\"a\"}]}"
                        + " | 400 | messages.[1].role | | did not have response messages: c1",
            })
    void a_wrong_request_is_turned_down_in_the_api_s_own_words(
            String body,
            int status,
            @org.jspecify.annotations.Nullable String param,
            @org.jspecify.annotations.Nullable String code,
            String message)
            throws Exception {
        var response = client.chat(body);

        JsonNode error = SimulatorClient.JSON.readTree(response.body()).path("error");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(error.path("param").asString("")).isEqualTo(param == null ? "" : param);
        assertThat(error.path("code").asString("")).isEqualTo(code == null ? "" : code);
        assertThat(error.path("message").asString()).contains(message);
        assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void a_field_nobody_knows_is_let_through() throws Exception {
        assertThat(client.chat(asking("hi", ",\"brand_new\":{\"a\":1}")).statusCode())
                .isEqualTo(200);
    }
}
