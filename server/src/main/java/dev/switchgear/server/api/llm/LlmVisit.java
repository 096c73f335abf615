package dev.switchgear.server.api.llm;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.api.Visit;
import java.util.Optional;

/// A request as its protocol's path tells.
///
/// @param inPath the model and whether to stream, where the path says that instead of the body
/// @param passable whether the answer may pass as a provider of the same dialect gives it
public record LlmVisit(
        Visit visit,
        LlmProtocol protocol,
        Operation operation,
        Optional<InPath> inPath,
        boolean passable) {
    /// What the path says.
    ///
    /// @param model empty where the body names it
    public record InPath(String model, boolean streamed) {}

    /// Everything stands in the body.
    public static LlmVisit of(Visit visit, LlmProtocol protocol, Operation operation) {
        return new LlmVisit(visit, protocol, operation, Optional.empty(), true);
    }
}
