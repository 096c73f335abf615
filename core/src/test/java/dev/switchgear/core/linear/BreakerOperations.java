package dev.switchgear.core.linear;

import static java.time.Duration.ofSeconds;

import dev.switchgear.core.breaker.Breaker;
import dev.switchgear.core.breaker.Breaker.Result;
import dev.switchgear.core.breaker.BreakerGrowth;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.breaker.Window;
import dev.switchgear.core.call.BreakerState;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/// What can be asked of a breaker that opens at any failure and closes at the second trial that
/// succeeds. It begins open and with its pause over, from where each of its states is a few calls
/// away. Time stands still, so another pause ends only where somebody ends it.
@Param(name = "thread", gen = ThreadIdGen.class)
public final class BreakerOperations {
    private static final int THREADS_MAX = 8;

    private final Breaker breaker =
            new Breaker(
                    new BreakerSettings(
                            new Window.Count(4),
                            4,
                            0.5,
                            1,
                            ofSeconds(30),
                            BreakerSettings.OFF,
                            ofSeconds(5),
                            ofSeconds(300),
                            BreakerGrowth.LINEAR,
                            0,
                            Duration.ZERO,
                            2),
                    new StandingTime(),
                    new SplittableRandom(1),
                    (_, _, _, _) -> {});

    /// The ticket that each thread holds, or [Breaker#REFUSED] for none.
    private final long[] tickets = new long[THREADS_MAX];

    public BreakerOperations() {
        Arrays.fill(tickets, Breaker.REFUSED);
        breaker.settle(breaker.tryEnter(), Result.FAILURE, 1, Duration.ZERO);
        breaker.endPause();
    }

    @Operation
    public boolean enter(@Param(name = "thread") int thread) {
        if (tickets[thread] != Breaker.REFUSED) {
            return false;
        }
        tickets[thread] = breaker.tryEnter();
        return tickets[thread] != Breaker.REFUSED;
    }

    @Operation
    public void succeed(@Param(name = "thread") int thread) {
        settle(thread, Result.SUCCESS);
    }

    @Operation
    public void fail(@Param(name = "thread") int thread) {
        settle(thread, Result.FAILURE);
    }

    @Operation
    public void ignore(@Param(name = "thread") int thread) {
        settle(thread, Result.IGNORED);
    }

    @Operation
    public void endPause() {
        breaker.endPause();
    }

    @Operation
    public BreakerState state() {
        return breaker.state();
    }

    @Operation
    public boolean wouldEnter() {
        return breaker.wouldEnter();
    }

    private void settle(int thread, Result result) {
        long ticket = tickets[thread];
        tickets[thread] = Breaker.REFUSED;
        if (ticket != Breaker.REFUSED) {
            breaker.settle(ticket, result, 1, Duration.ZERO);
        }
    }
}
