package dev.switchgear.server;

import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.gateway.Prober;
import dev.switchgear.server.gateway.llm.LlmGateway;
import dev.switchgear.server.monitor.EventLog;
import dev.switchgear.server.monitor.LlmMeters;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// Builds the gateway. Read this file to learn what exists and who knows whom.
public final class Wiring {
    /// Events that may wait for the monitor: two seconds of a very busy gateway.
    private static final int JOURNAL = 65_536;

    private Wiring() {}

    /// Opens the door of a gateway that works by `config`.
    ///
    /// @param pepper mixed into the stored form of client keys
    /// @param readers who hears of every event, besides metrics, totals and the log
    /// @throws IllegalArgumentException if the configuration cannot be used
    public static Running start(
            Config config,
            Secret pepper,
            List<Consumer<Event>> readers,
            RandomGenerator random,
            Time time) {
        return start(config, pepper, readers, random, time, UnaryOperator.identity());
    }

    /// The same, with something of the caller's between the door and the routes.
    static Running start(
            Config config,
            Secret pepper,
            List<Consumer<Event>> readers,
            RandomGenerator random,
            Time time,
            UnaryOperator<HttpHandler> decoration) {
        var journal = new Journal(JOURNAL);
        var outside = new Outside(config.egress(), time);
        var gateway = new LlmGateway(config, outside.connector(), journal, time, random);
        var meters = new Meters(journal, gateway::upstreams);
        var llmMeters = new LlmMeters(meters.registry(), gateway::names);
        var totals = new Totals();
        var all =
                new ArrayList<Consumer<Event>>(
                        List.of(meters, llmMeters, totals, new EventLog(time)));
        all.addAll(readers);
        var monitor = new Monitor(journal, all, time).start();
        var prober = new Prober(gateway, random, Threads.virtual(), time).start();
        try {
            return new RunningGateway(
                    config,
                    pepper,
                    gateway,
                    outside,
                    meters,
                    totals,
                    monitor,
                    prober,
                    random,
                    time,
                    decoration);
        } catch (RuntimeException closed) {
            // The door did not open, so nobody else will close what stands behind it.
            prober.close();
            outside.close();
            monitor.close();
            throw closed;
        }
    }
}
