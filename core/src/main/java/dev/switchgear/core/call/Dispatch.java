package dev.switchgear.core.call;

import dev.switchgear.core.time.Time;
import java.util.function.LongConsumer;

/// An attempt under way: what an upstream gets to work with. Used by one thread, but for
/// [#firstTokenNanos], which any thread may read.
public final class Dispatch<Q> {
    private final Call<Q> call;
    private final UpstreamId upstream;
    private final String model;
    private final int number;
    private final Time time;
    private final long startedNanos;
    private final LongConsumer onFirstToken;
    private volatile long firstTokenNanos = -1;

    /// @param model the upstream's own name for the model (or feed, or market) asked for
    /// @param number counts the attempts of a call from 1
    /// @param onFirstToken hears once of the first token: nanoseconds since the start
    public Dispatch(
            Call<Q> call,
            UpstreamId upstream,
            String model,
            int number,
            Time time,
            LongConsumer onFirstToken) {
        this.call = call;
        this.upstream = upstream;
        this.model = model;
        this.number = number;
        this.time = time;
        this.onFirstToken = onFirstToken;
        this.startedNanos = time.nanos();
    }

    /// An attempt whose first token nobody waits for.
    public Dispatch(Call<Q> call, UpstreamId upstream, String model, int number, Time time) {
        this(call, upstream, model, number, time, _ -> {});
    }

    public Call<Q> call() {
        return call;
    }

    public Q request() {
        return call.request();
    }

    public UpstreamId upstream() {
        return upstream;
    }

    public String model() {
        return model;
    }

    public int number() {
        return number;
    }

    public long startedNanos() {
        return startedNanos;
    }

    /// To be called when the first token is in hand and before any byte of the answer goes to the
    /// client. False means another attempt has won: write nothing, close, return
    /// [Cause#CANCELLED].
    public boolean commit() {
        if (firstTokenNanos < 0) {
            firstTokenNanos = Math.max(0, time.nanos() - startedNanos);
            onFirstToken.accept(firstTokenNanos);
        }
        return call.commit(this);
    }

    /// Nanoseconds from start to first token; -1 while there is none.
    public long firstTokenNanos() {
        return firstTokenNanos;
    }
}
