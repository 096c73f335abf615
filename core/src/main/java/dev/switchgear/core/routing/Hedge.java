package dev.switchgear.core.routing;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Outcome.Success;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A second attempt beside a slow first one (Dean and Barroso, "The Tail at Scale", 2013). The first
/// to commit or to succeed wins; the other is interrupted.
///
/// Both attempts run on threads of their own and report to the carrying thread through one queue, so
/// that everything is decided in one place. One race a call; not thread-safe.
final class Hedge<Q, A> {
    private sealed interface Message<A> {
        record SlowFirst<A>() implements Message<A> {}

        record Finished<A>(Attempt<A> attempt) implements Message<A> {}

        record Broken<A>(Throwable bug) implements Message<A> {}
    }

    private final Call<Q> call;
    private final Time time;
    private final Threads threads;

    /// Holds at most three messages: one from the timer, one from each attempt.
    private final LinkedBlockingQueue<Message<A>> inbox = new LinkedBlockingQueue<>();

    private volatile @Nullable Thread first;
    private volatile @Nullable Thread second;

    Hedge(Call<Q> call, Time time, Threads threads) {
        this.call = call;
        this.time = time;
        this.threads = threads;
    }

    /// Runs `one`, and `other` beside it once `after` has passed and `affordable` says yes. Hands
    /// each attempt that finished to `trail`, the deciding one last: the first success, else the
    /// last failure.
    void race(
            Supplier<Attempt<A>> one,
            Supplier<Attempt<A>> other,
            Duration after,
            BooleanSupplier affordable,
            Consumer<Attempt<A>> trail) {
        // Whoever commits has the client; the other may stop at once.
        call.whenCommitted(() -> interruptAllBut(Thread.currentThread()));
        first = start(one);
        Time.Timer timer = time.after(after, () -> inbox.add(new Message.SlowFirst<>()));
        int running = 1;
        boolean interrupted = false;
        try {
            while (running > 0) {
                switch (next()) {
                    case Message.SlowFirst<A> _ -> {
                        if (!interrupted && !call.committed() && affordable.getAsBoolean()) {
                            second = start(other);
                            running++;
                        }
                    }
                    case Message.Finished<A>(Attempt<A> attempt) -> {
                        running--;
                        trail.accept(attempt);
                        if (attempt.outcome() instanceof Success<A>) {
                            // The loser gives back its permit by itself; the client need not wait.
                            interruptAllBut(Thread.currentThread());
                            return;
                        }
                    }
                    case Message.Broken<A>(Throwable bug) -> {
                        interruptAllBut(Thread.currentThread());
                        throw new IllegalStateException("an attempt of a race broke", bug);
                    }
                    case null -> {
                        interrupted = true;
                        interruptAllBut(Thread.currentThread());
                    }
                }
            }
        } finally {
            timer.cancel();
            call.whenCommitted(() -> {});
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Thread start(Supplier<Attempt<A>> attempt) {
        return threads.start(() -> {
            try {
                inbox.add(new Message.Finished<>(attempt.get()));
            } catch (Throwable bug) {
                // Errors too: who carries the call waits for this message, without a time.
                inbox.add(new Message.Broken<>(bug));
            }
        });
    }

    /// The next message; null when the carrying thread is interrupted. Untimed: each attempt ends
    /// by the call's deadline.
    private @Nullable Message<A> next() {
        try {
            return inbox.take();
        } catch (InterruptedException e) {
            return null;
        }
    }

    private void interruptAllBut(Thread winner) {
        Thread one = first;
        if (one != null && !one.equals(winner)) {
            one.interrupt();
        }
        Thread other = second;
        if (other != null && !other.equals(winner)) {
            other.interrupt();
        }
    }
}
