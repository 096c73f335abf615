package dev.switchgear.server.monitor;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Event.Verdict;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The last 500 things that kept calls from an upstream or sent them to another. Thread-safe.
public final class Happenings implements Consumer<Event> {
    static final int MOST = 500;

    /// What something was.
    public enum Kind {
        FAILOVER,
        BREAKER,
        REST,
        SWITCH,
        HEALTH,
        DEFECT,
        OVERLOAD
    }

    /// Something that happened.
    ///
    /// @param upstream whom it concerns: of a failover, who took over
    /// @param call the call's id; empty where it was not one call's
    /// @param text for people
    public record Happening(
            Instant at, Kind kind, Optional<UpstreamId> upstream, String call, String text) {}

    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock; the newest first.
    private final ArrayDeque<Happening> last = new ArrayDeque<>();

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Attempted _ -> {}
            case Event.Answered answered -> {
                if (answered.verdict() == Verdict.FAILED_OVER) {
                    keep(Kind.FAILOVER, answered.upstream(), answered.call(), event);
                }
            }
            case Event.AdapterFailed failed ->
                    keep(Kind.DEFECT, Optional.of(failed.upstream()), failed.call(), event);
            case Event.Overloaded _ -> keep(Kind.OVERLOAD, Optional.empty(), "", event);
            case Event.BreakerMoved moved -> keep(Kind.BREAKER, moved.upstream(), event);
            case Event.Rested rested -> keep(Kind.REST, rested.upstream(), event);
            case Event.Switched switched -> keep(Kind.SWITCH, switched.upstream(), event);
            case Event.HealthChanged changed -> keep(Kind.HEALTH, changed.upstream(), event);
        }
    }

    private void keep(Kind kind, UpstreamId upstream, Event event) {
        keep(kind, Optional.of(upstream), "", event);
    }

    private void keep(Kind kind, Optional<UpstreamId> upstream, String call, Event event) {
        String text = Sentences.about(event).orElse("");
        lock.lock();
        try {
            last.addFirst(new Happening(event.at(), kind, upstream, call, text));
            if (last.size() > MOST) {
                last.removeLast();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The newest first.
    public List<Happening> last() {
        lock.lock();
        try {
            return new ArrayList<>(last);
        } finally {
            lock.unlock();
        }
    }
}
