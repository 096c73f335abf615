package dev.switchgear.families.llm.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ReadBackTest {
    private static final ReadBack CALL =
            new ReadBack(Map.of(), Optional.of(new ReadBack.Call("add", "call_1")));

    /// Tells events that a test wrote, whatever it reads.
    private record Telling(List<ChatEvent> events) implements AnswerReader {
        @Override
        public void whole(byte[] body, Consumer<ChatEvent> out) {
            events.forEach(out);
        }

        @Override
        public void event(byte[] data, int from, int to, Consumer<ChatEvent> out) {
            events.forEach(out);
        }

        @Override
        public boolean ended() {
            return true;
        }

        @Override
        public boolean stopped() {
            return true;
        }

        @Override
        public boolean bodyEnded(Consumer<ChatEvent> out) {
            return true;
        }
    }

    private static List<ChatEvent> read(ReadBack back, ChatEvent... events) throws Exception {
        var told = new ArrayList<ChatEvent>();
        back.of(new Telling(List.of(events))).whole(new byte[0], told::add);
        var streamed = new ArrayList<ChatEvent>();
        back.of(new Telling(List.of(events))).event(new byte[0], 0, 0, streamed::add);
        assertThat(streamed).isEqualTo(told);
        return told;
    }

    private static ChatEvent text(String piece) {
        return new ChatEvent.Text(piece);
    }

    private static ChatEvent start(int index, String id, String name) {
        return new ChatEvent.ToolStart(index, id, name, Optional.empty());
    }

    private static ChatEvent finish(FinishReason reason) {
        return new ChatEvent.Finish(reason, "");
    }

    @Test
    void nothing_is_read_otherwise_where_nothing_was_replaced() {
        AnswerReader reader = new Telling(List.of());

        assertThat(ReadBack.AS_IT_COMES.of(reader)).isSameAs(reader);
    }

    @Test
    void a_replaced_name_is_put_back_and_others_stay() throws Exception {
        var back = new ReadBack(Map.of("a_b_12345678", "a.b"), Optional.empty());

        assertThat(read(back, start(0, "x", "a_b_12345678"), start(1, "y", "other"), text("{}")))
                .containsExactly(start(0, "x", "a.b"), start(1, "y", "other"), text("{}"));
    }

    @Test
    void a_text_that_was_to_be_arguments_is_the_call() throws Exception {
        assertThat(
                        read(
                                CALL,
                                new ChatEvent.Start("i", "m"),
                                text("\n "),
                                text(" {\"a\""),
                                text(":1}"),
                                finish(FinishReason.STOP)))
                .containsExactly(
                        new ChatEvent.Start("i", "m"),
                        start(0, "call_1", "add"),
                        new ChatEvent.ToolArgs(0, "{\"a\""),
                        new ChatEvent.ToolArgs(0, ":1}"),
                        new ChatEvent.ToolEnd(0),
                        finish(FinishReason.TOOL_CALLS));
    }

    @Test
    void arguments_that_were_cut_off_end_as_they_did() throws Exception {
        assertThat(read(CALL, text("{\"a"), finish(FinishReason.LENGTH)))
                .endsWith(new ChatEvent.ToolEnd(0), finish(FinishReason.LENGTH));
    }

    @Test
    void words_stay_words_with_all_their_white_space() throws Exception {
        assertThat(read(CALL, text("  "), text("No."), text(" {}"), finish(FinishReason.STOP)))
                .containsExactly(text("  No."), text(" {}"), finish(FinishReason.STOP));
        assertThat(read(CALL, text("  "), finish(FinishReason.STOP)))
                .containsExactly(text("  "), finish(FinishReason.STOP));
    }

    @Test
    void a_call_of_the_models_own_counts_on() throws Exception {
        assertThat(
                        read(
                                CALL,
                                text("{}"),
                                start(0, "x", "other"),
                                new ChatEvent.ToolArgs(0, "{}"),
                                new ChatEvent.ToolEnd(0),
                                finish(FinishReason.TOOL_CALLS)))
                .containsExactly(
                        start(0, "call_1", "add"),
                        new ChatEvent.ToolArgs(0, "{}"),
                        new ChatEvent.ToolEnd(0),
                        start(1, "x", "other"),
                        new ChatEvent.ToolArgs(1, "{}"),
                        new ChatEvent.ToolEnd(1),
                        finish(FinishReason.TOOL_CALLS));
    }
}
