package dev.switchgear.families.llm.dialect;

import java.util.Map;
import java.util.Optional;

/// How the answer to a worded request is turned into the answer to what the client asked: what was
/// replaced on the way out is put back. Immutable.
///
/// @param toolNames the client's name of each tool that went out under another
/// @param call whose arguments the answer's text was asked to be; empty where a text is a text
public record ReadBack(Map<String, String> toolNames, Optional<Call> call) {
    /// A call that the client demanded.
    ///
    /// @param tool as the client calls it
    /// @param id of the call; another one for another request, so that a conversation has none twice
    public record Call(String tool, String id) {}

    public static final ReadBack AS_IT_COMES = new ReadBack(Map.of(), Optional.empty());

    public ReadBack {
        toolNames = Map.copyOf(toolNames);
    }

    /// The same reader, where nothing was replaced.
    public AnswerReader of(AnswerReader reader) {
        return toolNames.isEmpty() && call.isEmpty()
                ? reader
                : new RestoringAnswerReader(reader, this);
    }
}
