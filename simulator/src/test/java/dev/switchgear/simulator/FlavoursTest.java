package dev.switchgear.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
import dev.switchgear.simulator.fault.Spot;
import dev.switchgear.simulator.limit.RateLimits;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What the variants of OpenAI's API do otherwise, each rule of its reference file by itself.
class FlavoursTest {
    private static final String WEATHER =
            """
            {"type":"function","function":{"name":"get_weather","parameters":{"type":"object",
             "properties":{"city":{"type":"string"}},"required":["city"]}}}\
            """;
    private static final String CITIES = "What is the weather in Paris and London?";

    private final Simulator simulator =
            Simulator.start(
                    SimulatorSettings.of(
                            ProviderSettings.of("xai", Kind.XAI).instant(),
                            ProviderSettings.of("deepseek", Kind.DEEPSEEK).instant(),
                            ProviderSettings.of("openrouter", Kind.OPENROUTER).instant(),
                            ProviderSettings.of("openrouter-second", Kind.OPENROUTER).instant(),
                            ProviderSettings.of("ollama", Kind.OLLAMA).instant(),
                            ProviderSettings.of("vllm", Kind.VLLM).instant(),
                            ProviderSettings.of("llama-cpp", Kind.LLAMA_CPP).instant(),
                            ProviderSettings.of("lm-studio", Kind.LM_STUDIO).instant()));
    private final SimulatorClient client = new SimulatorClient(simulator);

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private SimulatedProvider provider(String name) {
        return simulator.provider(name);
    }

    private static String asking(String model, String question, String more) {
        return "{\"model\":\""
                + model
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + question.replace("\"", "\\\"")
                + "\"}]"
                + more
                + "}";
    }

    private HttpResponse<String> post(String name, String body) throws Exception {
        String base = provider(name).base().getPath();
        String root = name.equals("ollama") ? base + "/v1" : base;
        return client.send("POST", root + "/chat/completions", body);
    }

    private JsonNode chat(String name, String body) throws Exception {
        return SimulatorClient.JSON.readTree(post(name, body).body());
    }

    private List<JsonNode> stream(String name, String body) throws Exception {
        String text = post(name, body.replaceFirst("\\{", "{\"stream\":true,")).body();
        List<EventLines> events = EventLines.of(text);
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
        return events.subList(0, events.size() - 1).stream().map(EventLines::json).toList();
    }

    private static String model(String name) {
        return switch (name) {
            case "xai" -> "grok-3-mini";
            case "deepseek" -> "deepseek-reasoner";
            case "openrouter" -> "anthropic/claude-haiku-4.5";
            default -> "qwen3";
        };
    }

    @ParameterizedTest
    @CsvSource({"xai", "deepseek", "openrouter", "ollama", "vllm", "llama-cpp", "lm-studio"})
    void the_mind_is_steered_alike_and_plain_and_streamed_say_the_same(String name)
            throws Exception {
        String tools = ",\"tool_choice\":\"auto\",\"tools\":[" + WEATHER + "]";

        JsonNode said = chat(name, asking(model(name), "Say \"Grüße\"", ""));
        JsonNode plain = chat(name, asking(model(name), "Explain tides", ""));
        var text = new StringBuilder();
        for (JsonNode chunk : stream(name, asking(model(name), "Explain tides", ""))) {
            text.append(chunk.at("/choices/0/delta/content").asString(""));
        }
        JsonNode called = chat(name, asking(model(name), CITIES, tools));

        assertThat(said.at("/choices/0/message/content").asString()).isEqualTo("Grüße");
        assertThat(text.toString()).isEqualTo(plain.at("/choices/0/message/content").asString());
        JsonNode calls = called.at("/choices/0/message/tool_calls");
        assertThat(calls).hasSize(name.equals("llama-cpp") ? 1 : 2);
        assertThat(calls.at("/0/function/arguments").asString()).isEqualTo("{\"city\":\"Paris\"}");
        assertThat(called.at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(chat(name, asking(model(name), "[filter]", "")).at("/choices/0/finish_reason"))
                .asString()
                .contains("content_filter");
        assertThat(chat(name, asking(model(name), "[refuse]", "")).toString())
                .contains("can't assist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "xai | /error",
                "deepseek | /error/message",
                "openrouter | /error/metadata/raw",
                "ollama | /error/message",
                "vllm | /error/message",
                "llama-cpp | /error/message",
                "lm-studio | /error",
            })
    void a_status_has_the_shape_of_its_api(String name, String message) throws Exception {
        provider(name)
                .fault(
                        new FaultKind.Status(
                                503, "", "no room", Optional.empty(), List.of(), Optional.empty()));

        var response = post(name, asking(model(name), "hi", ""));

        JsonNode body = SimulatorClient.JSON.readTree(response.body());
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(body.at(message).asString()).isEqualTo("no room");
        JsonNode code = body.at("/error/code");
        switch (name) {
            case "openrouter", "vllm", "llama-cpp" -> assertThat(code.asInt()).isEqualTo(503);
            case "ollama" -> assertThat(code.isNull()).isTrue();
            case "deepseek" -> assertThat(code.asString()).isEqualTo("invalid_request_error");
            case "xai" -> assertThat(body.path("code").asString()).isEqualTo("unavailable");
            default -> assertThat(code.isMissingNode()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void every_kind_has_models_and_a_base_a_client_can_use(Kind kind) {
        var settings = ProviderSettings.of("some", kind);

        assertThat(settings.models()).isNotEmpty();
        assertThat(Kind.of(kind.word(), "kind")).isEqualTo(kind);
    }

    @Test
    void xai_counts_thoughts_beside_the_completion_on_chat_and_inside_it_on_responses()
            throws Exception {
        JsonNode usage = chat("xai", asking("grok-3-mini", "Explain tides", "")).path("usage");
        JsonNode responses =
                SimulatorClient.JSON
                        .readTree(
                                client.send(
                                                "POST",
                                                "/xai/v1/responses",
                                                "{\"model\":\"grok-4.3\",\"input\":\"Explain tides\"}")
                                        .body())
                        .path("usage");

        int thoughts = usage.at("/completion_tokens_details/reasoning_tokens").asInt();
        assertThat(thoughts).isPositive();
        assertThat(usage.path("total_tokens").asInt())
                .isEqualTo(
                        usage.path("prompt_tokens").asInt()
                                + usage.path("completion_tokens").asInt()
                                + thoughts);
        assertThat(responses.path("total_tokens").asInt())
                .isEqualTo(
                        responses.path("input_tokens").asInt()
                                + responses.path("output_tokens").asInt());
        assertThat(responses.path("cost_in_usd_ticks").asLong()).isPositive();
    }

    @Test
    void xai_streams_without_null_finishes_and_calls_a_tool_in_one_piece() throws Exception {
        List<JsonNode> chunks =
                stream(
                        "xai",
                        asking(
                                "grok-3-mini",
                                CITIES,
                                ",\"stream_options\":{\"include_usage\":true},\"tools\":["
                                        + WEATHER
                                        + "]"));

        assertThat(chunks.getFirst().at("/choices/0/delta/role").asString()).isEqualTo("assistant");
        assertThat(chunks.getFirst().at("/choices/0/delta/reasoning_content").asString())
                .isNotEmpty();
        assertThat(chunks)
                .filteredOn(chunk -> chunk.at("/choices/0").has("finish_reason"))
                .hasSize(1);
        assertThat(chunks)
                .filteredOn(chunk -> chunk.at("/choices/0/delta").has("tool_calls"))
                .hasSize(2)
                .first()
                .extracting(chunk -> chunk.at("/choices/0/delta/tool_calls/0/function/arguments"))
                .extracting(JsonNode::asString)
                .isEqualTo("{\"city\":\"Paris\"}");
        assertThat(chunks.getLast().path("choices")).isEmpty();
    }

    @Test
    void xai_shows_no_thoughts_of_its_later_models_on_chat() throws Exception {
        JsonNode answer = chat("xai", asking("grok-4.7", "Explain tides", ""));

        assertThat(answer.at("/choices/0/message").has("reasoning_content")).isFalse();
        assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens").asInt())
                .isPositive();
    }

    @Test
    void xai_turns_a_wrong_key_down_with_400_and_a_missing_one_with_401() throws Exception {
        provider("xai").fault(new FaultKind.ExpiredKey());

        var wrong =
                client.send(
                        "POST",
                        "/xai/v1/chat/completions",
                        asking("grok-4.7", "hi", ""),
                        "authorization",
                        "Bearer xai-wrong");
        var missing = post("xai", asking("grok-4.7", "hi", ""));

        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(SimulatorClient.JSON.readTree(wrong.body()).path("code").asString())
                .isEqualTo("invalid-argument");
        assertThat(missing.statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "xai | 400 | {\"model\":\"grok-4.7\",\"stop\":[\"a\"],\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
                "xai | 400 | {\"model\":\"grok-4\",\"reasoning_effort\":\"low\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
                "xai | 404 | {\"model\":\"grok-9\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
                "deepseek | 400 | {\"model\":\"nobody\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
                "deepseek | 422 | {\"model\":\"deepseek-chat\",\"messages\":[{\"role\":\"developer\",\"content\":\"a\"}]}",
                "openrouter | 400 | {\"model\":\"nobody/x\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
                "vllm | 404 | {\"model\":\"nobody\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
                "llama-cpp | 200 | {\"model\":\"anything\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
            })
    void a_wrong_request_gets_the_status_of_its_api(String name, int status, String body)
            throws Exception {
        var response = post(name, body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    @Test
    void xai_tells_limits_without_the_time_of_their_reset() throws Exception {
        var headers = post("xai", asking("grok-4.7", "hi", "")).headers();

        assertThat(headers.firstValue("x-ratelimit-limit-requests")).isPresent();
        assertThat(headers.firstValue("x-ratelimit-reset-requests")).isEmpty();
    }

    @Test
    void deepseek_tells_usage_in_the_chunk_with_the_finish_and_splits_the_prompt()
            throws Exception {
        List<JsonNode> chunks =
                stream("deepseek", asking("deepseek-reasoner", "Explain tides", ""));

        JsonNode last = chunks.getLast();
        assertThat(last.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(last.at("/choices/0/delta").toString()).isEqualTo("{\"content\":\"\"}");
        assertThat(last.at("/usage/prompt_tokens").asInt())
                .isEqualTo(
                        last.at("/usage/prompt_cache_hit_tokens").asInt()
                                + last.at("/usage/prompt_cache_miss_tokens").asInt());
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allSatisfy(chunk -> assertThat(chunk.get("usage").isNull()).isTrue());
        assertThat(chunks.getFirst().at("/choices/0/delta/reasoning_content").asString("x"))
                .isEmpty();
        assertThat(chunks.getFirst().path("model").asString()).isEqualTo("deepseek-v4-flash");
    }

    @Test
    void deepseek_thinks_unless_told_not_to_and_its_chat_alias_does_not() throws Exception {
        JsonNode usual = chat("deepseek", asking("deepseek-v4-flash", "Explain tides", ""));
        JsonNode off =
                chat(
                        "deepseek",
                        asking(
                                "deepseek-v4-flash",
                                "Explain tides",
                                ",\"thinking\":{\"type\":\"disabled\"}"));
        JsonNode alias = chat("deepseek", asking("deepseek-chat", "Explain tides", ""));

        assertThat(usual.at("/choices/0/message/reasoning_content").asString()).isNotEmpty();
        assertThat(off.at("/choices/0/message").has("reasoning_content")).isFalse();
        assertThat(off.path("usage").has("completion_tokens_details")).isFalse();
        assertThat(alias.at("/choices/0/message").has("reasoning_content")).isFalse();
    }

    @Test
    void deepseek_wants_the_thoughts_of_its_tool_calls_back() throws Exception {
        String body =
                """
                {"model":"%s","messages":[{"role":"user","content":"weather"},
                 {"role":"assistant","content":null,%s"tool_calls":[{"id":"c1","type":"function",
                  "function":{"name":"get_weather","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"c1","content":"18 degrees"}]}\
                """;

        var without = post("deepseek", body.formatted("deepseek-v4-flash", ""));

        assertThat(without.statusCode()).isEqualTo(400);
        assertThat(without.headers().firstValue("content-type"))
                .hasValue("application/octet-stream");
        assertThat(without.body()).contains("must be passed back");
        assertThat(
                        post(
                                        "deepseek",
                                        body.formatted(
                                                "deepseek-v4-flash", "\"reasoning_content\":\"\","))
                                .statusCode())
                .isEqualTo(200);
        assertThat(post("deepseek", body.formatted("deepseek-chat", "")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void deepseek_goes_on_from_a_prefix_at_its_beta_address_only() throws Exception {
        String body =
                """
                {"model":"deepseek-chat","messages":[{"role":"user","content":"Say \\"blue sky\\""},
                 {"role":"assistant","content":"blue","prefix":true}]}\
                """;

        var beta = client.send("POST", "/deepseek/beta/chat/completions", body);

        assertThat(
                        SimulatorClient.JSON
                                .readTree(beta.body())
                                .at("/choices/0/message/content")
                                .asString())
                .isEqualTo(" sky");
        assertThat(post("deepseek", body).statusCode()).isEqualTo(400);
    }

    @Test
    void deepseek_sends_blank_lines_before_a_late_answer_and_comments_in_a_late_stream()
            throws Exception {
        provider("deepseek").fault(FaultKind.slow(Duration.ofMillis(20)));

        var plain = post("deepseek", asking("deepseek-chat", "Explain tides", ""));
        var stream = post("deepseek", asking("deepseek-chat", "Explain tides", ",\"stream\":true"));

        assertThat(plain.body()).startsWith("\n");
        assertThat(plain.headers().firstValue("content-length")).isEmpty();
        assertThat(SimulatorClient.JSON.readTree(plain.body()).path("object").asString())
                .isEqualTo("chat.completion");
        assertThat(stream.body()).startsWith(": keep-alive\n\n");
        assertThat(EventLines.of(stream.body()).getLast().data()).isEqualTo("[DONE]");
        provider("deepseek").heal();
        assertThat(post("deepseek", asking("deepseek-chat", "hi", "")).body()).startsWith("{");
    }

    @Test
    void a_cut_counts_the_signs_of_life_too() throws Exception {
        provider("deepseek")
                .faults(
                        List.of(
                                SimulatedFault.always(FaultKind.slow(Duration.ofMillis(1))),
                                SimulatedFault.always(new FaultKind.Cut(new Spot.AfterBytes(0)))));

        assertThatThrownBy(() -> post("deepseek", asking("deepseek-chat", "Explain tides", "")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void deepseek_runs_out_of_resources_in_the_middle_and_out_of_money_at_the_door()
            throws Exception {
        provider("deepseek").fault(new FaultKind.ErrorEvent(3, "insufficient_system_resource", ""));
        String text =
                post("deepseek", asking("deepseek-chat", "Explain tides", ",\"stream\":true"))
                        .body();
        provider("deepseek").fault(FaultKind.status(402));
        var broke = post("deepseek", asking("deepseek-chat", "hi", ""));

        assertThat(EventLines.of(text)).hasSize(4);
        assertThat(EventLines.of(text).getLast().json().at("/choices/0/finish_reason").asString())
                .isEqualTo("insufficient_system_resource");
        assertThat(broke.statusCode()).isEqualTo(402);
        assertThat(broke.body()).contains("Insufficient Balance");
    }

    @Test
    void openrouter_comments_first_and_repeats_the_role_in_every_delta() throws Exception {
        String body = asking("anthropic/claude-haiku-4.5", "Explain tides", ",\"stream\":true");

        var response = post("openrouter", body);
        List<JsonNode> chunks =
                stream("openrouter", asking("anthropic/claude-haiku-4.5", "Explain tides", ""));

        assertThat(response.body()).startsWith(": OPENROUTER PROCESSING\n\n");
        assertThat(response.headers().firstValue("x-generation-id").orElseThrow())
                .startsWith("gen-");
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allSatisfy(chunk ->
                        assertThat(chunk.at("/choices/0/delta/role").asString())
                                .isEqualTo("assistant"));
        assertThat(chunks.getFirst().path("provider").asString()).isEqualTo("Anthropic");
        assertThat(chunks.get(chunks.size() - 2).at("/choices/0/native_finish_reason").asString())
                .isEqualTo("end_turn");
        assertThat(chunks.getLast().at("/usage/cost").asDouble()).isPositive();
    }

    @Test
    void openrouter_s_usage_chunk_comes_in_three_forms() throws Exception {
        List<String> forms = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            List<JsonNode> chunks =
                    stream("openrouter", asking("openai/gpt-4o-mini", "Say \"hi\"", ""));
            JsonNode choices = chunks.getLast().path("choices");
            forms.add(choices.isEmpty() ? "" : choices.at("/0/finish_reason").toString());
        }

        assertThat(forms).contains("", "null", "\"stop\"");
    }

    @Test
    void openrouter_thinks_where_it_is_asked_to_and_signs_its_thoughts() throws Exception {
        String reasoning = ",\"reasoning\":{\"effort\":\"low\"%s}";

        JsonNode shown =
                chat(
                        "openrouter",
                        asking(
                                "anthropic/claude-haiku-4.5",
                                "Explain tides",
                                reasoning.formatted("")));
        JsonNode hidden =
                chat(
                        "openrouter",
                        asking(
                                "anthropic/claude-haiku-4.5",
                                "Explain tides",
                                reasoning.formatted(",\"exclude\":true")));

        JsonNode detail = shown.at("/choices/0/message/reasoning_details/0");
        assertThat(detail.path("type").asString()).isEqualTo("reasoning.text");
        assertThat(detail.path("text")).isEqualTo(shown.at("/choices/0/message/reasoning"));
        assertThat(detail.path("signature").asString()).isNotEmpty();
        assertThat(hidden.at("/choices/0/message/reasoning").isNull()).isTrue();
        assertThat(hidden.at("/usage/completion_tokens_details/reasoning_tokens").asInt())
                .isPositive();
    }

    /// A client may send back pieces of a stream that it did not join.
    @Test
    void openrouter_takes_back_thoughts_that_it_signed_and_no_others() throws Exception {
        JsonNode detail =
                chat(
                                "openrouter",
                                asking(
                                        "anthropic/claude-haiku-4.5",
                                        "Explain tides",
                                        ",\"reasoning\":{\"effort\":\"low\"}"))
                        .at("/choices/0/message/reasoning_details/0");
        String text = detail.path("text").asString();
        String signature = detail.path("signature").asString();
        assertThat(text).hasSizeGreaterThan(1);
        int cut = text.length() / 2;
        String joined = thought(text, signature);
        String pieces =
                thought(text.substring(0, cut), "") + "," + thought(text.substring(cut), signature);

        assertThat(returned("openrouter", joined).statusCode()).isEqualTo(200);
        assertThat(returned("openrouter", pieces).statusCode()).isEqualTo(200);
        for (HttpResponse<String> refused :
                List.of(
                        returned("openrouter-second", joined),
                        returned("openrouter-second", pieces),
                        returned("openrouter", thought(text + "!", signature)))) {
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("Invalid `signature` in `thinking` block");
        }
    }

    private static String thought(String text, String signature) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "reasoning.text")
                .put("text", text)
                .put("signature", signature)
                .toString();
    }

    private HttpResponse<String> returned(String name, String details) throws Exception {
        return post(
                name,
                """
                {"model":"anthropic/claude-haiku-4.5","messages":[\
                {"role":"user","content":"Explain tides"},\
                {"role":"assistant","content":"They come.","reasoning_details":[%s]},\
                {"role":"user","content":"Go on"}]}\
                """
                        .formatted(details));
    }

    @Test
    void openrouter_honours_the_wishes_for_models_and_providers() throws Exception {
        JsonNode fallback =
                chat(
                        "openrouter",
                        asking(
                                "nobody/x",
                                "hi",
                                ",\"models\":[\"nobody/y\",\"openai/gpt-4o-mini\"]"));
        JsonNode ordered =
                chat(
                        "openrouter",
                        asking(
                                "anthropic/claude-haiku-4.5",
                                "hi",
                                ",\"provider\":{\"order\":[\"amazon-bedrock\"]}"));
        var none =
                post(
                        "openrouter",
                        asking(
                                "anthropic/claude-haiku-4.5",
                                "hi",
                                ",\"provider\":{\"only\":[\"nowhere\"]}"));

        assertThat(fallback.path("model").asString()).isEqualTo("openai/gpt-4o-mini");
        assertThat(ordered.path("provider").asString()).isEqualTo("Amazon Bedrock");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(SimulatorClient.JSON.readTree(none.body()).at("/error/code").asInt())
                .isEqualTo(404);
    }

    @Test
    void openrouter_fails_in_the_middle_with_a_chunk_and_before_it_even_with_200()
            throws Exception {
        provider("openrouter").fault(new FaultKind.ErrorEvent(2, "", "cut off"));
        List<EventLines> events =
                EventLines.of(
                        post(
                                        "openrouter",
                                        asking(
                                                "openai/gpt-4o-mini",
                                                "Explain tides",
                                                ",\"stream\":true"))
                                .body());
        provider("openrouter").fault(FaultKind.status(200));
        var odd = post("openrouter", asking("openai/gpt-4o-mini", "hi", ""));

        JsonNode last = events.getLast().json();
        assertThat(events).hasSize(3);
        assertThat(last.at("/error/code").asInt()).isEqualTo(502);
        assertThat(last.at("/error/message").asString()).isEqualTo("cut off");
        assertThat(last.at("/choices/0/finish_reason").asString()).isEqualTo("error");
        assertThat(last.path("id")).isEqualTo(events.getFirst().json().path("id"));
        assertThat(odd.statusCode()).isEqualTo(200);
        assertThat(SimulatorClient.JSON.readTree(odd.body()).at("/error/code").asInt())
                .isEqualTo(502);
    }

    @Test
    void openrouter_lists_prices_for_a_single_token_and_describes_a_key() throws Exception {
        JsonNode models =
                SimulatorClient.JSON.readTree(
                        client.send("GET", "/openrouter/api/v1/models", "").body());
        JsonNode key =
                SimulatorClient.JSON.readTree(
                        client.send("GET", "/openrouter/api/v1/key", "").body());

        assertThat(models.at("/data/0/pricing/prompt").asString()).isEqualTo("0.000001");
        assertThat(models.at("/data/0/pricing/completion").asString()).isEqualTo("0.000005");
        assertThat(key.at("/data/label").asString()).isNotEmpty();
    }

    @Test
    void openrouter_s_responses_have_no_event_names_and_end_with_done() throws Exception {
        String text =
                client.send(
                                "POST",
                                "/openrouter/api/v1/responses",
                                "{\"model\":\"openai/gpt-4o-mini\",\"input\":\"hi\",\"stream\":true}")
                        .body();

        List<EventLines> events = EventLines.of(text);
        assertThat(text).startsWith(": \n\n").doesNotContain("event:");
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
        assertThat(
                        ResponsesGrammar.faults(
                                events.subList(0, events.size() - 1).stream()
                                        .map(EventLines::json)
                                        .toList()))
                .isEmpty();
    }

    @Test
    void openrouter_tells_its_limits_only_when_they_are_reached() throws Exception {
        provider("openrouter")
                .fault(
                        new FaultKind.RateLimit(
                                new RateLimits(1, 1_000_000, Duration.ofMinutes(1))));

        var first = post("openrouter", asking("openai/gpt-4o-mini", "hi", ""));
        var second = post("openrouter", asking("openai/gpt-4o-mini", "hi", ""));

        assertThat(first.headers().firstValue("x-ratelimit-limit")).isEmpty();
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValue("retry-after")).isPresent();
        assertThat(Long.parseLong(second.headers().firstValue("x-ratelimit-reset").orElseThrow()))
                .isGreaterThan(1_000_000_000_000L);
    }

    @Test
    void vllm_says_that_there_are_no_calls_and_ends_a_failed_stream_with_done() throws Exception {
        JsonNode answer = chat("vllm", asking("qwen3", "Explain tides", ""));
        provider("vllm").fault(new FaultKind.ErrorEvent(2, "", "out of memory"));
        List<EventLines> events =
                EventLines.of(
                        post("vllm", asking("qwen3", "Explain tides", ",\"stream\":true")).body());

        assertThat(answer.at("/choices/0/message/tool_calls").isArray()).isTrue();
        assertThat(answer.at("/choices/0/message/reasoning").asString()).isNotEmpty();
        assertThat(events.get(2).json().at("/error/type").asString())
                .isEqualTo("InternalServerError");
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
    }

    @Test
    void llama_cpp_has_a_line_for_errors_in_its_older_form() throws Exception {
        provider("llama-cpp").fault(new FaultKind.ErrorEvent(2, "", "slot lost"));
        String later =
                post("llama-cpp", asking("qwen3", "Explain tides", ",\"stream\":true")).body();
        provider("llama-cpp").fault(new FaultKind.ErrorFirstEvent("", "slot lost"));
        String first =
                post("llama-cpp", asking("qwen3", "Explain tides", ",\"stream\":true")).body();

        assertThat(later).contains("\n\nerror: {\"code\":500,\"message\":\"slot lost\"");
        assertThat(first).startsWith("data: {\"error\":{\"code\":500");
    }

    @Test
    void lm_studio_names_its_error_event() throws Exception {
        provider("lm-studio").fault(new FaultKind.ErrorFirstEvent("", "no model"));

        String text =
                post("lm-studio", asking("qwen3", "Explain tides", ",\"stream\":true")).body();

        assertThat(text).isEqualTo("event: error\ndata: {\"error\":\"no model\"}\n\n");
    }

    @Test
    void local_servers_say_how_they_are() throws Exception {
        assertThat(client.send("GET", "/llama-cpp/health", "").body()).contains("ok");
        assertThat(client.send("GET", "/vllm/health", "").statusCode()).isEqualTo(200);
    }
}
