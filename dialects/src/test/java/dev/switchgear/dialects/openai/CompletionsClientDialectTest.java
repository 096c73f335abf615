package dev.switchgear.dialects.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.tokens.TokenTally;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class CompletionsClientDialectTest {
    private static final AnswerIdentity IDENTITY = new AnswerIdentity("req_1", 1_790_000_000, "m");
    private static final String HEAD =
            "data: {\"id\":\"cmpl-req_1\",\"object\":\"text_completion\",\"created\":1790000000,"
                    + "\"model\":\"real\",\"choices\":[";

    private final CompletionsClientDialect dialect = new CompletionsClientDialect();

    private ChatRequest read(String fields) throws InvalidBody {
        String body = "{\"model\":\"m\"," + fields.replace('\'', '"') + "}";
        return dialect.chat(body.getBytes(UTF_8), "m", body.contains("\"stream\":true"));
    }

    private static List<ChatEvent> answer(FinishReason finish) {
        return List.of(
                new ChatEvent.Start("chatcmpl-9", "real"),
                new ChatEvent.Thinking("hm"),
                new ChatEvent.Text("Déjà "),
                new ChatEvent.Text("vu"),
                new ChatEvent.Usage(new TokenTally().prompt(3).completion(2).usage()),
                new ChatEvent.Finish(finish, ""));
    }

    private String streamed(ChatRequest asked, List<ChatEvent> events) {
        AnswerWriter writer = dialect.answer(asked, IDENTITY);
        var out = new ByteArrayOutputStream();
        events.forEach(event -> writer.event(event, out));
        writer.end(out);
        return out.toString(UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'prompt':'Once upon'
                    'prompt':['Once upon']
                    """)
    void a_prompt_is_what_the_user_says(String fields) throws InvalidBody {
        ChatRequest asked = read(fields);

        assertThat(asked.turns())
                .containsExactly(new Turn(Role.USER, List.of(new Part.Text("Once upon"))));
        assertThat(asked.maxOutputTokens()).hasValue(16);
        assertThat(asked.asked()).isEqualTo(Dialect.COMPLETIONS);
        assertThat(asked.extras()).isEmpty();
    }

    @Test
    void everything_that_models_of_today_know_too_goes_along() throws InvalidBody {
        ChatRequest asked =
                read(
                        "'prompt':'p','max_tokens':7,'temperature':0.5,'top_p':0.9,'seed':3,'stop':['a','b'],"
                                + "'presence_penalty':0.1,'frequency_penalty':0,'user':'u','n':1,'best_of':1,"
                                + "'echo':false,'suffix':null,'stream':true,"
                                + "'stream_options':{'include_usage':true},'logprobs':2,'logit_bias':{'50256':-100}");

        assertThat(asked.streamed()).isTrue();
        assertThat(asked.maxOutputTokens()).hasValue(7);
        assertThat(asked.sampling().temperature()).hasValue(0.5);
        assertThat(asked.sampling().topP()).hasValue(0.9);
        assertThat(asked.sampling().seed()).hasValue(3);
        assertThat(asked.sampling().presencePenalty()).hasValue(0.1);
        assertThat(asked.sampling().frequencyPenalty()).isEqualTo(OptionalDouble.empty());
        assertThat(asked.stop()).containsExactly("a", "b");
        assertThat(asked.user()).contains("u");
        assertThat(asked.extras())
                .extracting(Extra::field)
                .containsExactly("logprobs", "logit_bias");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
                    'max_tokens':null | 16
                    'max_tokens':0    | 0
                    'max_tokens':-1   | -
                    """)
    void a_bound_below_zero_is_none_and_without_one_it_is_sixteen(String field, Long bound)
            throws InvalidBody {
        assertThat(read("'prompt':'p'," + field).maxOutputTokens())
                .isEqualTo(bound == null ? OptionalLong.empty() : OptionalLong.of(bound));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'echo':true                    | prompt  | missing
                    'prompt':7                     | prompt  | a string
                    'prompt':['a','b']             | prompt  | 2 texts (expected: 1
                    'prompt':[]                    | prompt  | 0 texts (expected: 1
                    'prompt':[1,2]                 | prompt  | token ids
                    'prompt':[[1,2]]               | prompt  | token ids
                    'prompt':'p','suffix':'s'      | suffix  | before it
                    'prompt':'p','best_of':3       | best_of | 3 (expected: 1
                    'prompt':'p','n':0             | n       | 0 (expected: 1 to 128)
                    'prompt':'p','stop':7          | stop    | a string or an array
                    'prompt':'p','max_tokens':'7'  | max_tokens | integer
                    """)
    void what_cannot_be_asked_in_chat_is_refused_by_its_name(
            String fields, String param, String why) {
        var refused = catchThrowableOfType(InvalidBody.class, () -> read(fields));

        assertThat(refused.param()).contains(param);
        assertThat(refused).hasMessageContaining(why);
    }

    @Test
    void an_answer_is_a_text() throws InvalidBody {
        byte[] whole =
                dialect.answer(read("'prompt':'p'"), IDENTITY).whole(answer(FinishReason.STOP));

        assertThat(new String(whole, UTF_8))
                .startsWith(
                        "{\"id\":\"cmpl-req_1\",\"object\":\"text_completion\",\"created\":1790000000,"
                                + "\"model\":\"real\",\"choices\":[{\"text\":\"Déjà vu\",\"index\":0,"
                                + "\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                                + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5");
    }

    @Test
    void a_stream_is_texts_and_done() throws InvalidBody {
        String stream = streamed(read("'prompt':'p'"), answer(FinishReason.LENGTH));

        String rest = ",\"index\":0,\"logprobs\":null,\"finish_reason\":";
        assertThat(stream)
                .isEqualTo(
                        HEAD
                                + "{\"text\":\"Déjà \""
                                + rest
                                + "null}]}\n\n" //
                                + HEAD
                                + "{\"text\":\"vu\""
                                + rest
                                + "null}]}\n\n"
                                + HEAD
                                + "{\"text\":\"\""
                                + rest
                                + "\"length\"}]}\n\n"
                                + "data: [DONE]\n\n");
    }

    @Test
    void who_wants_the_usage_of_a_stream_gets_it_last() throws InvalidBody {
        String stream =
                streamed(
                        read("'prompt':'p','stream_options':{'include_usage':true}"),
                        answer(FinishReason.STOP));

        assertThat(stream)
                .contains("\"finish_reason\":null}],\"usage\":null}")
                .contains("\"choices\":[],\"usage\":{\"prompt_tokens\":3")
                .endsWith("}\n\ndata: [DONE]\n\n");
    }

    @Test
    void an_echo_stands_before_the_answer() throws InvalidBody {
        ChatRequest asked = read("'prompt':['Once'],'echo':true");

        assertThat(streamed(asked, answer(FinishReason.STOP)))
                .startsWith(HEAD + "{\"text\":\"Once\"")
                .containsOnlyOnce("Once");
        assertThat(dialect.answer(asked, IDENTITY).whole(answer(FinishReason.STOP)))
                .asString(UTF_8)
                .contains("\"text\":\"OnceDéjà vu\"");
    }

    @ParameterizedTest
    @EnumSource(FinishReason.class)
    void it_is_told_why_a_model_stopped(FinishReason reason) throws InvalidBody {
        String word =
                switch (reason) {
                    case LENGTH -> "length";
                    case CONTENT_FILTER -> "content_filter";
                    case STOP, TOOL_CALLS, PAUSE -> "stop";
                };

        ChatRequest asked = read("'prompt':'p'");
        assertThat(streamed(asked, answer(reason))).contains("\"finish_reason\":\"" + word + "\"");
        assertThat(dialect.answer(asked, IDENTITY).whole(answer(reason)))
                .asString(UTF_8)
                .contains("\"finish_reason\":\"" + word + "\"");
    }

    @Test
    void what_a_model_declines_with_is_text_as_well() throws InvalidBody {
        List<ChatEvent> events =
                List.of(
                        new ChatEvent.Start("", ""),
                        new ChatEvent.Refusal("No."),
                        new ChatEvent.Finish(FinishReason.CONTENT_FILTER, ""));

        assertThat(streamed(read("'prompt':'p'"), events)).contains("{\"text\":\"No.\"");
        assertThat(dialect.answer(read("'prompt':'p'"), IDENTITY).whole(events))
                .asString(UTF_8)
                .contains("\"text\":\"No.\"", "\"model\":\"m\"");
    }

    @Test
    void a_stream_that_breaks_off_ends_with_an_error_and_nothing_else() throws InvalidBody {
        String stream =
                streamed(
                        read("'prompt':'p'"),
                        List.of(
                                new ChatEvent.Start("", ""),
                                new ChatEvent.Text("a"),
                                new ChatEvent.Broken(502, "", "gone"),
                                new ChatEvent.Text("b")));

        assertThat(stream)
                .endsWith(
                        "data: {\"error\":{\"message\":\"gone\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n");
    }
}
