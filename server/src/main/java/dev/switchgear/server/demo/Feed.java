package dev.switchgear.server.demo;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.score.Slowness;
import dev.switchgear.core.standing.Reason;
import dev.switchgear.core.standing.Standing;
import dev.switchgear.core.standing.State;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.monitor.Sentences;
import dev.switchgear.server.monitor.StandingWords;
import dev.switchgear.server.monitor.Totals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Tells what happens, in sentences and not too many of them: each change of a provider's state once,
/// failovers the first time and then in sums, and every ten seconds how things stand. Thread-safe.
public final class Feed implements Consumer<Event> {
    private static final Duration STATE_EVERY = Duration.ofSeconds(10);
    private static final Duration SUMS_EVERY = Duration.ofSeconds(5);
    private static final Duration OWN_EVERY = Duration.ofMillis(500);

    /// Calls under way whose failures are remembered.
    private static final int CALLS_MOST = 1_000;

    /// One provider, as far as it was told.
    private static final class Told {
        private State state = State.HEALTHY;
        private State told = State.HEALTHY;
        private boolean able = true;
        private long sinceNanos;
        private Cause cause = Cause.SERVER_ERROR;
        private String opened = "";
        private boolean onTrial;
        private long served;
    }

    private record Switch(String from, String to) {}

    private final Paper paper;
    private final Time time;

    // Guarded by this.
    private final Map<String, Told> told = new TreeMap<>();
    private final Map<String, String> failing = new HashMap<>();
    private final Map<Switch, Integer> switches = new LinkedHashMap<>();
    private int lost;
    private int brokenOff;
    private int ownUntold;
    private long beganNanos;
    private long stateNanos;
    private long sumsNanos;
    private long ownNanos;
    private boolean summing;

    public Feed(Paper paper, Time time) {
        this.paper = paper;
        this.time = time;
        begin();
    }

    /// Time is told from now on.
    synchronized void begin() {
        beganNanos = time.nanos();
        stateNanos = beganNanos;
        sumsNanos = beganNanos;
        ownNanos = beganNanos - OWN_EVERY.toNanos();
    }

    /// As people see a provider's name: nobody shall take it for a real one.
    static String shown(String provider) {
        return provider + " (sim)";
    }

    /// A sentence of its own.
    synchronized void note(String text) {
        paper.line(when(), text);
    }

    @Override
    public synchronized void accept(Event event) {
        switch (event) {
            case Event.Attempted attempted -> attempted(attempted.call(), attempted.attempt());
            case Event.Answered answered -> answered(answered);
            case Event.BreakerMoved moved -> moved(moved);
            // Their effect is seen when the providers are looked at, which tells it once, however
            // many calls met it at the same time.
            case Event.Rested _,
                    Event.HealthChanged _,
                    Event.Switched _,
                    Event.AdapterFailed _ -> {}
            case Event.Overloaded overloaded -> Sentences.about(overloaded).ifPresent(this::note);
        }
    }

    private void moved(Event.BreakerMoved moved) {
        Told one = told(moved.upstream().provider());
        // From the first trial on, only trials reach it, until it closes.
        one.onTrial = moved.to() != BreakerState.CLOSED && moved.from() != BreakerState.CLOSED;
        if (moved.to() == BreakerState.OPEN) {
            one.opened = moved.why();
        }
    }

    private void attempted(String call, Attempt<?> attempt) {
        Told one = told(attempt.upstream().provider());
        switch (attempt.outcome()) {
            case Outcome.Failure<?> failure when failure.fault().cause() != Cause.CANCELLED -> {
                one.cause = failure.fault().cause();
                if (failing.size() < CALLS_MOST) {
                    failing.put(call, attempt.upstream().provider());
                }
            }
            case Outcome.Success<?> _ -> one.served++;
            case Outcome.Failure<?> _, Outcome.Refusal<?> _ -> {}
        }
    }

    private void answered(Event.Answered answered) {
        Optional<String> failed = Optional.ofNullable(failing.remove(answered.call()));
        Optional<String> by = answered.upstream().map(id -> id.provider());
        boolean own = !answered.call().startsWith(Traffic.MARK);
        if (own) {
            ownCall(answered, failed);
        }
        switch (answered.verdict()) {
            case FAILED_OVER -> {
                if (failed.isPresent() && by.isPresent() && !failed.equals(by)) {
                    switched(new Switch(failed.get(), by.get()), answered.latency(), own);
                }
            }
            case LOST -> lost++;
            case BROKEN_OFF -> brokenOff++;
            case SERVED, RETURNED, CANCELLED -> {}
        }
    }

    private void switched(Switch change, Duration latency, boolean alreadyTold) {
        Told from = told(change.from());
        if (summing || alreadyTold) {
            switches.merge(change, 1, Integer::sum);
            return;
        }
        summing = true;
        sumsNanos = time.nanos();
        if (from.onTrial) {
            note(
                    "A trial call to "
                            + shown(change.from())
                            + " failed ("
                            + Sentences.words(from.cause)
                            + "); "
                            + shown(change.to())
                            + " took it over.");
            return;
        }
        note(
                shown(change.to())
                        + " took over a call from "
                        + shown(change.from())
                        + " ("
                        + Sentences.words(from.cause)
                        + "); its client had the whole answer after "
                        + Sentences.words(latency)
                        + ".");
    }

    /// Calls of people are told one by one, as long as they come by hand.
    private void ownCall(Event.Answered answered, Optional<String> failed) {
        long now = time.nanos();
        if (now - ownNanos < OWN_EVERY.toNanos()) {
            ownUntold++;
            return;
        }
        ownNanos = now;
        String took = Sentences.words(answered.latency());
        String by = answered.upstream().map(id -> shown(id.provider())).orElse("nobody");
        note(
                "Your call for "
                        + answered.route()
                        + ": "
                        + switch (answered.verdict()) {
                            case SERVED -> by + " answered in " + took + ".";
                            case FAILED_OVER ->
                                    by
                                            + " answered in "
                                            + took
                                            + failed.map(name ->
                                                            ", after " + shown(name) + " failed")
                                                    .orElse("")
                                            + ".";
                            case RETURNED -> by + " refused the request; the answer says why.";
                            case LOST -> "lost, nobody could answer.";
                            case BROKEN_OFF ->
                                    by + " broke off mid-stream; the stream ends with an error.";
                            case CANCELLED -> "you hung up first.";
                        });
    }

    /// Looks at the providers and tells what changed; to be called a few times a second.
    synchronized void look(
            Collection<? extends GuardedUpstream<?, ?>> upstreams, Totals.Count count) {
        upstreams.forEach(this::look);
        long now = time.nanos();
        if (now - sumsNanos >= SUMS_EVERY.toNanos()) {
            sums();
            sumsNanos = now;
        }
        if (now - stateNanos >= STATE_EVERY.toNanos()) {
            stateNanos = now;
            state(count);
        }
    }

    private void look(GuardedUpstream<?, ?> upstream) {
        Told one = told(upstream.id().provider());
        Standing standing = Standing.of(upstream);
        if (one.state == State.HEALTHY && standing.state() != State.HEALTHY) {
            one.sinceNanos = time.nanos();
        }
        one.state = standing.state();
        one.able = takesCalls(standing.why());
        if (one.state != one.told) {
            sentence(upstream.id().provider(), one, standing)
                    .ifPresent(text -> {
                        one.told = one.state;
                        paper.line(when(), one.state, text);
                    });
        }
    }

    private static boolean takesCalls(Reason why) {
        return switch (why) {
            case Reason.SwitchedOff _,
                    Reason.AtRest _,
                    Reason.BreakerOpen _,
                    Reason.OnTrial _,
                    Reason.Failing _ ->
                    false;
            case Reason.RampingUp _,
                    Reason.AnsweringAgain _,
                    Reason.FailingInPart _,
                    Reason.Slow _,
                    Reason.AsUsual _ ->
                    true;
        };
    }

    /// Empty for a trial: it is told by what it comes to. Most trials of one that is down fail, and
    /// each would be two lines.
    private Optional<String> sentence(String provider, Told one, Standing standing) {
        String name = shown(provider);
        String others = substitutes(provider);
        return switch (standing.why()) {
            case Reason.SwitchedOff off ->
                    Optional.of(
                            name + " is off: switched off by " + off.by() + ". " + others + ".");
            case Reason.AtRest rest ->
                    Optional.of(
                            standing.state() == State.SIGN_IN
                                    ? name + " rejects its key (401). It rests. " + others + "."
                                    : name
                                            + " is degraded: "
                                            + Sentences.words(rest.cause())
                                            + ". It rests for "
                                            + seconds(standing.remaining())
                                            + ", as it asked.");
            case Reason.BreakerOpen _ ->
                    Optional.of(
                            name
                                    + " is down: "
                                    + Sentences.words(one.cause)
                                    + (one.opened.isEmpty() ? "" : ", " + one.opened)
                                    + ". "
                                    + others
                                    + "; next trial in "
                                    + seconds(standing.remaining())
                                    + ".");
            case Reason.Failing _ ->
                    Optional.of(
                            name + " is down: " + Sentences.words(one.cause) + ". " + others + ".");
            case Reason.OnTrial _ -> Optional.empty();
            case Reason.RampingUp _, Reason.AnsweringAgain _ ->
                    Optional.of(name + " is recovering: it answers again, its share grows.");
            case Reason.FailingInPart _ ->
                    Optional.of(
                            name
                                    + " is degraded: it fails in part ("
                                    + Sentences.words(one.cause)
                                    + ").");
            case Reason.Slow(Slowness slowness) ->
                    Optional.of(
                            name
                                    + " is degraded: first token after "
                                    + Sentences.words(slowness.now())
                                    + ", usually "
                                    + Sentences.words(slowness.usual())
                                    + ". Its share is cut.");
            case Reason.AsUsual _ ->
                    Optional.of(
                            name
                                    + " is healthy again, after "
                                    + seconds(Duration.ofNanos(time.nanos() - one.sinceNanos))
                                    + ".");
        };
    }

    /// Who can take the calls of one that is out.
    private String substitutes(String without) {
        var able = new ArrayList<String>();
        told.forEach((name, one) -> {
            if (!name.equals(without) && one.able) {
                able.add(shown(name));
            }
        });
        return switch (able.size()) {
            case 0 -> "Nobody is left to take its calls";
            case 1 -> able.getFirst() + " takes its calls";
            default ->
                    String.join(", ", able.subList(0, able.size() - 1))
                            + " and "
                            + able.getLast()
                            + " take its calls";
        };
    }

    /// Rounded up: nobody wants to know that a pause of 6 s has 5.9 s left.
    private static String seconds(Duration duration) {
        return (duration.toMillis() + 999) / 1_000 + " s";
    }

    private void sums() {
        summing = !switches.isEmpty();
        var byFailing = new TreeMap<String, List<String>>();
        var counts = new HashMap<String, Integer>();
        switches.forEach((change, count) -> {
            byFailing
                    .computeIfAbsent(change.from(), _ -> new ArrayList<>())
                    .add(shown(change.to()) + (count == 1 ? "" : " (" + count + ")"));
            counts.merge(change.from(), count, Integer::sum);
        });
        switches.clear();
        byFailing.forEach((from, to) -> {
            int count = counts.getOrDefault(from, 0);
            note(
                    count
                            + (count == 1 ? " more call" : " more calls")
                            + " failed over from "
                            + shown(from)
                            + " in the last 5 s; taken over by "
                            + String.join(", ", to)
                            + ".");
        });
        if (lost > 0) {
            note(calls(lost) + " lost in the last 5 s: nobody could answer.");
            lost = 0;
        }
        if (brokenOff > 0) {
            note(calls(brokenOff) + " broke off mid-stream; their clients were told.");
            brokenOff = 0;
        }
    }

    private static String calls(int count) {
        return count + (count == 1 ? " call" : " calls");
    }

    private void state(Totals.Count count) {
        var states = new EnumMap<State, Integer>(State.class);
        long served = 0;
        for (Told one : told.values()) {
            states.merge(one.state, 1, Integer::sum);
            served += one.served;
        }
        var words = new ArrayList<String>();
        states.forEach((state, number) ->
                words.add(
                        StandingWords.shape(state)
                                + " "
                                + number
                                + " "
                                + StandingWords.status(state).toLowerCase(Locale.ROOT)));
        var shares = new ArrayList<String>();
        for (Map.Entry<String, Told> entry : told.entrySet()) {
            Told one = entry.getValue();
            shares.add(entry.getKey() + " " + (served == 0 ? 0 : one.served * 100 / served) + "%");
            one.served = 0;
        }
        note(
                "--  "
                        + numbers(count)
                        + " | "
                        + String.join("  ", words)
                        + " | "
                        + String.join(" ", shares));
        if (ownUntold > 0) {
            note("    " + ownUntold + " more of your calls are among them.");
            ownUntold = 0;
        }
    }

    /// `1,912 requests, 41 failed over, 0 lost`, and what was broken off if anything was.
    static String numbers(Totals.Count count) {
        return String.format(
                        Locale.ROOT,
                        "%,d requests, %,d failed over, %,d lost",
                        count.calls(),
                        count.failedOver(),
                        count.lost())
                + (count.brokenOff() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT, ", %,d broken off mid-stream", count.brokenOff()));
    }

    private Told told(String provider) {
        return told.computeIfAbsent(provider, _ -> new Told());
    }

    private String when() {
        long seconds = (time.nanos() - beganNanos) / 1_000_000_000;
        return String.format(Locale.ROOT, "%3d:%02d", seconds / 60, seconds % 60);
    }
}
