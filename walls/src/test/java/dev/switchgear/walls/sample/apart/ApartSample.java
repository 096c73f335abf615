package dev.switchgear.walls.sample.apart;

/// Starts a thread, within a nested class.
public final class ApartSample {
    /// Nested.
    public static final class Inner {
        public Thread start(Runnable task) {
            return Thread.ofVirtual().start(task);
        }
    }
}
