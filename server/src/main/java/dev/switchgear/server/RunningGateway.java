package dev.switchgear.server;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.gateway.llm.Bookkeeping;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.Totals;
import java.util.Collection;

/// A door and what stands behind it: exchanges its configuration, and closes it.
final class RunningGateway implements Running {
    private final Parts parts;
    private final Door door;

    RunningGateway(Parts parts, Door door) {
        this.parts = parts;
        this.door = door;
    }

    @Override
    public int port() {
        return door.port();
    }

    @Override
    public Config config() {
        return parts.families().config();
    }

    @Override
    public Collection<GuardedUpstream<?, ?>> upstreams() {
        return parts.families().upstreams();
    }

    @Override
    public Bookkeeping books() {
        return parts.books();
    }

    @Override
    public Totals totals() {
        return parts.totals();
    }

    @Override
    public Meters meters() {
        return parts.meters();
    }

    @Override
    public Monitor monitor() {
        return parts.monitor();
    }

    @Override
    public synchronized void use(Config config) {
        Outside.Way now = parts.outside().way();
        Outside.Way next = parts.outside().by(config);
        Runnable served;
        Runnable carried;
        try {
            served = parts.surface().prepare(config);
            carried = parts.families().prepare(config, next.connector(), next.equals(now));
        } catch (RuntimeException unusable) {
            if (!next.equals(now)) {
                next.connector().close();
            }
            throw unusable;
        }
        parts.outside().use(next);
        carried.run();
        served.run();
    }

    @Override
    public boolean shutDown() throws InterruptedException {
        parts.accepting().set(false);
        boolean finished = door.drain(config().server().drain());
        close();
        return finished;
    }

    @Override
    public void close() {
        parts.accepting().set(false);
        parts.prober().close();
        door.close();
        parts.outside().close();
        parts.monitor().close();
    }
}
