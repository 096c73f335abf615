package dev.switchgear.core.simulation;

import dev.switchgear.core.call.UpstreamId;
import org.jspecify.annotations.Nullable;

/// One try to reach an upstream, as a wire tap and the upstream itself see it. Moments are simulated
/// nanoseconds, -1 where it has not come to that.
final class SimulatedConnection {
    final int number;
    final UpstreamId upstream;
    final long room;
    final Conversation client;
    final long departed;
    final long promptTokens;

    /// The gateway's own number of it, within its call.
    final int attempt;

    /// From here on the upstream may act.
    long bytesLeft = -1;

    long arrived = -1;
    boolean executed;

    /// The upstream's status as the gateway received it, and when.
    int status;

    long statusReceived = -1;
    long closed = -1;

    /// How it ended, in a word.
    @Nullable String end;

    SimulatedConnection(
            int number,
            UpstreamId upstream,
            long room,
            Conversation client,
            long departed,
            long promptTokens,
            int attempt) {
        this.number = number;
        this.upstream = upstream;
        this.room = room;
        this.client = client;
        this.departed = departed;
        this.promptTokens = promptTokens;
        this.attempt = attempt;
    }

    /// The upstream said it did nothing, and nothing it does not know of can have happened.
    boolean refusedByUpstream() {
        return switch (status) {
            case 400, 401, 402, 404, 413, 429, 503 -> true;
            default -> false;
        };
    }

    /// The upstream may count it: it has left, and nobody said that it did nothing.
    boolean counts() {
        return bytesLeft >= 0 && !refusedByUpstream();
    }

    boolean complete() {
        return "complete".equals(end);
    }

    @Override
    public String toString() {
        return "connection %d of %s to %s: departed %.6f s, bytes left %.6f s, closed %.6f s, %s"
                .formatted(
                        number,
                        client.id,
                        upstream,
                        departed / 1e9,
                        bytesLeft / 1e9,
                        closed / 1e9,
                        end);
    }
}
