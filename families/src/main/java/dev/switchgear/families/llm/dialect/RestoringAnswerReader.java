package dev.switchgear.families.llm.dialect;

import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.model.Service;
import java.util.Optional;
import java.util.function.Consumer;

/// Puts back what was replaced in the request: the names of tools, and a call that was asked for as a
/// text. For one thread, once.
///
/// Whether a text is the arguments of that call is told by its first sign: a model that declines, or
/// asks back, does so in words, and they stay words.
final class RestoringAnswerReader implements AnswerReader {
    /// White space before the first sign; more than this is taken for words.
    private static final int BLANK_CHARS_MAX = 4_096;

    private final AnswerReader reader;
    private final ReadBack replaced;
    private final StringBuilder blank = new StringBuilder();

    private Text text;
    private int calls;
    private int index;

    /// What the answer's text is.
    private enum Text {
        /// Nothing but white space came yet.
        UNKNOWN,
        WORDS,
        ARGUMENTS,
        /// The arguments are whole.
        CALLED
    }

    RestoringAnswerReader(AnswerReader reader, ReadBack replaced) {
        this.reader = reader;
        this.replaced = replaced;
        this.text = replaced.call().isPresent() ? Text.UNKNOWN : Text.WORDS;
    }

    @Override
    public void whole(byte[] body, Consumer<ChatEvent> out) throws MalformedAnswer {
        reader.whole(body, event -> restore(event, out));
    }

    @Override
    public void event(byte[] data, int from, int to, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        reader.event(data, from, to, event -> restore(event, out));
    }

    @Override
    public boolean ended() {
        return reader.ended();
    }

    @Override
    public boolean stopped() {
        return reader.stopped();
    }

    @Override
    public Optional<Service> service() {
        return reader.service();
    }

    @Override
    public boolean bodyEnded(Consumer<ChatEvent> out) {
        return reader.bodyEnded(event -> restore(event, out));
    }

    private void restore(ChatEvent event, Consumer<ChatEvent> out) {
        switch (event) {
            case ChatEvent.Text(String piece) -> text(piece, out);
            case ChatEvent.ToolStart call -> {
                words(out);
                called(out);
                calls++;
                out.accept(
                        new ChatEvent.ToolStart(
                                moved(call.index()),
                                call.id(),
                                replaced.toolNames().getOrDefault(call.name(), call.name()),
                                call.signature()));
            }
            case ChatEvent.ToolArgs args ->
                    out.accept(new ChatEvent.ToolArgs(moved(args.index()), args.json()));
            case ChatEvent.ToolEnd end -> out.accept(new ChatEvent.ToolEnd(moved(end.index())));
            case ChatEvent.Finish finish -> finish(finish, out);
            case ChatEvent.Start _,
                    ChatEvent.Refusal _,
                    ChatEvent.Thinking _,
                    ChatEvent.Signed _,
                    ChatEvent.HiddenThinking _,
                    ChatEvent.Usage _,
                    ChatEvent.Broken _,
                    ChatEvent.Made _,
                    ChatEvent.Omitted _,
                    ChatEvent.Ping _ ->
                    out.accept(event);
        }
    }

    /// Calls of the model itself count on behind the one that was put back.
    private int moved(int at) {
        boolean behind = text == Text.ARGUMENTS || text == Text.CALLED;
        return behind && at >= index ? at + 1 : at;
    }

    private void text(String piece, Consumer<ChatEvent> out) {
        switch (text) {
            case UNKNOWN -> {
                blank.append(piece);
                String begun = blank.toString().stripLeading();
                if (begun.startsWith("{")) {
                    call(begun, out);
                } else if (!begun.isEmpty() || blank.length() > BLANK_CHARS_MAX) {
                    words(out);
                }
            }
            case ARGUMENTS -> out.accept(new ChatEvent.ToolArgs(index, piece));
            case WORDS, CALLED -> out.accept(new ChatEvent.Text(piece));
        }
    }

    private void call(String begun, Consumer<ChatEvent> out) {
        blank.setLength(0);
        text = Text.ARGUMENTS;
        index = calls;
        ReadBack.Call call = replaced.call().orElseThrow();
        out.accept(new ChatEvent.ToolStart(index, call.id(), call.tool(), Optional.empty()));
        out.accept(new ChatEvent.ToolArgs(index, begun));
    }

    private void words(Consumer<ChatEvent> out) {
        if (text != Text.UNKNOWN) {
            return;
        }
        text = Text.WORDS;
        if (!blank.isEmpty()) {
            out.accept(new ChatEvent.Text(blank.toString()));
            blank.setLength(0);
        }
    }

    /// Ends the call, if it was begun.
    private void called(Consumer<ChatEvent> out) {
        if (text == Text.ARGUMENTS) {
            text = Text.CALLED;
            out.accept(new ChatEvent.ToolEnd(index));
        }
    }

    private void finish(ChatEvent.Finish finish, Consumer<ChatEvent> out) {
        words(out);
        called(out);
        boolean waits = text == Text.CALLED && finish.reason() == FinishReason.STOP;
        out.accept(waits ? new ChatEvent.Finish(FinishReason.TOOL_CALLS, "") : finish);
    }
}
