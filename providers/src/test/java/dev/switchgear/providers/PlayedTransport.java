package dev.switchgear.providers;

import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.Transport;
import dev.switchgear.wire.WireException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Plays one answer on simulated time, and remembers what was sent. For one call, on one thread.
public final class PlayedTransport implements Transport {
    private final Optional<Played> answer;
    private final Optional<WireException> refusal;
    private final ManualTime time;
    private final List<OutgoingRequest> sent = new ArrayList<>();
    private @Nullable PlayedExchange exchange;

    private PlayedTransport(
            Optional<Played> answer, Optional<WireException> refusal, ManualTime time) {
        this.answer = answer;
        this.refusal = refusal;
        this.time = time;
    }

    public static PlayedTransport answering(Played answer, ManualTime time) {
        return new PlayedTransport(Optional.of(answer), Optional.empty(), time);
    }

    public static PlayedTransport failing(WireException refusal, ManualTime time) {
        return new PlayedTransport(Optional.empty(), Optional.of(refusal), time);
    }

    @Override
    public Exchange send(
            Endpoint endpoint,
            String poolKey,
            OutgoingRequest request,
            Timeouts timeouts,
            Deadline deadline)
            throws WireException {
        sent.add(request);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        exchange = new PlayedExchange(answer.orElseThrow(), timeouts.head());
        return exchange;
    }

    public List<OutgoingRequest> sent() {
        return List.copyOf(sent);
    }

    /// Whether what was opened is closed.
    public boolean atRest() {
        return exchange == null || exchange.closed;
    }

    /// Whether the body was read to its end, so that its connection could serve again.
    public boolean readToItsEnd() {
        return exchange != null && exchange.ended;
    }

    private final class PlayedExchange implements Exchange {
        private final Played played;
        private final Deque<Played.Step> steps;

        /// Bytes already read of the step that is next.
        private int taken;

        private Duration patience;
        private boolean closed;
        private boolean ended;

        private PlayedExchange(Played played, Duration patience) {
            this.played = played;
            this.steps = new ArrayDeque<>(played.steps());
            this.patience = patience;
        }

        @Override
        public int status() {
            return played.status();
        }

        @Override
        public Headers headers() {
            return played.headers();
        }

        @Override
        public void waitAtMost(Duration pause) {
            patience = pause;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws WireException {
            while (true) {
                if (Thread.currentThread().isInterrupted()) {
                    throw broken(WireException.Kind.CANCELLED);
                }
                Played.Step step = steps.poll();
                if (step == null) {
                    ended = true;
                    return -1;
                }
                switch (step) {
                    case Played.Step.Break(WireException.Kind kind) -> throw broken(kind);
                    case Played.Step.Silence(Duration pause) -> {
                        if (pause.compareTo(patience) > 0) {
                            time.advance(patience);
                            throw broken(WireException.Kind.READ_TIMEOUT);
                        }
                        time.advance(pause);
                    }
                    case Played.Step.Arrive(byte[] bytes) -> {
                        int count = Math.min(length, bytes.length - taken);
                        System.arraycopy(bytes, taken, buffer, offset, count);
                        taken += count;
                        if (taken < bytes.length) {
                            steps.push(step);
                        } else {
                            taken = 0;
                        }
                        if (count > 0) {
                            return count;
                        }
                    }
                }
            }
        }

        @Override
        public byte[] readAll(int limit) throws WireException {
            byte[] all = new byte[1024];
            int size = 0;
            while (true) {
                if (size == all.length) {
                    all = Arrays.copyOf(all, size * 2);
                }
                int read = read(all, size, all.length - size);
                if (read < 0) {
                    return Arrays.copyOf(all, size);
                }
                size += read;
                if (size > limit) {
                    throw broken(WireException.Kind.TOO_LARGE);
                }
            }
        }

        @Override
        public void close() {
            closed = true;
        }

        private WireException broken(WireException.Kind kind) {
            return new WireException(kind, true, "played: " + kind);
        }
    }
}
