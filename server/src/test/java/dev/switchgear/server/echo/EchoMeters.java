package dev.switchgear.server.echo;

import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.event.Event;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;

/// Counts the words that came back. Used on the monitor's thread alone.
final class EchoMeters implements Consumer<Event> {
    private final MeterRegistry registry;

    EchoMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void accept(Event event) {
        if (event instanceof Event.Attempted attempted
                && attempted.attempt().outcome() instanceof Outcome.Success<?> success
                && success.value() instanceof EchoReply reply) {
            registry.counter(
                            "switchgear.echo.words",
                            "provider",
                            attempted.attempt().upstream().provider())
                    .increment(reply.words());
        }
    }
}
