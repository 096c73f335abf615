package dev.switchgear.core.simulation;

import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Real virtual threads, one at a time, in an order drawn from a seed, on simulated time.
///
/// The thread that calls [#run] is the only carrier. Whenever a virtual thread parks or yields, the
/// seed picks the next among all that could run; reading the clock yields now and then, so that a
/// thread loses the processor between two statements too. Each step costs a little simulated time,
/// some a lot (a collector's pause), and when nobody can run, the clock jumps to the next timer.
/// The same seed runs the same steps, on every machine.
///
/// What would escape this order (a timed park, a contended monitor, a thread
/// woken by a thread that is not ours) fails the run and says where.
final class Simulation {
    private static final long LONGEST_STEP_NANOS = 2_000;
    private static final long LONGEST_PAUSE_NANOS = 2_000_000;
    private static final long BURDENED_STEP_NANOS = 8_000_000;
    private static final int STEPS_A_PAUSE = 5_000;
    private static final int READS_A_PREEMPTION = 6;
    private static final int FRAMES_SHOWN = 40;

    /// One virtual thread of ours. `continuation` is what the JDK submits whenever it can run.
    private static final class Task {
        private final int number;
        private final String name;
        private @Nullable Runnable continuation;

        /// Set before the thread has its first turn, hence never null in a task that runs.
        private @Nullable Thread thread;

        private Task(int number, String name) {
            this.number = number;
            this.name = name;
        }
    }

    /// Something to do at a moment of simulated time; `order` keeps equal moments apart.
    private record Due(long atNanos, long order, Runnable action) {}

    private final long seed;
    private final Thread carrier = Thread.currentThread();
    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
    private final SplittableRandom order;
    private final SplittableRandom preemption;
    private final Threads scheduled;
    private final IdentityHashMap<Runnable, Task> byContinuation = new IdentityHashMap<>();

    /// Read by foreign threads too, to find out that they are foreign.
    private final Map<Thread, Task> byThread = new ConcurrentHashMap<>();

    private final Map<String, RandomGenerator> randoms = new HashMap<>();
    private final List<Task> ready = new ArrayList<>();
    private final TreeSet<Due> timers =
            new TreeSet<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::order));
    private final Time time = new SimulatedTime();
    private volatile @Nullable String escape;
    private @Nullable Task starting;
    private @Nullable Throwable thrown;
    private String thrower = "";
    private int started;
    private long timersMade;
    private long nanos;
    private long starvedUntil;
    private long burdenedUntil;
    private long steps;
    private long trace = 0xcbf29ce484222325L;

    Simulation(long seed) {
        this.seed = seed;
        this.order = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
        this.preemption = order.split();
        this.scheduled =
                Threads.virtual(this::submitted, "simulated")
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "the simulation needs JDK 25 and --add-opens, not "
                                                + Runtime.version()));
    }

    long seed() {
        return seed;
    }

    /// The simulated clock. Reading it may cost the reader its turn.
    Time time() {
        return time;
    }

    /// Simulated nanoseconds since the start; reading this costs nothing.
    long nanos() {
        return nanos;
    }

    /// Starts threads that this simulation schedules.
    Threads threads() {
        return task -> start("thread", task);
    }

    /// A stream of randomness of its own for each name: drawing more from one changes no other.
    RandomGenerator random(String name) {
        return randoms.computeIfAbsent(
                name, _ -> new SplittableRandom(seed ^ ((long) name.hashCode() << 32)).split());
    }

    /// How many turns threads have had.
    long steps() {
        return steps;
    }

    /// Sums up who ran when and what was [noted][#note]: equal traces mean equal runs.
    long trace() {
        return trace;
    }

    /// Timers that nobody cancelled and that have not come due.
    int timersLeft() {
        return timers.size();
    }

    /// Makes a fact part of the trace.
    void note(String fact) {
        trace = mix(trace, fact.hashCode());
    }

    /// Does something on the carrier, `delay` from now: for the world around the threads. It must not
    /// block and must not read the clock through [#time].
    void later(Duration delay, Runnable quick) {
        timers.add(new Due(nanos + Math.max(0, delay.toNanos()), timersMade++, quick));
    }

    /// No thread gets its turn for so long, while the world around them goes on: the machine halts this
    /// program.
    void starve(Duration length) {
        starvedUntil = Math.max(starvedUntil, nanos + length.toNanos());
    }

    /// For so long every turn costs milliseconds: the machine has little processor for this program.
    void burden(Duration length) {
        burdenedUntil = Math.max(burdenedUntil, nanos + length.toNanos());
    }

    /// Starts a thread, which first runs when the seed picks it.
    Thread start(String name, Runnable body) {
        var task = new Task(started++, name);
        starting = task;
        // It has its first turn in a later step: by then it is known.
        Thread thread = scheduled.start(() -> run(task, body));
        task.thread = thread;
        byThread.put(thread, task);
        return thread;
    }

    /// Runs every thread to its end, and fails if one throws, if all wait for ever, if something
    /// escapes the seeded order, or at a bound.
    ///
    /// @param mostSteps turns after which the run counts as one that never ends
    /// @param mostTime simulated time after which it does
    void run(long mostSteps, Duration mostTime) {
        if (!Thread.currentThread().equals(carrier)) {
            throw new IllegalStateException("run by another thread than the one that made it");
        }
        long stepsEnd = steps + mostSteps;
        long timeEnd = nanos + mostTime.toNanos();
        while (!byThread.isEmpty()) {
            wakeDue();
            if (nanos < starvedUntil) {
                nanos =
                        timers.isEmpty()
                                ? starvedUntil
                                : Math.clamp(timers.first().atNanos(), nanos, starvedUntil);
                continue;
            }
            if (ready.isEmpty()) {
                failIfEscaped();
                if (timers.isEmpty()) {
                    throw failure("deadlock", "no thread can run and no timer is set\n" + waits());
                }
                nanos = Math.max(nanos, timers.first().atNanos());
                continue;
            }
            step(ready.remove(pick()));
            if (steps > stepsEnd || nanos > timeEnd) {
                throw failure(
                        "endless run",
                        "more than %d steps or %s of simulated time%n%s"
                                .formatted(mostSteps, mostTime, waits()));
            }
        }
        failIfEscaped();
    }

    private int pick() {
        int last = ready.size() - 1;
        int chosen = order.nextInt(last + 1);
        // The list's own order does not matter, so the last fills the gap.
        Task task = ready.get(chosen);
        ready.set(chosen, ready.get(last));
        ready.set(last, task);
        return last;
    }

    private void step(Task task) {
        steps++;
        nanos += order.nextLong(nanos < burdenedUntil ? BURDENED_STEP_NANOS : LONGEST_STEP_NANOS);
        if (order.nextInt(STEPS_A_PAUSE) == 0) {
            nanos += order.nextLong(LONGEST_PAUSE_NANOS);
        }
        trace = mix(mix(trace, task.number), nanos);
        continuation(task).run();
        if (thrown instanceof SimulationFailure failure) {
            throw failure;
        }
        if (thrown != null) {
            throw new SimulationFailure("exception", at() + " in " + thrower, thrown);
        }
        switch (thread(task).getState()) {
            case TERMINATED -> {
                byThread.remove(thread(task));
                byContinuation.remove(continuation(task));
            }
            case TIMED_WAITING -> throw escaped(task, "a timed park or sleep on real time");
            case BLOCKED -> throw escaped(task, "a contended monitor");
            case NEW, RUNNABLE, WAITING -> failIfEscaped();
        }
    }

    private void wakeDue() {
        while (!timers.isEmpty() && timers.first().atNanos() <= nanos) {
            timers.removeFirst().action().run();
        }
    }

    private void run(Task task, Runnable body) {
        try {
            body.run();
        } catch (Throwable failure) {
            if (thrown == null) {
                thrown = failure;
                thrower = task.name + "#" + task.number;
            }
        }
    }

    /// What the JDK calls whenever one of our threads can run. Throwing here would be swallowed by
    /// whoever woke the thread, so an escape is kept and found by the next step.
    private void submitted(Runnable continuation) {
        Thread by = Thread.currentThread();
        if (!by.equals(carrier) && !byThread.containsKey(by)) {
            escape = "a thread of ours was woken by the foreign thread " + by;
            throw new RejectedExecutionException(escape);
        }
        Task task = byContinuation.get(continuation);
        if (task == null) {
            task = starting;
            starting = null;
            if (task == null) {
                throw new IllegalStateException("a thread was started past Simulation.start");
            }
            task.continuation = continuation;
            byContinuation.put(continuation, task);
        }
        ready.add(task);
    }

    private void failIfEscaped() {
        if (escape != null) {
            throw failure("escape", escape + "\n" + waits());
        }
    }

    private SimulationFailure escaped(Task task, String how) {
        return failure("escape", how + "\n" + stack(task));
    }

    private SimulationFailure failure(String rule, String message) {
        return new SimulationFailure(rule, at() + ": " + message);
    }

    private String at() {
        return "seed " + seed + ", step " + steps + ", " + Duration.ofNanos(nanos);
    }

    private String waits() {
        var sorted = new TreeMap<Integer, Task>();
        byThread.values().forEach(task -> sorted.put(task.number, task));
        return sorted.values().stream().map(Simulation::stack).collect(Collectors.joining("\n"));
    }

    private static String stack(Task task) {
        return task.name
                + "#"
                + task.number
                + " waits at"
                + Stream.of(thread(task).getStackTrace())
                        .limit(FRAMES_SHOWN)
                        .map(frame -> "\n    " + frame)
                        .collect(Collectors.joining());
    }

    private static Thread thread(Task task) {
        if (task.thread == null) {
            throw new IllegalStateException(task.name + " has not been started");
        }
        return task.thread;
    }

    private static Runnable continuation(Task task) {
        if (task.continuation == null) {
            throw new IllegalStateException(task.name + " has not been started");
        }
        return task.continuation;
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0xff51afd7ed558ccdL;
        return mixed ^ (mixed >>> 32);
    }

    private final class SimulatedTime implements Time {
        @Override
        public Instant instant() {
            maybeYield();
            return start.plusNanos(nanos);
        }

        @Override
        public long nanos() {
            maybeYield();
            return nanos;
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (!pause.isPositive()) {
                return;
            }
            Thread sleeper = Thread.currentThread();
            if (!byThread.containsKey(sleeper)) {
                throw new IllegalStateException(sleeper + " sleeps, but is not simulated");
            }
            long until = nanos + pause.toNanos();
            Due due = at(until, () -> LockSupport.unpark(sleeper));
            while (nanos < until) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    timers.remove(due);
                    throw new InterruptedException();
                }
            }
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            var pending = new Pending(task);
            Due due =
                    at(
                            nanos + Math.max(0, delay.toNanos()),
                            () -> start("timer", pending::runUnlessCancelled));
            return () -> {
                pending.cancelled = true;
                timers.remove(due);
            };
        }

        private Due at(long atNanos, Runnable action) {
            var due = new Due(atNanos, timersMade++, action);
            timers.add(due);
            return due;
        }

        /// Every caller is prepared for time to pass here, so this is where a thread may lose its
        /// turn between two statements.
        @SuppressWarnings("ThreadPriorityCheck") // Not a hint here: the simulation obeys a yield.
        private void maybeYield() {
            if (Thread.currentThread().isVirtual() && preemption.nextInt(READS_A_PREEMPTION) == 0) {
                Thread.yield();
            }
        }
    }

    /// A timer's task that may be cancelled even after its moment, until it begins.
    private static final class Pending {
        private final Runnable task;
        private boolean cancelled;

        private Pending(Runnable task) {
            this.task = task;
        }

        private void runUnlessCancelled() {
            if (!cancelled) {
                task.run();
            }
        }
    }
}
