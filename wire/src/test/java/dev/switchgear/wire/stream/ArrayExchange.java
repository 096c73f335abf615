package dev.switchgear.wire.stream;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import java.time.Duration;
import java.util.function.IntUnaryOperator;

/// A body from an array, cut into pieces as a test wants.
final class ArrayExchange implements Exchange {
    private final byte[] body;
    private final IntUnaryOperator pieceAt;
    private int at;
    private int reads;

    /// @param pieceAt how many bytes the next read gives, by how many have been given
    ArrayExchange(byte[] body, IntUnaryOperator pieceAt) {
        this.body = body;
        this.pieceAt = pieceAt;
    }

    static ArrayExchange whole(byte[] body) {
        return new ArrayExchange(body, _ -> Integer.MAX_VALUE);
    }

    static ArrayExchange cutAt(byte[] body, int position) {
        return new ArrayExchange(
                body, given -> given < position ? position - given : Integer.MAX_VALUE);
    }

    static ArrayExchange byteByByte(byte[] body) {
        return new ArrayExchange(body, _ -> 1);
    }

    int reads() {
        return reads;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        reads++;
        if (at == body.length) {
            return -1;
        }
        int count = Math.min(Math.min(length, pieceAt.applyAsInt(at)), body.length - at);
        System.arraycopy(body, at, buffer, offset, count);
        at += count;
        return count;
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public Headers headers() {
        return Headers.NONE;
    }

    @Override
    public void waitAtMost(Duration pause) {}

    @Override
    public byte[] readAll(int limit) {
        throw new UnsupportedOperationException("a stream's reader reads piece by piece");
    }

    @Override
    public void close() {}
}
