package dev.switchgear.core.simulation;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// A small world with a known race, to prove that the scheduler finds races and repeats itself: four
/// clients send orders under idempotency keys, three workers carry them out.
///
/// The careless desk asks "have I seen this key?", writes to its journal (which takes a moment), and
/// only then remembers the key: two workers can both see an unknown key. The careful desk does all
/// of it under one lock.
final class OrderDesk {
    private static final int CLIENTS = 4;
    private static final int ORDERS_A_CLIENT = 3;
    private static final int WORKERS = 3;

    private final boolean careful;
    private final Simulation simulation;
    private final Time time;
    private final RandomGenerator chance;
    private final ReentrantLock lock = new ReentrantLock();
    private final BlockingQueue<String> inbox = new ArrayBlockingQueue<>(4);
    private final Map<String, Boolean> seen = new HashMap<>();
    private final List<String> executed = new ArrayList<>();

    private OrderDesk(boolean careful, Simulation simulation) {
        this.careful = careful;
        this.simulation = simulation;
        this.time = simulation.time();
        this.chance = simulation.random("desk");
    }

    /// Runs the desk for one seed and returns the simulation, for its trace and steps.
    static Simulation run(long seed, boolean careful) {
        return new OrderDesk(careful, new Simulation(seed)).run();
    }

    /// Orders that were carried out more than once.
    static long duplicates(long seed, boolean careful) {
        var desk = new OrderDesk(careful, new Simulation(seed));
        desk.run();
        return desk.executed.size() - desk.executed.stream().distinct().count();
    }

    private Simulation run() {
        for (int client = 0; client < CLIENTS; client++) {
            int name = client;
            simulation.start("client", () -> send(name));
        }
        for (int worker = 0; worker < WORKERS; worker++) {
            simulation.start("worker", this::work);
        }
        simulation.run(100_000, Duration.ofMinutes(1));
        return simulation;
    }

    /// Each order is sent twice, as clients do that lost the first answer.
    private void send(int client) {
        try {
            for (int order = 0; order < ORDERS_A_CLIENT; order++) {
                String key = client + "/" + order;
                inbox.put(key);
                time.sleep(Duration.ofNanos(chance.nextLong(2_000_000)));
                inbox.put(key);
                time.sleep(Duration.ofNanos(chance.nextLong(20_000_000)));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a client", e);
        }
    }

    private void work() {
        try {
            for (int done = 0; done < CLIENTS * ORDERS_A_CLIENT * 2 / WORKERS; done++) {
                String key = inbox.take();
                if (careful) {
                    lock.lock();
                    try {
                        carryOut(key);
                    } finally {
                        lock.unlock();
                    }
                } else {
                    carryOut(key);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a worker", e);
        }
    }

    private void carryOut(String key) throws InterruptedException {
        if (seen.containsKey(key)) {
            return;
        }
        time.sleep(Duration.ofNanos(chance.nextLong(300_000)));
        seen.put(key, true);
        executed.add(key);
        simulation.note(key);
    }
}
