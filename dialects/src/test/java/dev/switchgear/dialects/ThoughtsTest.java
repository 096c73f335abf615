package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// When seals are told to clients that asked for thoughts, and may take the last piece for the answer.
final class ThoughtsTest {
    private static final ChatEvent A = new ChatEvent.Text("a");
    private static final ChatEvent B = new ChatEvent.Text("b");
    private static final ChatEvent HM = new ChatEvent.Thinking("hm");
    private static final ChatEvent CALL = new ChatEvent.ToolStart(0, "c", "f", Optional.empty());
    private static final ChatEvent END = new ChatEvent.Finish(FinishReason.STOP, "");
    private static final Signature GEMINI = new Signature("g", Dialect.GEMINI, "m");
    private static final Signature CLAUDE = new Signature("c", Dialect.ANTHROPIC, "m");
    private static final ChatEvent OF_TEXT = new ChatEvent.Signed(GEMINI);
    private static final ChatEvent OF_THOUGHT = new ChatEvent.Signed(CLAUDE);
    private static final ChatEvent HIDDEN = new ChatEvent.HiddenThinking(CLAUDE);

    private static List<ChatEvent> told(ChatEvent... events) {
        List<ChatEvent> whole = new Thoughts(true, true).told(List.of(events));
        var thoughts = new Thoughts(true, true);
        var one = new ArrayList<ChatEvent>();
        for (ChatEvent event : events) {
            one.addAll(thoughts.told(event));
        }
        assertThat(one).as("streamed").isEqualTo(whole);
        return whole;
    }

    private static ChatEvent ofText(int chars, int calls) {
        return new ChatEvent.Signed(GEMINI.at(new Signature.Place(chars, calls)));
    }

    @Test
    void what_stands_before_all_text_is_told_where_it_comes() {
        for (ChatEvent seal : List.of(OF_TEXT, OF_THOUGHT, HIDDEN)) {
            assertThat(told(seal, A, END)).containsExactly(seal, A, END);
            assertThat(told(HM, seal, A, END)).containsExactly(HM, seal, A, END);
        }
    }

    @Test
    void what_shows_nothing_is_not_told_behind_the_last_text() {
        for (ChatEvent seal : List.of(OF_TEXT, OF_THOUGHT, HIDDEN)) {
            assertThat(told(A, seal, END)).containsExactly(A, END);
            assertThat(told(HM, A, seal, seal, END)).containsExactly(HM, A, END);
        }
    }

    @Test
    void a_thought_waits_for_what_follows_and_a_seal_of_a_text_for_a_call() {
        for (ChatEvent next : List.of(B, HM)) {
            assertThat(told(A, HIDDEN, OF_THOUGHT, next, END))
                    .containsExactly(A, HIDDEN, OF_THOUGHT, next, END);
            assertThat(told(A, OF_TEXT, HIDDEN, next, END)).containsExactly(A, HIDDEN, next, END);
            assertThat(told(A, OF_TEXT, next, CALL, END))
                    .as("and says where it stood, for a call has a seal of its own")
                    .containsExactly(A, next, ofText(1, 0), CALL, END);
        }
        assertThat(told(A, OF_TEXT, HIDDEN, OF_THOUGHT, CALL, END))
                .containsExactly(A, ofText(1, 0), HIDDEN, OF_THOUGHT, CALL, END);
    }

    @Test
    void a_thought_with_words_is_sealed_at_once() {
        assertThat(told(A, HM, OF_THOUGHT, HIDDEN, B, OF_THOUGHT, END))
                .containsExactly(A, HM, OF_THOUGHT, HIDDEN, B, END);
        assertThat(told(HM, A, OF_THOUGHT, END)).as("not its own").containsExactly(HM, A, END);
    }

    @Test
    void an_answer_with_calls_is_told_whole() {
        assertThat(told(CALL, OF_TEXT, END)).containsExactly(CALL, OF_TEXT, END);
        assertThat(told(CALL, A, OF_TEXT, B, HIDDEN, END))
                .containsExactly(CALL, A, B, ofText(1, 1), HIDDEN, END);
    }

    @Test
    void who_has_a_place_for_seals_gets_them_as_they_come() {
        assertThat(new Thoughts(true, false).told(List.of(A, OF_TEXT, HIDDEN, END)))
                .containsExactly(A, OF_TEXT, HIDDEN, END);
        assertThat(new Thoughts(true, false).told(OF_TEXT)).containsExactly(OF_TEXT);
    }
}
