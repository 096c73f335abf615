package dev.switchgear.families.llm.chat;

import java.util.List;

/// Neighbouring words of one side, in order. Immutable.
///
/// Results of tools are parts of a [Role#USER] turn, before all other parts. Dialects that give them
/// a message of their own are merged and split at their borders. A system turn may stand anywhere; a
/// dialect that has no place for it in the middle moves it and says so.
public record Turn(Role role, List<Part> parts) {
    public Turn {
        parts = List.copyOf(parts);
    }
}
