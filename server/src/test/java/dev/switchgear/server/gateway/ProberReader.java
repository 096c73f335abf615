package dev.switchgear.server.gateway;

import dev.switchgear.core.guard.GuardedUpstream;

/// Looks over the prober's shoulder.
public final class ProberReader {
    private ProberReader() {}

    public static boolean asks(GuardedUpstream<?, ?> upstream) {
        return Prober.isOut(upstream);
    }
}
