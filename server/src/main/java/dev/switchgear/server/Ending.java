package dev.switchgear.server;

import dev.switchgear.core.time.Threads;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// How a command that runs until it is told to end is told so: SIGTERM asks for an orderly end, which
/// is no failure, SIGINT is a person who interrupts. A second signal does not wait for the first.
/// Thread-safe.
final class Ending {
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile Exit exit = Exit.DONE;

    private Ending() {}

    /// Listens from now on.
    ///
    /// @param end what is to be done where the system lets no program hear its signals: then the
    ///     process ends by itself, with the signal's exit code, when this is done. It may be called
    ///     when all is over, too
    static Ending listen(Runnable end) {
        var ending = new Ending();
        for (Told signal :
                List.of(new Told("TERM", Exit.DONE), new Told("INT", Exit.INTERRUPTED))) {
            var _ = Signals.on(signal.name(), () -> ending.hear(signal.exit()));
        }
        Threads.whenProcessEnds(end);
        return ending;
    }

    private record Told(String name, Exit exit) {}

    private void hear(Exit asked) {
        if (told.getCount() == 0) {
            Runtime.getRuntime().halt(Exit.INTERRUPTED.code());
        }
        exit = asked;
        told.countDown();
    }

    /// Blocks until a signal comes.
    ///
    /// @return with which exit code to end
    Exit await() throws InterruptedException {
        told.await();
        return exit;
    }

    /// Ends the wait without a signal.
    void over() {
        told.countDown();
    }

    /// The same, no longer than `millis`; empty where no signal came.
    Optional<Exit> await(long millis) throws InterruptedException {
        return told.await(millis, TimeUnit.MILLISECONDS) ? Optional.of(exit) : Optional.empty();
    }
}
