package dev.switchgear.server.monitor;

import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Drains the journal ten times a second and hands each event to its readers, on one thread of its
/// own. A reader that throws loses that event, not the thread.
public final class Monitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /// Events handed on before the thread looks at the clock again.
    private static final int BATCH = 10_000;

    private final Journal journal;
    private final List<Consumer<Event>> readers;
    private final Time time;
    private final Threads threads;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    /// @param threads one is started; not a virtual one, so that facts are kept under full load too
    public Monitor(Journal journal, List<Consumer<Event>> readers, Threads threads, Time time) {
        this.journal = journal;
        this.readers = List.copyOf(readers);
        this.time = time;
        this.threads = threads;
    }

    public Monitor start() {
        thread = threads.start(this::run);
        return this;
    }

    private void run() {
        while (!closed) {
            readAll();
            try {
                time.sleep(PAUSE);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /// Reads what is waiting now; also called before a scrape, so that metrics are not stale.
    public synchronized void readAll() {
        for (int read = BATCH; read == BATCH; ) {
            read = journal.drain(this::handOn, BATCH);
        }
    }

    private void handOn(Event event) {
        for (Consumer<Event> reader : readers) {
            try {
                reader.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("{} could not read an event", reader.getClass().getSimpleName(), e);
            }
        }
    }

    /// How long everything waits for the processor now, where that is a queue; else zero.
    public Duration lag() {
        return Duration.ofNanos(time.lagNanos());
    }

    /// Reads what is left, and stops.
    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        readAll();
    }
}
