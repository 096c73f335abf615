package dev.switchgear.server.config;

/// A number of bytes, written `512B`, `16KiB`, `50MiB` or `1GiB`.
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("size: " + bytes + " (expected: 0 or more bytes)");
        }
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }
}
