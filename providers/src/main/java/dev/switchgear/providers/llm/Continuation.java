package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import java.util.ArrayList;
import java.util.List;

/// Asks a model to continue an answer that another began. Pure.
final class Continuation {
    private static final String INSTRUCTION =
            "Your answer was cut off. Continue it exactly where it ends, in the middle of a word if"
                    + " it ends there. Repeat nothing, add no introduction, and do not mention that it"
                    + " was cut off.";

    private Continuation() {}

    /// The last turn of `asked` is the assistant's beginning. A model that continues such a turn by
    /// itself gets it as it is; every other is told what to do with it.
    static ChatRequest worded(ChatRequest asked, Dialect dialect, ModelTraits traits) {
        // Only Anthropic's dialect continues a last turn; the others take it for history.
        if (dialect == Dialect.ANTHROPIC
                && !traits.equals(ModelTraits.UNKNOWN)
                && !traits.lacks(Capability.PREFILL)) {
            return asked;
        }
        var turns = new ArrayList<>(asked.turns());
        turns.add(new Turn(Role.USER, List.of(new Part.Text(INSTRUCTION))));
        return asked.withTurns(turns);
    }
}
