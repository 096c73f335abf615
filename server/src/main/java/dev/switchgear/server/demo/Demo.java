package dev.switchgear.server.demo;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.Sentences;
import dev.switchgear.server.monitor.Totals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Traffic, story and feed around a gateway that runs. Thread-safe.
public final class Demo {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /// What requests under way get at the end.
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final DemoSettings settings;
    private final Supplier<Collection<GuardedUpstream<?, ?>>> upstreams;
    private final Monitor monitor;
    private final Totals totals;
    private final Feed feed;
    private final Threads threads;
    private final Time time;
    private final Faults faults;
    private final Traffic traffic;
    private final AtomicBoolean ended = new AtomicBoolean();

    // Guarded by this.
    private final List<Thread> started = new ArrayList<>();

    /// @param upstreams the gateway's, in use now
    /// @param port where the gateway listens
    /// @param feed already a reader of the gateway's events
    public Demo(
            DemoSettings settings,
            Cast cast,
            Supplier<Collection<GuardedUpstream<?, ?>>> upstreams,
            Monitor monitor,
            Totals totals,
            int port,
            Feed feed,
            Threads threads,
            Time time) {
        this.settings = settings;
        this.upstreams = upstreams;
        this.monitor = monitor;
        this.totals = totals;
        this.feed = feed;
        this.threads = threads;
        this.time = time;
        this.faults = new Faults(cast, upstreams, feed);
        this.traffic = new Traffic(port, settings, threads, time);
    }

    /// Lets it happen, until [#end].
    public synchronized void begin() {
        feed.begin();
        started.add(threads.start(traffic));
        started.add(threads.start(this::look));
        if (settings.story()) {
            started.add(
                    threads.start(
                            new Story(
                                    settings,
                                    faults,
                                    () -> feed.note("So far: " + summary()),
                                    time)));
        }
    }

    private void look() {
        while (true) {
            try {
                time.sleep(LOOK_EVERY);
            } catch (InterruptedException stopped) {
                return;
            }
            // What the feed sees there it can explain only if it has heard why.
            monitor.readAll();
            feed.look(upstreams.get(), totals.now());
        }
    }

    /// Does what a key stands for; keys that stand for nothing do nothing.
    ///
    /// @return false if it means the end
    public boolean press(int key) {
        switch (Character.toLowerCase(key)) {
            case 's' -> faults.slowOne();
            case 'f' -> faults.failOne();
            case 'h', 'r' -> faults.healAll();
            case 'q' -> {
                return false;
            }
            default -> {}
        }
        return true;
    }

    /// What it came to, so far: `5 faults, 1,912 requests, 41 failed over, 0 lost, slowest switch
    /// 3 ms.`
    public String summary() {
        monitor.readAll();
        Totals.Count count = totals.now();
        int struck = faults.struck();
        return String.format(
                Locale.ROOT,
                "%d %s, %s%s.",
                struck,
                struck == 1 ? "fault" : "faults",
                Feed.numbers(count),
                count.failedOver() == 0
                        ? ""
                        : ", slowest switch " + switchWords(count.slowestSwitch()));
    }

    private static String switchWords(Duration slowest) {
        return slowest.toMillis() == 0 ? "below 1 ms" : Sentences.words(slowest);
    }

    /// Calls of the demo's own clients that got a whole answer, as those clients saw it.
    public long answered() {
        return traffic.answered();
    }

    /// Calls of the demo's own clients that got an error or half an answer, as those clients saw it.
    public long unanswered() {
        return traffic.unanswered();
    }

    /// Ends traffic and story; requests under way may finish for two seconds. The first call returns
    /// the summary, every other one nothing.
    public List<String> end() throws InterruptedException {
        if (!ended.compareAndSet(false, true)) {
            return List.of();
        }
        stop();
        traffic.settle(GRACE);
        String summary = summary();
        traffic.close();
        return List.of(
                "Summary: " + summary,
                "Next: connect a real provider (docs/configuration.md), then run `switchgear"
                        + " serve`.");
    }

    private synchronized void stop() {
        started.forEach(Thread::interrupt);
    }
}
