package dev.switchgear.core.simulation;

import dev.switchgear.core.bulkhead.Bulkhead;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Rank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Many callers at few places, who lose patience at the worst of moments: just when a place becomes
/// theirs. No place may be lost or given twice, nobody may wait longer than agreed, and the less
/// urgent gives way.
final class Crowd implements Scenario {
    private static final int CALLERS = 150;

    /// A place may stay free this long while its next holder has not had a turn.
    private static final long HANDOVER = Duration.ofMillis(5).toNanos();

    private static final long SLACK = Duration.ofMillis(10).toNanos();

    /// One caller, as it and the place see it.
    private static final class Caller {
        private final Rank rank;
        private final long patience;
        private long came;
        private long decided = -1;
        private boolean waits;
        private boolean interrupted;

        private Caller(Rank rank, long patience) {
            this.rank = rank;
            this.patience = patience;
        }
    }

    private final Simulation simulation;
    private final RandomGenerator chance;
    private final BulkheadSettings settings;
    private final CountedTime time;
    private final Bulkhead bulkhead;
    private final List<Caller> callers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private int inside;
    private int insideMost;
    private long freeSince;

    Crowd(long seed) {
        simulation = new Simulation(seed);
        chance = simulation.random("crowd");
        settings =
                new BulkheadSettings(
                        1 + chance.nextInt(3),
                        1 + chance.nextInt(8),
                        Duration.ofMillis(1 + chance.nextInt(30)));
        time = new CountedTime(simulation.time());
        bulkhead = new Bulkhead(settings, () -> Integer.MAX_VALUE, time);
    }

    @Override
    public Simulation simulation() {
        return simulation;
    }

    @Override
    public void live() {
        simulation.start("street", this::arrive);
        simulation.run(200_000, Duration.ofMinutes(1));
        require(
                bulkhead.running() == 0 && bulkhead.queued() == 0,
                "permits return",
                "%d run and %d wait when all have gone"
                        .formatted(bulkhead.running(), bulkhead.queued()));
        require(time.pending() == 0, "timers return", time.pending() + " timers left");
        require(
                insideMost <= settings.concurrent(),
                "places kept",
                insideMost + " were inside at once, " + settings);
        require(
                insideMost == settings.concurrent(),
                "places used",
                "only " + insideMost + " were ever inside at once, " + settings);
        for (Caller caller : callers) {
            long most = Math.min(caller.patience, settings.maxWait().toNanos());
            require(
                    caller.decided >= 0 && caller.decided - caller.came <= most + SLACK,
                    "answer in time",
                    "waited for %s, %s agreed"
                            .formatted(
                                    Duration.ofNanos(caller.decided - caller.came),
                                    Duration.ofNanos(most)));
        }
    }

    private void arrive() {
        Rank[] ranks = Rank.values();
        for (int i = 0; i < CALLERS; i++) {
            var caller =
                    new Caller(
                            ranks[chance.nextInt(ranks.length)],
                            Duration.ofMillis(1 + chance.nextInt(40)).toNanos());
            callers.add(caller);
            threads.add(simulation.start("caller", () -> visit(caller)));
            if (chance.nextInt(4) == 0) {
                sleep(Duration.ofNanos(chance.nextLong(8_000_000)));
            }
        }
    }

    private void visit(Caller caller) {
        caller.came = simulation.nanos();
        caller.waits = true;
        Bulkhead.Entry entry;
        try {
            entry = bulkhead.enter(caller.rank, new Deadline(caller.came + caller.patience));
        } catch (InterruptedException e) {
            require(caller.interrupted, "no false cancel", "interrupted by nobody");
            caller.waits = false;
            caller.decided = simulation.nanos();
            return;
        }
        caller.waits = false;
        caller.decided = simulation.nanos();
        switch (entry) {
            case ENTERED -> stay();
            case SHED ->
                    require(
                            caller.rank != Rank.VITAL,
                            "rank",
                            "the most urgent of all had to give way");
            case FULL -> {}
            case TIMED_OUT ->
                    require(
                            inside == settings.concurrent()
                                    || caller.decided - Math.max(freeSince, caller.came) < HANDOVER,
                            "places used",
                            "sent away while a place had long been free");
        }
    }

    private void stay() {
        inside++;
        insideMost = Math.max(insideMost, inside);
        // Whoever is interrupted inside, stays: only waiting can be given up.
        boolean interrupted = Thread.interrupted();
        sleep(Duration.ofNanos(chance.nextLong(4_000_000)));
        if (inside == settings.concurrent()) {
            freeSince = simulation.nanos();
        }
        inside--;
        bulkhead.leave();
        // Now one of the waiting has the place, and does not know it yet.
        for (int i = 0; i < callers.size(); i++) {
            Caller other = callers.get(i);
            if (other.waits && chance.nextInt(6) == 0) {
                other.interrupted = true;
                threads.get(i).interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void sleep(Duration pause) {
        try {
            simulation.time().sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void require(boolean holds, String rule, String message) {
        if (!holds) {
            throw new SimulationFailure(rule, message);
        }
    }
}
