package dev.switchgear.server.api.operate;

import dev.switchgear.core.guard.GuardedUpstream;

/// Reads on the health page.
public final class HealthPageReader {
    private HealthPageReader() {}

    public static Object status(GuardedUpstream<?, ?> upstream) {
        return HealthRoutes.about(upstream).getOrDefault("status", "nothing");
    }
}
