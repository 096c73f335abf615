package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A route that marks prompts for the cache marks what is answered, and nothing that is only counted:
/// a count is not remembered, and its figure is to be that of what the client wrote.
class CountedUnmarkedTest {
    private static final String LONG = "The tide comes and the tide goes. ".repeat(2_000);
    private static final ScriptedHouse HOUSE =
            ScriptedHouse.open(
                    """
                    routes:
                      - { match: { model: marked }, to: [ { provider: claude, model: claude-sonnet-4-5 } ], prompt-cache: auto }
                    """);

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    /// Where an answer is asked for, where a count is, and with what.
    static Stream<Arguments> dialects() {
        String system = "\"system\":\"" + LONG + "\",";
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
        String contents =
                "\"systemInstruction\":{\"parts\":[{\"text\":\""
                        + LONG
                        + "\"}]},\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]";
        return Stream.of(
                Arguments.of(
                        "/v1/messages",
                        "{\"model\":\"marked\",\"max_tokens\":9," + system + messages + "}",
                        "/v1/messages/count_tokens",
                        "{\"model\":\"marked\"," + system + messages + "}"),
                Arguments.of(
                        "/v1/responses",
                        "{\"model\":\"marked\",\"instructions\":\"" + LONG + "\",\"input\":\"hi\"}",
                        "/v1/responses/input_tokens",
                        "{\"model\":\"marked\",\"instructions\":\""
                                + LONG
                                + "\",\"input\":\"hi\"}"),
                Arguments.of(
                        "/v1beta/models/marked:generateContent",
                        '{' + contents + '}',
                        "/v1beta/models/marked:countTokens",
                        "{\"generateContentRequest\":{\"model\":\"models/marked\","
                                + contents
                                + "}}"));
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void what_is_only_counted_gets_no_marks(
            String path, String asked, String countPath, String counted) {
        HOUSE.answers("claude", ScriptedHouse.usual("claude"));
        HttpResponse<String> answer = HOUSE.post(path, asked);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(HOUSE.received("claude").getLast().body()).contains("cache_control");
        HOUSE.answers("claude", ScriptedHouse.Answer.json(200, "{\"input_tokens\":77}"));

        HttpResponse<String> count = HOUSE.post(countPath, counted);

        assertThat(count.statusCode()).as(count.body()).isEqualTo(200);
        assertThat(count.body()).contains("77");
        assertThat(HOUSE.received("claude").getLast().path()).endsWith("/count_tokens");
        assertThat(HOUSE.received("claude").getLast().body())
                .contains("The tide")
                .doesNotContain("cache_control");
    }
}
