package dev.switchgear.dialects.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Bodies that are broken in many ways bring the documented exceptions and no others.
final class OpenAiFuzzTest {
    private static final String REQUEST =
            """
            {"model":"m","stream":true,"stream_options":{"include_usage":true},
             "messages":[{"role":"system","content":"s"},
              {"role":"user","content":[{"type":"text","text":"t","cache_control":{"type":"ephemeral"}},
               {"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}},
               {"type":"file","file":{"file_data":"data:text/plain,a%20b"}},
               {"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}}]},
              {"role":"assistant","content":null,"reasoning_content":"r",
               "reasoning_details":[{"type":"reasoning.text","text":"r","signature":"sg1.GEMINI.x.y"},
                {"type":"reasoning.encrypted","data":"d"}],
               "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},
                "extra_content":{"google":{"thought_signature":"sg1.GEMINI.bQ.dg"}}},
                {"id":"","type":"function","function":{"name":"g","arguments":{}}}]},
              {"role":"tool","tool_call_id":"a","content":"1"},
              {"role":"tool","tool_call_id":"","content":[{"type":"text","text":"2"}]},
              {"role":"assistant","function_call":{"name":"f","arguments":"{}"}},
              {"role":"function","name":"f","content":"3"}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{},"strict":true}},
              {"type":"custom","custom":{"name":"c"}}],
             "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":
              [{"type":"function","function":{"name":"f"}}]}},
             "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{}}},
             "reasoning":{"effort":"low","max_tokens":5},"thinking":{"type":"enabled"},
             "temperature":1,"max_tokens":5,"stop":["a"],"n":1,"seed":1,"x":{"y":[1]}}
            """;

    private static final List<String> CHUNKS =
            List.of(
                    OpenAiAnswers.chunk("{\"role\":\"assistant\",\"content\":\"\"}"),
                    OpenAiAnswers.chunk("{\"content\":\"Hi \\ud83d\",\"reasoning_content\":\"r\"}"),
                    OpenAiAnswers.chunk(
                            "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\","
                                    + "\"arguments\":\"{}\"},\"extra_content\":{\"google\":"
                                    + "{\"thought_signature\":\"s\"}}}],\"reasoning_details\":[{\"type\":"
                                    + "\"reasoning.text\",\"signature\":\"s\"}]}"),
                    "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":"
                            + "{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":9,"
                            + "\"completion_tokens_details\":{\"reasoning_tokens\":1}}}",
                    "[DONE]");

    private static final String[] VALUES = {
        "null", "true", "7", "-1", "1e999999999", "\"\"", "\"x\"", "[]", "{}", "[[]]", "{\"a\":{}}"
    };

    private static final int ROUNDS = 2_000;

    private final Random random = new Random(7);

    @Test
    void a_mutated_request_is_read_or_refused_and_nothing_else() {
        var client = new OpenAiClientDialect();
        int refused = 0;
        int taken = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] body = mutated(REQUEST).getBytes(StandardCharsets.UTF_8);
            try {
                ChatRequest asked = client.chat(body, "m", true);
                taken++;
                for (OpenAiFlavour flavour :
                        List.of(
                                OpenAiFlavour.OPENAI,
                                OpenAiTestFlavours.DEEPSEEK,
                                OpenAiTestFlavours.OPENROUTER)) {
                    word(asked, flavour);
                }
            } catch (InvalidBody expected) {
                assertThat(expected.message()).isNotBlank();
                refused++;
            } catch (RuntimeException | StackOverflowError other) {
                fail(new String(body, StandardCharsets.UTF_8), other);
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 4);
        assertThat(taken).isGreaterThan(ROUNDS / 20);
    }

    private static void word(ChatRequest asked, OpenAiFlavour flavour) {
        try {
            assertThat(new OpenAiProviderDialect(flavour).chat(asked, OpenAiAnswers.TARGET).body())
                    .isNotEmpty();
        } catch (NotTranslatable expected) {
            assertThat(expected.message()).isNotBlank();
        }
    }

    @Test
    void a_mutated_answer_is_read_or_malformed_and_nothing_follows_an_end() {
        for (int round = 0; round < ROUNDS; round++) {
            AnswerReader reader =
                    new OpenAiProviderDialect(OpenAiFlavour.COMPATIBLE)
                            .answer(OpenAiAnswers.TARGET, true);
            var events = new ArrayList<ChatEvent>();
            int broken = random.nextInt(CHUNKS.size());
            String sent = "";
            try {
                for (int i = 0; i < CHUNKS.size(); i++) {
                    sent = i == broken ? mutated(CHUNKS.get(i)) : CHUNKS.get(i);
                    byte[] data = sent.strip().getBytes(StandardCharsets.UTF_8);
                    if (data.length > 0) {
                        reader.event(data, 0, data.length, events::add);
                    }
                }
                reader.bodyEnded(events::add);
            } catch (MalformedAnswer expected) {
                assertThat(expected.message()).isNotBlank();
            } catch (RuntimeException | StackOverflowError other) {
                fail(sent, other);
            }
            long ends =
                    events.stream()
                            .filter(event ->
                                    event instanceof ChatEvent.Finish
                                            || event instanceof ChatEvent.Broken)
                            .count();
            assertThat(ends).as(sent).isLessThanOrEqualTo(1);
            if (ends == 1) {
                assertThat(events.getLast())
                        .as(sent)
                        .isInstanceOfAny(ChatEvent.Finish.class, ChatEvent.Broken.class);
            }
            var out = new ByteArrayOutputStream();
            var writer =
                    new OpenAiClientDialect()
                            .answer(ChatRequest.builder("m").build(), OpenAiAnswers.IDENTITY);
            events.forEach(event -> writer.event(event, out));
        }
    }

    @Test
    void deep_and_huge_bodies_are_read_or_refused() {
        var client = new OpenAiClientDialect();
        String deep = "[".repeat(100_000);
        String wide = "{\"messages\":[" + "{},".repeat(100_000) + "{}]}";
        for (String body : List.of(deep, "{\"messages\":" + deep, wide)) {
            try {
                client.chat(body.getBytes(StandardCharsets.UTF_8), "m", false);
                fail("taken");
            } catch (InvalidBody expected) {
                assertThat(expected.message()).hasSizeLessThan(2_000);
            }
        }
    }

    /// One to three changes: a value replaced, a piece cut out, a piece doubled, a byte changed.
    private String mutated(String original) {
        String text = original;
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int length = text.length();
            if (length == 0) {
                return text;
            }
            int at = random.nextInt(length);
            text =
                    switch (random.nextInt(8)) {
                        case 0 -> text.substring(0, at);
                        case 1 ->
                                text.substring(0, at)
                                        + text.substring(Math.min(length, at + random.nextInt(9)));
                        case 2 ->
                                text.substring(0, at)
                                        + (char) (32 + random.nextInt(95))
                                        + text.substring(at + 1);
                        default -> replaced(text, at);
                    };
        }
        return text;
    }

    /// Puts another value behind the next colon.
    private String replaced(String text, int at) {
        int colon = text.indexOf(':', at);
        if (colon < 0) {
            return text;
        }
        int end = colon + 1;
        int depth = 0;
        boolean quoted = false;
        for (; end < text.length(); end++) {
            char c = text.charAt(end);
            if (c == '"' && text.charAt(end - 1) != '\\') {
                quoted = !quoted;
            } else if (!quoted && (c == '[' || c == '{')) {
                depth++;
            } else if (!quoted && (c == ']' || c == '}' || c == ',')) {
                if (depth == 0) {
                    break;
                }
                depth -= c == ',' ? 0 : 1;
            }
        }
        return text.substring(0, colon + 1)
                + VALUES[random.nextInt(VALUES.length)]
                + text.substring(end);
    }
}
