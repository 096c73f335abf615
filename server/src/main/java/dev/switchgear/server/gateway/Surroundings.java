package dev.switchgear.server.gateway;

import dev.switchgear.core.event.Journal;
import dev.switchgear.core.routing.Failover;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.util.random.RandomGenerator;

/// What everything in the gateway works with, whatever family it serves.
///
/// @param journal where facts are kept
/// @param random shared by many threads: it must be thread-safe
/// @param switches what people have ordered
public record Surroundings(
        Journal journal, Time time, Threads threads, RandomGenerator random, Switches switches) {
    /// Where nobody has ordered anything.
    public Surroundings(Journal journal, Time time, Threads threads, RandomGenerator random) {
        this(journal, time, threads, random, new Switches(time));
    }

    /// The engine that carries calls.
    public Failover failover() {
        return new Failover(journal, time, threads, random);
    }
}
