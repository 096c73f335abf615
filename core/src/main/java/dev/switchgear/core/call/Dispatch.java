package dev.switchgear.core.call;

import dev.switchgear.core.time.Time;
import java.util.function.LongConsumer;

/// An attempt under way: what an upstream gets to work with. Used by one thread, but for
/// [#firstPieceNanos], which any thread may read.
public final class Dispatch<Q> {
    private final Call<Q> call;
    private final UpstreamId upstream;
    private final String subject;
    private final int number;
    private final Time time;
    private final long startedNanos;
    private final long lateBeforeNanos;
    private final LongConsumer onFirstPiece;
    private volatile long firstPieceNanos = -1;
    private volatile boolean left;

    /// @param subject the upstream's own name for what the call is about: a model, a feed, a market
    /// @param number counts the attempts of a call from 1
    /// @param onFirstPiece hears once of the answer's first piece: nanoseconds since the start, without
    ///     those in which this program was late
    public Dispatch(
            Call<Q> call,
            UpstreamId upstream,
            String subject,
            int number,
            Time time,
            LongConsumer onFirstPiece) {
        this.call = call;
        this.upstream = upstream;
        this.subject = subject;
        this.number = number;
        this.time = time;
        this.onFirstPiece = onFirstPiece;
        this.startedNanos = time.nanos();
        this.lateBeforeNanos = time.lateNanos(startedNanos);
    }

    /// An attempt whose first piece nobody waits for.
    public Dispatch(Call<Q> call, UpstreamId upstream, String subject, int number, Time time) {
        this(call, upstream, subject, number, time, _ -> {});
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

    public String subject() {
        return subject;
    }

    public int number() {
        return number;
    }

    public long startedNanos() {
        return startedNanos;
    }

    /// Nanoseconds since the start.
    public long elapsedNanos() {
        return Math.max(0, time.nanos() - startedNanos);
    }

    /// How much of that time this program did not get its turn: it is not the upstream's.
    public long lateNanos() {
        return Math.max(0, time.lateNanos(time.nanos()) - lateBeforeNanos);
    }

    /// To be called when the first piece is in hand and before any byte of the answer goes to the
    /// client. False means another attempt has won: write nothing, close, return
    /// [Cause#CANCELLED].
    public boolean commit() {
        if (firstPieceNanos < 0) {
            firstPieceNanos = elapsedNanos();
            onFirstPiece.accept(Math.max(0, firstPieceNanos - lateNanos()));
        }
        return call.commit(this);
    }

    /// To be called before anything of the request may leave for the upstream.
    public void leaving() {
        left = true;
    }

    /// Whether the upstream may have got something of the request, and so may have acted.
    public boolean left() {
        return left;
    }

    /// Nanoseconds from start to first piece; -1 while there is none.
    public long firstPieceNanos() {
        return firstPieceNanos;
    }
}
