package dev.switchgear.families.llm.dialect;

import java.util.List;

/// A request in a provider's dialect.
///
/// @param body JSON
/// @param dropped what of the client's request has no place there: field names, each with the reason
///     behind a colon where it is not plain; they become a warning header
public record Worded(byte[] body, List<String> dropped) {
    public Worded {
        dropped = List.copyOf(dropped);
    }
}
