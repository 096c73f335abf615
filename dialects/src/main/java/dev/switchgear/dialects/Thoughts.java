package dev.switchgear.dialects;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keeps thoughts out of the place where clients look for the words of an answer.
///
/// Who did not ask for thoughts finds a text in the first piece. A model that thinks unasked may have to be
/// sent its thoughts back, sealed, together with the calls it made after them. So what was sealed waits, and
/// comes right before the next call; where no call follows, nobody will miss it. What was said meanwhile
/// stands before it then, so its signature tells where it stood. Thoughts without a seal are left out.
///
/// Who did ask is shown thoughts where they come. But a seal without words behind a text shows nothing, and
/// some clients take the last piece of an answer for what it says: so it waits until more follows, and the
/// seal of a text until a call follows, since it would part the text. Where nothing follows it is not told;
/// the seal of a text is remembered by who asked its maker. For one thread.
public final class Thoughts {
    /// A longer thought is sealed without its text.
    private static final int CHARS_MAX = 8 * 1024 * 1024;

    private final boolean asked;
    private final boolean wordsLast;
    private final List<ChatEvent> sealed = new ArrayList<>();
    private final StringBuilder unsealed = new StringBuilder();
    private int chars;
    private int calls;

    /// Whether a text is what was told last.
    private boolean behindText;

    /// Whether words of a thought are, which nothing has sealed.
    private boolean worded;

    /// @param asked whether the client wants to see thoughts where they come
    /// @param wordsLast whether it may take the last piece of an answer for its words
    public Thoughts(boolean asked, boolean wordsLast) {
        this.asked = asked;
        this.wordsLast = wordsLast;
    }

    /// What the client is to be told of an event.
    public List<ChatEvent> told(ChatEvent event) {
        if (asked) {
            return wordsLast ? shown(event) : List.of(event);
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
            case ChatEvent.ToolStart call -> behindAll(call);
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

    private List<ChatEvent> shown(ChatEvent event) {
        return switch (event) {
            case ChatEvent.Thinking(String text) -> {
                boolean words = !text.isEmpty();
                List<ChatEvent> told = behindThoughts(event);
                worded |= words;
                behindText &= !words;
                yield told;
            }
            case ChatEvent.Signed(Signature signature) -> {
                boolean wordless = ofText(signature) || !worded;
                worded = false;
                if (behindText && wordless) {
                    sealed.add(new ChatEvent.Signed(signature.at(here())));
                    yield List.of();
                }
                yield behindThoughts(event);
            }
            case ChatEvent.HiddenThinking(Signature signature) -> {
                if (behindText) {
                    sealed.add(new ChatEvent.HiddenThinking(signature.at(here())));
                    yield List.of();
                }
                yield behindThoughts(event);
            }
            case ChatEvent.Text(String text) -> {
                List<ChatEvent> told = behindThoughts(event);
                chars += text.length();
                behindText |= !text.isEmpty();
                worded &= text.isEmpty();
                yield told;
            }
            case ChatEvent.ToolStart call -> {
                behindText = false;
                worded = false;
                yield behindAll(call);
            }
            // An answer with calls is no last word: whoever gets it acts on the calls.
            case ChatEvent.Finish end -> calls > 0 ? behindAll(end) : List.of(end);
            case ChatEvent.Start _,
                    ChatEvent.Refusal _,
                    ChatEvent.ToolArgs _,
                    ChatEvent.ToolEnd _,
                    ChatEvent.Usage _,
                    ChatEvent.Broken _,
                    ChatEvent.Made _,
                    ChatEvent.Omitted _,
                    ChatEvent.Ping _ ->
                    List.of(event);
        };
    }

    /// The event, behind all that waits.
    private List<ChatEvent> behindAll(ChatEvent event) {
        var told = new ArrayList<ChatEvent>();
        for (ChatEvent thought : sealed) {
            told.add(inPlace(thought));
        }
        sealed.clear();
        told.add(event);
        calls += event instanceof ChatEvent.ToolStart ? 1 : 0;
        return told;
    }

    /// The event, behind the thoughts that wait; seals of texts wait on.
    private List<ChatEvent> behindThoughts(ChatEvent event) {
        if (sealed.isEmpty()) {
            return List.of(event);
        }
        var told = new ArrayList<ChatEvent>();
        for (ChatEvent thought : sealed) {
            if (!ofText(thought)) {
                told.add(inPlace(thought));
            }
        }
        sealed.removeIf(thought -> !ofText(thought));
        told.add(event);
        return told;
    }

    private static boolean ofText(ChatEvent thought) {
        return thought instanceof ChatEvent.Signed(Signature signature) && ofText(signature);
    }

    /// Whether a signature seals the text behind it: Gemini signs texts and calls, and no thoughts.
    public static boolean ofText(Signature signature) {
        return signature.signer() == Dialect.GEMINI;
    }

    private Signature.Place here() {
        return new Signature.Place(chars, calls);
    }

    /// Nothing was said since it came: where it is told is its place. The seal of a text keeps it, by which
    /// it is told from that of the call behind it.
    private ChatEvent inPlace(ChatEvent thought) {
        if (ofText(thought)) {
            return thought;
        }
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
        if (asked && !wordsLast) {
            return events;
        }
        var told = new ArrayList<ChatEvent>(events.size());
        events.forEach(event -> told.addAll(told(event)));
        return told;
    }
}
