package dev.switchgear.families.llm.dialect;

import java.util.List;

/// A request in a provider's dialect.
///
/// @param body JSON
/// @param dropped what of the client's request has no place there: field names, each with the reason
///     behind a colon where it is not plain; they become a warning header
/// @param readBack what was replaced on the way out, and is put back in the answer
public record Worded(byte[] body, List<String> dropped, ReadBack readBack) {
    public Worded {
        dropped = List.copyOf(dropped);
    }

    /// Of which the answer is read as it comes.
    public Worded(byte[] body, List<String> dropped) {
        this(body, dropped, ReadBack.AS_IT_COMES);
    }
}
