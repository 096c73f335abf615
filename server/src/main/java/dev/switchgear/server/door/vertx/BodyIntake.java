package dev.switchgear.server.door.vertx;

import dev.switchgear.server.door.BodyBudget;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// The body of a request while it comes: within its bound, at its pace, and into memory that was
/// reserved for it. What breaks one of these ends in a refusal. Belongs to the loop.
final class BodyIntake {
    private final VertxDoor door;
    private final VertxExchange exchange;
    private final HttpServerRequest request;
    private final CollectedBody body;

    private @Nullable BodyPace pace;
    private @Nullable Buffer pending;
    private long waitingSinceMillis;
    private long received;

    /// What had come when something came last, as the sweeps have seen it.
    private long seen;

    private long seenMillis;

    /// @param promised what the client said it would send; -1 where it did not
    BodyIntake(VertxDoor door, VertxExchange exchange, HttpServerRequest request, long promised) {
        this.door = door;
        this.exchange = exchange;
        this.request = request;
        this.body = new CollectedBody(promised);
    }

    void more(Buffer part) {
        if (exchange.over()) {
            return;
        }
        try {
            received += part.length();
            if (body.length() + (long) part.length() > door.limits().bodyBytes()) {
                body.clear();
                exchange.rejectTooLarge();
                return;
            }
            take(part);
        } catch (Throwable failure) {
            body.clear();
            exchange.failed("the request's body", failure);
        }
    }

    /// All of it; afterwards there is none here.
    byte[] whole() {
        return body.join();
    }

    /// Reserves memory for a part and takes it, or reads nothing more until there is some.
    private void take(Buffer part) {
        int needed = body.needed(part.length());
        int least = body.missing(part.length());
        BodyBudget.Room room = reserve(part, needed);
        if (room == BodyBudget.Room.NEVER && least < needed) {
            needed = least;
            room = reserve(part, needed);
        }
        switch (room) {
            case GRANTED -> body.add(part, needed);
            case LATER -> {
                if (!exchange.over()) {
                    pending = part;
                    waitingSinceMillis = nowMillis();
                    request.pause();
                }
            }
            case NEVER -> {
                body.clear();
                exchange.reject(
                        413,
                        "the body needs more memory than all bodies together may take (setting"
                                + " server.limits.body-memory)");
            }
        }
    }

    private BodyBudget.Room reserve(Buffer part, int needed) {
        if (needed == 0) {
            return BodyBudget.Room.GRANTED;
        }
        boolean small = body.length() + part.length() <= BodyBudget.SMALL;
        return exchange.memory()
                .take((long) needed * BodyBudget.COPIES, small, new Wait(part, needed));
    }

    private long nowMillis() {
        return exchange.line().watch().millis();
    }

    /// A part that waits for memory.
    private final class Wait implements BodyBudget.Waiting {
        private final Buffer part;
        private final int needed;

        private Wait(Buffer part, int needed) {
            this.part = part;
            this.needed = needed;
        }

        @Override
        public void granted() {
            exchange.line().watch().home().execute(this::goOn);
        }

        private void goOn() {
            if (exchange.over()) {
                return;
            }
            pending = null;
            body.add(part, needed);
            BodyPace paced = pace;
            if (paced != null) {
                paced.restart(nowMillis(), received);
            }
            request.resume();
        }

        @Override
        public void refused() {
            exchange.line().watch().home().execute(BodyIntake.this::full);
        }
    }

    private void full() {
        body.clear();
        boolean paused = pending != null;
        pending = null;
        exchange.reject(
                503,
                "the requests under way take all the memory that their bodies may (setting"
                        + " server.limits.body-memory)");
        if (paused) {
            // What still comes is thrown away.
            request.resume();
        }
    }

    /// Looks whether it has stalled, or waited for memory as long as it may.
    void sweep(long nowMillis) {
        if (pending != null) {
            if (nowMillis - waitingSinceMillis >= BodyBudget.PATIENCE.toMillis()) {
                full();
            }
            return;
        }
        if (received != seen) {
            seen = received;
            seenMillis = nowMillis;
        } else if (received > BodyBudget.SMALL
                && nowMillis - seenMillis >= BodyBudget.STANDSTILL.toMillis()
                && door.memory().crowded()) {
            full();
            return;
        }
        BodyPace paced = pace;
        if (paced == null) {
            pace =
                    new BodyPace(
                            nowMillis,
                            door.limits().bodyWindow().toMillis(),
                            door.limits().bodyRate());
            pace.restart(nowMillis, received);
        } else if (paced.tooSlow(nowMillis, received)) {
            exchange.reject(
                    408,
                    "the request's body brought less than "
                            + door.limits().bodyRate()
                            + " bytes a second for "
                            + door.limits().bodyWindow().toMillis()
                            + " ms");
        }
    }
}
