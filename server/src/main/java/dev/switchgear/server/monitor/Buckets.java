package dev.switchgear.server.monitor;

import java.time.Duration;

/// Bounds of histograms. Pure.
final class Buckets {
    private Buckets() {}

    static Duration[] doubling(Duration first, int count) {
        var buckets = new Duration[count];
        for (int i = 0; i < count; i++) {
            buckets[i] = first.multipliedBy(1L << i);
        }
        return buckets;
    }

    /// 1, 4, 16 and so on.
    static double[] quadrupling(int count) {
        var buckets = new double[count];
        for (int i = 0; i < count; i++) {
            buckets[i] = Math.pow(4, i);
        }
        return buckets;
    }
}
