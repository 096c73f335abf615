package dev.switchgear.core.routing;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/// An upstream that does what it is told, and answers "ok" once it has nothing left to do.
final class FakeUpstream implements Upstream<String, String> {
    private final UpstreamId id;
    private final ManualTime time;
    private final Deque<Function<Dispatch<String>, Outcome<String>>> script = new ArrayDeque<>();
    final List<String> received = new ArrayList<>();

    FakeUpstream(String name, ManualTime time) {
        this.id = new UpstreamId(name, "main");
        this.time = time;
    }

    FakeUpstream then(Function<Dispatch<String>, Outcome<String>> step) {
        script.add(step);
        return this;
    }

    /// Whether nothing is left of what it was told to do.
    boolean isWell() {
        return script.isEmpty();
    }

    FakeUpstream thenFail(Fault fault) {
        return then(_ -> Outcome.Failure.of(fault));
    }

    /// What it was to do and has not done.
    void forget() {
        script.clear();
    }

    FakeUpstream thenTake(Duration duration) {
        return then(_ -> {
            time.advance(duration);
            return answer();
        });
    }

    @Override
    public UpstreamId id() {
        return id;
    }

    @Override
    public Outcome<String> send(Dispatch<String> dispatch) {
        received.add(dispatch.call().id());
        var step = script.poll();
        return step == null ? answer() : step.apply(dispatch);
    }

    private Outcome<String> answer() {
        return new Outcome.Success<>(id.provider() + " says ok", 10, Quota.UNKNOWN);
    }

    static Fault refusedConnection() {
        return Fault.of(
                Cause.CONNECT_FAILED, Scope.PROVIDER, Recovery.RETRY, false, "connection refused");
    }

    static Fault serverError() {
        return Fault.of(Cause.SERVER_ERROR, Scope.PROVIDER, Recovery.RETRY, true, "500");
    }

    static Fault rateLimited(Duration retryAfter) {
        return new Fault(
                Cause.RATE_LIMITED, Scope.KEY, Recovery.FAIL_OVER, false, retryAfter, "429");
    }

    static Fault of(Cause cause, Scope scope, Recovery recovery) {
        return Fault.of(cause, scope, recovery, false, cause.toString());
    }
}
