package dev.switchgear.server;

/// SIGHUP, the signal by which operators ask a server to read its configuration again.
final class Hangup {
    private Hangup() {}

    /// Runs `task` at each SIGHUP; false where the system has no such signal.
    static boolean onHangup(Runnable task) {
        return Signals.on("HUP", task);
    }
}
