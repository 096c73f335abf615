package dev.switchgear.server.monitor;

import dev.switchgear.core.overload.Overload;
import dev.switchgear.core.time.Time;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// Measures how late the gateway itself is.
public final class LagMeters {
    private LagMeters() {}

    /// Registers them; they are read at each scrape.
    public static void register(MeterRegistry registry, Time time) {
        FunctionCounter.builder(
                        "switchgear.gateway.late",
                        time,
                        clock -> clock.lateNanos(clock.nanos()) / 1e9)
                .baseUnit("seconds")
                .description("Time in which the gateway's own threads did not get their turn")
                .register(registry);
        Gauge.builder("switchgear.gateway.lag", time, clock -> clock.lagNanos() / 1e9)
                .baseUnit("seconds")
                .description("How long everything waits for the processor now")
                .register(registry);
        Gauge.builder(
                        "switchgear.gateway.overloaded",
                        time,
                        clock -> clock.lagNanos() >= Overload.FROM.toNanos() ? 1 : 0)
                .description("1 while the gateway turns calls away for want of processor")
                .register(registry);
    }
}
