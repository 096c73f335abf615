package dev.switchgear.core.simulation;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;

/// An adapter, the network behind it and the provider at its end, in one. The adapter's half is what
/// any adapter does: connect, send, read, name what came back. The rest is decided by the [Spell] of
/// the moment and by chance.
final class RemoteUpstream implements Upstream<Ask, SimulatedReply> {
    /// What the adapter's end of a connection sees.
    private sealed interface Signal {
        record Connected() implements Signal {}

        record Refused() implements Signal {}

        record Reset() implements Signal {}

        record Head(int status, Duration retryAfter, Quota quota) implements Signal {}

        record Chunk(int index) implements Signal {}

        /// @param clean whether the terminal event came before it
        record End(boolean clean) implements Signal {}

        /// Nothing came in time; `which` tells a late timer from the one that counts.
        record Silence(int which) implements Signal {}
    }

    /// How the provider behaves when nothing is wrong.
    ///
    /// @param latency to the head of an answer
    /// @param delay one way, over the network
    /// @param jitter of both, as a share; 0 for none
    /// @param quotas enforced by 429; empty for none
    /// @param telling whether answers say what is left of the first quota, and of the first of tokens
    /// @param rejectedFor how long the gateway lets a rejected key rest
    record Nature(
            Duration latency,
            Duration delay,
            double jitter,
            List<RemoteQuota> quotas,
            boolean telling,
            Duration rejectedFor) {}

    private static final Duration BETWEEN_CHUNKS = Duration.ofMillis(20);

    private final UpstreamId id;
    private final long room;
    private final Nature nature;
    private final List<Spell> spells = new ArrayList<>();
    private final Set<UpstreamId> account;
    private final Timeouts timeouts;
    private final Simulation simulation;
    private final Facts facts;
    private final Time time;
    private final RandomGenerator chance;
    private boolean deaf;

    /// @param account the upstreams that one account pays for, this one among them
    RemoteUpstream(
            UpstreamId id,
            long room,
            Nature nature,
            Set<UpstreamId> account,
            Timeouts timeouts,
            Simulation simulation,
            Facts facts) {
        this.id = id;
        this.room = room;
        this.nature = nature;
        this.account = account;
        this.timeouts = timeouts;
        this.simulation = simulation;
        this.facts = facts;
        this.time = simulation.time();
        this.chance = simulation.random("upstream " + id);
    }

    void suffers(Spell spell) {
        spells.add(spell);
    }

    /// From now on the adapter closes a connection at the end of a wait without a look at what has come
    /// meanwhile, and what it had not read is lost: the worst that an adapter can do with a time-out.
    void deafens() {
        deaf = true;
    }

    List<RemoteQuota> quotas() {
        return nature.quotas();
    }

    long room() {
        return room;
    }

    @Override
    public UpstreamId id() {
        return id;
    }

    @Override
    public Outcome<SimulatedReply> send(Dispatch<Ask> dispatch) {
        SimulatedConnection connection =
                facts.departed(id, room, dispatch.request(), dispatch.number());
        var line = new Line(connection, dispatch);
        try {
            return line.exchange();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return line.failed(Cause.CANCELLED, Recovery.RETURN, connection.bytesLeft >= 0);
        } finally {
            connection.closed = simulation.nanos();
        }
    }

    private Trouble troubleNow() {
        for (Spell spell : spells) {
            if (spell.covers(simulation.nanos()) && chance.nextDouble() < spell.share()) {
                return spell.trouble();
            }
        }
        return Trouble.NONE;
    }

    private Duration varied(Duration usual) {
        double factor = 1 + nature.jitter() * (chance.nextDouble() * 2 - 1);
        return Duration.ofNanos((long) (usual.toNanos() * factor));
    }

    /// One connection: the adapter's end (everything that takes signals) and the far end.
    private final class Line {
        private final SimulatedConnection connection;
        private final Dispatch<Ask> dispatch;
        private final Ask ask;
        private final LinkedBlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
        private final Trouble trouble = troubleNow();
        private int waits;
        private long lastDelivery;

        private Line(SimulatedConnection connection, Dispatch<Ask> dispatch) {
            this.connection = connection;
            this.dispatch = dispatch;
            this.ask = dispatch.request();
        }

        private Outcome<SimulatedReply> exchange() throws InterruptedException {
            connect();
            switch (next(timeouts.connect())) {
                case Signal.Connected _ -> {}
                case Signal.Silence _ -> {
                    return silent(Cause.CONNECT_TIMEOUT, Recovery.RETRY, false);
                }
                case Signal.Refused _ -> {
                    return failed(Cause.CONNECT_FAILED, Recovery.RETRY, false);
                }
                case Signal.Reset _ -> {
                    return failed(Cause.CONNECTION_LOST, Recovery.RETRY, false);
                }
                case Signal.Head _, Signal.Chunk _, Signal.End _ -> throw outOfOrder();
            }
            write();
            return switch (next(timeouts.head())) {
                case Signal.Head head -> read(head);
                case Signal.Silence _ -> silent(Cause.HEAD_TIMEOUT, Recovery.FAIL_OVER, true);
                case Signal.Reset _ -> failed(Cause.CONNECTION_LOST, Recovery.RETRY, true);
                case Signal.Connected _, Signal.Refused _, Signal.Chunk _, Signal.End _ ->
                        throw outOfOrder();
            };
        }

        private Outcome<SimulatedReply> read(Signal.Head head) throws InterruptedException {
            connection.status = head.status();
            connection.statusReceived = simulation.nanos();
            return switch (head.status()) {
                case 200 -> readBody(head.quota());
                case 400 -> said(head, Cause.INVALID_REQUEST, Scope.REQUEST, Recovery.RETURN);
                case 401 -> {
                    mustRest("401", Set.of(id), nature.rejectedFor());
                    yield said(head, Cause.KEY_REJECTED, Scope.KEY, Recovery.FAIL_OVER);
                }
                case 402 -> {
                    mustRest("402", account, nature.rejectedFor());
                    yield said(head, Cause.ACCOUNT_EXHAUSTED, Scope.ACCOUNT, Recovery.FAIL_OVER);
                }
                case 404 -> {
                    mustRest("404", Set.of(id), nature.rejectedFor());
                    yield said(head, Cause.SUBJECT_UNKNOWN, Scope.SUBJECT, Recovery.FAIL_OVER);
                }
                case 413 -> said(head, Cause.TOO_LARGE, Scope.REQUEST, Recovery.MORE_ROOM);
                case 429 -> {
                    mustRest("429", Set.of(id), head.retryAfter());
                    yield said(head, Cause.RATE_LIMITED, Scope.KEY, Recovery.RETRY);
                }
                case 500 -> said(head, Cause.SERVER_ERROR, Scope.PROVIDER, Recovery.RETRY);
                case 503 -> {
                    mustRest("503", Set.of(id), head.retryAfter());
                    yield said(head, Cause.OVERLOADED, Scope.PROVIDER, Recovery.RETRY);
                }
                default -> throw new IllegalStateException("status " + head.status());
            };
        }

        private Outcome<SimulatedReply> readBody(Quota quota) throws InterruptedException {
            for (int index = 0; ; index++) {
                boolean first = index == 0 && ask.stream();
                switch (next(first ? timeouts.firstPiece() : timeouts.idle())) {
                    case Signal.Chunk chunk -> {
                        if (ask.stream()) {
                            if (!dispatch.commit()) {
                                return failed(Cause.CANCELLED, Recovery.RETURN, true);
                            }
                            ask.client()
                                    .hears(connection.number, chunk.index(), simulation.nanos());
                        }
                    }
                    case Signal.End(boolean clean) -> {
                        if (!clean) {
                            return failed(Cause.MALFORMED, Recovery.FAIL_OVER, true);
                        }
                        if (ask.stream()) {
                            ask.client().terminated = true;
                        }
                        connection.end = "complete";
                        if (!quota.equals(Quota.UNKNOWN)) {
                            facts.told.add(new Facts.Told(connection, quota, simulation.nanos()));
                        }
                        return new Outcome.Success<>(
                                new SimulatedReply(connection.number, 200),
                                ask.promptTokens(),
                                quota);
                    }
                    case Signal.Silence _ -> {
                        Cause cause = first ? Cause.FIRST_PIECE_TIMEOUT : Cause.IDLE_TIMEOUT;
                        return silent(cause, Recovery.FAIL_OVER, true);
                    }
                    case Signal.Reset _ -> {
                        return failed(Cause.CONNECTION_LOST, Recovery.RETRY, true);
                    }
                    case Signal.Connected _, Signal.Refused _, Signal.Head _ -> throw outOfOrder();
                }
            }
        }

        private void mustRest(String why, Set<UpstreamId> who, Duration pause) {
            long now = simulation.nanos();
            facts.closed.add(new Facts.Closed(why, who, now, now + pause.toNanos()));
        }

        private Outcome<SimulatedReply> said(
                Signal.Head head, Cause cause, Scope scope, Recovery recovery) {
            connection.end = String.valueOf(head.status());
            boolean mayHaveActed = head.status() == 500;
            return new Outcome.Failure<>(
                    new Fault(cause, scope, recovery, mayHaveActed, head.retryAfter(), "simulated"),
                    Optional.of(new SimulatedReply(connection.number, head.status())),
                    head.quota());
        }

        private Outcome.Failure<SimulatedReply> failed(
                Cause cause, Recovery recovery, boolean acted) {
            connection.end = cause.toString();
            Scope scope = cause == Cause.CANCELLED ? Scope.REQUEST : Scope.PROVIDER;
            return Outcome.Failure.of(Fault.of(cause, scope, recovery, acted, "simulated"));
        }

        /// The call's own end comes before the timeout of a phase, and ends the call.
        private Outcome.Failure<SimulatedReply> silent(
                Cause phase, Recovery recovery, boolean acted) {
            return dispatch.call().deadline().passed(time)
                    ? failed(Cause.DEADLINE, Recovery.RETURN, acted)
                    : failed(phase, recovery, acted);
        }

        /// Waits for a signal, for `most` at the longest and never beyond the call's deadline.
        private Signal next(Duration most) throws InterruptedException {
            int wait = ++waits;
            Duration left = dispatch.call().deadline().remaining(time);
            Duration bound = left.compareTo(most) < 0 ? left : most;
            long endsNanos = simulation.nanos() + bound.toNanos();
            Time.Timer timer = time.after(bound, () -> inbox.add(new Signal.Silence(wait)));
            try {
                while (true) {
                    Signal signal = inbox.take();
                    if (deaf && simulation.nanos() > endsNanos) {
                        return new Signal.Silence(wait);
                    }
                    if (!(signal instanceof Signal.Silence(int which)) || which == wait) {
                        return signal;
                    }
                }
            } finally {
                timer.cancel();
            }
        }

        private IllegalStateException outOfOrder() {
            return new IllegalStateException("the simulated network mixed up " + connection);
        }

        // The far end from here on: runs on the carrier and never blocks.

        private void connect() {
            switch (trouble) {
                case UNREACHABLE -> {}
                case REFUSED -> deliver(nature.delay(), new Signal.Refused());
                case RESET_BEFORE -> deliver(nature.delay(), new Signal.Reset());
                default -> deliver(nature.delay(), new Signal.Connected());
            }
        }

        private void write() {
            connection.bytesLeft = simulation.nanos();
            simulation.later(varied(nature.delay()), this::arrive);
        }

        private void arrive() {
            connection.arrived = simulation.nanos();
            switch (trouble) {
                case BLACK_HOLE -> connection.executed = chance.nextBoolean();
                case RESET_AFTER -> {
                    connection.executed = chance.nextBoolean();
                    deliver(Duration.ZERO, new Signal.Reset());
                }
                case HALF_OPEN -> connection.executed = true;
                case FLAKY -> {
                    connection.executed = chance.nextBoolean();
                    head(500, Duration.ZERO);
                }
                case KEY_REJECTED -> head(401, Duration.ZERO);
                case ACCOUNT_EXHAUSTED -> head(402, Duration.ZERO);
                case MODEL_GONE -> head(404, Duration.ZERO);
                case OVERLOADED -> head(503, chance.nextBoolean() ? seconds(3) : Duration.ZERO);
                case RATE_LIMITED -> head(429, seconds(5));
                case SLOW -> serve(Duration.ofSeconds(1).plus(seconds(4)), false);
                case GREY -> serve(nature.latency().multipliedBy(20), false);
                case DYING -> serve(nature.latency(), true);
                case NONE, REFUSED, UNREACHABLE, RESET_BEFORE -> serve(nature.latency(), false);
            }
        }

        private Duration seconds(double most) {
            return Duration.ofMillis((long) ((0.1 + chance.nextDouble() * 0.9) * most * 1000));
        }

        private void serve(Duration latency, boolean dying) {
            long now = simulation.nanos();
            for (RemoteQuota quota : nature.quotas()) {
                Duration wait = quota.wait(now, ask.promptTokens());
                if (wait.isPositive()) {
                    head(429, wait);
                    return;
                }
            }
            if (!ask.valid()) {
                head(400, Duration.ZERO);
                return;
            }
            if (ask.promptTokens() > room) {
                head(413, Duration.ZERO);
                return;
            }
            nature.quotas().forEach(quota -> quota.count(now, ask.promptTokens()));
            connection.executed = true;
            Duration at = varied(latency);
            deliver(at, new Signal.Head(200, Duration.ZERO, told(now)));
            int whole = dying ? chance.nextInt(ask.chunks()) : ask.chunks();
            for (int index = 0; index < whole; index++) {
                at = at.plus(varied(BETWEEN_CHUNKS));
                deliver(at, new Signal.Chunk(index));
            }
            if (!dying) {
                deliver(at, new Signal.End(true));
                return;
            }
            switch (chance.nextInt(3)) {
                case 0 -> deliver(at, new Signal.Reset());
                case 1 -> deliver(at, new Signal.End(false));
                default -> {
                    // It falls silent with the connection open.
                }
            }
        }

        private Quota told(long now) {
            if (!nature.telling() || nature.quotas().isEmpty()) {
                return Quota.UNKNOWN;
            }
            RemoteQuota quota = nature.quotas().getFirst();
            if (quota.ofTokens()) {
                return new Quota(-1, Duration.ZERO, quota.left(now), quota.reset(now));
            }
            Optional<RemoteQuota> tokens =
                    nature.quotas().stream().filter(RemoteQuota::ofTokens).findFirst();
            return new Quota(
                    quota.left(now),
                    quota.reset(now),
                    tokens.map(units -> units.left(now)).orElse(-1L),
                    tokens.map(units -> units.reset(now)).orElse(Duration.ZERO));
        }

        private void head(int status, Duration retryAfter) {
            deliver(Duration.ofMillis(1), new Signal.Head(status, retryAfter, Quota.UNKNOWN));
        }

        /// Sends a signal back, never overtaking an earlier one.
        private void deliver(Duration after, Signal signal) {
            long at = simulation.nanos() + after.toNanos() + varied(nature.delay()).toNanos();
            lastDelivery = Math.max(lastDelivery, at);
            simulation.later(
                    Duration.ofNanos(lastDelivery - simulation.nanos()), () -> inbox.add(signal));
        }
    }
}
