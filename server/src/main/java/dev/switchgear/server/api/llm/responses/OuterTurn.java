package dev.switchgear.server.api.llm.responses;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmTurn;
import dev.switchgear.server.api.llm.Turned;
import dev.switchgear.server.api.llm.responses.compact.CompactingExchange;
import dev.switchgear.server.api.llm.responses.compact.Compactions;
import java.time.Duration;
import java.util.Optional;

/// What a request can ask beyond an answer to what was said: to be answered in the background, and to
/// have its conversation compacted. Stands between the edge and the turn that knows what was before. For
/// one request.
final class OuterTurn implements LlmTurn {
    /// What has to do with the call while it goes on.
    ///
    /// @param background takes what is not to be waited for; empty where that is meant already
    /// @param total how long it may take; empty for what its route says
    /// @param admitted runs once the client's limits have let it through
    record Manner(Optional<Background> background, Optional<Duration> total, Runnable admitted) {
        /// Of what somebody waits for, whatever it says itself.
        static final Manner WAITED_FOR = new Manner(Optional.empty(), Optional.empty(), () -> {});

        /// Of what may say that nobody waits for it.
        static Manner usual(Background background) {
            return new Manner(Optional.of(background), Optional.empty(), () -> {});
        }

        /// Of what nobody waits for.
        static Manner inBackground(Duration total, Runnable admitted) {
            return new Manner(Optional.empty(), Optional.of(total), admitted);
        }
    }

    private final ResponsesTurn turn;
    private final Visit asked;
    private final Operation operation;
    private final Manner manner;
    private final CompactingExchange exchange;
    private final Compactions compactions;

    /// @param asked as the client asked
    OuterTurn(
            ResponsesTurn turn,
            Visit asked,
            Operation operation,
            Manner manner,
            Compactions compactions) {
        this.turn = turn;
        this.asked = asked;
        this.operation = operation;
        this.manner = manner;
        this.compactions = compactions;
        this.exchange = new CompactingExchange(turn.visit().exchange(), asked.exchange());
    }

    /// As the edge is to see it.
    Visit visit() {
        return turn.visit().over(exchange);
    }

    @Override
    public Turned turned(RequestBody scanned) {
        if (operation == Operation.CHAT
                && scanned.elsewhere().background()
                && manner.background().isPresent()) {
            manner.background().get().create(asked, scanned.bytes());
            return new Turned.Taken();
        }
        return compactions.turned(turn.turned(scanned), scanned, turn.visit(), exchange);
    }

    @Override
    public void answers(UpstreamId upstream, boolean passing) {
        // What a compaction is kept as, nobody but us knows.
        turn.answers(upstream, passing && !exchange.compacting());
    }

    @Override
    public Optional<AnswerIdentity> identity(long createdSeconds, String model) {
        return turn.identity(createdSeconds, model);
    }

    @Override
    public Optional<Duration> total() {
        return manner.total();
    }

    @Override
    public void admitted() {
        manner.admitted().run();
    }
}
