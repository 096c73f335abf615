package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Claude Code holds back most tools until its model has searched for them, and answers the search with
/// references to what it found. Other providers are offered all tools, and told what was found.
class FoundToolsTest {
    private static final ScriptedHouse HOUSE = ScriptedHouse.open();

    @SuppressWarnings("InlineFormatString") // too long to stand among code
    private static final String SEARCHED =
            """
            {"model":"%s","max_tokens":100,"stream":%s,"tools":[
            {"name":"ToolSearch","description":"s","input_schema":{"type":"object","properties":{"query":{"type":"string"}}}},
            {"name":"get_weather","description":"w","defer_loading":true,"input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}],
            "messages":[{"role":"user","content":"Weather?"},
            {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"ToolSearch","input":{"query":"weather"}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[%s]}]}]}\
            """;

    private static final String REFERENCE =
            "{\"type\":\"tool_reference\",\"tool_name\":\"get_weather\"}";

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    private static String asked(String upstream, String content, boolean streamed) {
        HttpResponse<String> answer =
                HOUSE.post(
                        "/v1/messages",
                        SEARCHED.formatted(upstream + "/m", streamed, content),
                        "anthropic-version",
                        "2023-06-01");
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
        return HOUSE.received(upstream).getLast().body();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai", "chat", "resp", "google", "router", "deep", "xai", "mistral", "ollama"
            })
    void every_provider_is_told_what_a_search_found_and_offered_it(String upstream) {
        for (boolean streamed : new boolean[] {false, true}) {
            String alone = asked(upstream, REFERENCE, streamed);
            String behind =
                    asked(
                            upstream,
                            "{\"type\":\"text\",\"text\":\"Look:\"}," + REFERENCE,
                            streamed);

            assertThat(alone).contains("Found: get_weather").contains("\"name\":\"get_weather\"");
            assertThat(behind).contains("Look:").contains("Found: get_weather");
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void anthropic_is_told_in_its_own_words(boolean streamed) {
        assertThat(asked("claude", REFERENCE, streamed))
                .contains(REFERENCE)
                .doesNotContain("Found:");
    }
}
