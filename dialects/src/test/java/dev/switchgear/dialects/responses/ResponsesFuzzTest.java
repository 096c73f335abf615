package dev.switchgear.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.model.ModelTraits;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Bodies that no client sends.
final class ResponsesFuzzTest {
    private static final String FULL =
            """
            {"model":"m","instructions":"I \\ud83d\\ude00","stream":true,"store":false,
             "include":["reasoning.encrypted_content"],"max_output_tokens":100,"temperature":0.5,
             "input":[{"role":"user","content":[{"type":"input_text","text":"a"},
              {"type":"input_image","image_url":"data:image/png;base64,QUJD","detail":"low"},
              {"type":"input_file","filename":"f.pdf","file_data":"data:application/pdf;base64,QUJD"}]},
              {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],
               "encrypted_content":"E"},
              {"type":"function_call","call_id":"c","name":"f","arguments":"{\\"a\\":9007199254740993}"},
              {"type":"function_call_output","call_id":"c","output":"o"},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"b"},
               {"type":"refusal","refusal":"no"}]},{"role":"user","content":"c"}],
             "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true}],
             "tool_choice":{"type":"function","name":"f"},"reasoning":{"effort":"low","summary":"auto"},
             "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"}}}}
            """;
    private static final String[] VALUES = {
        "null",
        "true",
        "-1",
        "1e999999999",
        "\"\"",
        "\"\\ud800\"",
        "[]",
        "{}",
        "[[{}]]",
        "9".repeat(400)
    };

    @Test
    void a_broken_body_is_refused_or_read_and_can_then_be_worded_and_answered() throws Exception {
        var random = new SplittableRandom(7);
        int read = 0;
        int refused = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] body = mutated(random);
            try {
                ChatRequest asked = new ResponsesClientDialect().chat(body, "m", true);
                read++;
                useful(asked);
            } catch (InvalidBody e) {
                assertThat(e.message()).isNotEmpty();
                refused++;
            }
        }
        assertThat(read).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
    }

    /// What has been read must not fail later.
    private static void useful(ChatRequest asked) {
        try {
            byte[] worded =
                    new ResponsesProviderDialect(ResponsesFlavour.OPENAI)
                            .chat(asked, new ModelTarget("m", ModelTraits.UNKNOWN))
                            .body();
            assertThat(Json.read(worded, 0, worded.length).isObject()).isTrue();
        } catch (NotTranslatable e) {
            assertThat(e.message()).isNotEmpty();
        }
        byte[] answer =
                new ResponsesClientDialect()
                        .answer(asked, new AnswerIdentity("1", 1, "m"))
                        .whole(List.of(new ChatEvent.Finish(FinishReason.STOP, "")));
        assertThat(answer).isNotEmpty();
    }

    private static byte[] mutated(SplittableRandom random) {
        byte[] body = FULL.getBytes(UTF_8);
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(body, random.nextInt(body.length));
            case 1 -> {
                for (int i = 0; i <= random.nextInt(3); i++) {
                    body[random.nextInt(body.length)] = (byte) random.nextInt(256);
                }
                yield body;
            }
            default -> replaced(random).getBytes(UTF_8);
        };
    }

    /// One value of the body is another.
    private static String replaced(SplittableRandom random) {
        String text = FULL;
        int colon = text.indexOf(':', random.nextInt(text.length() - 200));
        int end = colon + 1;
        int depth = 0;
        boolean quoted = false;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (c == '"' && text.charAt(end - 1) != '\\') {
                quoted = !quoted;
            } else if (!quoted && (c == '{' || c == '[')) {
                depth++;
            } else if (!quoted && depth == 0 && (c == ',' || c == '}' || c == ']')) {
                break;
            } else if (!quoted && (c == '}' || c == ']')) {
                depth--;
            }
            end++;
        }
        String value = VALUES[random.nextInt(VALUES.length)];
        return text.substring(0, colon + 1) + value + text.substring(end);
    }

    @Test
    void a_body_nested_beyond_reason_is_refused() {
        String deep = "{\"input\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThat(
                        org.assertj.core.api.Assertions.catchThrowable(() ->
                                new ResponsesClientDialect()
                                        .chat(deep.getBytes(UTF_8), "m", false)))
                .isInstanceOf(InvalidBody.class);
    }
}
