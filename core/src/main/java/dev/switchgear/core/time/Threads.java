package dev.switchgear.core.time;

import java.util.Optional;
import java.util.concurrent.Executor;

/// Starts threads; handed in, so that the simulation decides which thread runs when.
@FunctionalInterface
public interface Threads {
    /// Starts `task` on a new thread and returns that thread.
    Thread start(Runnable task);

    /// The JDK's own virtual threads.
    static Threads virtual() {
        return ScheduledThreads.onJdkScheduler().orElse(Thread::startVirtualThread);
    }

    /// Virtual threads called `name` that run on `scheduler` and nowhere else. To be called by a thread
    /// that is not virtual. Empty where the JDK gives no such threads, or was started without
    /// `--add-opens java.base/java.lang=ALL-UNNAMED`.
    static Optional<Threads> virtual(Executor scheduler, String name) {
        return ScheduledThreads.on(scheduler, name);
    }

    /// Daemon threads of the operating system, all called `name`: for what waits in native code, or
    /// must get its turn while every carrier of virtual threads is busy.
    static Threads platform(String name) {
        return task -> Thread.ofPlatform().daemon().name(name).start(task);
    }

    /// Runs `task` when the process is told to end; the process waits for it.
    static void whenProcessEnds(Runnable task) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(task));
    }
}
