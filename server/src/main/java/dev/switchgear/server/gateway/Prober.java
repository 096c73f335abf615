package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.standing.Reason;
import dev.switchgear.core.standing.Standing;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.gateway.Upstreams.Member;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks upstreams whose breaker is open, every few seconds, whether they are back: by a question that
/// costs nothing, one at a time for each. If one answers, its breaker's pause ends, and the next call
/// is its trial. So a long pause, which keeps callers from an upstream that stays down, does not keep
/// them from one that has recovered.
///
/// Left alone is an upstream that a person switched off, and one that rests: that one has said itself
/// when to come back. Thread-safe.
public final class Prober implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);

    /// How often it looks for upstreams that are due.
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Supplier<Collection<Member<?, ?>>> members;
    private final Supplier<Duration> every;
    private final RandomGenerator random;
    private final Threads threads;
    private final Time time;
    private final Set<UpstreamId> asking = ConcurrentHashMap.newKeySet();

    /// When the next question is due, for those that are down. Used by one thread.
    private final Map<UpstreamId, Long> dueNanos = new HashMap<>();

    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /// @param members those in use now, of all families
    /// @param every how often each that is down is asked; zero for never
    /// @param random shared by many threads: it must be thread-safe
    public Prober(
            Supplier<Collection<Member<?, ?>>> members,
            Supplier<Duration> every,
            RandomGenerator random,
            Threads threads,
            Time time) {
        this.members = members;
        this.every = every;
        this.random = random;
        this.threads = threads;
        this.time = time;
    }

    public Prober start() {
        thread = threads.start(this::run);
        return this;
    }

    private void run() {
        while (!closed) {
            try {
                time.sleep(LOOK);
            } catch (InterruptedException e) {
                return;
            }
            look();
        }
    }

    /// Asks those that are due.
    void look() {
        Duration pause = every.get();
        Set<UpstreamId> down = new HashSet<>();
        for (Member<?, ?> member : members.get()) {
            if (!pause.isZero() && isOut(member.upstream())) {
                UpstreamId id = member.upstream().id();
                down.add(id);
                lookAt(member, id, pause);
            }
        }
        dueNanos.keySet().retainAll(down);
    }

    private void lookAt(Member<?, ?> member, UpstreamId id, Duration pause) {
        long now = time.nanos();
        // Jitter, so that many gateways do not ask in step.
        long next = now + (long) (pause.toNanos() * (0.75 + random.nextDouble() / 2));
        Long due = dueNanos.putIfAbsent(id, next);
        if (due != null && now - due >= 0 && asking.add(id)) {
            dueNanos.put(id, next);
            threads.start(() -> ask(member, id));
        }
    }

    private void ask(Member<?, ?> member, UpstreamId id) {
        try {
            if (member.probe().answered(Deadline.in(PATIENCE, time))) {
                LOG.info("{} answers again: the next call is its trial", id);
                member.upstream().breaker().endPause();
                member.upstream().observeHealth(true);
            }
        } finally {
            asking.remove(id);
        }
    }

    /// Whether only its breaker keeps calls away, for some time yet.
    static boolean isOut(GuardedUpstream<?, ?> upstream) {
        Standing standing = Standing.of(upstream);
        return standing.why() instanceof Reason.BreakerOpen
                && standing.remaining().isPositive()
                && upstream.resting().isEmpty();
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
