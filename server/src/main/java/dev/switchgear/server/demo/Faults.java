package dev.switchgear.server.demo;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.standing.Standing;
import dev.switchgear.core.standing.State;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What can be done to the simulated providers, said aloud. Thread-safe.
final class Faults {
    private final Cast cast;
    private final Supplier<Collection<GuardedUpstream<?, ?>>> upstreams;
    private final Feed feed;

    // Guarded by this.
    private final Set<String> broken = new HashSet<>();
    private int struck;
    private int turn;

    Faults(Cast cast, Supplier<Collection<GuardedUpstream<?, ?>>> upstreams, Feed feed) {
        this.cast = cast;
        this.upstreams = upstreams;
        this.feed = feed;
    }

    /// Faults that struck so far.
    synchronized int struck() {
        return struck;
    }

    void timeOut(String name) {
        strike(
                name,
                SimulatedFault.always(new FaultKind.BlackHole()),
                "takes requests and answers nothing");
    }

    void slow(String name) {
        strike(
                name,
                SimulatedFault.always(FaultKind.slow(Duration.ofMillis(900))),
                "answers 900 ms later than usual");
    }

    void expireKey(String name) {
        strike(
                name,
                SimulatedFault.always(new FaultKind.ExpiredKey()),
                "no longer takes its key (401)");
    }

    void limit(String name, Duration retryAfter, Duration lasting) {
        strike(
                name,
                SimulatedFault.always(FaultKind.tooMany(retryAfter)).lasting(lasting),
                "is at its rate limit (429, Retry-After " + retryAfter.toSeconds() + " s)");
    }

    void drop(String name) {
        strike(name, SimulatedFault.always(FaultKind.reset()), "resets every connection");
    }

    private void fail(String name) {
        strike(name, SimulatedFault.always(FaultKind.status(500)), "fails every request (500)");
    }

    /// Slows one that is well, at a person's wish.
    void slowOne() {
        nextWell().ifPresentOrElse(this::slow, this::noneLeft);
    }

    /// Breaks one that is well, at a person's wish.
    void failOne() {
        nextWell().ifPresentOrElse(this::fail, this::noneLeft);
    }

    private void noneLeft() {
        feed.note("Every provider has a fault already. Press h to heal all.");
    }

    private synchronized Optional<String> nextWell() {
        List<String> names = cast.names();
        for (int tried = 0; tried < names.size(); tried++) {
            String name = names.get(turn++ % names.size());
            if (!broken.contains(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private synchronized void strike(String name, SimulatedFault fault, String words) {
        cast.provider(name).faults(List.of(fault));
        broken.add(name);
        struck++;
        feed.note("Fault: from now on " + Feed.shown(name) + " " + words + ".");
    }

    /// Ends all faults. Keys that were rejected count as renewed: their rest ends.
    synchronized void healAll() {
        var renewed = new ArrayList<String>();
        for (String name : cast.names()) {
            cast.provider(name).heal();
        }
        for (GuardedUpstream<?, ?> upstream : upstreams.get()) {
            if (Standing.of(upstream).state() == State.SIGN_IN) {
                renewed.add(Feed.shown(upstream.id().provider()));
            }
            upstream.rests().clear();
        }
        broken.clear();
        feed.note(
                "All faults are healed"
                        + (renewed.isEmpty()
                                ? "."
                                : ", and " + String.join(" and ", renewed) + " has a new key."));
    }
}
