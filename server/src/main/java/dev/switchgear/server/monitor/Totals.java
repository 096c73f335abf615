package dev.switchgear.server.monitor;

import dev.switchgear.core.event.Event;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Counts what became of all calls since the start. Thread-safe.
public final class Totals implements Consumer<Event> {
    /// @param slowestSwitch the most time of our own, pauses included, in a call that failed over
    public record Count(
            long calls,
            long failedOver,
            long lost,
            long brokenOff,
            long cancelled,
            Duration slowestSwitch) {}

    private final LongAdder calls = new LongAdder();
    private final LongAdder failedOver = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder brokenOff = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final AtomicLong slowestSwitchNanos = new AtomicLong();

    @Override
    public void accept(Event event) {
        if (event instanceof Event.Answered answered) {
            calls.increment();
            switch (answered.verdict()) {
                case SERVED, RETURNED -> {}
                case FAILED_OVER -> {
                    failedOver.increment();
                    slowestSwitchNanos.accumulateAndGet(answered.overhead().toNanos(), Math::max);
                }
                case LOST -> lost.increment();
                case BROKEN_OFF -> brokenOff.increment();
                case CANCELLED -> cancelled.increment();
            }
        }
    }

    public Count now() {
        return new Count(
                calls.sum(),
                failedOver.sum(),
                lost.sum(),
                brokenOff.sum(),
                cancelled.sum(),
                Duration.ofNanos(slowestSwitchNanos.get()));
    }
}
