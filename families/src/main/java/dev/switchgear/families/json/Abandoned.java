package dev.switchgear.families.json;

/// Nobody waits for what is being read or written any more: the client has hung up, another attempt has
/// won, or the gateway stops. Thrown by whatever works through something large, when it looks up from
/// that and finds its thread interrupted, so that a hang-up ends work that no wait would. The interrupt
/// stays set.
public final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Abandoned() {
        // A way to stop, no defect: without a stack trace, which nobody would read.
        super("nobody waits for this any more", null, false, false);
    }

    /// Goes on unless the thread is interrupted. It costs about a nanosecond.
    public static void check() {
        if (Thread.currentThread().isInterrupted()) {
            throw new Abandoned();
        }
    }
}
