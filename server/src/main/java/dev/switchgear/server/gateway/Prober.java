package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.standing.Reason;
import dev.switchgear.core.standing.Standing;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.gateway.Upstreams.Member;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks upstreams that are out, every few seconds, whether they are back: by a question that costs
/// nothing (for LLM: their list of models), one at a time for each. So a long pause or rest, which
/// keeps callers from an upstream that stays out, does not keep them from one that has recovered.
///
/// What an answer proves depends on why nobody is sent there:
///
/// | Why it is out | An answer proves |
/// |---|---|
/// | its breaker is open | that it is there: the breaker's pause ends |
/// | its key was rejected (401) | that the key is accepted: the rest of the key ends |
/// | a subject was not known to it | where the list names it, that it is there: its rest ends |
/// | used up, limited, forbidden, overloaded | nothing: a list is given to who may not ask anything else |
///
/// In each case the next call is the trial. Where that one is turned away for the same reason, the
/// answer had proved nothing, and is not believed again until a call was answered: some servers give
/// their list to everybody. What nothing can be proved of is not asked, nor is an upstream that a
/// person switched off. Thread-safe.
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

    /// Asks those that are due, and takes note of orders that have ended.
    void look() {
        Duration pause = every.get();
        Set<UpstreamId> down = new HashSet<>();
        for (Member<?, ?> member : members.get()) {
            member.upstream().noticeEndOfOrder();
            if (!pause.isZero() && isWorthAsking(member.upstream())) {
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
            Outcome<List<String>> answer = member.probe().ask(Deadline.in(PATIENCE, time));
            if (answer instanceof Outcome.Success<List<String>> given) {
                answered(member.upstream(), given.value());
            }
        } finally {
            asking.remove(id);
        }
    }

    /// Ends what an answer shows to be over.
    ///
    /// @param subjects that the upstream says it has
    static void answered(GuardedUpstream<?, ?> upstream, List<String> subjects) {
        for (Rests rests : List.of(upstream.rests(), upstream.account())) {
            if (rests.mayEndEarly(Cause.KEY_REJECTED)) {
                LOG.info(
                        "{}: its key is accepted again: the next call is its trial", upstream.id());
                rests.endEarly(Cause.KEY_REJECTED);
            }
        }
        for (String subject : upstream.rests().mayEndEarlySubjects(Cause.SUBJECT_UNKNOWN)) {
            if (subjects.contains(subject)) {
                LOG.info("{} has {} now: the next call is its trial", upstream.id(), subject);
                upstream.rests().endEarlySubject(subject, Cause.SUBJECT_UNKNOWN);
            }
        }
        if (isOut(upstream)) {
            LOG.info("{} answers again: the next call is its trial", upstream.id());
            upstream.breaker().endPause();
            upstream.observeHealth(true);
        }
    }

    /// Whether an answer may prove something.
    private static boolean isWorthAsking(GuardedUpstream<?, ?> upstream) {
        return switch (upstream.forced().current().state()) {
            case OFF, DRAIN -> false;
            case NONE, ON ->
                    isOut(upstream)
                            || upstream.rests().mayEndEarly(Cause.KEY_REJECTED)
                            || upstream.account().mayEndEarly(Cause.KEY_REJECTED)
                            || !upstream.rests()
                                    .mayEndEarlySubjects(Cause.SUBJECT_UNKNOWN)
                                    .isEmpty();
        };
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
