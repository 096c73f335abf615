package dev.switchgear.server;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.Door;
import dev.switchgear.server.gateway.llm.Bookkeeping;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.Sentences;
import dev.switchgear.server.monitor.Totals;
import java.time.Duration;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A door and what stands behind it: exchanges its configuration, and closes it.
final class RunningGateway implements Running {
    private static final Logger LOG = LoggerFactory.getLogger("switchgear");

    /// The last tenth of the time in which running calls may finish.
    private static final int LAST_PART = 10;

    private final Parts parts;
    private final Door door;
    private final Time time;

    RunningGateway(Parts parts, Door door, Time time) {
        this.parts = parts;
        this.door = door;
        this.time = time;
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
            carried = parts.families().prepare(config, next.connector());
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
        Duration delay = config().server().drainDelay();
        if (delay.isPositive()) {
            LOG.info(
                    "/readyz says 503 from now on; everybody is still served for {}",
                    Sentences.words(delay));
            time.sleep(delay);
        }
        Duration within = config().server().drain();
        // What no client waits for is told to end while those who read it can still hear of that.
        Duration told = within.minus(within.dividedBy(LAST_PART));
        Time.Timer last = time.after(told, parts.families()::close);
        long began = time.nanos();
        boolean finished = door.drain(within);
        Duration left = within.minusNanos(time.nanos() - began);
        finished &= parts.families().drain(left, time);
        last.cancel();
        close();
        return finished;
    }

    @Override
    public void close() {
        parts.accepting().set(false);
        parts.prober().close();
        parts.families().close();
        door.close();
        parts.outside().close();
        parts.monitor().close();
        parts.time().close();
    }
}
