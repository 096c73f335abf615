package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.Spot;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The agent leaves in the middle of an answer, at every third turn: whoever works on it hears of that at
/// once, and nothing of it remains in the conversation.
///
/// @param first who answers
/// @param bytes of an answer that it has sent by then; fewer than any answer has
record AgentThatLeaves(SimulatedProvider first, int bytes) implements AgentTrouble {
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    @Override
    public void before(int turn) {
        // What happens, the agent does.
    }

    @Override
    public Optional<AgentLine.Underway> leaves(int turn) {
        if (turn % 3 != 1) {
            return Optional.empty();
        }
        first.fault(new FaultKind.Stall(new Spot.AfterBytes(bytes), Optional.empty()));
        return Optional.of(() ->
                assertThat(
                                first.await(
                                        some ->
                                                some.faults().equals(List.of("stall"))
                                                        && some.sent().bytes() >= bytes,
                                        AT_MOST))
                        .as("what stalls at " + first.name())
                        .isPresent());
    }

    @Override
    public void left() throws InterruptedException {
        assertThat(first.await(ReceivedRequest::hungUp, AT_MOST))
                .as(first.name() + " hears that nobody waits any more")
                .isPresent();
        first.heal();
    }
}
