package dev.switchgear.dialects;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keeps thoughts from clients that did not ask for any, whose first piece of an answer is its text.
///
/// A model that thinks unasked may have to be sent its thoughts back, sealed, together with the calls it
/// made after them. So what was sealed waits, and comes right before the next call; where no call
/// follows, nobody will miss it. What was said meanwhile stands before it then, so its signature tells
/// where it stood. Thoughts without a seal are left out. For one thread.
public final class Thoughts {
    /// A longer thought is sealed without its text.
    private static final int CHARS_MAX = 8 * 1024 * 1024;

    private final boolean asked;
    private final List<ChatEvent> sealed = new ArrayList<>();
    private final StringBuilder unsealed = new StringBuilder();
    private int chars;
    private int calls;

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
            case ChatEvent.Signed(Signature signature) -> {
                if (!unsealed.isEmpty() && !ofText(signature)) {
                    sealed.add(new ChatEvent.Thinking(unsealed.toString()));
                }
                unsealed.setLength(0);
                sealed.add(new ChatEvent.Signed(signature.at(here())));
                yield List.of();
            }
            case ChatEvent.HiddenThinking(Signature signature) -> {
                sealed.add(new ChatEvent.HiddenThinking(signature.at(here())));
                yield List.of();
            }
            case ChatEvent.ToolStart call -> {
                var told = new ArrayList<ChatEvent>();
                for (ChatEvent thought : sealed) {
                    told.add(inPlace(thought));
                }
                sealed.clear();
                told.add(call);
                calls++;
                yield told;
            }
            case ChatEvent.Text(String text) -> {
                chars += text.length();
                yield List.of(event);
            }
            case ChatEvent.Start _,
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

    /// Whether a signature seals the text behind it: Gemini signs texts and calls, and no thoughts.
    public static boolean ofText(Signature signature) {
        return signature.signer() == Dialect.GEMINI;
    }

    private Signature.Place here() {
        return new Signature.Place(chars, calls);
    }

    /// Nothing was said since it came: where it is told is its place.
    private ChatEvent inPlace(ChatEvent thought) {
        Optional<Signature.Place> now = Optional.of(here());
        if (thought instanceof ChatEvent.Signed(Signature signature)
                && signature.place().equals(now)) {
            return new ChatEvent.Signed(signature.inPlace());
        }
        if (thought instanceof ChatEvent.HiddenThinking(Signature signature)
                && signature.place().equals(now)) {
            return new ChatEvent.HiddenThinking(signature.inPlace());
        }
        return thought;
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
