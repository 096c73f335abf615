package dev.switchgear.server.edge.llm;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.edge.Visit;
import java.util.Optional;

/// A request as its protocol's path tells.
///
/// @param inPath the model and whether to stream, where the path says that instead of the body
/// @param passable whether the answer may pass as a provider of the same dialect gives it
public record Asking(
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
    public static Asking of(Visit visit, LlmProtocol protocol, Operation operation) {
        return new Asking(visit, protocol, operation, Optional.empty(), true);
    }
}
