package dev.switchgear.server.demo;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Two minutes in which five things go wrong; then again, with the parts handed out anew.
final class Story implements Runnable {
    static final Duration FIRST_FAULT = Duration.ofSeconds(15);

    private static final Duration ROUND = Duration.ofSeconds(130);

    private record Act(Duration at, Runnable deed) {}

    private final DemoSettings settings;
    private final Faults faults;
    private final Runnable summary;
    private final Time time;
    private final Random random;

    /// @param summary called at the end of each round
    Story(DemoSettings settings, Faults faults, Runnable summary, Time time) {
        this.settings = settings;
        this.faults = faults;
        this.summary = summary;
        this.time = time;
        this.random = new Random(settings.seed());
    }

    /// Tells it until the thread is interrupted.
    @Override
    public void run() {
        long beganNanos = time.nanos();
        for (int round = 0; ; round++) {
            Duration before = ROUND.multipliedBy(round);
            for (Act act : acts()) {
                long dueNanos = beganNanos + settings.paced(before.plus(act.at())).toNanos();
                try {
                    time.sleep(Duration.ofNanos(dueNanos - time.nanos()));
                } catch (InterruptedException stopped) {
                    return;
                }
                act.deed().run();
            }
        }
    }

    private List<Act> acts() {
        var parts = new ArrayList<>(Cast.REMOTE);
        Collections.shuffle(parts, random);
        Duration lasting = settings.paced(Duration.ofSeconds(8));
        return List.of(
                new Act(FIRST_FAULT, () -> faults.timeOut(parts.get(0))),
                new Act(Duration.ofSeconds(40), () -> faults.slow(parts.get(1))),
                new Act(Duration.ofSeconds(60), () -> faults.expireKey(parts.get(2))),
                new Act(Duration.ofSeconds(80), faults::healAll),
                new Act(
                        Duration.ofSeconds(100),
                        () -> faults.limit(parts.get(2), Duration.ofSeconds(6), lasting)),
                new Act(Duration.ofSeconds(108), () -> faults.drop(Cast.LOCAL)),
                new Act(Duration.ofSeconds(116), faults::healAll),
                new Act(Duration.ofSeconds(120), summary));
    }
}
