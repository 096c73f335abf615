package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.patience.Phase;
import dev.switchgear.core.time.Time;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.WireException;
import java.time.Duration;

/// Bounds every read of an answer, and measures it: until the first token of a stream by one moment for
/// all reads together, so that neither comments nor a drip of bytes buys more time; after it, and
/// within an answer in one piece, by the patience for pauses, which any byte starts anew, because
/// comments are how a provider says that a model still thinks. The call's deadline bounds it all.
final class PacedExchange implements Exchange {
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Exchange exchange;
    private final Time time;
    private final Waiting waiting;
    private boolean begun;
    private boolean looked;
    private long longestPauseNanos;

    PacedExchange(Exchange exchange, Time time, Waiting waiting) {
        this.exchange = exchange;
        this.time = time;
        this.waiting = waiting;
    }

    /// The first token is in, or the head of an answer in one piece.
    void begun() {
        begun = true;
        waiting.began();
        exchange.waitAtMost(waiting.allowance().pause().most());
    }

    /// The answer is whole: what it was like is remembered.
    void learned() {
        waiting.paused(longestPauseNanos);
    }

    /// What a read that waited in vain is called now.
    Cause readTimeout() {
        return begun ? Cause.IDLE_TIMEOUT : Cause.FIRST_PIECE_TIMEOUT;
    }

    @Override
    public int status() {
        return exchange.status();
    }

    @Override
    public Headers headers() {
        return exchange.headers();
    }

    @Override
    public void waitAtMost(Duration pause) {
        exchange.waitAtMost(pause);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws WireException {
        long from = time.nanos();
        long late = time.lateNanos(from);
        beforeFirstToken(from);
        int count;
        try {
            count = exchange.read(buffer, offset, length);
        } catch (WireException broken) {
            throw waiting.named(broken, phase());
        }
        paused(from, late);
        return count;
    }

    @Override
    public byte[] readAll(int limit) throws WireException {
        long from = time.nanos();
        long late = time.lateNanos(from);
        beforeFirstToken(from);
        byte[] all;
        try {
            all = exchange.readAll(limit);
        } catch (WireException broken) {
            throw waiting.named(broken, phase());
        }
        paused(from, late);
        return all;
    }

    private Phase phase() {
        return begun ? Phase.PAUSE : Phase.BEGIN;
    }

    private void paused(long fromNanos, long lateBeforeNanos) {
        if (begun) {
            long now = time.nanos();
            long own = time.lateNanos(now) - lateBeforeNanos;
            longestPauseNanos = Math.max(longestPauseNanos, now - fromNanos - own);
        }
    }

    private void beforeFirstToken(long nowNanos) throws WireException {
        if (begun) {
            return;
        }
        long left = waiting.allowance().begin().most().toNanos() - waiting.waitedNanos(nowNanos);
        if (left <= 0 && !looked) {
            // What is here already is read, once, before anybody is called late.
            looked = true;
            left = LOOK.toNanos();
        }
        if (left <= 0) {
            throw waiting.named(
                    new WireException(
                            WireException.Kind.READ_TIMEOUT, true, "no token came in time"),
                    Phase.BEGIN);
        }
        exchange.waitAtMost(Duration.ofNanos(left));
    }

    @Override
    public void close() {
        exchange.close();
    }
}
