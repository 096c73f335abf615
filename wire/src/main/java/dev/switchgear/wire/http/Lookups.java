package dev.switchgear.wire.http;

import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// Bounds how long a name lookup may take. The system's resolver blocks in native code and hears no
/// interrupt, so it runs on a few threads of its own and the caller stops waiting. Thread-safe.
final class Lookups {
    private static final int THREADS = 16;
    private static final int WAITING_MAX = 1024;

    private final ThreadPoolExecutor threads;

    Lookups() {
        threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING_MAX),
                        Thread.ofPlatform().daemon().name("lookup-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /// @param leftNanos how long it may still take, as it looks now; asked again when that is over,
    ///     because a program that was late itself has not waited for so long
    <T> T within(LongSupplier leftNanos, Callable<T> lookup, Endpoint endpoint)
            throws WireException {
        Future<T> answer;
        try {
            answer = threads.submit(lookup);
        } catch (RejectedExecutionException e) {
            throw new WireException(
                    Kind.CONNECT_FAILED, false, "too many name lookups are waiting", e);
        }
        try {
            return answered(answer, leftNanos);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WireException known) {
                throw known;
            }
            throw new IllegalStateException("the lookup of " + endpoint.host() + " failed", e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new WireException(
                    Kind.CONNECT_TIMEOUT,
                    false,
                    endpoint.host() + ": the name lookup took too long",
                    e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new WireException(Kind.CANCELLED, false, "cancelled during the name lookup", e);
        }
    }

    private static <T> T answered(Future<T> answer, LongSupplier leftNanos)
            throws ExecutionException, TimeoutException, InterruptedException {
        long left = leftNanos.getAsLong();
        while (true) {
            try {
                return answer.get(left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                left = leftNanos.getAsLong();
                if (left <= 0) {
                    throw e;
                }
            }
        }
    }

    void close() {
        threads.shutdownNow();
    }
}
