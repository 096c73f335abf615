package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.WhatIsDroppedTest.To;
import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.dialects.openai.CompletionsClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.model.ModelTraits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One string may be as long as a body: every client may say it, and every provider is asked it and may
/// answer it, plainly and in one event of a stream.
final class LongTextsTest {
    private static final int CHARS = 22_000_000;
    private static final String LONG = "A".repeat(CHARS);
    private static final ModelTarget TARGET = new ModelTarget("m", ModelTraits.UNKNOWN);

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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] asked(Dialect dialect) {
        return bytes(
                switch (dialect) {
                    case ANTHROPIC ->
                            "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\""
                                    + LONG
                                    + "\"}]}";
                    case OPENAI, OLLAMA, OWN ->
                            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""
                                    + LONG
                                    + "\"}]}";
                    case COMPLETIONS, OLLAMA_GENERATE ->
                            "{\"model\":\"m\",\"prompt\":\"" + LONG + "\"}";
                    case RESPONSES -> "{\"model\":\"m\",\"input\":\"" + LONG + "\"}";
                    case GEMINI ->
                            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\""
                                    + LONG
                                    + "\"}]}]}";
                });
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void a_client_may_say_it(Dialect dialect) throws Exception {
        ChatRequest asked = client(dialect).chat(asked(dialect), "m", false);

        assertThat(asked.turns().getLast().parts())
                .anyMatch(part -> part instanceof Part.Text(String text) && text.length() == CHARS);
    }

    @ParameterizedTest
    @EnumSource(To.class)
    void a_provider_is_asked_it(To to) throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m").turn(Role.USER, List.of(new Part.Text(LONG))).build();

        assertThat(to.dialect().chat(asked, TARGET).body().length).isGreaterThan(CHARS);
    }

    private static byte[] plain(To to) {
        return bytes(
                switch (to) {
                    case OPENAI ->
                            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                                    + LONG
                                    + "\"},\"finish_reason\":\"stop\"}]}";
                    case RESPONSES ->
                            "{\"id\":\"r\",\"status\":\"completed\",\"output\":[{\"id\":\"i\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\""
                                    + LONG
                                    + "\"}]}]}";
                    case ANTHROPIC ->
                            "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"stop_reason\":\"end_turn\",\"content\":[{\"type\":\"text\",\"text\":\""
                                    + LONG
                                    + "\"}]}";
                    case GEMINI -> event(to);
                    case OLLAMA ->
                            "{\"message\":{\"role\":\"assistant\",\"content\":\""
                                    + LONG
                                    + "\"},\"done\":true,\"done_reason\":\"stop\"}";
                });
    }

    /// The event that holds the text.
    private static String event(To to) {
        return switch (to) {
            case OPENAI -> "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + LONG + "\"}}]}";
            case RESPONSES ->
                    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"item_id\":\"i\",\"delta\":\""
                            + LONG
                            + "\"}";
            case ANTHROPIC ->
                    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
                            + LONG
                            + "\"}}";
            case GEMINI ->
                    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\""
                            + LONG
                            + "\"}]},\"finishReason\":\"STOP\",\"index\":0}]}";
            case OLLAMA ->
                    "{\"message\":{\"role\":\"assistant\",\"content\":\""
                            + LONG
                            + "\"},\"done\":false}";
        };
    }

    /// What comes before it.
    private static List<String> before(To to) {
        return switch (to) {
            case OPENAI, GEMINI, OLLAMA -> List.of();
            case RESPONSES ->
                    List.of(
                            "{\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"model\":\"m\"}}",
                            "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"id\":\"i\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}}",
                            "{\"type\":\"response.content_part.added\",\"output_index\":0,\"content_index\":0,\"item_id\":\"i\",\"part\":{\"type\":\"output_text\",\"text\":\"\"}}");
            case ANTHROPIC ->
                    List.of(
                            "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}",
                            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
        };
    }

    @ParameterizedTest
    @EnumSource(To.class)
    void a_provider_may_answer_it(To to) throws Exception {
        ProviderDialect dialect = to.dialect();
        var whole = new ArrayList<ChatEvent>();
        dialect.answer(TARGET, false).whole(plain(to), whole::add);

        var streamed = new ArrayList<ChatEvent>();
        AnswerReader reader = dialect.answer(TARGET, true);
        for (String one : before(to)) {
            reader.event(bytes(one), 0, one.length(), streamed::add);
        }
        byte[] event = bytes(event(to));
        reader.event(event, 0, event.length, streamed::add);

        assertThat(said(whole)).isEqualTo(CHARS);
        assertThat(said(streamed)).isEqualTo(CHARS);
    }

    private static long said(List<ChatEvent> events) {
        return events.stream()
                .mapToLong(
                        event -> event instanceof ChatEvent.Text(String text) ? text.length() : 0)
                .sum();
    }
}
