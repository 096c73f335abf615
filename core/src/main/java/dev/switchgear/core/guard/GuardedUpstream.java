package dev.switchgear.core.guard;

import dev.switchgear.core.breaker.Breaker;
import dev.switchgear.core.breaker.Breaker.Result;
import dev.switchgear.core.bulkhead.AdaptiveLimit;
import dev.switchgear.core.bulkhead.AdaptiveSettings;
import dev.switchgear.core.bulkhead.Bulkhead;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Resting;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.Health;
import dev.switchgear.core.health.Rest;
import dev.switchgear.core.health.RestPolicy;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.limiter.Limiter;
import dev.switchgear.core.retry.RetryBudget;
import dev.switchgear.core.score.History;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One upstream with everything that watches over it. Thread-safe.
///
/// The order in which the guards are asked, and why:
///
/// 1. *Forced state, rests and breaker, without taking anything*: a call for an upstream that is out
///    must not wait for a place at it.
/// 2. *Bulkhead*: the only one that may wait, so it comes before everything whose yes could go stale
///    in the meantime.
/// 3. *Forced state and rests, again*: what happened while the call waited counts, and behind a rest
///    one call is the trial.
/// 4. *Breaker*: its yes may be the one trial of a half-open breaker, which must really be sent.
/// 5. *Limiter*, last: a place in the bulkhead can be given back, a spent unit not.
public final class GuardedUpstream<Q, A> {
    private final Upstream<Q, A> upstream;
    private final Breaker breaker;
    private final Bulkhead bulkhead;
    private final Follower follower;
    private final Limiter limiter;
    private final History history;
    private final Health health;
    private final ForcedState forced;
    private final Rests rests;
    private final Rests account;
    private final RestPolicy restPolicy;
    private final RetryBudget retries;
    private final RetryBudget hedges;
    private final Journal journal;
    private final Time time;

    /// The one before with another credential or at another place, until this one is in force.
    private volatile @Nullable GuardedUpstream<Q, A> former;

    private volatile boolean superseded;

    /// @param account rests shared by all upstreams that one account pays for
    public GuardedUpstream(
            Upstream<Q, A> upstream,
            GuardSettings settings,
            Rests account,
            Journal journal,
            Time time,
            RandomGenerator random) {
        this.upstream = upstream;
        this.account = account;
        this.journal = journal;
        this.time = time;
        // Not of the upstream itself: the breaker outlives it where a new one takes its place.
        UpstreamId id = upstream.id();
        breaker =
                new Breaker(
                        settings.breaker(),
                        time,
                        random,
                        (from, to, why, pause) ->
                                journal.record(
                                        new Event.BreakerMoved(
                                                time.instant(), id, from, to, why, pause)));
        follower = new Follower(settings);
        bulkhead = new Bulkhead(settings.bulkhead(), follower::most, time);
        limiter = new Limiter(settings.limits(), settings.rest().most(), time);
        history = new History(time);
        health = new Health(settings.health(), time);
        forced = new ForcedState(time);
        rests = new Rests(time);
        restPolicy = new RestPolicy(settings.rest());
        retries = new RetryBudget(RetryBudget.BURST, time);
        hedges = new RetryBudget(RetryBudget.BURST, time);
    }

    /// The watch of `before` over an upstream of the same name that is reached anew.
    private GuardedUpstream(
            Upstream<Q, A> upstream,
            GuardSettings settings,
            Rests account,
            Renewal what,
            GuardedUpstream<Q, A> before,
            GuardedUpstream<Q, A> fresh) {
        this.upstream = upstream;
        this.account = account;
        journal = before.journal;
        time = before.time;
        // What counts calls goes on: those under way still hold what they have taken.
        bulkhead = before.bulkhead;
        limiter = before.limiter;
        forced = before.forced;
        follower = before.follower;
        retries = before.retries;
        hedges = before.hedges;
        GuardedUpstream<Q, A> place = what == Renewal.OTHER_PLACE ? fresh : before;
        breaker = place.breaker;
        history = place.history;
        health = place.health;
        // What the old credential is told from now on is nothing to the new one.
        rests = what == Renewal.SAME ? before.rests : fresh.rests;
        restPolicy = new RestPolicy(settings.rest());
        former = what == Renewal.SAME ? null : before;
    }

    /// The same upstream, reached as a new configuration says. What is known of it is kept as far as
    /// `what` allows; it goes by the settings of before until [#use] is called. Calls that began with
    /// this one end with it.
    ///
    /// @param next of the same id
    /// @param shared rests shared by all upstreams that one account pays for
    public GuardedUpstream<Q, A> renewed(
            Upstream<Q, A> next,
            GuardSettings settings,
            Rests shared,
            Renewal what,
            RandomGenerator random) {
        var fresh = new GuardedUpstream<>(next, settings, shared, journal, time, random);
        return new GuardedUpstream<>(next, settings, shared, what, this, fresh);
    }

    /// Goes by `settings` from now on. What has been counted stays counted.
    public void use(GuardSettings settings) {
        breaker.use(settings.breaker());
        bulkhead.use(settings.bulkhead());
        limiter.use(settings.limits(), settings.rest().most());
        health.use(settings.health());
        follower.use(settings);
        GuardedUpstream<Q, A> other = former;
        if (other != null) {
            // What the old credential was told is left, and what it is told from now on, is its
            // own.
            other.superseded = true;
            limiter.forgetTold();
            former = null;
        }
    }

    /// How many calls at once follow the latency, where they do. Thread-safe.
    private static final class Follower {
        private record Following(Optional<AdaptiveSettings> range, Optional<AdaptiveLimit> limit) {
            static Following by(GuardSettings settings) {
                Optional<AdaptiveSettings> range =
                        settings.adaptive()
                                .map(wide -> wide.upTo(settings.bulkhead().concurrent()));
                return new Following(range, range.map(AdaptiveLimit::new));
            }
        }

        private volatile Following now;

        Follower(GuardSettings settings) {
            now = Following.by(settings);
        }

        /// What was found out holds for the range it was found in.
        void use(GuardSettings settings) {
            Following next = Following.by(settings);
            if (!next.range().equals(now.range())) {
                now = next;
            }
        }

        int most() {
            Optional<AdaptiveLimit> limit = now.limit();
            return limit.isPresent() ? limit.get().limit() : Integer.MAX_VALUE;
        }

        void observe(long latencyNanos, int running, boolean overloaded) {
            now.limit().ifPresent(limit -> limit.observe(latencyNanos, running, overloaded));
        }
    }

    public UpstreamId id() {
        return upstream.id();
    }

    /// The moment, by the clock that it is watched by.
    public Instant now() {
        return time.instant();
    }

    public Upstream<Q, A> upstream() {
        return upstream;
    }

    public Breaker breaker() {
        return breaker;
    }

    public Bulkhead bulkhead() {
        return bulkhead;
    }

    public Limiter limiter() {
        return limiter;
    }

    public History history() {
        return history;
    }

    public Health health() {
        return health;
    }

    /// What it may be asked again, by calls of all routes together.
    public RetryBudget retries() {
        return retries;
    }

    /// How often it may be asked beside another, by calls of all routes together.
    public RetryBudget hedges() {
        return hedges;
    }

    /// Switches the upstream by a person's order, which stands above breaker and health.
    public void force(ForcedState.Order order) {
        forced.force(order);
        switched(order);
    }

    /// The same by an order for all upstreams of the provider, which replaces those for single ones.
    public void forceAll(ForcedState.Order order) {
        forced.force(ForcedState.Order.NONE);
        forced.forceAll(order);
        switched(order);
    }

    /// Takes note of an order that has ended by itself. To be called now and then.
    public void noticeEndOfOrder() {
        forced.takeEnded()
                .ifPresent(ended -> {
                    ForcedState.Order now = forced.current();
                    journal.record(
                            new Event.Switched(time.instant(), id(), now.state(), "", now.until()));
                });
    }

    private void switched(ForcedState.Order order) {
        journal.record(
                new Event.Switched(
                        time.instant(),
                        id(),
                        order.state(),
                        order.by(),
                        order.reason(),
                        order.until()));
    }

    public ForcedState forced() {
        return forced;
    }

    public Rests rests() {
        return rests;
    }

    /// The rests shared by all upstreams that one account pays for.
    public Rests account() {
        return account;
    }

    /// The rest of the key or of its account, whichever lasts longer; empty if neither rests.
    public Optional<Rest> resting() {
        Optional<Rest> own = rests.resting();
        Optional<Rest> shared = account.resting();
        if (own.isEmpty() || shared.isEmpty()) {
            return own.or(() -> shared);
        }
        return own.get().remaining().compareTo(shared.get().remaining()) >= 0 ? own : shared;
    }

    /// The rest that keeps calls for `subject` away, the longest of its own, its key's and its
    /// account's; empty if none does.
    public Optional<Rest> resting(String subject) {
        return rests.restingNanos(subject) >= account.restingNanos(subject)
                ? rests.resting(subject)
                : account.resting(subject);
    }

    /// Which guard would say no now; empty if none. Takes nothing and allocates nothing.
    public Optional<GuardName> wouldRefuse(String subject, long units) {
        Optional<GuardName> out = isOut(subject);
        if (out.isPresent()) {
            return out;
        }
        if (!bulkhead.wouldEnter()) {
            return FULL;
        }
        return limiter.waitNanos(subject, units) > 0 ? OVER_LIMIT : Optional.empty();
    }

    /// How long until asking again may help; zero where nobody knows.
    public Duration retryAfter(GuardName by, String subject, long units) {
        return switch (by) {
            case REST -> Duration.ofNanos(restingNanos(subject));
            case BREAKER -> breaker.retryAfter();
            case LIMITER -> untilRoom(subject, units);
            case FORCED, BULKHEAD, RETRY_BUDGET, DEADLINE -> Duration.ZERO;
        };
    }

    /// Zero also where no wait helps, because the call needs more than a whole limit.
    private Duration untilRoom(String subject, long units) {
        long wait = limiter.waitNanos(subject, units);
        return wait == Long.MAX_VALUE ? Duration.ZERO : Duration.ofNanos(wait);
    }

    /// Asks all guards for one attempt. May wait for a place, never beyond the call's deadline.
    ///
    /// @param nobodyElse whether no other upstream could take the call
    /// @throws InterruptedException if the client goes away meanwhile; nothing is then held
    public Admission admit(Call<Q> call, String subject, boolean nobodyElse)
            throws InterruptedException {
        Optional<GuardName> out = isOut(subject);
        if (out.isPresent()) {
            return refused(out.get(), subject, call);
        }
        Bulkhead.Entry entry = bulkhead.enter(call.rank(), call.deadline());
        if (entry != Bulkhead.Entry.ENTERED) {
            return new Admission.Refused(
                    GuardName.BULKHEAD, Duration.ZERO, id() + ": " + reason(entry));
        }
        if (isSwitchedOff()) {
            bulkhead.leave();
            return refused(GuardName.FORCED, subject, call);
        }
        Trials trials = tryRests(subject);
        if (trials.equals(Trials.REFUSED)) {
            bulkhead.leave();
            return refused(GuardName.REST, subject, call);
        }
        boolean bypass = forced.current().state() == Forced.ON;
        long trial = bypass ? NO_TICKET : breaker.tryEnter(nobodyElse);
        if (!bypass && trial == Breaker.REFUSED) {
            settleRests(trials, subject, false);
            bulkhead.leave();
            return refused(GuardName.BREAKER, subject, call);
        }
        long units = limiter.tryTake(subject, call.units());
        if (units < 0) {
            if (!bypass) {
                breaker.settle(trial, Result.IGNORED, 0, Duration.ZERO);
            }
            settleRests(trials, subject, false);
            bulkhead.leave();
            return refused(GuardName.LIMITER, subject, call);
        }
        history.inFlight(1);
        return new Admission.Admitted(new Held(subject, trials, trial, units, call.units()));
    }

    /// Tickets for what had rested.
    private record Trials(long key, long account) {
        /// Nothing had.
        static final Trials FREE = new Trials(Rests.FREE, Rests.FREE);

        static final Trials REFUSED = new Trials(Rests.REFUSED, Rests.REFUSED);
    }

    private Trials tryRests(String subject) {
        long key = rests.enter(subject);
        if (key == Rests.REFUSED) {
            return Trials.REFUSED;
        }
        long shared = account.enter(subject);
        if (shared == Rests.REFUSED) {
            rests.settle(key, subject, false);
            return Trials.REFUSED;
        }
        return key == Rests.FREE && shared == Rests.FREE ? Trials.FREE : new Trials(key, shared);
    }

    private void settleRests(Trials trials, String subject, boolean answered) {
        rests.settle(trials.key(), subject, answered);
        account.settle(trials.account(), subject, answered);
    }

    private final class Held implements Permit {
        private final String subject;
        private final Trials trials;
        private final long ticket;
        private final long taken;
        private final long reservedUnits;
        private final long lateBeforeNanos = time.lateNanos(time.nanos());

        /// As the breaker and the history hear of it; -1 while there was none.
        private long firstPieceNanos = -1;

        Held(String subject, Trials trials, long ticket, long taken, long reservedUnits) {
            this.subject = subject;
            this.trials = trials;
            this.ticket = ticket;
            this.taken = taken;
            this.reservedUnits = reservedUnits;
        }

        @Override
        public void firstPiece(long nanos) {
            settleRests(trials, subject, true);
            firstPieceNanos = nanos;
            if (ticket != NO_TICKET) {
                breaker.passTrial(ticket, nanos);
            }
        }

        @Override
        public void settle(Attempt<?> attempt) {
            try {
                learnFrom(attempt, this);
            } finally {
                settleRests(trials, subject, attempt.outcome() instanceof Outcome.Success<?>);
                // Last: whoever waits for the place must find everything this attempt has taught.
                history.inFlight(-1);
                bulkhead.leave();
            }
        }

        /// How long the upstream took: what this program was late meanwhile is not held against it.
        private long latencyNanos(Attempt<?> attempt) {
            if (attempt.firstPieceNanos() >= 0 && firstPieceNanos >= 0) {
                return firstPieceNanos;
            }
            long took =
                    attempt.firstPieceNanos() >= 0
                            ? attempt.firstPieceNanos()
                            : attempt.latencyNanos();
            return Math.max(0, took - (time.lateNanos(time.nanos()) - lateBeforeNanos));
        }
    }

    private void learnFrom(Attempt<?> attempt, Held held) {
        String subject = held.subject;
        long trial = held.ticket;
        long ticket = held.taken;
        long reservedUnits = held.reservedUnits;
        long latency = held.latencyNanos(attempt);
        switch (attempt.outcome()) {
            case Outcome.Success<?> success -> {
                limiter.settle(ticket, reservedUnits, success.units());
                hear(subject, success.quota());
                breaker(trial, Result.SUCCESS, latency, Duration.ZERO);
                rests.answered();
                learn(true, latency, false);
                if (attempt.firstPieceNanos() >= 0) {
                    history.firstPiece(latency);
                }
            }
            case Outcome.Refusal<?> _ -> throw new IllegalStateException("a refusal has no permit");
            case Outcome.Failure<?> failure -> {
                Fault fault = failure.fault();
                if (fault.mayHaveActed()) {
                    limiter.settle(ticket, reservedUnits, -1);
                } else {
                    limiter.refund(subject, ticket, reservedUnits);
                }
                hear(subject, failure.quota());
                Result result = verdict(fault);
                breaker(trial, result, latency, restPolicy.asked(fault));
                // An answer that refuses the request is quick, but says nothing about speed.
                if (result == Result.FAILURE) {
                    learn(false, latency, isOverload(fault.cause()));
                }
                restPolicy.after(fault, subject).ifPresent(this::rest);
            }
        }
    }

    /// What is left, by the upstream's own word; it is told to a credential.
    private void hear(String subject, Quota quota) {
        if (!superseded) {
            limiter.observe(subject, quota);
        }
    }

    private void breaker(long trial, Result result, long latencyNanos, Duration retryAfter) {
        if (trial != NO_TICKET) {
            breaker.settle(trial, result, latencyNanos, retryAfter);
        }
    }

    private void learn(boolean ok, long latencyNanos, boolean overloaded) {
        history.record(ok, latencyNanos);
        follower.observe(latencyNanos, bulkhead.running(), overloaded);
        observeHealth(ok);
    }

    /// Whether fewer calls at once would have helped.
    private static boolean isOverload(Cause cause) {
        return cause == Cause.OVERLOADED
                || cause == Cause.HEAD_TIMEOUT
                || cause == Cause.FIRST_PIECE_TIMEOUT;
    }

    /// Tells health how an attempt, or a probe, went.
    public void observeHealth(boolean ok) {
        HealthStatus before = health.status();
        if (health.observe(ok)) {
            journal.record(new Event.HealthChanged(time.instant(), id(), before, health.status()));
        }
    }

    /// What a failure says about the upstream as a whole. One that answers "your request is wrong"
    /// is alive and well; one that turns a key away is alive, and that key rests instead; so is one
    /// that has trouble with one subject, and that subject rests.
    private static Result verdict(Fault fault) {
        return switch (fault.cause().blame()) {
            case UPSTREAM -> fault.scope() == Scope.SUBJECT ? Result.IGNORED : Result.FAILURE;
            case REQUEST -> Result.SUCCESS;
            case ACCESS, NOBODY -> Result.IGNORED;
        };
    }

    private void rest(RestPolicy.Order order) {
        switch (order.what()) {
            case Resting.Key _ -> rests.rest(order.pause(), order.cause());
            case Resting.Account _ -> account.rest(order.pause(), order.cause());
            case Resting.Subject subject ->
                    rests.restSubject(subject.name(), order.pause(), order.cause())
                            .ifPresent(
                                    learned -> rested(new Resting.Key(), learned, order.cause()));
        }
        rested(order.what(), order.pause(), order.cause());
    }

    private void rested(Resting what, Duration pause, Cause cause) {
        journal.record(new Event.Rested(time.instant(), id(), what, pause, cause));
    }

    private Optional<GuardName> isOut(String subject) {
        Optional<GuardName> out = isForcedOrResting(subject);
        if (out.isPresent()) {
            return out;
        }
        return forced.current().state() != Forced.ON && !breaker.wouldEnter()
                ? OPEN
                : Optional.empty();
    }

    private Optional<GuardName> isForcedOrResting(String subject) {
        if (isSwitchedOff()) {
            return SWITCHED_OFF;
        }
        return restingNanos(subject) > 0 ? RESTING : Optional.empty();
    }

    private boolean isSwitchedOff() {
        return switch (forced.current().state()) {
            case OFF, DRAIN -> true;
            case NONE, ON -> false;
        };
    }

    private long restingNanos(String subject) {
        return Math.max(rests.restingNanos(subject), account.restingNanos(subject));
    }

    private Admission refused(GuardName by, String subject, Call<Q> call) {
        Duration wait = retryAfter(by, subject, call.units());
        return new Admission.Refused(by, wait, id() + ": " + reason(by));
    }

    /// What the refusal of a guard means, for people.
    public static String reason(GuardName by) {
        return switch (by) {
            case FORCED -> "switched off by a person";
            case REST -> "resting, as the provider asked";
            case BREAKER -> "breaker open";
            case BULKHEAD -> "no free place";
            case LIMITER -> "over its limits";
            case RETRY_BUDGET -> "retry budget spent";
            case DEADLINE -> "no time left";
        };
    }

    private static String reason(Bulkhead.Entry entry) {
        return switch (entry) {
            case ENTERED -> "entered";
            case FULL -> "all places and the queue are taken";
            case TIMED_OUT -> "no place came free in time";
            case SHED -> "gave way to a more urgent call";
        };
    }

    private static final long NO_TICKET = Long.MIN_VALUE;
    private static final Optional<GuardName> SWITCHED_OFF = Optional.of(GuardName.FORCED);
    private static final Optional<GuardName> RESTING = Optional.of(GuardName.REST);
    private static final Optional<GuardName> OPEN = Optional.of(GuardName.BREAKER);
    private static final Optional<GuardName> FULL = Optional.of(GuardName.BULKHEAD);
    private static final Optional<GuardName> OVER_LIMIT = Optional.of(GuardName.LIMITER);
}
