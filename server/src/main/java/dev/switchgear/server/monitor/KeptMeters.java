package dev.switchgear.server.monitor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/// Measures what is kept for clients between their requests, and what goes on while they wait for nothing.
public final class KeptMeters {
    private KeptMeters() {}

    /// What is measured; each is asked at each scrape, and never by a call.
    ///
    /// @param documents answers, and the parts of conversations
    /// @param bytes what these take, sealed, with what it takes to find them
    /// @param running responses in the background that are under way
    /// @param runningBytes what their events take, and those of the ones that are over
    /// @param sockets open connections for turns
    public record Kept(
            LongSupplier documents,
            LongSupplier bytes,
            LongSupplier running,
            LongSupplier runningBytes,
            LongSupplier sockets) {}

    public static void register(MeterRegistry registry, Kept kept) {
        gauge(
                registry,
                "switchgear.kept.documents",
                kept.documents(),
                "Answers and parts of conversations that are kept for clients");
        gauge(registry, "switchgear.kept.bytes", kept.bytes(), "Memory that these take");
        gauge(
                registry,
                "switchgear.background.running",
                kept.running(),
                "Responses under way for which nobody waits");
        gauge(
                registry,
                "switchgear.background.bytes",
                kept.runningBytes(),
                "Memory that events of such responses take");
        gauge(
                registry,
                "switchgear.websockets.open",
                kept.sockets(),
                "WebSockets on which clients may ask for responses");
    }

    private static void gauge(
            MeterRegistry registry, String name, LongSupplier value, String description) {
        Gauge.builder(name, value::getAsLong).description(description).register(registry);
    }
}
