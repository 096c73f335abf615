package dev.switchgear.bench;

import dev.switchgear.bench.FaultLoad.Plan;
import dev.switchgear.bench.FaultLoad.Tally;
import dev.switchgear.bench.FaultyUpstream.Mood;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Three upstreams, one of which is killed, slowed or made to cut its streams while a gateway is asked at
/// a fixed rate, and then more calls than all three can carry: what clients see of it, beside the
/// figures that are to be reached. Prints a table; exits 1 where a figure was missed.
final class FaultBench {
    /// How long an answer takes: half to one and a half of it.
    static final Duration USUAL = Duration.ofMillis(60);

    private static final int OVERLOAD = 3;
    private static final int RECOVERY_SECONDS = 10;
    private static final long NEVER = -1;

    private final FaultLoad load;
    private final List<FaultyUpstream> upstreams;
    private final int port;
    private final int rate;
    private final Duration time;
    private final List<String> rows = new ArrayList<>();
    private boolean missed;

    private FaultBench(FaultLoad load, List<FaultyUpstream> upstreams, Options options) {
        this.load = load;
        this.upstreams = upstreams;
        this.port = options.number("port", 0, 1);
        this.rate = options.number("rate", 300, 1);
        this.time = Duration.ofSeconds(options.number("seconds", 60, 1));
    }

    static void main(String[] args) throws Exception {
        Options options = Options.of(Set.of("port", "upstream", "rate", "seconds"), args);
        int first = options.number("upstream", 0, 1);
        try (var load = new FaultLoad(options.number("port", 0, 1));
                var a = new FaultyUpstream(first, USUAL);
                var b = new FaultyUpstream(first + 1, USUAL);
                var c = new FaultyUpstream(first + 2, USUAL)) {
            var bench = new FaultBench(load, List.of(a, b, c), options);
            bench.play();
            System.exit(bench.missed ? 1 : 0);
        }
    }

    private void play() throws IOException, InterruptedException {
        // Until compilers are done with what is measured.
        load.run(new Plan(rate, time, false, 0));
        load.run(new Plan(rate, time.dividedBy(2), true, 0));
        fault("one of three killed", Mood.KILLED, false);
        fault("one of three 20 times slow", Mood.SLOW, false);
        fault("one of three cuts streams", Mood.CUTTING, true);
        overload();
        System.out.println("| Scenario | Figure | Wanted | Measured | |");
        System.out.println("|---|---|---|---|---|");
        rows.forEach(System.out::println);
    }

    private void row(String scenario, String figure, String wanted, String measured, boolean met) {
        missed |= !met;
        rows.add(
                String.join(
                        " | ",
                        "| " + scenario,
                        figure,
                        wanted,
                        measured,
                        met ? "met |" : "MISSED |"));
        System.err.println(rows.getLast());
    }

    private static String number(double value, String unit) {
        return String.format(Locale.ROOT, "%.1f%s", value, unit);
    }

    /// Watches a breaker on the side: when it was first seen open, and when closed for good.
    private final class Watch implements Runnable {
        private final AtomicLong opened = new AtomicLong(NEVER);
        private final AtomicLong lastOpen = new AtomicLong(NEVER);
        private volatile boolean over;

        @Override
        public void run() {
            try {
                while (!over) {
                    if (Gauges.of(port).open("a")) {
                        opened.compareAndSet(NEVER, System.nanoTime());
                        lastOpen.set(System.nanoTime());
                    }
                    Thread.sleep(50);
                }
            } catch (IOException | InterruptedException e) {
                System.err.println("watching ended: " + e);
            }
        }
    }

    private void fault(String scenario, Mood mood, boolean streamed)
            throws IOException, InterruptedException {
        FaultyUpstream bad = upstreams.getFirst();
        Tally quiet = load.run(new Plan(rate, time, streamed, 0));
        upstreams.forEach(FaultyUpstream::forget);
        var watch = new Watch();
        Thread watcher = Thread.ofPlatform().daemon().name("watch").start(watch);

        long began = System.nanoTime();
        bad.become(mood);
        Tally early = load.run(new Plan(rate, time.dividedBy(6), streamed, 0));
        Tally late = load.run(new Plan(rate, time.multipliedBy(5).dividedBy(6), streamed, 0));
        long asked = early.sent.get() + late.sent.get();
        long received = received();
        long doubled = doubled();
        int met = bad.received().size();
        long cured = System.nanoTime();
        bad.become(Mood.HEALTHY);
        Tally after = load.run(new Plan(rate, Duration.ofSeconds(RECOVERY_SECONDS), streamed, 0));
        watch.over = true;
        watcher.join();

        long lost = early.lost.get() + late.lost.get() + after.lost.get();
        String first =
                List.of(early, late, after).stream()
                        .map(tally -> tally.firstLoss)
                        .filter(why -> !why.isEmpty())
                        .findFirst()
                        .map(why -> " (" + why.replace('|', '/').replace('\n', ' ') + ")")
                        .orElse("");
        row(scenario, "lost", "0", lost + " of " + (asked + after.sent.get()) + first, lost == 0);
        row(scenario, "answered twice", "0", Long.toString(doubled), doubled == 0);
        double attempts = (double) received / asked;
        row(
                scenario,
                "requests received per call",
                "≤ 1.1",
                String.format(Locale.ROOT, "%.3f", attempts),
                attempts <= 1.1);
        long good = early.answered.get() + late.answered.get();
        row(
                scenario,
                "answered",
                streamed ? "told" : "≥ 99 %",
                number(100.0 * good / asked, " %")
                        + (streamed ? ", told broken " + (early.told.get() + late.told.get()) : ""),
                streamed || good >= 0.99 * asked);
        double before = Tally.millis(quiet.answers, 99);
        double during = Tally.millis(late.answers, 99);
        row(
                scenario,
                "p99 after a sixth of the time",
                "≤ 1.5 x " + number(before, " ms"),
                number(during, " ms")
                        + " (first sixth: "
                        + number(Tally.millis(early.answers, 99), " ms")
                        + ")",
                during <= 1.5 * before);
        if (mood != Mood.KILLED) {
            // Or nothing was tried.
            row(scenario, "asked of the one that fails", "≥ 1", Integer.toString(met), met > 0);
        }
        if (mood != Mood.SLOW) {
            double open = watch.opened.get() == NEVER ? NEVER : (watch.opened.get() - began) / 1e9;
            row(
                    scenario,
                    "open",
                    "≤ 1 s, or 20 calls",
                    open < 0 ? "never" : number(open, " s"),
                    mood == Mood.CUTTING || (open >= 0 && open <= 1));
            double closed =
                    watch.lastOpen.get() == NEVER
                            ? 0
                            : Math.max(0, (watch.lastOpen.get() - cured) / 1e9);
            row(
                    scenario,
                    "closed after the cure",
                    "≤ 10 s",
                    number(closed, " s"),
                    closed < RECOVERY_SECONDS - 0.1);
        }
    }

    private long received() {
        return upstreams.stream()
                .flatMap(upstream -> upstream.received().values().stream())
                .mapToLong(AtomicInteger::get)
                .sum();
    }

    /// Requests that were answered whole more than once, by one upstream or by several.
    private long doubled() {
        var all = new HashSet<Long>();
        long twice = 0;
        for (FaultyUpstream upstream : upstreams) {
            for (var one : upstream.answered().entrySet()) {
                if (!all.add(one.getKey()) || one.getValue().get() > 1) {
                    twice++;
                }
            }
        }
        return twice;
    }

    private void overload() throws IOException, InterruptedException {
        String scenario = OVERLOAD + " x overload";
        // What parts/faults.yaml lets the three carry.
        int capacity = 2 * rate;
        Tally peak = load.run(new Plan(capacity, time, false, 0));
        upstreams.forEach(FaultyUpstream::forget);
        Tally over = load.run(new Plan(OVERLOAD * capacity, time, false, 0));
        long doubled = doubled();
        double attempts = (double) received() / over.answered.get();
        Tally settling = load.run(new Plan(rate, Duration.ofSeconds(RECOVERY_SECONDS), false, 0));
        Tally after = load.run(new Plan(rate, time.dividedBy(6), false, 0));

        double goodput = over.answeredPerSecond(time);
        double best = peak.answeredPerSecond(time);
        row(
                scenario,
                "lost",
                "0",
                over.lost
                        + " of "
                        + over.sent
                        + (over.firstLoss.isEmpty()
                                ? ""
                                : " (" + over.firstLoss.replace('|', '/').replace('\n', ' ') + ")"),
                over.lost.get() == 0);
        row(scenario, "answered twice", "0", Long.toString(doubled), doubled == 0);
        row(
                scenario,
                "goodput",
                "≥ 90 % of " + number(best, "/s"),
                number(goodput, "/s"),
                goodput >= 0.9 * best);
        row(
                scenario,
                "requests received per answer",
                "≤ 1.1",
                String.format(Locale.ROOT, "%.3f", attempts),
                attempts <= 1.1);
        double refused = Tally.millis(over.refusals, 99);
        row(
                scenario,
                "p99 of refusals",
                "≤ 10 ms",
                number(refused, " ms") + " of " + over.refused,
                refused <= 10);
        row(
                scenario,
                "p99 of answers",
                "told",
                number(Tally.millis(over.answers, 99), " ms")
                        + " (before: "
                        + number(Tally.millis(peak.answers, 99), " ms")
                        + ")",
                true);
        row(
                scenario,
                "as before within 10 s",
                "all answered",
                after.answered
                        + " of "
                        + after.sent
                        + " (meanwhile "
                        + settling.answered
                        + " of "
                        + settling.sent
                        + ")",
                after.answered.get() == after.sent.get());
    }
}
