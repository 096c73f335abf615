package dev.switchgear.server.config;

/// A number of bytes, written `512B`, `16KiB`, `50MiB` or `1GiB`.
public record Size(long bytes) implements Comparable<Size> {
    public Size {
        if (bytes < 0) {
            throw new IllegalArgumentException("size: " + bytes + " (expected: 0 or more bytes)");
        }
    }

    @Override
    public int compareTo(Size other) {
        return Long.compare(bytes, other.bytes);
    }
}
