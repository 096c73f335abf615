package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ResponsesTest {
    private static final String WEATHER =
            """
            {"type":"function","name":"get_weather","parameters":{"type":"object",
             "properties":{"city":{"type":"string"}},"required":["city"]}}\
            """;

    private final Simulator simulator = Simulator.start(SimulatorSettings.instant("alpha"));
    private final SimulatedProvider alpha = simulator.provider("alpha");
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private static String asking(String model, String question, String more) {
        return "{\"model\":\""
                + model
                + "\",\"input\":\""
                + question.replace("\"", "\\\"")
                + "\""
                + more
                + "}";
    }

    private JsonNode respond(String body) throws Exception {
        var response = client.send("POST", "/alpha/v1/responses", body);
        return SimulatorClient.JSON.readTree(response.body());
    }

    private List<JsonNode> stream(String body) throws Exception {
        String text =
                client.send(
                                "POST",
                                "/alpha/v1/responses",
                                body.replaceFirst("\\{", "{\"stream\":true,"))
                        .body();
        List<EventLines> events = EventLines.of(text);
        assertThat(events).allSatisfy(e -> assertThat(e.event()).isEqualTo(e.type()));
        return events.stream().map(EventLines::json).toList();
    }

    private static JsonNode ended(List<JsonNode> events) {
        return events.getLast().path("response");
    }

    @Test
    void a_question_gets_a_message_that_adds_up_and_a_completed_response() throws Exception {
        JsonNode answer = respond(asking("gpt-4o", "Explain circuit breakers", ""));

        assertThat(answer.path("object").asString()).isEqualTo("response");
        assertThat(answer.path("status").asString()).isEqualTo("completed");
        assertThat(answer.path("model").asString()).isEqualTo("gpt-4o-2024-08-06");
        assertThat(answer.path("store").asBoolean()).isTrue();
        assertThat(answer.at("/output/0/type").asString()).isEqualTo("message");
        assertThat(answer.at("/output/0/content/0/text").asString()).contains("circuit breakers");
        assertThat(answer.at("/usage/total_tokens").asInt())
                .isEqualTo(
                        answer.at("/usage/input_tokens").asInt()
                                + answer.at("/usage/output_tokens").asInt());
        assertThat(answer.has("output_text")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Explain tides",
                "[refuse] this",
                "[filter] that",
                "What is the weather in Paris and London?",
            })
    void every_stream_keeps_the_order_of_its_events_and_ends_with_the_whole_response(
            String question) throws Exception {
        for (String model : List.of("gpt-4o", "gpt-5-nano")) {
            String body =
                    asking(
                            model,
                            question,
                            ",\"reasoning\":{\"summary\":\"auto\"},\"tools\":[" + WEATHER + "]");

            List<JsonNode> events = stream(body);

            assertThat(ResponsesGrammar.faults(events)).isEmpty();
            JsonNode plain = respond(body);
            assertThat(ended(events).path("usage")).isEqualTo(plain.path("usage"));
            assertThat(ended(events).at("/output").size()).isEqualTo(plain.at("/output").size());
        }
    }

    @Test
    void a_stream_has_no_done_line() throws Exception {
        String text =
                client.send(
                                "POST",
                                "/alpha/v1/responses",
                                asking("gpt-4o", "hi", ",\"stream\":true"))
                        .body();

        assertThat(text).doesNotContain("[DONE]");
    }

    @Test
    void two_cities_are_two_function_calls_with_their_own_items() throws Exception {
        List<JsonNode> events =
                stream(
                        asking(
                                "gpt-4o",
                                "What is the weather in Paris and London?",
                                ",\"tools\":[" + WEATHER + "]"));

        JsonNode output = ended(events).path("output");
        assertThat(output).hasSize(2);
        assertThat(output.get(0).path("arguments").asString()).isEqualTo("{\"city\":\"Paris\"}");
        assertThat(output.get(1).path("arguments").asString()).isEqualTo("{\"city\":\"London\"}");
        assertThat(output.get(0).path("call_id")).isNotEqualTo(output.get(1).path("call_id"));
        assertThat(output.get(0).path("id").asString()).startsWith("fc_");
        assertThat(events)
                .filteredOn(e ->
                        e.path("type").asString().equals("response.function_call_arguments.delta"))
                .hasSizeGreaterThan(2);
    }

    @Test
    void a_refusal_is_a_content_part_of_its_own() throws Exception {
        List<JsonNode> events = stream(asking("gpt-4o", "[refuse]", ""));

        assertThat(ended(events).at("/output/0/content/0/type").asString()).isEqualTo("refusal");
        assertThat(events)
                .anyMatch(e -> e.path("type").asString().equals("response.refusal.delta"));
    }

    @Test
    void a_bound_on_tokens_ends_as_incomplete_with_status_200() throws Exception {
        var response =
                client.send(
                        "POST",
                        "/alpha/v1/responses",
                        asking("gpt-4o", "Explain tides", ",\"max_output_tokens\":16"));
        JsonNode answer = SimulatorClient.JSON.readTree(response.body());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(answer.path("status").asString()).isEqualTo("incomplete");
        assertThat(answer.at("/incomplete_details/reason").asString())
                .isEqualTo("max_output_tokens");
        assertThat(answer.at("/usage/output_tokens").asInt()).isEqualTo(16);
        assertThat(answer.at("/output/0/status").asString()).isEqualTo("incomplete");
        List<JsonNode> events =
                stream(asking("gpt-4o", "Explain tides", ",\"max_output_tokens\":16"));
        assertThat(events.getLast().path("type").asString()).isEqualTo("response.incomplete");
        assertThat(ResponsesGrammar.faults(events)).isEmpty();
    }

    @Test
    void a_structured_answer_follows_the_flat_format() throws Exception {
        JsonNode answer =
                respond(
                        asking(
                                "gpt-4o",
                                "Describe Ada",
                                ",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"person\","
                                        + "\"schema\":{\"type\":\"object\",\"properties\":{\"age\":"
                                        + "{\"type\":\"integer\"}},\"required\":[\"age\"]}}}"));

        String text = answer.at("/output/0/content/0/text").asString();
        assertThat(SimulatorClient.JSON.readTree(text).path("age").isIntegralNumber()).isTrue();
        assertThat(answer.at("/text/format/name").asString()).isEqualTo("person");
    }

    @Test
    void thoughts_are_shown_as_a_summary_only_where_one_is_asked_for() throws Exception {
        JsonNode silent = respond(asking("gpt-5-nano", "Explain tides", ""));
        JsonNode told =
                respond(
                        asking(
                                "gpt-5-nano",
                                "Explain tides",
                                ",\"reasoning\":{\"summary\":\"auto\"}"));

        assertThat(silent.at("/output/0/type").asString()).isEqualTo("reasoning");
        assertThat(silent.at("/output/0/summary")).isEmpty();
        assertThat(told.at("/output/0/summary/0/text").asString()).contains("tides");
        assertThat(told.at("/usage/output_tokens_details/reasoning_tokens").asInt())
                .isGreaterThan(0);
    }

    @Test
    void sealed_thoughts_are_accepted_by_the_provider_that_sealed_them_and_by_no_other()
            throws Exception {
        try (var other = Simulator.start(SimulatorSettings.instant("beta"));
                var visitor = new SimulatorClient(other)) {
            JsonNode first =
                    respond(
                            asking(
                                    "gpt-5-nano",
                                    "What is the weather in Paris?",
                                    ",\"store\":false,\"include\":[\"reasoning.encrypted_content\"],\"tools\":["
                                            + WEATHER
                                            + "]"));
            JsonNode thought = first.at("/output/0");
            JsonNode call = first.at("/output/1");
            String next =
                    "{\"model\":\"gpt-5-nano\",\"store\":false,\"tools\":[%s],\"input\":[%s%s,"
                            + "{\"type\":\"function_call_output\",\"call_id\":\"%s\",\"output\":\"18 degrees\"}]}";
            String whole =
                    next.formatted(WEATHER, thought + ",", call, call.path("call_id").asString());
            String without = next.formatted(WEATHER, "", call, call.path("call_id").asString());

            assertThat(thought.path("encrypted_content").asString()).startsWith("gAAAAA");
            assertThat(respond(whole).at("/output/1/content/0/text").asString())
                    .contains("18 degrees");
            assertThat(respond(without).at("/error/message").asString())
                    .contains("without its required 'reasoning' item");
            assertThat(visitor.send("POST", "/beta/v1/responses", whole).body())
                    .contains("invalid_encrypted_content");
        }
    }

    @Test
    void a_stored_response_is_continued_read_and_forgotten() throws Exception {
        String id = respond(asking("gpt-4o", "Say \"blue\"", "")).path("id").asString();

        JsonNode next =
                respond(
                        asking(
                                "gpt-4o",
                                "Explain tides",
                                ",\"previous_response_id\":\"" + id + "\""));
        JsonNode read =
                SimulatorClient.JSON.readTree(
                        client.send("GET", "/alpha/v1/responses/" + id, "").body());
        JsonNode input =
                SimulatorClient.JSON.readTree(
                        client.send("GET", "/alpha/v1/responses/" + id + "/input_items", "")
                                .body());
        JsonNode gone =
                SimulatorClient.JSON.readTree(
                        client.send("DELETE", "/alpha/v1/responses/" + id, "").body());

        assertThat(next.path("previous_response_id").asString()).isEqualTo(id);
        assertThat(next.at("/usage/input_tokens").asInt())
                .isGreaterThan(read.at("/usage/input_tokens").asInt());
        assertThat(read.at("/output/0/content/0/text").asString()).isEqualTo("blue");
        assertThat(input.at("/data/0/role").asString()).isEqualTo("user");
        assertThat(gone.path("deleted").asBoolean()).isTrue();
        assertThat(client.send("GET", "/alpha/v1/responses/" + id, "").statusCode()).isEqualTo(404);
        assertThat(
                        respond(asking("gpt-4o", "x", ",\"previous_response_id\":\"" + id + "\""))
                                .at("/error/code")
                                .asString())
                .isEqualTo("previous_response_not_found");
    }

    @Test
    void what_is_not_to_be_stored_is_not() throws Exception {
        String id = respond(asking("gpt-4o", "hi", ",\"store\":false")).path("id").asString();

        assertThat(client.send("GET", "/alpha/v1/responses/" + id, "").statusCode()).isEqualTo(404);
    }

    @Test
    void tokens_are_counted_as_they_are_charged() throws Exception {
        String body = asking("gpt-4o", "Explain tides", ",\"instructions\":\"Be brief.\"");

        JsonNode counted =
                SimulatorClient.JSON.readTree(
                        client.send("POST", "/alpha/v1/responses/input_tokens", body).body());

        assertThat(counted.path("object").asString()).isEqualTo("response.input_tokens");
        assertThat(counted.path("input_tokens")).isEqualTo(respond(body).at("/usage/input_tokens"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"gpt-4o\"} | input | missing_required_parameter",
                "{\"model\":\"gpt-9\",\"input\":\"a\"} | model | model_not_found",
                "{\"model\":\"gpt-4o\",\"messages\":[]} | messages | unknown_parameter",
                "{\"model\":\"gpt-4o\",\"input\":\"a\",\"max_output_tokens\":5}"
                        + " | max_output_tokens | integer_below_min_value",
                "{\"model\":\"gpt-4o\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}]}"
                        + " | input[0].content[0] | invalid_value",
                "{\"model\":\"gpt-4o\",\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"x\"}]}"
                        + " | input | ",
                "{\"model\":\"gpt-4o\",\"input\":[{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}]}"
                        + " | input | ",
                "{\"model\":\"gpt-4o\",\"input\":\"a\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}"
                        + " | tools[0].name | missing_required_parameter",
                "{\"model\":\"gpt-5\",\"input\":\"a\",\"temperature\":0.5} | temperature | ",
            })
    void a_wrong_request_is_a_400_that_names_the_field(
            String body, String param, @org.jspecify.annotations.Nullable String code)
            throws Exception {
        var response = client.send("POST", "/alpha/v1/responses", body);

        JsonNode error = SimulatorClient.JSON.readTree(response.body()).path("error");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error.path("param").asString("")).isEqualTo(param);
        assertThat(error.path("code").asString("")).isEqualTo(code == null ? "" : code);
    }

    @Test
    void an_error_in_the_middle_is_an_error_event_and_then_the_failed_response() throws Exception {
        alpha.fault(new FaultKind.ErrorEvent(2, "insufficient_quota", ""));

        List<JsonNode> events = stream(asking("gpt-4o", "Explain tides", ""));

        assertThat(events)
                .extracting(e -> e.path("type").asString())
                .containsExactly(
                        "response.created", "response.in_progress", "error", "response.failed");
        assertThat(events)
                .extracting(e -> e.path("sequence_number").asInt())
                .containsExactly(0, 1, 2, 3);
        assertThat(events.get(2).at("/error/code").asString()).isEqualTo("insufficient_quota");
        assertThat(events.get(3).at("/response/status").asString()).isEqualTo("failed");
        assertThat(events.get(3).at("/response/id")).isEqualTo(events.get(0).at("/response/id"));
        assertThat(events.get(3).at("/response/error/code").asString())
                .isEqualTo("insufficient_quota");
    }

    @Test
    void an_error_first_is_the_flat_event_alone() throws Exception {
        alpha.fault(new FaultKind.ErrorFirstEvent("server_error", "went wrong"));

        List<JsonNode> events = stream(asking("gpt-4o", "Explain tides", ""));

        assertThat(events).hasSize(1);
        assertThat(events.getFirst().path("message").asString()).isEqualTo("went wrong");
        assertThat(events.getFirst().path("code").asString()).isEqualTo("server_error");
    }

    @Test
    void without_its_terminal_event_a_stream_ends_behind_the_last_item() throws Exception {
        alpha.fault(new FaultKind.NoTerminalEvent(FaultKind.Missing.DONE));

        List<JsonNode> events = stream(asking("gpt-4o", "Explain tides", ""));

        assertThat(events.getLast().path("type").asString()).isEqualTo("response.output_item.done");
    }

    @Test
    void a_status_fault_looks_as_it_does_for_chat() throws Exception {
        alpha.fault(FaultKind.status(503));

        var response =
                client.send("POST", "/alpha/v1/responses", asking("gpt-4o", "Explain tides", ""));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("server_is_overloaded");
    }
}
