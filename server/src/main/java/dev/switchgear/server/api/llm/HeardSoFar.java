package dev.switchgear.server.api.llm;

import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a client has heard of an answer so far, so that another provider can continue it. For one
/// thread at a time.
final class HeardSoFar {
    /// More text than this is not continued: to send it again would cost more than it saves.
    private static final int CHARS_MAX = 400_000;

    /// Characters of the continuation in which a repetition is looked for.
    private static final int OVERLAP_MAX = 300;

    /// Shorter repetitions are chance.
    private static final int OVERLAP_MIN = 6;

    private static final int CHARS_PER_TOKEN = 4;

    private final StringBuilder text = new StringBuilder();
    private boolean continuable = true;
    private boolean resumed;

    /// The beginning of a continuation, until it is long enough to be compared; null before and
    /// after.
    private Optional<StringBuilder> opening = Optional.empty();

    private TokenUsage before = TokenUsage.UNKNOWN;

    /// Whether an answer that broke off here can be continued: it is text, and not too much of it. A
    /// tool call that was cut in two cannot be taken up again.
    boolean continuable(ChatRequest asked) {
        return continuable
                && text.length() > 0
                && text.length() < CHARS_MAX
                && asked.answers() == 1
                && asked.format() instanceof AnswerFormat.Text;
    }

    /// The same request with what has been said already as the assistant's last turn.
    ChatRequest continued(ChatRequest asked) {
        var turns = new ArrayList<>(asked.turns());
        turns.add(new Turn(Role.ASSISTANT, List.of(new Part.Text(text.toString()))));
        return asked.withTurns(turns);
    }

    /// From now on events are of a continuation.
    void resume() {
        TokenUsage lost = TokenUsage.estimate(0, text.length() / CHARS_PER_TOKEN);
        before = resumed ? before.plus(lost) : lost;
        resumed = true;
        opening = Optional.of(new StringBuilder());
    }

    /// What the client is to hear of an event.
    List<ChatEvent> hear(ChatEvent event) {
        return switch (event) {
            case ChatEvent.Start _ -> resumed ? List.of() : List.of(event);
            case ChatEvent.Text more -> append(more);
            case ChatEvent.ToolStart _ -> {
                continuable = false;
                yield after(event);
            }
            case ChatEvent.Usage usage ->
                    resumed
                            ? List.of(new ChatEvent.Usage(before.plus(usage.tokens())))
                            : List.of(event);
            case ChatEvent.Thinking _, ChatEvent.Signed _, ChatEvent.HiddenThinking _ ->
                    // In the middle of an answer reasoning has no place.
                    resumed ? List.of() : List.of(event);
            case ChatEvent.Refusal _,
                    ChatEvent.ToolArgs _,
                    ChatEvent.ToolEnd _,
                    ChatEvent.Finish _,
                    ChatEvent.Broken _,
                    ChatEvent.Made _,
                    ChatEvent.Omitted _,
                    ChatEvent.Ping _ ->
                    after(event);
        };
    }

    private List<ChatEvent> append(ChatEvent.Text piece) {
        if (opening.isEmpty()) {
            text.append(piece.text());
            return List.of(piece);
        }
        StringBuilder begun = opening.get().append(piece.text());
        return begun.length() < OVERLAP_MAX ? List.of() : opened();
    }

    /// The opening of a continuation comes before what follows it.
    private List<ChatEvent> after(ChatEvent event) {
        if (opening.isEmpty()) {
            return List.of(event);
        }
        var events = new ArrayList<>(opened());
        events.add(event);
        return events;
    }

    /// Lets go of a continuation's beginning, without what repeats the end of what was said.
    private List<ChatEvent> opened() {
        String begun = opening.map(StringBuilder::toString).orElse("");
        opening = Optional.empty();
        String rest = begun.substring(overlap(begun));
        text.append(rest);
        return rest.isEmpty() ? List.of() : List.of(new ChatEvent.Text(rest));
    }

    /// How many of its first characters are the last ones that were said.
    private int overlap(String begun) {
        int most = Math.min(begun.length(), text.length());
        for (int length = most; length >= OVERLAP_MIN; length--) {
            if (begun.startsWith(text.substring(text.length() - length))) {
                return length;
            }
        }
        return 0;
    }
}
