package dev.switchgear.server.output;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/// Lines on their way out. A pipe that nobody reads holds its writer for as long as it likes, and
/// nothing can wake it; so lines wait in a bounded queue for one thread that has nothing else to do.
/// What finds no room is dropped and counted, and the count is told once there is room again.
/// Thread-safe.
public final class Outlet {
    /// Lines that may wait: some seconds of a very talkative gateway.
    static final int LINES_MOST = 4_096;

    /// Characters that may wait, all lines together.
    static final long CHARACTERS_MOST = 8L * 1024 * 1024;

    /// Where lines go. May block, and fail.
    @FunctionalInterface
    public interface Sink {
        void write(String lines) throws IOException;
    }

    private final BlockingQueue<Optional<String>> waiting =
            new ArrayBlockingQueue<>(LINES_MOST + 1);
    private final AtomicLong characters = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Sink sink;
    private final LongFunction<String> loss;
    private final Time time;

    /// Those dropped that were told. Used by the writing thread alone.
    private long told;

    private volatile boolean closed;

    private Outlet(Sink sink, LongFunction<String> loss, Time time) {
        this.sink = sink;
        this.loss = loss;
        this.time = time;
    }

    /// @param loss the line that tells that so many were dropped
    /// @param threads starts the one that writes; it may be held in native code
    public static Outlet open(Sink sink, LongFunction<String> loss, Threads threads, Time time) {
        var outlet = new Outlet(sink, loss, time);
        threads.start(outlet::write);
        return outlet;
    }

    /// Takes a line, whole with its end, or drops it. Never waits.
    public void accept(String line) {
        boolean room =
                !closed
                        && waiting.size() < LINES_MOST
                        && characters.get() + line.length() <= CHARACTERS_MOST;
        if (!room) {
            dropped.incrementAndGet();
            return;
        }
        characters.addAndGet(line.length());
        if (!waiting.offer(Optional.of(line))) {
            characters.addAndGet(-line.length());
            dropped.incrementAndGet();
        }
    }

    /// Lines that found no room, or could not be written, since it was opened.
    public long dropped() {
        return dropped.get();
    }

    /// Takes no more lines, and waits until those that wait are written, but no longer than
    /// `patience`: whoever does not read must not keep the program from ending.
    public void finish(Duration patience) throws InterruptedException {
        closed = true;
        // One place is kept for this; where it is taken, the writer is held and will not see it.
        boolean _ = waiting.offer(Optional.empty());
        Time.Timer timer = time.after(patience, finished::countDown);
        try {
            finished.await();
        } finally {
            timer.cancel();
        }
    }

    private void write() {
        try {
            for (Optional<String> line = waiting.take(); line.isPresent(); line = waiting.take()) {
                characters.addAndGet(-line.get().length());
                write(line.get(), 1);
                tellLoss();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            finished.countDown();
        }
    }

    private void tellLoss() {
        long lost = dropped.get() - told;
        if (lost > 0 && waiting.size() <= LINES_MOST / 2) {
            told += lost;
            write(loss.apply(lost), 0);
        }
    }

    /// @param counted how many lines are lost where it fails
    private void write(String line, int counted) {
        try {
            sink.write(line);
        } catch (IOException gone) {
            // Nobody is there to be told; the count is what can be seen elsewhere.
            dropped.addAndGet(counted);
            told += counted;
        }
    }
}
