package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.seal.ClientSeals;
import dev.switchgear.families.llm.seal.KeptThoughts;
import dev.switchgear.families.llm.seal.SealMaker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is sealed in an answer that is told to a client of another dialect: each signature gets its maker's
/// name, and whose it is is remembered; thoughts before calls are remembered for clients that will not send
/// them back, and seals of texts for all that are not told them. For one answer.
final class AnswerSeals {
    /// Of thoughts and arguments that are remembered.
    private static final int CHARS_MAX = 512 * 1024;

    private final ProviderDialect spoken;
    private final ModelTarget target;
    private final ClientSeals seals;
    private final SealMaker maker;

    /// The conversation that is answered; it was read before it was asked, if it was worded at all. Empty
    /// where an answer that broke off is gone on with, which comes back as one.
    private final Optional<ChatRequest> asked;

    /// Whether the client sends no ids of calls.
    private final boolean byPlace;

    /// Whether the answer may seal what it says, which is remembered by its words then.
    private final boolean byText;

    private final StringBuilder unsealed = new StringBuilder();
    private final List<Part> thoughts = new ArrayList<>();
    private final Map<Integer, Signature> signed = new HashMap<>();
    private final List<ChatEvent.ToolStart> calls = new ArrayList<>();
    private final Map<Integer, StringBuilder> arguments = new HashMap<>();
    private int chars;
    private int size;
    private long said;
    private boolean textSealed;

    AnswerSeals(
            ProviderDialect spoken,
            ModelTarget target,
            LlmRequest request,
            Optional<ChatRequest> asked) {
        this.spoken = spoken;
        this.target = target;
        this.seals = request.companions().seals();
        this.maker = new SealMaker(target.account(), target.model());
        this.asked = request.continuing() ? Optional.empty() : asked;
        this.byPlace = this.asked.isPresent() && request.dialect() == Dialect.OLLAMA;
        this.byText =
                this.asked.isPresent()
                        && (spoken.dialect() == Dialect.GEMINI
                                || spoken.dialect() == Dialect.OPENAI);
    }

    ModelTarget target() {
        return target;
    }

    /// The event as it is told.
    ChatEvent told(ChatEvent event) {
        return switch (event) {
            case ChatEvent.Signed(Signature signature) -> {
                Signature made = made(signature);
                boolean ofText = made.signer() == Dialect.GEMINI;
                textSealed |= ofText || (unsealed.isEmpty() && ofChat(made));
                thought(new Part.Thinking(ofText ? "" : unsealed.toString(), here(made)));
                unsealed.setLength(0);
                yield new ChatEvent.Signed(made);
            }
            case ChatEvent.HiddenThinking(Signature signature) -> {
                Signature made = made(signature);
                textSealed |= ofChat(made);
                thought(new Part.HiddenThinking(here(made).orElse(made)));
                yield new ChatEvent.HiddenThinking(made);
            }
            case ChatEvent.Thinking(String text) -> {
                size += text.length();
                if (size <= CHARS_MAX) {
                    unsealed.append(text);
                }
                yield event;
            }
            case ChatEvent.Text(String text) -> {
                chars += text.length();
                if (byText) {
                    said = CallKey.text(said, text);
                }
                yield event;
            }
            case ChatEvent.ToolStart(int index, String id, String name, var signature) -> {
                Optional<Signature> made = signature.map(this::made);
                made.ifPresent(seal -> signed.put(calls.size(), seal));
                var call = new ChatEvent.ToolStart(index, id, name, made);
                calls.add(call);
                yield call;
            }
            case ChatEvent.ToolArgs(int index, String json) -> {
                if (byPlace) {
                    size += json.length();
                    if (size <= CHARS_MAX) {
                        arguments.computeIfAbsent(index, _ -> new StringBuilder()).append(json);
                    }
                }
                yield event;
            }
            case ChatEvent.Finish _ -> {
                keep();
                yield event;
            }
            case ChatEvent.Start _,
                    ChatEvent.Refusal _,
                    ChatEvent.ToolEnd _,
                    ChatEvent.Usage _,
                    ChatEvent.Broken _,
                    ChatEvent.Made _,
                    ChatEvent.Omitted _,
                    ChatEvent.Ping _ ->
                    event;
        };
    }

    /// Whether it came in chat, which has no order of what is sealed and what is said: without words it may
    /// as well seal the text.
    private static boolean ofChat(Signature signature) {
        return signature.signer() == Dialect.OPENAI;
    }

    private void thought(Part thought) {
        thoughts.add(thought);
    }

    /// Google's own layer of chat tells what Gemini signed.
    private Signature made(Signature signature) {
        boolean own =
                signature.signer() == spoken.dialect()
                        || (signature.signer() == Dialect.GEMINI
                                && spoken.dialect() == Dialect.OPENAI);
        size += signature.value().length();
        if (!own || !signature.account().isEmpty()) {
            return signature;
        }
        seals.made(SealedValue.of(signature), maker);
        var made =
                new Signature(
                        signature.value(),
                        signature.signer(),
                        target.model(),
                        target.account(),
                        signature.place());
        return made;
    }

    /// The same, with the place where it stood.
    private Optional<Signature> here(Signature signature) {
        return Optional.of(signature.at(new Signature.Place(chars, calls.size())));
    }

    private void keep() {
        boolean open = thoughts.isEmpty() && signed.isEmpty();
        if (open && spoken.wantsThoughtsBack() && !unsealed.isEmpty()) {
            thoughts.add(new Part.Thinking(unsealed.toString(), Optional.empty()));
        }
        if (size > CHARS_MAX || (thoughts.isEmpty() && signed.isEmpty())) {
            return;
        }
        if (calls.isEmpty()) {
            keepOfText();
            return;
        }
        var kept = new KeptThoughts(thoughts, signed, maker);
        seals.keep(CallKey.ofId(calls.getFirst().id()), kept);
        if (byPlace) {
            seals.keep(
                    CallKey.ofPlace(
                            CallKey.conversation(asked.orElseThrow()),
                            CallKey.answersWithCalls(asked.orElseThrow()),
                            calls.stream().map(this::called).toList()),
                    kept);
        }
    }

    /// With a note that there is such a thing, without which nobody looks for it.
    private void keepOfText() {
        if (!byText || !textSealed) {
            return;
        }
        ChatRequest conversation = asked.orElseThrow();
        seals.keep(
                CallKey.ofText(
                        CallKey.conversation(conversation), CallKey.answers(conversation), said),
                new KeptThoughts(thoughts, signed, maker));
        seals.keep(CallKey.ofTexts(target.account()), new KeptThoughts(List.of(), Map.of(), maker));
    }

    private Part.ToolCall called(ChatEvent.ToolStart call) {
        return new Part.ToolCall(
                call.id(),
                call.name(),
                Optional.ofNullable(arguments.get(call.index()))
                        .map(StringBuilder::toString)
                        .orElse("{}"),
                Optional.empty());
    }
}
