package dev.switchgear.bench;

import dev.switchgear.bench.FaultLoad.Plan;
import dev.switchgear.bench.FaultLoad.Tally;
import dev.switchgear.bench.FaultyUpstream.Mood;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Asks a gateway for long while its upstreams fail in turn and one client in twenty hangs up, and tells
/// whether anything grows: heap after a collection, threads, open files, attempts said to run though
/// nobody asks. Prints a table and a verdict; exits 1 where something grew or a call was lost.
final class SoakBench {
    private static final int HANG_UPS = 20;
    private static final Pattern HEAP = Pattern.compile("used (\\d+)([KM])");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");

    /// What is asked for in one stretch, between two samples.
    private static final Mood[] MOODS = Mood.values();

    private SoakBench() {}

    private record Sample(double heapMb, double threads, double files, double busy) {}

    static void main(String[] args) throws Exception {
        Options options =
                Options.of(Set.of("port", "upstream", "rate", "minutes", "seconds", "pid"), args);
        int port = options.number("port", 0, 1);
        int first = options.number("upstream", 0, 1);
        int rate = options.number("rate", 300, 1);
        int seconds = options.number("seconds", options.number("minutes", 15, 1) * 60, 1);
        long pid = options.number("pid", 0, 1);
        Duration stretch = Duration.ofSeconds(Math.clamp(seconds / 30, 1, 15));
        var samples = new ArrayList<Sample>();
        long lost = 0;
        long sent = 0;
        String why = "";
        try (var load = new FaultLoad(port);
                var a = new FaultyUpstream(first, FaultBench.USUAL);
                var b = new FaultyUpstream(first + 1, FaultBench.USUAL);
                var c = new FaultyUpstream(first + 2, FaultBench.USUAL)) {
            List<FaultyUpstream> all = List.of(a, b, c);
            System.out.println("| Second | Heap, MB | Threads | Files | Busy | Lost |");
            System.out.println("|---|---|---|---|---|---|");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            int turn = 0;
            for (long left = seconds; left > 0; left = secondsTo(end)) {
                FaultyUpstream one = all.get(turn % all.size());
                Mood mood = MOODS[turn % MOODS.length];
                one.become(mood);
                Tally tally = load.run(new Plan(rate, stretch, turn % 2 == 1, HANG_UPS));
                one.become(Mood.HEALTHY);
                all.forEach(FaultyUpstream::forget);
                lost += tally.lost.get();
                sent += tally.sent.get();
                why = why.isEmpty() ? tally.firstLoss : why;
                turn++;
                Sample sample = sample(port, pid);
                samples.add(sample);
                System.out.printf(
                        Locale.ROOT,
                        "| %d | %.1f | %.0f | %.0f | %.0f | %d |%n",
                        seconds - secondsTo(end),
                        sample.heapMb(),
                        sample.threads(),
                        sample.files(),
                        sample.busy(),
                        lost);
            }
        }
        // Each is asked, so that each is told.
        boolean heap = flat("heap", samples, Sample::heapMb, 16);
        boolean threads = flat("threads", samples, Sample::threads, 8);
        boolean files = flat("files", samples, Sample::files, 32);
        boolean idle = samples.getLast().busy() == 0;
        boolean flat = heap && threads && files && idle && lost == 0;
        System.out.println(
                "\n"
                        + (flat ? "Flat" : "NOT FLAT")
                        + ": "
                        + sent
                        + " calls, lost "
                        + lost
                        + (why.isEmpty() ? "" : " (" + why + ")")
                        + ", busy at the end "
                        + samples.getLast().busy()
                        + ".");
        System.exit(flat ? 0 : 1);
    }

    private static long secondsTo(long end) {
        return TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime());
    }

    /// Whether the last third is no more than a tenth, and `slack`, above the second third: the first is
    /// for warming up.
    private static boolean flat(
            String what, List<Sample> samples, ToDoubleFunction<Sample> of, double slack) {
        int third = samples.size() / 3;
        double before = median(samples.subList(third, Math.max(third + 1, 2 * third)), of);
        double after =
                median(
                        samples.subList(Math.min(2 * third, samples.size() - 1), samples.size()),
                        of);
        boolean flat = after <= before * 1.1 + slack;
        System.out.printf(
                Locale.ROOT,
                "%n%s: %.1f, then %.1f: %s",
                what,
                before,
                after,
                flat ? "flat" : "GROWS");
        return flat;
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> of) {
        return samples.stream()
                .mapToDouble(of)
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /// Once the last call is over: waits for the gateway to notice, at most five seconds.
    private static Sample sample(int port, long pid) throws IOException, InterruptedException {
        double busy = Gauges.of(port).busy();
        for (int i = 0; i < 50 && busy > 0; i++) {
            Thread.sleep(100);
            busy = Gauges.of(port).busy();
        }
        jcmd(pid, "GC.run");
        double used = heapMb(jcmd(pid, "GC.heap_info"));
        Matcher threads = THREADS.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
        if (used <= 0 || !threads.find()) {
            throw new IOException("process " + pid + " does not tell its heap or its threads");
        }
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return new Sample(used, Double.parseDouble(threads.group(1)), files.count(), busy);
        }
    }

    /// All generations together, where a collector tells each on a line of its own.
    private static double heapMb(String told) {
        return told.lines()
                .filter(line -> !line.contains("Metaspace") && !line.contains("class space"))
                .map(HEAP::matcher)
                .filter(Matcher::find)
                .mapToDouble(used ->
                        Double.parseDouble(used.group(1)) / (used.group(2).equals("K") ? 1024 : 1))
                .sum();
    }

    private static String jcmd(long pid, String command) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                command)
                        .redirectErrorStream(true)
                        .start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroy();
        }
    }
}
