package dev.switchgear.server;

import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.overload.Overload;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.time.WatchedTime;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.operate.CostRoutes;
import dev.switchgear.server.api.operate.FailoverRoutes;
import dev.switchgear.server.api.operate.FamiliarRoutes;
import dev.switchgear.server.api.operate.HealthRoutes;
import dev.switchgear.server.api.operate.ProviderRoutes;
import dev.switchgear.server.api.operate.SwitchRoutes;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.door.vertx.EventLoops;
import dev.switchgear.server.gateway.Prober;
import dev.switchgear.server.gateway.ProviderTrials;
import dev.switchgear.server.gateway.Surroundings;
import dev.switchgear.server.gateway.Switches;
import dev.switchgear.server.monitor.EventLog;
import dev.switchgear.server.monitor.Happenings;
import dev.switchgear.server.monitor.LagMeters;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
        return start(config, new Given(pepper, random, time, readers));
    }

    static Running start(Config config, Given given) {
        // What everybody works with: where facts go, time, threads, chance, the way out.
        Threads threads = Threads.virtual();
        var journal = new Journal(JOURNAL);
        var time = new WatchedTime(given.time());
        time.start(threads, new Overload(time, journal)::look);
        var switches = new Switches(time);
        var surroundings = new Surroundings(journal, time, threads, given.random(), switches);
        var loops = EventLoops.start();
        var outside = new Outside(config, loops.readiness(), time);

        // What is asked: one line a family.
        var all = new ArrayList<Family>();
        var llm = new LlmFamily(config, outside.way().connector(), surroundings, given.pepper());
        all.add(llm);
        given.further()
                .forEach(made -> all.add(made.by(config, outside.way().connector(), surroundings)));
        var families = new Families(all, config);

        // Who watches: none of them is asked on the path of a call.
        var meters = new Meters(journal, families::upstreams);
        LagMeters.register(meters.registry(), time);
        var totals = new Totals();
        var happenings = new Happenings();
        var readers =
                new ArrayList<Consumer<Event>>(
                        List.of(meters, totals, happenings, new EventLog(time)));
        readers.addAll(families.readers(meters.registry()));
        readers.addAll(given.readers());
        var monitor = new Monitor(journal, readers, Threads.platform("monitor"), time).start();
        var prober =
                new Prober(
                                families::members,
                                () -> families.config().resilience().health().probe(),
                                given.random(),
                                threads,
                                time)
                        .start();

        // What clients and operators may ask, and the door before it.
        var accepting = new AtomicBoolean(true);
        var ours = new ArrayList<HttpRoute>();
        var trials = new ProviderTrials(families::members, time);
        ours.addAll(new ProviderRoutes(llm.gateway()::cards, trials, time).routes());
        ours.addAll(new SwitchRoutes(switches, families::upstreams, time).routes());
        ours.addAll(
                new FailoverRoutes(families::upstreams, switches, happenings, monitor).routes());
        ours.addAll(
                new CostRoutes(
                                llm.gateway().books().costs(),
                                llm.gateway().books()::budgets,
                                time.instant())
                        .routes());
        ours.addAll(
                new FamiliarRoutes(families::upstreams, llm.gateway()::models, llm.gateway()::cards)
                        .routes());
        ours.addAll(
                new HealthRoutes(
                                families::upstreams,
                                meters,
                                monitor,
                                totals,
                                accepting::get,
                                VersionCommand.version())
                        .routes());
        try {
            var surface = new Surface(families, ours, given, meters::request);
            var parts =
                    new Parts(
                            outside,
                            families,
                            llm.gateway().books(),
                            meters,
                            totals,
                            monitor,
                            prober,
                            surface,
                            time,
                            accepting);
            var door =
                    FrontDoor.open(
                            config.server(),
                            given.decoration().apply(surface),
                            new DoorErrors(surface::page, meters),
                            loops,
                            threads,
                            time);
            door.beat(time.lateness());
            return new RunningGateway(parts, door, time);
        } catch (RuntimeException closed) {
            // The door did not open, so nobody else will close what stands behind it.
            prober.close();
            outside.close();
            loops.close();
            monitor.close();
            time.close();
            throw closed;
        }
    }
}
