package dev.switchgear.providers.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.Companions;
import dev.switchgear.families.llm.call.Downstream;
import dev.switchgear.families.llm.call.HoldBack;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.call.Tab;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.ModelTarget;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Thoughts that are put back, and who gets them.
final class HistorySealsTest {
    private static final SealMaker A = new SealMaker("a", "m");
    private static final Part.ToolCall CALL = new Part.ToolCall("c1", "f", "{}", Optional.empty());
    private static final Part.Thinking OPEN = new Part.Thinking("hm", Optional.empty());
    private static final Signature SEAL = new Signature("s", Dialect.ANTHROPIC, "m", "a");

    private final SealKeeper keeper =
            new SealKeeper(new ManualTime(Instant.parse("2026-11-01T00:00:00Z")));
    private final ClientSeals seals = keeper.of("one");

    private List<Part> heard(String client, String account, String model, Part... turn)
            throws Exception {
        ChatRequest asked =
                ChatRequest.builder("m")
                        .turn(Role.USER, List.of(new Part.Text("go")))
                        .turn(Role.ASSISTANT, List.of(turn))
                        .build();
        return heard(Dialect.OPENAI, client, account, model, asked).getLast().parts();
    }

    private List<Turn> heard(
            Dialect dialect, String client, String account, String model, ChatRequest asked)
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
                        false,
                        HoldBack.NONE,
                        Downstream.NONE,
                        new Companions(
                                Map.of(),
                                TestCalls.TRACEPARENT,
                                keeper.of(client),
                                Optional.empty(),
                                Optional.empty()),
                        Tab.NONE);
        var target = new ModelTarget(model, ModelTraits.UNKNOWN, account);
        return new HistorySeals(request, target).in(asked).turns();
    }

    @Test
    void thoughts_go_back_to_the_account_and_the_model_that_had_them_alone() throws Exception {
        for (Part.Thinking thought : List.of(OPEN, new Part.Thinking("hm", Optional.of(SEAL)))) {
            seals.keep(CallKey.ofId("c1"), new KeptThoughts(List.of(thought), Map.of(), A));

            assertThat(heard("one", "a", "m", CALL)).containsExactly(thought, CALL);
            assertThat(heard("one", "b", "m", CALL)).as("account").containsExactly(CALL);
            assertThat(heard("one", "a", "n", CALL)).as("model").containsExactly(CALL);
            assertThat(heard("two", "a", "m", CALL)).as("client").containsExactly(CALL);
        }
    }

    @Test
    void what_the_client_sends_itself_stays() throws Exception {
        var sealed =
                new Part.Thinking("mine", Optional.of(new Signature("t", Dialect.ANTHROPIC, "")));
        var said = new Part.Thinking("mine", Optional.empty());
        seals.keep(CallKey.ofId("c1"), new KeptThoughts(List.of(OPEN), Map.of(), A));

        assertThat(heard("one", "a", "m", sealed, CALL)).containsExactly(sealed, CALL);
        assertThat(heard("one", "a", "m", said, CALL)).containsExactly(said, CALL);
    }

    @Test
    void a_thought_that_lost_its_signature_gets_it_again_in_its_place() throws Exception {
        Part text = new Part.Text("ab");
        seals.keep(
                CallKey.ofId("c1"),
                new KeptThoughts(
                        List.of(
                                new Part.Thinking(
                                        "hm", Optional.of(SEAL.at(new Signature.Place(1, 0))))),
                        Map.of(0, SEAL),
                        A));

        assertThat(heard("one", "a", "m", OPEN, text, CALL))
                .containsExactly(
                        new Part.Text("a"),
                        new Part.Thinking("hm", Optional.of(SEAL)),
                        new Part.Text("b"),
                        new Part.ToolCall("c1", "f", "{}", Optional.of(SEAL)));
    }

    @Test
    void a_signature_that_passed_is_known_by_its_value() throws Exception {
        seals.made("raw", A);
        var raw = new Part.HiddenThinking(new Signature("raw", Dialect.ANTHROPIC, ""));
        var unknown = new Part.HiddenThinking(new Signature("other", Dialect.ANTHROPIC, ""));

        assertThat(heard("one", "b", "m", raw, unknown))
                .containsExactly(
                        new Part.HiddenThinking(new Signature("raw", Dialect.ANTHROPIC, "m", "a")),
                        unknown);
        assertThat(heard("two", "b", "m", raw)).containsExactly(raw);
    }

    @Test
    void a_call_whose_signature_is_known_stays_the_call_that_its_client_made() throws Exception {
        var raw = new Part.Foreign(Dialect.OPENAI, "custom", JsonMapper.shared().readTree("{}"));
        var passed = new Signature("raw", Dialect.ANTHROPIC, "");
        seals.made("raw", A);

        assertThat(
                        heard(
                                "one",
                                "a",
                                "m",
                                new Part.ToolCall(
                                        "c9", "f", "{}", Optional.of(passed), Optional.of(raw))))
                .containsExactly(
                        new Part.ToolCall(
                                "c9",
                                "f",
                                "{}",
                                Optional.of(new Signature("raw", Dialect.ANTHROPIC, "m", "a")),
                                Optional.of(raw)));
    }

    private static ChatRequest looped(String first, String second) {
        return ChatRequest.builder("m")
                .turn(Role.USER, List.of(new Part.Text("go")))
                .turn(Role.ASSISTANT, List.of(new Part.Text("well")))
                .turn(Role.USER, List.of(new Part.Text("now")))
                .turn(Role.ASSISTANT, List.of(nameless(first)))
                .turn(Role.USER, List.of(new Part.Text("again")))
                .turn(Role.ASSISTANT, List.of(nameless(second)))
                .build();
    }

    private static Part.ToolCall nameless(String arguments) {
        return new Part.ToolCall("x", "f", arguments, Optional.empty());
    }

    /// Clients of Ollama give calls no names that last: which answer it was tells which call.
    @Test
    void calls_without_names_are_known_by_their_place_and_by_what_they_ask() throws Exception {
        ChatRequest asked = looped("{\"a\":1}", "{\"a\":1}");
        seals.keep(
                CallKey.ofPlace(CallKey.conversation(asked), 1, List.of(nameless("{ \"a\" : 1 }"))),
                new KeptThoughts(List.of(OPEN), Map.of(), A));

        List<Turn> heard = heard(Dialect.OLLAMA, "one", "a", "m", asked);
        assertThat(heard.get(3).parts()).as("the first").containsExactly(nameless("{\"a\":1}"));
        assertThat(heard.get(5).parts())
                .as("the second")
                .containsExactly(OPEN, nameless("{\"a\":1}"));

        ChatRequest other = looped("{\"a\":1}", "{\"a\":2}");
        assertThat(heard(Dialect.OLLAMA, "one", "a", "m", other).get(5).parts())
                .as("another call in its place")
                .containsExactly(nameless("{\"a\":2}"));
        assertThat(heard(Dialect.OPENAI, "one", "a", "m", asked).get(5).parts())
                .as("a client whose calls have names")
                .containsExactly(nameless("{\"a\":1}"));
    }

    /// The same call in another conversation, or of another tool, is another.
    @Test
    void calls_without_names_are_told_apart_by_conversation_and_tool() throws Exception {
        ChatRequest asked = looped("{}", "{}");
        String known = CallKey.ofPlace(CallKey.conversation(asked), 0, List.of(nameless("{}")));
        var other = new Part.ToolCall("x", "g", "{}", Optional.empty());
        ChatRequest grown =
                asked.withTurns(
                        List.of(
                                new Turn(Role.USER, List.of(new Part.Text("go"))),
                                new Turn(Role.ASSISTANT, List.of(new Part.Text("more")))));
        ChatRequest elsewhere =
                asked.withTurns(List.of(new Turn(Role.USER, List.of(new Part.Text("og")))));

        assertThat(CallKey.ofPlace(CallKey.conversation(asked), 0, List.of(other)))
                .isNotEqualTo(known);
        assertThat(CallKey.conversation(grown))
                .as("as it began, however it goes on")
                .isEqualTo(CallKey.conversation(asked));
        assertThat(CallKey.conversation(elsewhere)).isNotEqualTo(CallKey.conversation(asked));
    }

    @Test
    void a_text_gets_its_seal_again_from_the_account_that_seals_texts() throws Exception {
        var said = new Part.Text("done");
        var seal = new Signature("s", Dialect.GEMINI, "m", "a");
        var open = new Part.Thinking("hm", Optional.empty());
        ChatRequest asked =
                ChatRequest.builder("m").turn(Role.USER, List.of(new Part.Text("go"))).build();
        seals.keep(
                CallKey.ofText(CallKey.conversation(asked), 0, CallKey.text(0, "done")),
                new KeptThoughts(
                        List.of(
                                new Part.Thinking(
                                        "", Optional.of(seal.at(new Signature.Place(4, 0))))),
                        Map.of(),
                        A));

        assertThat(heard("one", "a", "m", said)).as("not looked for").containsExactly(said);

        for (String account : List.of("a", "b")) {
            seals.keep(CallKey.ofTexts(account), new KeptThoughts(List.of(), Map.of(), A));
        }
        var sealed = new Part.Thinking("", Optional.of(seal));
        assertThat(heard("one", "a", "m", said)).containsExactly(said, sealed);
        assertThat(heard("one", "a", "m", open, said))
                .as("with what its client was shown")
                .containsExactly(open, said, sealed);
        assertThat(heard("one", "a", "m", new Part.Text("do"), new Part.Text("ne ")))
                .as("in pieces")
                .contains(sealed);
        assertThat(heard("one", "b", "m", said)).as("account").containsExactly(said);
        assertThat(heard("one", "a", "n", said)).as("model").containsExactly(said);
        assertThat(heard("two", "a", "m", said)).as("client").containsExactly(said);
        assertThat(heard("one", "a", "m", new Part.Text("gone"))).hasSize(1);
        assertThat(heard("one", "a", "m", said, CALL)).as("a call").containsExactly(said, CALL);
    }
}
