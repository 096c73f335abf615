package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Placing;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.seal.ClientSeals;
import dev.switchgear.families.llm.seal.KeptThoughts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The thoughts in a client's history, before it is worded for a provider: of signatures that came as they
/// are it is told who made them, as far as that is remembered, and a turn that came back without the thoughts
/// before its calls, or the seal of its text, gets those again that whoever is asked had then.
///
/// @param target who is asked
record HistorySeals(LlmRequest request, ModelTarget target) {
    /// @throws NotTranslatable if another account sealed what cannot be left out
    ChatRequest in(ChatRequest asked) throws NotTranslatable {
        ClientSeals seals = request.companions().seals();
        if (request.dialect() == Dialect.RESPONSES) {
            keepSealedItems(asked);
        }
        var turns = new ArrayList<Turn>(asked.turns().size());
        boolean changed = false;
        long conversation = 0;
        int answers = 0;
        int answersWithCalls = 0;
        // Most accounts seal no texts: then no turn is looked for by its words.
        boolean textsSealed = seals.thoughts(CallKey.ofTexts(target.account())).isPresent();
        for (Turn turn : asked.turns()) {
            Turn known = turn;
            if (turn.role() == Role.ASSISTANT) {
                List<Part.ToolCall> calls = CallKey.calls(turn);
                boolean sealed = sealed(turn);
                // Our own dialect has place for one signature a turn, of all there may be.
                boolean whole = sealed && request.dialect() != Dialect.OWN;
                Optional<KeptThoughts> kept = Optional.empty();
                if (!whole) {
                    boolean called = !calls.isEmpty();
                    if (called) {
                        kept = seals.thoughts(CallKey.ofId(calls.getFirst().id()));
                    }
                    boolean ollama = request.dialect() == Dialect.OLLAMA;
                    if (called ? kept.isEmpty() && ollama : textsSealed) {
                        conversation =
                                conversation == 0 ? CallKey.conversation(asked) : conversation;
                        kept =
                                seals.thoughts(
                                        called
                                                ? CallKey.ofPlace(
                                                        conversation, answersWithCalls, calls)
                                                : CallKey.ofText(
                                                        conversation, answers, CallKey.text(turn)));
                    }
                    kept = kept.filter(this::own);
                }
                if (kept.isPresent()) {
                    known = thinking(turn, kept.get());
                } else if (sealed) {
                    known = new Turn(turn.role(), turn.parts().stream().map(this::known).toList());
                }
                answers++;
                answersWithCalls += calls.isEmpty() ? 0 : 1;
            }
            changed |= !known.equals(turn);
            turns.add(known);
        }
        return changed ? asked.withTurns(turns) : asked;
    }

    /// A conversation that a provider cut down (`compaction`), and whatever else it seals that is no thought:
    /// without it nobody else can go on, and with it nobody else may.
    private void keepSealedItems(ChatRequest asked) throws NotTranslatable {
        for (Turn turn : asked.turns()) {
            for (Part part : turn.parts()) {
                if (part instanceof Part.Foreign item && others(item)) {
                    throw new NotTranslatable(
                            item.kind(), "another account sealed it, which alone can open it");
                }
            }
        }
    }

    private boolean others(Part.Foreign item) {
        String sealed = item.raw().path("encrypted_content").asString("");
        return !sealed.isEmpty()
                && request.companions()
                        .seals()
                        .maker(sealed)
                        .filter(maker -> !maker.account().equals(target.account()))
                        .isPresent();
    }

    private boolean own(KeptThoughts kept) {
        return kept.maker().account().equals(target.account())
                && kept.maker().model().equals(target.model());
    }

    private static boolean sealed(Turn turn) {
        return turn.parts().stream()
                .anyMatch(part ->
                        part instanceof Part.HiddenThinking
                                || (part instanceof Part.Thinking(_, var seal) && seal.isPresent())
                                || (part instanceof Part.ToolCall call
                                        && call.signature().isPresent()));
    }

    private Part known(Part part) {
        return switch (part) {
            case Part.HiddenThinking(Signature seal) -> new Part.HiddenThinking(known(seal));
            case Part.Thinking(String text, var seal) ->
                    new Part.Thinking(text, seal.map(this::known));
            case Part.ToolCall call -> call.signed(call.signature().map(this::known));
            case Part.Text _,
                    Part.Image _,
                    Part.Document _,
                    Part.Audio _,
                    Part.ToolResult _,
                    Part.Refusal _,
                    Part.CacheMark _,
                    Part.Foreign _ ->
                    part;
        };
    }

    private Signature known(Signature signature) {
        if (!signature.account().isEmpty()) {
            return signature;
        }
        return request.companions()
                .seals()
                .maker(SealedValue.of(signature))
                .map(maker -> signature.madeBy(maker.model(), maker.account()))
                .orElse(signature);
    }

    /// The turn with its thoughts where they stood, instead of such that lost their signatures; a turn whose
    /// thoughts nobody signs keeps those that its client sent, and so does one whose text alone is sealed.
    private static Turn thinking(Turn turn, KeptThoughts kept) {
        boolean open =
                kept.calls().isEmpty()
                        && kept.thoughts().stream()
                                .allMatch(thought ->
                                        thought instanceof Part.Thinking(_, var seal)
                                                && seal.isEmpty());
        if (open && turn.parts().stream().anyMatch(Part.Thinking.class::isInstance)) {
            return turn;
        }
        boolean textAlone = CallKey.calls(turn).isEmpty();
        var parts = new ArrayList<Part>(kept.thoughts());
        int number = 0;
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolCall call) {
                Optional<Signature> seal = Optional.ofNullable(kept.calls().get(number++));
                parts.add(new Part.ToolCall(call.id(), call.name(), call.arguments(), seal));
            } else if (!(part instanceof Part.Thinking(_, var seal))
                    || (textAlone && seal.isEmpty())) {
                parts.add(part);
            }
        }
        return new Turn(turn.role(), Placing.placed(parts));
    }
}
