package dev.switchgear.server;

import dev.switchgear.core.event.Event;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.gateway.Surroundings;
import dev.switchgear.wire.Transport;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// What a gateway is started with, besides its configuration.
///
/// @param pepper mixed into the stored form of client keys where the configuration has none
/// @param random shared by many threads: it must be thread-safe
/// @param readers who hears of every event, besides metrics, totals and the log
/// @param decoration something of the caller's between the door and the routes
/// @param further families, besides those of the house
record Given(
        Secret pepper,
        RandomGenerator random,
        Time time,
        List<Consumer<Event>> readers,
        UnaryOperator<HttpHandler> decoration,
        List<MadeFamily> further) {
    /// Makes a family.
    interface MadeFamily {
        /// @throws IllegalArgumentException if the configuration cannot be used
        Family by(Config config, Transport transport, Surroundings surroundings);
    }

    Given {
        readers = List.copyOf(readers);
        further = List.copyOf(further);
    }

    Given(Secret pepper, RandomGenerator random, Time time, List<Consumer<Event>> readers) {
        this(pepper, random, time, readers, UnaryOperator.identity(), List.of());
    }

    Given decorated(UnaryOperator<HttpHandler> other) {
        return new Given(pepper, random, time, readers, other, further);
    }

    Given with(List<MadeFamily> families) {
        return new Given(pepper, random, time, readers, decoration, families);
    }
}
