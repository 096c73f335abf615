package dev.switchgear.providers.llm;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.WireException;
import java.time.Duration;
import java.util.Arrays;

/// An exchange of which some bytes have been read already: they come first, once more. Used by one
/// thread.
final class Replayed implements Exchange {
    private final Exchange exchange;
    private final byte[] first;
    private final int to;
    private int from;

    /// @param first bytes of the body up to `to`, which nobody changes
    Replayed(Exchange exchange, byte[] first, int to) {
        this.exchange = exchange;
        this.first = first;
        this.to = to;
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
        if (from == to) {
            return exchange.read(buffer, offset, length);
        }
        int count = Math.min(length, to - from);
        System.arraycopy(first, from, buffer, offset, count);
        from += count;
        return count;
    }

    @Override
    public byte[] readAll(int limit) throws WireException {
        byte[] rest = exchange.readAll(limit);
        byte[] all = Arrays.copyOfRange(first, from, to + rest.length);
        System.arraycopy(rest, 0, all, to - from, rest.length);
        from = to;
        return all;
    }

    @Override
    public void close() {
        exchange.close();
    }
}
