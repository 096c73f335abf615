package dev.switchgear.families.json;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/// Bytes on their way into a parser or out of a generator, a piece at a time: between two pieces of
/// something large is the moment to see whether anybody still waits for it. What is small is finished in
/// any case: an error that tells of the end is.
public final class WatchedBytes {
    /// From how many bytes on something is large.
    public static final int LARGE = 64 * 1024;

    private WatchedBytes() {}

    /// Reads `bytes[from..to)`. For one thread.
    public static InputStream in(byte[] bytes, int from, int to) {
        return new In(bytes, from, to);
    }

    private static final class In extends InputStream {
        private final byte[] bytes;
        private final int to;
        private int at;

        In(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.at = from;
            this.to = to;
        }

        @Override
        public int read() {
            Abandoned.check();
            return at < to ? bytes[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            Abandoned.check();
            if (at == to) {
                return -1;
            }
            int count = Math.min(length, to - at);
            System.arraycopy(bytes, at, target, offset, count);
            at += count;
            return count;
        }
    }

    /// Collects what is written. For one thread.
    public static final class Out extends OutputStream {
        private byte[] bytes = new byte[0];
        private int size;

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            if (size >= LARGE) {
                Abandoned.check();
            }
            if (size + length > bytes.length) {
                // The first piece is mostly the only one: then nothing is copied again.
                bytes =
                        Arrays.copyOf(
                                bytes,
                                size == 0 ? length : Math.max(size + length, 2 * bytes.length));
            }
            System.arraycopy(source, offset, bytes, size, length);
            size += length;
        }

        /// What was written; the array itself where it is full.
        public byte[] bytes() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
    }
}
