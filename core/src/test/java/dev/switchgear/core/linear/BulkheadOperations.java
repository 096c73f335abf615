package dev.switchgear.core.linear;

import static java.time.Duration.ofSeconds;

import dev.switchgear.core.bulkhead.Bulkhead;
import dev.switchgear.core.bulkhead.Bulkhead.Entry;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.time.Time;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/// What can be asked of a bulkhead of one place, which the first thread holds at the start. Whoever waits has waited long enough the moment it
/// stands in line: its end of patience races with the place that somebody else gives back.
@Param(name = "thread", gen = ThreadIdGen.class)
public final class BulkheadOperations {
    private static final int THREADS_MAX = 8;

    private final Time time = new StandingTime();
    private final Bulkhead bulkhead =
            new Bulkhead(new BulkheadSettings(1, 100, ofSeconds(1)), () -> 1, time);
    private final int[] held = new int[THREADS_MAX];

    public BulkheadOperations() throws InterruptedException {
        enter(1);
    }

    @Operation
    public Entry enter(@Param(name = "thread") int thread) throws InterruptedException {
        Entry entry = bulkhead.enter(Rank.NORMAL, Deadline.in(ofSeconds(1), time));
        if (entry == Entry.ENTERED) {
            held[thread]++;
        }
        return entry;
    }

    @Operation
    public void leave(@Param(name = "thread") int thread) {
        if (held[thread] > 0) {
            held[thread]--;
            bulkhead.leave();
        }
    }

    @Operation
    public int running() {
        return bulkhead.running();
    }
}
