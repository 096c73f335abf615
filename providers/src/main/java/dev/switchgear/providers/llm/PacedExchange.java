package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.time.Time;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.WireException;
import java.time.Duration;

/// Bounds every read of a stream: until its first token by one moment for all reads together, so that
/// neither comments nor a drip of bytes buys more time; after it by the idle timeout, which any byte
/// starts anew, because comments are how a provider says that a model still thinks. The call's
/// deadline bounds it all.
final class PacedExchange implements Exchange {
    private final Exchange exchange;
    private final Time time;
    private final long firstTokenByNanos;
    private final Duration idle;
    private boolean begun;

    PacedExchange(Exchange exchange, Time time, long firstTokenByNanos, Duration idle) {
        this.exchange = exchange;
        this.time = time;
        this.firstTokenByNanos = firstTokenByNanos;
        this.idle = idle;
    }

    /// The first token is in.
    void begun() {
        begun = true;
        exchange.waitAtMost(idle);
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
        beforeFirstToken();
        return exchange.read(buffer, offset, length);
    }

    @Override
    public byte[] readAll(int limit) throws WireException {
        beforeFirstToken();
        return exchange.readAll(limit);
    }

    private void beforeFirstToken() throws WireException {
        if (begun) {
            return;
        }
        long left = firstTokenByNanos - time.nanos();
        if (left <= 0) {
            throw new WireException(WireException.Kind.READ_TIMEOUT, true, "no token came in time");
        }
        exchange.waitAtMost(Duration.ofNanos(left));
    }

    @Override
    public void close() {
        exchange.close();
    }
}
