package dev.switchgear.wire.http;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A channel that a loop looks at, and the one thread that waits for it, parked.
///
/// For a thread of its own the loop goes on looking for bytes while nobody waits, since to say so anew
/// for every wait would be a system call each: the thread has its turn before the loop looks again. What
/// another thread waits for, or nobody has taken since it was seen, is looked for no more until somebody
/// waits again: the loop would see it again and again. A wait can so begin before or after its end was
/// seen, and may end once too early; who waited tries, and waits again.
///
/// Interests are those of [SelectionKey]. Thread-safe; one thread waits at a time.
public abstract class WatchedChannel {
    // Guarded by this.
    private int seen;
    private int wanted;
    private boolean released;
    private @Nullable Thread waiting;
    private boolean far;

    /// Runs `errand` on the loop, soon.
    ///
    /// @throws RejectedExecutionException where the loop has ended
    protected abstract void onLoop(Runnable errand);

    /// On the loop: from now on looks for `interests` and for nothing else, and tells [#seen].
    protected abstract void look(int interests);

    /// On the loop: looks no more.
    protected abstract void forget();

    /// Whether the calling thread runs on the loop, so that a wait costs it no wake-up.
    protected abstract boolean near();

    void awaitConnect() throws IOException {
        await(SelectionKey.OP_CONNECT);
    }

    void awaitRead() throws IOException {
        await(SelectionKey.OP_READ);
    }

    void awaitWrite() throws IOException {
        await(SelectionKey.OP_WRITE);
    }

    /// Ends at once where the thread is interrupted.
    private void await(int what) throws IOException {
        while (true) {
            boolean anew;
            synchronized (this) {
                if (released) {
                    throw new AsynchronousCloseException();
                }
                if ((seen & what) != 0 || Thread.currentThread().isInterrupted()) {
                    seen &= ~what;
                    waiting = null;
                    return;
                }
                waiting = Thread.currentThread();
                far = !near();
                anew = (wanted & what) == 0;
                wanted |= what;
            }
            if (anew) {
                lookAnew();
            }
            LockSupport.park(this);
        }
    }

    private void lookAnew() throws IOException {
        try {
            onLoop(this::lookNow);
        } catch (RejectedExecutionException ended) {
            throw new IOException("nobody watches connections any more", ended);
        }
    }

    private void lookNow() {
        int interests;
        boolean over;
        synchronized (this) {
            interests = wanted;
            over = released;
        }
        if (over) {
            forget();
        } else {
            look(interests);
        }
    }

    /// On the loop: the channel is ready for `what`.
    protected final void seen(int what) {
        boolean fewer;
        Thread waiter;
        synchronized (this) {
            // A channel can be written to nearly always, and is connected for good.
            int once = far ? what : SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE;
            int enough = what & (seen | once);
            seen |= what;
            wanted &= ~enough;
            fewer = enough != 0;
            waiter = waiting;
            waiting = null;
        }
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
        if (fewer) {
            lookNow();
        }
    }

    /// Nobody looks any more: whoever waits must not wait for ever. From any thread.
    protected final void lost() {
        Thread waiter;
        synchronized (this) {
            released = true;
            waiter = waiting;
            waiting = null;
        }
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
    }

    /// The channel is closed: whoever waits goes on, and the loop lets go of it. From any thread.
    void release() {
        lost();
        try {
            onLoop(this::lookNow);
        } catch (RejectedExecutionException _) {
            // A loop that has ended has let go of all it looked at.
        }
    }
}
