package dev.switchgear.core.time;

/// Starts threads; handed in, so that the simulation decides which thread runs when.
@FunctionalInterface
public interface Threads {
    /// Starts `task` on a new virtual thread and returns that thread.
    Thread start(Runnable task);

    /// The JDK's own virtual threads.
    static Threads virtual() {
        return Thread::startVirtualThread;
    }
}
