package dev.switchgear.providers.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.anthropic.AnthropicProviderDialect;
import dev.switchgear.dialects.gemini.GeminiFlavour;
import dev.switchgear.dialects.gemini.GeminiProviderDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiFlavour.Replay;
import dev.switchgear.dialects.openai.OpenAiProviderDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Companions;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.call.Tab;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.families.llm.seal.ClientSeals;
import dev.switchgear.families.llm.seal.KeptThoughts;
import dev.switchgear.families.llm.seal.SealKeeper;
import dev.switchgear.families.llm.seal.SealMaker;
import dev.switchgear.providers.TestCalls;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What of an answer is remembered for its client, and under which name.
final class AnswerSealsTest {
    private static final Signature RAW = new Signature("seal", Dialect.ANTHROPIC, "");
    private static final Signature MADE = new Signature("seal", Dialect.ANTHROPIC, "m", "a");
    private static final ChatEvent CALL = new ChatEvent.ToolStart(0, "c1", "f", Optional.empty());
    private static final ChatEvent DONE = new ChatEvent.Finish(FinishReason.TOOL_CALLS, "");

    private final ClientSeals seals =
            new SealKeeper(new ManualTime(Instant.parse("2026-11-01T00:00:00Z"))).of("one");
    private final ChatRequest asked =
            ChatRequest.builder("m").turn(Role.USER, List.of(new Part.Text("go"))).build();

    private List<ChatEvent> told(Dialect dialect, ChatEvent... events) throws Exception {
        return told(new AnthropicProviderDialect(), dialect, events);
    }

    private List<ChatEvent> told(ProviderDialect spoken, Dialect dialect, ChatEvent... events)
            throws Exception {
        return told(spoken, dialect, false, events);
    }

    private List<ChatEvent> told(
            ProviderDialect spoken, Dialect dialect, boolean continuing, ChatEvent... events)
            throws Exception {
        var request =
                new LlmRequest(
                        Operation.CHAT,
                        dialect,
                        RequestScan.scan(
                                "{\"model\":\"m\",\"messages\":[]}"
                                        .getBytes(StandardCharsets.UTF_8),
                                new OpenAiClientDialect().scanRules(),
                                ScanLimits.DEFAULT),
                        Meaning.of(asked),
                        false,
                        continuing,
                        HoldBack.NONE,
                        Downstream.NONE,
                        new Companions(
                                Map.of(),
                                TestCalls.TRACEPARENT,
                                seals,
                                Optional.empty(),
                                Optional.empty()),
                        Tab.NONE);
        var answer =
                new AnswerSeals(
                        spoken,
                        new ModelTarget("m", ModelTraits.UNKNOWN, "a"),
                        request,
                        Optional.of(asked));
        var told = new ArrayList<ChatEvent>();
        for (ChatEvent event : events) {
            told.add(answer.told(event));
        }
        return told;
    }

    /// Half a thought would be refused by who signed the whole.
    @ParameterizedTest
    @CsvSource({"1, 1, true", "200000, 200000, true", "300000, 300000, false", "600000, 1, false"})
    void a_thought_is_remembered_whole_or_not_at_all(int one, int other, boolean kept)
            throws Exception {
        String first = "x".repeat(one);
        String second = "y".repeat(other);

        told(
                Dialect.OPENAI,
                new ChatEvent.Thinking(first),
                new ChatEvent.Thinking(second),
                new ChatEvent.Signed(RAW),
                CALL,
                DONE);

        Optional<KeptThoughts> thoughts = seals.thoughts(CallKey.ofId("c1"));
        assertThat(thoughts.isPresent()).isEqualTo(kept);
        thoughts.ifPresent(remembered ->
                assertThat(remembered.thoughts())
                        .containsExactly(
                                new Part.Thinking(
                                        first + second,
                                        Optional.of(MADE.at(new Signature.Place(0, 0))))));
    }

    /// Where calls have no names that last they are known by what they ask, so half of that says nothing.
    @ParameterizedTest
    @CsvSource({"200000, true", "300000, false"})
    void long_arguments_tell_calls_apart_whole_or_not_at_all(int chars, boolean kept)
            throws Exception {
        String half = "\"" + "x".repeat(chars) + "\"";
        String arguments = "{\"a\":" + half + ",\"b\":" + half + "}";

        told(
                Dialect.OLLAMA,
                new ChatEvent.Signed(RAW),
                CALL,
                new ChatEvent.ToolArgs(0, "{\"a\":" + half),
                new ChatEvent.ToolArgs(0, ",\"b\":" + half + "}"),
                DONE);

        var call = new Part.ToolCall("", "f", arguments, Optional.empty());
        assertThat(
                        seals.thoughts(
                                        CallKey.ofPlace(
                                                CallKey.conversation(asked), 0, List.of(call)))
                                .isPresent())
                .isEqualTo(kept);
    }

    @Test
    void whose_a_signature_is_is_told_and_remembered_but_of_another_makers() throws Exception {
        var others = new Signature("theirs", Dialect.ANTHROPIC, "n", "b");
        var foreign = new Signature("foreign", Dialect.GEMINI, "");

        List<ChatEvent> told =
                told(
                        Dialect.OPENAI,
                        new ChatEvent.Signed(RAW),
                        new ChatEvent.HiddenThinking(others),
                        new ChatEvent.ToolStart(0, "c1", "f", Optional.of(foreign)),
                        DONE);

        assertThat(told)
                .containsExactly(
                        new ChatEvent.Signed(MADE),
                        new ChatEvent.HiddenThinking(others),
                        new ChatEvent.ToolStart(0, "c1", "f", Optional.of(foreign)),
                        DONE);
        assertThat(seals.maker("seal")).contains(new SealMaker("a", "m"));
        assertThat(seals.maker("theirs")).isEmpty();
        assertThat(seals.maker("foreign")).isEmpty();
    }

    @Test
    void thoughts_are_remembered_with_where_they_stood_and_only_for_answers_with_calls()
            throws Exception {
        told(Dialect.OPENAI, new ChatEvent.Signed(RAW), DONE);
        assertThat(seals.thoughts(CallKey.ofId("c1"))).as("no call").isEmpty();

        told(
                Dialect.OPENAI,
                new ChatEvent.Text("well"),
                new ChatEvent.Thinking("hm"),
                new ChatEvent.Signed(RAW),
                CALL,
                new ChatEvent.ToolArgs(0, "{}"),
                new ChatEvent.HiddenThinking(RAW),
                new ChatEvent.Thinking("so"),
                new ChatEvent.Signed(RAW),
                new ChatEvent.ToolStart(1, "c2", "f", Optional.of(RAW)),
                DONE);

        KeptThoughts kept = seals.thoughts(CallKey.ofId("c1")).orElseThrow();
        assertThat(kept.thoughts())
                .containsExactly(
                        new Part.Thinking("hm", Optional.of(MADE.at(new Signature.Place(4, 0)))),
                        new Part.HiddenThinking(MADE.at(new Signature.Place(4, 1))),
                        new Part.Thinking("so", Optional.of(MADE.at(new Signature.Place(4, 1)))));
        assertThat(kept.calls()).isEqualTo(Map.of(1, MADE));
        assertThat(seals.thoughts(CallKey.ofId("c2"))).as("by the first call alone").isEmpty();
    }

    /// Where thoughts are signed, open ones mean nothing to who had them.
    @Test
    void open_thoughts_are_remembered_for_who_wants_them_back() throws Exception {
        for (Replay replay : Replay.values()) {
            boolean wanted = replay != Replay.NONE && replay != Replay.DETAILS;
            String id = replay.name();

            told(
                    new OpenAiProviderDialect(given(replay)),
                    Dialect.OPENAI,
                    new ChatEvent.Thinking("h"),
                    new ChatEvent.Thinking("m"),
                    new ChatEvent.ToolStart(0, id, "f", Optional.empty()),
                    DONE);

            assertThat(seals.thoughts(CallKey.ofId(id)).map(KeptThoughts::thoughts))
                    .as(id)
                    .isEqualTo(
                            wanted
                                    ? Optional.of(
                                            List.of(new Part.Thinking("hm", Optional.empty())))
                                    : Optional.empty());
        }
    }

    private static OpenAiFlavour given(Replay replay) {
        OpenAiFlavour usual = OpenAiFlavour.COMPATIBLE;
        return new OpenAiFlavour(
                "other",
                usual.bound(),
                usual.asking(),
                usual.efforts(),
                replay,
                usual.counting(),
                usual.takes(),
                usual.extras(),
                usual.names(),
                usual.toolIds(),
                usual.doneRequired());
    }

    /// Gemini signs the text, and not the thought before it; so does Google's own layer of chat.
    @Test
    void what_gemini_signed_of_a_text_is_remembered_without_the_thought() throws Exception {
        var raw = new Signature("seal", Dialect.GEMINI, "");
        var made = new Signature("seal", Dialect.GEMINI, "m", "a");
        for (ProviderDialect spoken :
                List.of(
                        new GeminiProviderDialect(GeminiFlavour.GOOGLE),
                        new OpenAiProviderDialect(OpenAiFlavour.COMPATIBLE))) {
            List<ChatEvent> told =
                    told(
                            spoken,
                            Dialect.ANTHROPIC,
                            new ChatEvent.Thinking("hm"),
                            new ChatEvent.Text("x"),
                            new ChatEvent.Signed(raw),
                            new ChatEvent.ToolStart(
                                    0, spoken.dialect().name(), "f", Optional.of(raw)),
                            DONE);

            assertThat(told).contains(new ChatEvent.Signed(made));
            KeptThoughts kept = seals.thoughts(CallKey.ofId(spoken.dialect().name())).orElseThrow();
            assertThat(kept.thoughts())
                    .containsExactly(
                            new Part.Thinking("", Optional.of(made.at(new Signature.Place(1, 0)))));
            assertThat(kept.calls()).isEqualTo(Map.of(0, made));
        }
    }

    /// Who is told no seals of texts, or cannot send them back, is known by the text, wherever its blanks are.
    @Test
    void what_sealed_a_text_is_remembered_by_the_text_and_only_then_is_it_looked_for()
            throws Exception {
        var raw = new Signature("seal", Dialect.GEMINI, "");
        var gemini = new GeminiProviderDialect(GeminiFlavour.GOOGLE);
        String key = CallKey.ofText(CallKey.conversation(asked), 0, CallKey.text(0, "Well,done."));

        told(gemini, Dialect.ANTHROPIC, new ChatEvent.Text("Well, done."), DONE);
        assertThat(seals.thoughts(CallKey.ofTexts("a"))).as("nothing sealed").isEmpty();

        told(
                gemini,
                Dialect.ANTHROPIC,
                true,
                new ChatEvent.Text("done."),
                new ChatEvent.Signed(raw),
                DONE);
        assertThat(seals.thoughts(CallKey.ofTexts("a"))).as("half of an answer").isEmpty();

        told(
                gemini,
                Dialect.ANTHROPIC,
                new ChatEvent.Text("Well, "),
                new ChatEvent.Text("done.\n"),
                new ChatEvent.Signed(raw),
                DONE);

        assertThat(seals.thoughts(CallKey.ofTexts("a"))).isPresent();
        assertThat(seals.thoughts(CallKey.ofTexts("b"))).isEmpty();
        KeptThoughts kept = seals.thoughts(key).orElseThrow();
        assertThat(kept.maker()).isEqualTo(new SealMaker("a", "m"));
        assertThat(kept.thoughts())
                .containsExactly(
                        new Part.Thinking(
                                "",
                                Optional.of(
                                        new Signature("seal", Dialect.GEMINI, "m", "a")
                                                .at(new Signature.Place(12, 0)))));
    }

    /// Claude and OpenAI want no thoughts back behind which nothing follows.
    @Test
    void of_others_a_seal_without_words_is_remembered_where_chat_has_no_order_alone()
            throws Exception {
        var chats = new Signature("seal", Dialect.OPENAI, "");
        var chat = new OpenAiProviderDialect(given(Replay.DETAILS));
        var text = new ChatEvent.Text("x");
        ChatEvent hidden = new ChatEvent.HiddenThinking(chats);
        ChatEvent signed = new ChatEvent.Signed(chats);

        told(
                Dialect.OLLAMA,
                text,
                new ChatEvent.HiddenThinking(RAW),
                new ChatEvent.Signed(RAW),
                DONE);
        told(chat, Dialect.OLLAMA, text, new ChatEvent.Thinking("hm"), signed, DONE);
        assertThat(seals.thoughts(CallKey.ofTexts("a"))).isEmpty();

        String key = CallKey.ofText(CallKey.conversation(asked), 0, CallKey.text(0, "x"));
        for (ChatEvent seal : List.of(hidden, signed)) {
            told(chat, Dialect.OLLAMA, text, seal, DONE);
            assertThat(seals.thoughts(key).orElseThrow().thoughts()).hasSize(1);
            told(chat, Dialect.OLLAMA, seal, seal, text, DONE);
            assertThat(seals.thoughts(key).orElseThrow().thoughts()).hasSize(2);
        }
    }
}
