package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Broken JSON is answered with where it breaks, what stands there and what was expected, in words that
/// know nothing of a library, whatever the client speaks.
class BrokenJsonTest {
    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Map<String, String> broken() {
        var all = new LinkedHashMap<String, String>();
        String head = "{\"model\":\"claude/claude-sonnet-4-5\",\"max_tokens\":10,";
        all.put(head + "\"messages\":[", "the end (expected: a value or `]`)");
        all.put(head + "\"messages\":[],}", "`}` (expected: a field's name in double quotes)");
        all.put(head + "\"temperature\":NaN}", "`NaN` (expected: a value)");
        all.put(head + "\"temperature\":-Infinity}", "`-Infinity` (expected: a number");
        all.put(head + "'messages':[]}", "a single quote (expected: a field's name");
        all.put("\uFEFF" + head + "\"messages\":[]}", "a byte order mark (expected: ");
        all.put(head + "\"a\":" + "[".repeat(5_000), "nested deeper than 64 levels (expected: ");
        all.put(head + "\"a\":\"b\tc\"}", "a control character in a string (expected: ");
        all.put(head + "\"a\":\"\\x\"}", "a backslash before something else (expected: one of");
        all.put(head + "\"a\":\"\\ud8", "the end within a string (expected: a double quote)");
        all.put(head + "\"a\":" + "9".repeat(100) + "}", "a number of 100 characters (expected: ");
        all.put(head + "\"a\":1}}", "(expected: the end)");
        all.put("hello", "`hello` (expected: a value)");
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/v1/embeddings",
                "/v1/responses",
                "/v1/messages",
                "/v1/messages/count_tokens",
                "/v1beta/models/claude/claude-sonnet-4-5:generateContent",
                "/v1beta/models/claude/claude-sonnet-4-5:streamGenerateContent?alt=sse",
                "/api/chat",
                "/api/generate",
                "/api/llm/chat",
                "/api/llm/stream"
            })
    void is_told_where_and_what_was_expected(String path) {
        broken().forEach((body, words) -> {
            HttpResponse<String> answer = house.post(path, body);

            String shown = path + " " + body.substring(0, Math.min(90, body.length()));
            assertThat(answer.statusCode()).as(shown).isEqualTo(400);
            assertThat(answer.body()).as(shown).contains(words).contains("byte ");
            assertThat(answer.body())
                    .as(shown)
                    .doesNotContainIgnoringCase("jackson")
                    .doesNotContain(
                            "StreamRead", "JsonRead", "ALLOW_", "()", "Exception", "maximum");
        });
        assertThat(house.received("claude")).isEmpty();
    }
}
