package dev.switchgear.server.config;

/// A part of a whole, written `10%`.
///
/// @param value 1 is the whole
public record Share(double value) implements Comparable<Share> {
    public Share {
        if (!Double.isFinite(value) || value < 0) {
            throw new IllegalArgumentException("share: " + value + " (expected: 0% or more)");
        }
    }

    @Override
    public int compareTo(Share other) {
        return Double.compare(value, other.value);
    }
}
