package dev.switchgear.core.call;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One client request, from arrival to Answer. Thread-safe: hedged attempts share it.
///
/// @param <Q> what is asked, in the family's words
public final class Call<Q> {
    private final String id;
    private final Q request;
    private final Deadline deadline;
    private final boolean repeatable;
    private final Rank rank;
    private final long units;
    private final String operation;

    /// The attempt whose answer the client receives; null while none has begun to.
    private final AtomicReference<@Nullable Dispatch<Q>> winner = new AtomicReference<>();

    private final LongAdder upstreamNanos = new LongAdder();
    private volatile Runnable whenCommitted = () -> {};
    private volatile BooleanSupplier givenUpByUs = () -> false;
    private volatile Reasons reasons = (_, _) -> "";

    /// Knows why a call went where it went.
    @FunctionalInterface
    public interface Reasons {
        /// @return one line for people, of printable ASCII; empty where nobody knows
        String why(UpstreamId upstream, String subject);
    }

    /// @param id what the client calls this request, or what we called it: `x-request-id`
    /// @param repeatable whether it may be sent again after an upstream may have acted on it
    /// @param rank who gives way first when there is not room for all
    /// @param units an estimate of what it will use, in the units that the family counts (tokens,
    ///     request weight), reserved from limits; 0 or more
    public Call(
            String id, Q request, Deadline deadline, boolean repeatable, Rank rank, long units) {
        this(id, request, deadline, repeatable, rank, units, "");
    }

    /// @param operation the family's word for what is asked, which its events carry; may be empty
    public Call(
            String id,
            Q request,
            Deadline deadline,
            boolean repeatable,
            Rank rank,
            long units,
            String operation) {
        if (units < 0) {
            throw new IllegalArgumentException("units: " + units + " (expected: 0 or more)");
        }
        this.id = id;
        this.request = request;
        this.deadline = deadline;
        this.repeatable = repeatable;
        this.rank = rank;
        this.units = units;
        this.operation = operation;
    }

    public String id() {
        return id;
    }

    public Q request() {
        return request;
    }

    public Deadline deadline() {
        return deadline;
    }

    public boolean repeatable() {
        return repeatable;
    }

    public Rank rank() {
        return rank;
    }

    public long units() {
        return units;
    }

    public String operation() {
        return operation;
    }

    /// True once part of an answer may have left for the client: failover is over.
    public boolean committed() {
        return winner.get() != null;
    }

    /// The attempt whose answer the client receives, once one has committed.
    public Optional<Dispatch<Q>> winner() {
        return Optional.ofNullable(winner.get());
    }

    /// Time spent in finished attempts so far, in nanoseconds.
    public long upstreamNanos() {
        return upstreamNanos.sum();
    }

    /// Counts a finished attempt's time as the upstream's rather than ours.
    public void spent(long nanos) {
        upstreamNanos.add(nanos);
    }

    /// Runs `action` when an attempt commits; set before the first attempt begins. It must be short
    /// and must not block.
    public void whenCommitted(Runnable action) {
        whenCommitted = action;
    }

    /// Has `known` asked for reasons from now on.
    public void explainedBy(Reasons known) {
        reasons = known;
    }

    /// Why that upstream was asked, while it is being asked or has just been.
    ///
    /// @return one line for people, of printable ASCII; empty where nobody knows
    public String why(UpstreamId upstream, String subject) {
        return reasons.why(upstream, subject);
    }

    /// Says who is behind an interrupt of the thread that carries the call: true for the gateway itself,
    /// which shuts down, and not the client. Set before the first attempt begins.
    public void givenUpByUs(BooleanSupplier ours) {
        givenUpByUs = ours;
    }

    /// Whether it is the gateway that gives up the call, while its client still waits.
    public boolean isGivenUpByUs() {
        return givenUpByUs.getAsBoolean();
    }

    /// Claims the client for an attempt. True for the first to claim and for that one again; false
    /// for every other, which then must not write to the client.
    boolean commit(Dispatch<Q> dispatch) {
        if (winner.compareAndSet(null, dispatch)) {
            whenCommitted.run();
            return true;
        }
        return winner.get() == dispatch;
    }
}
