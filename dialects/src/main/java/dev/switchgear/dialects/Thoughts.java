package dev.switchgear.dialects;

import dev.switchgear.families.llm.chat.ChatEvent;
import java.util.ArrayList;
import java.util.List;

/// Keeps thoughts from clients that did not ask for any, whose first piece of an answer is its text.
///
/// A model that thinks unasked may have to be sent its thoughts back, sealed, together with the calls it
/// made after them. So what was sealed waits, and comes right before the next call; where no call
/// follows, nobody will miss it. Thoughts without a seal are left out. For one thread.
public final class Thoughts {
    /// A longer thought is sealed without its text.
    private static final int CHARS_MAX = 8 * 1024 * 1024;

    private final boolean asked;
    private final List<ChatEvent> sealed = new ArrayList<>();
    private final StringBuilder unsealed = new StringBuilder();

    /// @param asked whether the client wants to see thoughts where they come
    public Thoughts(boolean asked) {
        this.asked = asked;
    }

    /// What the client is to be told of an event.
    public List<ChatEvent> told(ChatEvent event) {
        if (asked) {
            return List.of(event);
        }
        return switch (event) {
            case ChatEvent.Thinking(String text) -> {
                if (unsealed.length() + text.length() <= CHARS_MAX) {
                    unsealed.append(text);
                }
                yield List.of();
            }
            case ChatEvent.Signed signed -> {
                if (!unsealed.isEmpty()) {
                    sealed.add(new ChatEvent.Thinking(unsealed.toString()));
                    unsealed.setLength(0);
                }
                sealed.add(signed);
                yield List.of();
            }
            case ChatEvent.HiddenThinking hidden -> {
                sealed.add(hidden);
                yield List.of();
            }
            case ChatEvent.ToolStart call -> {
                var told = new ArrayList<>(sealed);
                sealed.clear();
                told.add(call);
                yield told;
            }
            case ChatEvent.Start _,
                    ChatEvent.Text _,
                    ChatEvent.Refusal _,
                    ChatEvent.ToolArgs _,
                    ChatEvent.ToolEnd _,
                    ChatEvent.Usage _,
                    ChatEvent.Finish _,
                    ChatEvent.Broken _,
                    ChatEvent.Made _,
                    ChatEvent.Omitted _,
                    ChatEvent.Ping _ ->
                    List.of(event);
        };
    }

    /// The same of a whole answer.
    public List<ChatEvent> told(List<ChatEvent> events) {
        if (asked) {
            return events;
        }
        var told = new ArrayList<ChatEvent>(events.size());
        events.forEach(event -> told.addAll(told(event)));
        return told;
    }
}
