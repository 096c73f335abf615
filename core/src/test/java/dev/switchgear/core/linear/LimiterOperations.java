package dev.switchgear.core.linear;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.limiter.Limit.Measure;
import dev.switchgear.core.limiter.Limiter;
import java.util.Arrays;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/// What can be asked of a limiter of one request and ten units a second, while time passes.
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "units", gen = IntGen.class, conf = "1:6")
public final class LimiterOperations {
    private static final int THREADS_MAX = 8;
    private static final long NONE = -1;

    private final StandingTime time = new StandingTime();
    private final Limiter limiter =
            new Limiter(
                    List.of(
                            new Limit(Measure.REQUESTS, 1, ofSeconds(1)),
                            new Limit(Measure.UNITS, 10, ofSeconds(1))),
                    time);
    private final long[] tickets = new long[THREADS_MAX];
    private final int[] reserved = new int[THREADS_MAX];

    public LimiterOperations() {
        Arrays.fill(tickets, NONE);
    }

    /// The nanoseconds to wait, or 0 where the call may go.
    @Operation
    public long take(@Param(name = "thread") int thread, @Param(name = "units") int units) {
        long ticket = limiter.tryTake(units);
        if (ticket < 0) {
            return ticket;
        }
        tickets[thread] = ticket;
        reserved[thread] = units;
        return 0;
    }

    @Operation
    public void settle(@Param(name = "thread") int thread, @Param(name = "units") int units) {
        if (tickets[thread] != NONE) {
            limiter.settle(tickets[thread], reserved[thread], units);
            tickets[thread] = NONE;
        }
    }

    @Operation
    public void refund(@Param(name = "thread") int thread) {
        if (tickets[thread] != NONE) {
            limiter.refund(tickets[thread], reserved[thread]);
            tickets[thread] = NONE;
        }
    }

    @Operation
    public long wait(@Param(name = "units") int units) {
        return limiter.waitNanos(units);
    }

    @Operation
    public void told(@Param(name = "units") int left) {
        limiter.observe(new Quota(left, ofSeconds(1), left, ofSeconds(1)));
    }

    @Operation
    public void pass() {
        time.sleep(ofMillis(400));
    }
}
