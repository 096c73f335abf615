package dev.switchgear.server.door.vertx;

import dev.switchgear.core.time.Threads;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.AbstractEventExecutor;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// The virtual threads of one event loop: each runs on the loop itself, between two looks at its
/// connections, so that a request goes from one system thread to another nowhere on its way.
///
/// They are told from others by their name, which is that of their loop: such a thread need not wake the
/// loop up to hand it something.
///
/// A thread may have to run while its loop cannot: where the loop itself waits for a lock, and stands in
/// the queue for it behind a thread of its own, who gives the lock back wakes that thread alone, which
/// waits for the loop. Or a thread has much to do at a stretch, and the others wait behind it. So the
/// threads that may go on stand in a queue of ours, and whoever sees that the loop does not come to it
/// runs them beside the loop ([#lookAfter]).
final class LoopThreads implements Executor {
    /// So many threads have their turn before the loop looks at its connections again.
    private static final int AT_ONCE = 256;

    private final AbstractEventExecutor loop;
    private final String name;
    private final Optional<Threads> threads;
    private final Threads others;

    /// Continuations of threads that may go on.
    private final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean planned = new AtomicBoolean();

    /// How many are being run beside the loop.
    private final AtomicInteger beside = new AtomicInteger();

    /// How many the loop has begun to run. Written by the loop alone.
    private volatile long turns;

    /// As the last look found it; belongs to whoever looks.
    private long seenTurns = -1;

    /// @param number of the loop
    LoopThreads(EventLoop loop, int number) {
        this.loop = (AbstractEventExecutor) loop;
        // A text of its own, since it is compared by identity.
        this.name = "loop " + number;
        this.threads = Threads.virtual(this::goOn, name);
        this.others = Threads.platform("beside " + name);
    }

    /// Those that run on the loop; empty where the JDK has none such.
    Optional<Threads> threads() {
        return threads;
    }

    EventLoop loop() {
        return (EventLoop) loop;
    }

    /// Whether the calling thread is the loop's, or runs on it.
    @SuppressWarnings("ReferenceEquality") // another thread may be called likewise
    boolean here() {
        Thread current = Thread.currentThread();
        return current.isVirtual()
                ? current.getName() == name && beside.get() == 0
                : loop.inEventLoop(current);
    }

    /// Runs `task` on the loop, after what runs there now.
    ///
    /// @throws RejectedExecutionException where the loop has ended
    @Override
    public void execute(Runnable task) {
        if (here()) {
            // The loop looks for it before it waits: nobody need wake it.
            loop.lazyExecute(task);
        } else {
            loop.execute(task);
        }
    }

    private void goOn(Runnable continuation) {
        ready.add(continuation);
        plan();
    }

    private void plan() {
        if (!planned.compareAndSet(false, true)) {
            return;
        }
        try {
            execute(this::runReady);
        } catch (RejectedExecutionException ended) {
            // A thread that goes on when its loop has ended must still come to its end.
            planned.set(false);
            runBeside();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // the loop alone writes
    private void runReady() {
        planned.set(false);
        for (int i = 0; i < AT_ONCE; i++) {
            Runnable next = ready.poll();
            if (next == null) {
                return;
            }
            turns++;
            next.run();
        }
        plan();
    }

    /// To be called every few milliseconds, by one thread: where the loop has begun nothing since, and
    /// somebody waits for it, they go on without it.
    void lookAfter() {
        long now = turns;
        if (now == seenTurns && !ready.isEmpty()) {
            runBeside();
        }
        seenTurns = now;
    }

    private void runBeside() {
        beside.incrementAndGet();
        others.start(() -> {
            try {
                for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
                    next.run();
                }
            } finally {
                beside.decrementAndGet();
            }
        });
    }
}
