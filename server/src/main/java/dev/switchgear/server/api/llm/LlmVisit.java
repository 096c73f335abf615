package dev.switchgear.server.api.llm;

import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.door.HttpExchange;
import java.util.List;
import java.util.Optional;

/// A request as its protocol's path tells.
///
/// @param inPath the model and whether to stream, where the path says that instead of the body
/// @param passable whether the answer may pass as a provider of the same dialect gives it
/// @param turn what its protocol has to do with it
public record LlmVisit(
        Visit visit,
        LlmProtocol protocol,
        Operation operation,
        Optional<InPath> inPath,
        boolean passable,
        LlmTurn turn) {
    /// A request that says everything itself.
    public LlmVisit(
            Visit visit,
            LlmProtocol protocol,
            Operation operation,
            Optional<InPath> inPath,
            boolean passable) {
        this(visit, protocol, operation, inPath, passable, LlmTurn.NONE);
    }

    /// What the path says.
    ///
    /// @param model empty where the body names it
    /// @param streamed empty where the body says it
    public record InPath(String model, Optional<Boolean> streamed) {}

    /// The name of the client who asks.
    String client() {
        return visit.client().name();
    }

    HttpExchange exchange() {
        return visit.exchange();
    }

    /// Answers with an error in the client's protocol.
    ///
    /// @param limits how the client's limits stand
    void refuse(List<LimitStatus> limits, Problem problem) {
        visit.refuse(problem, head -> protocol.limits(head, limits));
    }

    /// Everything stands in the body.
    public static LlmVisit of(Visit visit, LlmProtocol protocol, Operation operation) {
        return of(visit, protocol, operation, LlmTurn.NONE);
    }

    /// The same, and `turn` completes it.
    public static LlmVisit of(
            Visit visit, LlmProtocol protocol, Operation operation, LlmTurn turn) {
        return new LlmVisit(visit, protocol, operation, Optional.empty(), true, turn);
    }
}
