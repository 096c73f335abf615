package dev.switchgear.server.api.llm.responses.socket;

import dev.switchgear.server.api.llm.responses.kept.Archive;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.HttpExchange;
import org.jspecify.annotations.Nullable;

/// One turn on a connection, from its message to its last event. The request that it makes knows it as
/// its session.
public final class SocketTurn implements HttpExchange.Session {
    private final SocketRequest request;
    private final BodyBudget.Share memory;
    private final Archive local;

    // Guarded by the connection's lock.
    private @Nullable Thread thread;

    /// @param memory what its message took
    /// @param local what was answered on the connection
    SocketTurn(SocketRequest request, BodyBudget.Share memory, Archive local) {
        this.request = request;
        this.memory = memory;
        this.local = local;
    }

    public SocketRequest request() {
        return request;
    }

    BodyBudget.Share memory() {
        return memory;
    }

    public Archive local() {
        return local;
    }

    void runsOn(Thread by) {
        thread = by;
    }

    void rests() {
        thread = null;
    }

    void interrupt() {
        Thread runs = thread;
        if (runs != null) {
            runs.interrupt();
        }
    }
}
