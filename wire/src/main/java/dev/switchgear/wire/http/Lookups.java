package dev.switchgear.wire.http;

import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

    <T> T within(Duration allowance, Callable<T> lookup, Endpoint endpoint) throws WireException {
        Future<T> answer;
        try {
            answer = threads.submit(lookup);
        } catch (RejectedExecutionException e) {
            throw new WireException(
                    Kind.CONNECT_FAILED, false, "too many name lookups are waiting", e);
        }
        try {
            return answer.get(allowance.toNanos(), TimeUnit.NANOSECONDS);
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

    void close() {
        threads.shutdownNow();
    }
}
