package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.dialects.openai.CompletionsClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.scan.ConversationStart;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What is known of every client dialect before a body is read.
final class ClientDialectsTest {
    private static ClientDialect client(Dialect dialect) {
        return switch (dialect) {
            case OPENAI -> new OpenAiClientDialect();
            case COMPLETIONS -> new CompletionsClientDialect();
            case RESPONSES -> new ResponsesClientDialect();
            case ANTHROPIC -> new AnthropicClientDialect();
            case GEMINI -> new GeminiClientDialect(GeminiClientDialect.Form.EVENTS);
            case OLLAMA -> new OllamaClientDialect(OllamaClientDialect.Form.CHAT);
            case OLLAMA_GENERATE -> new OllamaClientDialect(OllamaClientDialect.Form.GENERATE);
            case OWN -> new OwnClientDialect();
        };
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void each_says_which_it_is(Dialect dialect) {
        assertThat(client(dialect).dialect()).isEqualTo(dialect);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void a_number_beyond_all_bounds_is_the_clients_fault(Dialect dialect) {
        byte[] body =
                "{\"model\":\"m\",\"temperature\":1e99999999999}".getBytes(StandardCharsets.UTF_8);

        var refused =
                catchThrowableOfType(
                        InvalidBody.class, () -> client(dialect).chat(body, "m", false));

        assertThat(refused).hasMessageStartingWith("not JSON: a number out of range");
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI,          false, true",
        "COMPLETIONS,     false, false",
        "RESPONSES,       true,  false",
        "ANTHROPIC,       true,  false",
        "GEMINI,          true,  true",
        "OLLAMA,          false, true",
        "OLLAMA_GENERATE, false, true",
        "OWN,             true,  false"
    })
    void only_what_its_clients_can_ask_for_is_offered(
            Dialect dialect, boolean counting, boolean embedding) {
        assertThat(client(dialect).counting().isPresent()).isEqualTo(counting);
        assertThat(client(dialect).embedding().isPresent()).isEqualTo(embedding);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    OPENAI    | {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]} | [{"role":"system","content":"s"},{"role":"user","content":"u"} |     | false
                    OPENAI    | {"model":"m","messages":[{"content":[{"text":"u"}],"role":"user"},{"role":"assistant","content":"a"},{"role":"user","content":"v"}]} | [{"content":[{"text":"u"}],"role":"user"} | | true
                    OPENAI    | {"messages":[],"model":"m"}                                       | []  |     | false
                    ANTHROPIC | {"model":"m","system":[{"text":"s"}],"messages":[{"role":"user"}]} | [{"role":"user"} | [{"text":"s"}] | false
                    RESPONSES | {"model":"m","input":"u","instructions":"s"}                      | "u" | "s" | false
                    RESPONSES | {"model":"m","input":[{"role":"user"},{"type":"message","role":"assistant"}]} | [{"role":"user"} | | true
                    GEMINI    | {"contents":[{"role":"user"},{"role":"model"}],"systemInstruction":{"x":"s"}} | [{"role":"user"} | {"x":"s"} | true
                    OLLAMA    | {"model":"m","messages":[{"role":"tool"},{"role":"user","content":{"role":"assistant"}}]} | [{"role":"tool"},{"role":"user","content":{"role":"assistant"}} | | false
                    """)
    void it_finds_how_a_conversation_began(
            Dialect dialect, String body, String turns, String system, boolean continued)
            throws InvalidBody {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

        ConversationStart found =
                RequestScan.scan(bytes, client(dialect).scanRules(), ScanLimits.DEFAULT)
                        .conversation();

        assertThat(body.substring(found.turnsFrom(), found.turnsTo())).isEqualTo(turns);
        if (system == null) {
            assertThat(found.systemFrom()).isEqualTo(-1);
        } else {
            assertThat(body.substring(found.systemFrom(), found.systemTo())).isEqualTo(system);
        }
        assertThat(found.continued()).isEqualTo(continued);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    OPENAI          | {"model":"m","stream":true,"max_tokens":9,"max_completion_tokens":7} | true  | 7
                    OPENAI          | {"model":"m","options":{"num_predict":7}}                     | false |
                    COMPLETIONS     | {"model":"m","stream":true,"max_tokens":7}                    | true  | 7
                    RESPONSES       | {"model":"m","stream":true,"max_output_tokens":7}             | true  | 7
                    ANTHROPIC       | {"model":"m","stream":true,"max_tokens":7}                    | true  | 7
                    GEMINI          | {"generationConfig":{"maxOutputTokens":7}}                    | false | 7
                    GEMINI          | {"generation_config":{"max_output_tokens":7},"stream":true}   | false | 7
                    OLLAMA          | {"model":"m","options":{"num_predict":7}}                     | true  | 7
                    OLLAMA          | {"model":"m","stream":false}                                  | false |
                    OLLAMA_GENERATE | {"model":"m","options":{"num_predict":7}}                     | true  | 7
                    OWN             | {"model":"m","maxTokens":7,"stream":true}                     | false | 7
                    """)
    void it_is_found_whether_to_stream_and_how_much_at_the_most(
            Dialect dialect, String body, boolean streamed, @Nullable Long most)
            throws InvalidBody {
        RequestBody found = scan(dialect, body);

        assertThat(found.streamed()).isEqualTo(streamed);
        assertThat(found.maxOutputTokens())
                .isEqualTo(most == null ? OptionalLong.empty() : OptionalLong.of(most));
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI,          messages tools functions response_format input",
        "COMPLETIONS,     prompt",
        "RESPONSES,       input instructions tools text",
        "ANTHROPIC,       messages system tools",
        "GEMINI,          contents content requests tools systemInstruction system_instruction",
        "GEMINI,          generateContentRequest generate_content_request",
        "OLLAMA,          messages input system prompt tools format",
        "OLLAMA_GENERATE, system prompt format",
        "OWN,             messages system prompt tools"
    })
    void what_a_model_is_to_read_counts_as_its_prompt(Dialect dialect, String fields)
            throws InvalidBody {
        for (String field : fields.split(" ", -1)) {
            String body = "{\"model\":\"m\",\"" + field + "\":[\"" + "x".repeat(400) + "\"]}";

            assertThat(scan(dialect, body).promptTokensEstimate())
                    .as(field)
                    .isGreaterThanOrEqualTo(100);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Dialect.class, names = "GEMINI", mode = EnumSource.Mode.EXCLUDE)
    void every_dialect_with_the_model_in_the_body_may_say_where_to_go(Dialect dialect)
            throws InvalidBody {
        byte[] body = "{\"model\":\"a\",\"models\":[\"b\"]}".getBytes(StandardCharsets.UTF_8);

        var scanned = RequestScan.scan(body, client(dialect).scanRules(), ScanLimits.DEFAULT);

        assertThat(scanned.steers()).hasSize(1);
    }

    private static RequestBody scan(Dialect dialect, String body) throws InvalidBody {
        return RequestScan.scan(
                body.getBytes(StandardCharsets.UTF_8),
                client(dialect).scanRules(),
                ScanLimits.DEFAULT);
    }
}
