package dev.switchgear.server.door.vertx;

import dev.switchgear.core.time.Time;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of one event loop, looked at a few times a second: one timer for all of them
/// instead of several for each. Belongs to its event loop.
final class ConnectionWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionWatch.class);

    private final LoopThreads home;
    private final Time time;
    private final long everyMillis;
    private final Set<VertxConnection> lines = Collections.newSetFromMap(new IdentityHashMap<>());
    private long seenNanos;
    private long millis;

    ConnectionWatch(LoopThreads home, Time time, long everyMillis) {
        this.home = home;
        this.time = time;
        this.everyMillis = everyMillis;
        this.seenNanos = time.nanos();
        var _ =
                loop().scheduleAtFixedRate(
                                this::sweep, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    }

    LoopThreads home() {
        return home;
    }

    EventLoop loop() {
        return home.loop();
    }

    Set<VertxConnection> lines() {
        return lines;
    }

    /// Milliseconds on a scale of its own, as of the last sweep: exact enough for limits of seconds,
    /// and free. Time in which the loop itself could not look is left out, so that no client pays for
    /// a machine that is slow.
    long millis() {
        return millis;
    }

    private void sweep() {
        long passedMillis = (time.nanos() - seenNanos) / 1_000_000;
        seenNanos += passedMillis * 1_000_000;
        millis += Math.min(passedMillis, 2 * everyMillis);
        for (VertxConnection line : new ArrayList<>(lines)) {
            try {
                line.sweep(millis);
            } catch (RuntimeException failure) {
                // A sweep that throws would be the last one of this loop.
                LOG.error("a connection of {} could not be looked at", line.remote(), failure);
                line.breakOff();
            }
        }
    }
}
