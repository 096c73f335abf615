package dev.switchgear.bench;

import java.io.IOException;
import java.util.Arrays;

/// What a gateway's `/metrics` says, summed up.
record Gauges(String text) {
    static Gauges of(int port) throws IOException {
        return new Gauges(FaultLoad.metrics(port));
    }

    /// The sum of a series over all its labels, or over those lines that hold `label`; 0 where it is
    /// not there.
    double sum(String series, String label) {
        return text.lines()
                .filter(line -> line.startsWith(series + "{") || line.startsWith(series + " "))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Whether the breaker of any key of that provider is open or half-open.
    boolean open(String provider) {
        return sum("switchgear_breaker_state", "provider=\"" + provider + "\"") > 0;
    }

    /// Attempts under way and calls that wait: nothing while nobody asks.
    double busy() {
        return Arrays.stream(new String[] {"switchgear_upstream_running", "switchgear_queue_depth"})
                .mapToDouble(series -> sum(series, ""))
                .sum();
    }
}
