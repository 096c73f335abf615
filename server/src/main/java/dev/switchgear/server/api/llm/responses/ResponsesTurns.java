package dev.switchgear.server.api.llm.responses;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmEdge;
import dev.switchgear.server.api.llm.LlmVisit;
import dev.switchgear.server.api.llm.responses.compact.Compactions;
import dev.switchgear.server.api.llm.responses.kept.Archive;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses;
import dev.switchgear.server.api.llm.responses.socket.ResponsesSockets;
import java.util.Optional;

/// Has turns of conversations carried, of which we may know what was before: what a request refers to is
/// put in place, and what it is answered is kept for the next one. Thread-safe.
final class ResponsesTurns {
    /// How one turn is made.
    ///
    /// @param id how the answer is called, whoever gives it; empty for its own name
    /// @param local what this turn can refer to beside what its client left with us, and where it is
    ///     kept in any case; empty for none
    record How(Optional<String> id, Optional<Archive> local) {
        static final How USUAL = new How(Optional.empty(), Optional.empty());

        /// Of a request by itself, or of a turn on a connection.
        static How of(Visit visit) {
            return ResponsesSockets.turn(visit.exchange())
                    .map(turn -> new How(Optional.empty(), Optional.of(turn.local())))
                    .orElse(USUAL);
        }
    }

    private final ResponsesProtocol protocol;
    private final LlmEdge edge;
    private final KeptResponses kept;
    private final long bodyMost;
    private final Compactions compactions;

    /// @param bodyMost bytes that a request may have together with what it refers to
    ResponsesTurns(
            ResponsesProtocol protocol,
            LlmEdge edge,
            KeptResponses kept,
            long bodyMost,
            Compactions compactions) {
        this.compactions = compactions;
        this.protocol = protocol;
        this.edge = edge;
        this.kept = kept;
        this.bodyMost = bodyMost;
    }

    /// Has a model answer, while its client waits for that.
    void create(Visit visit) {
        create(visit, How.of(visit), OuterTurn.Manner.WAITED_FOR);
    }

    /// Has a model answer.
    void create(Visit visit, How how, OuterTurn.Manner manner) {
        serve(visit, how, Operation.CHAT, manner);
    }

    /// Has the tokens of a request counted.
    void count(Visit visit) {
        serve(visit, How.USUAL, Operation.COUNT_TOKENS, OuterTurn.Manner.WAITED_FOR);
    }

    private void serve(Visit visit, How how, Operation operation, OuterTurn.Manner manner) {
        try (var turn = new ResponsesTurn(this, visit, how, operation)) {
            var outer = new OuterTurn(turn, visit, operation, manner, compactions);
            edge.serve(LlmVisit.of(outer.visit(), protocol, operation, outer));
        }
    }

    KeptResponses kept() {
        return kept;
    }

    long bodyMost() {
        return bodyMost;
    }
}
