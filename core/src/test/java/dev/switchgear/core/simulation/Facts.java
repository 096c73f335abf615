package dev.switchgear.core.simulation;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.UpstreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Everything that can be seen from outside the gateway: what clients asked and got, what left for
/// the upstreams and what they said, what the operator ordered.
final class Facts {
    /// These upstreams said, or the operator ordered, that nobody should come from then to then.
    record Closed(String why, Set<UpstreamId> upstreams, long fromNanos, long untilNanos) {}

    /// This upstream was to be used, whatever we think of it, from then to then.
    record Opened(UpstreamId upstream, long fromNanos, long untilNanos) {}

    /// What an answer said is left, as the gateway could know from then on.
    record Told(SimulatedConnection by, Quota quota, long atNanos) {}

    final List<Conversation> conversations = new ArrayList<>();
    final List<SimulatedConnection> connections = new ArrayList<>();
    final List<Closed> closed = new ArrayList<>();
    final List<Opened> opened = new ArrayList<>();
    final List<Told> told = new ArrayList<>();
    private final Simulation simulation;

    Facts(Simulation simulation) {
        this.simulation = simulation;
    }

    SimulatedConnection departed(UpstreamId upstream, long room, Ask ask, int attempt) {
        Conversation client = ask.client();
        var connection =
                new SimulatedConnection(
                        connections.size() + 1,
                        upstream,
                        room,
                        client,
                        simulation.nanos(),
                        ask.promptTokens(),
                        attempt);
        connections.add(connection);
        simulation.note(upstream + " " + client.id);
        return connection;
    }
}
