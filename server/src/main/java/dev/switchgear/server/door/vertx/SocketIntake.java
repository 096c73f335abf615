package dev.switchgear.server.door.vertx;

import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.SocketMessage;
import io.netty.buffer.ByteBuf;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The messages of a socket while they come: within the bound of a body, at its pace, and into memory
/// that was reserved for them. One at a time: while one waits to be taken, nothing more is read. Belongs
/// to the loop.
final class SocketIntake implements SocketFrames.Sink {
    /// So many frames that ask for nothing are free in every second: pings, pongs, empty frames, and
    /// pieces of hardly a byte.
    static final int A_SECOND = 200;

    /// A piece of a message with fewer bytes asks for no attention of its own.
    private static final int PIECE_LEAST = 64;

    private static final int VIOLATION = 1008;
    private static final int TOO_LARGE = 413;
    private static final Logger LOG = LoggerFactory.getLogger(SocketIntake.class);

    /// Whose messages they are.
    interface Owner {
        void came(SocketMessage message);

        void ping(byte[] data);

        /// The client's farewell.
        void farewell(int code);

        /// What ends the socket.
        void flawed(int code, String reason);
    }

    private final VertxDoor door;
    private final VertxConnection line;
    private final Owner owner;
    private final SocketFrames frames = new SocketFrames(this);

    /// Read, and not looked at yet: of one read at most, but for what TLS had in hand.
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>(2);

    private @Nullable CollectedBody body;
    private BodyBudget.@Nullable Share memory;
    private @Nullable BodyPace pace;
    private boolean text;

    /// Part of a message that waits for memory; null for none.
    private @Nullable ByteBuf pending;

    private long waitingSinceMillis;

    /// Whether the rest of a message is thrown away.
    private boolean skipping;

    private boolean inMessage;

    /// Whether a message, or the refusal of one, lies there that was not taken yet.
    private boolean full;

    private boolean released;
    private long received;
    private long seen;
    private long seenMillis;
    private int credit = A_SECOND;
    private long secondSinceMillis;

    SocketIntake(VertxDoor door, VertxConnection line, Owner owner) {
        this.door = door;
        this.line = line;
        this.owner = owner;
    }

    /// Whether nothing more is read.
    boolean over() {
        return frames.over();
    }

    /// Whether it reads nothing, so that nothing can be heard.
    boolean held() {
        return full || pending != null;
    }

    void read(ByteBuf bytes) {
        if (released || frames.over()) {
            bytes.release();
            return;
        }
        unread.add(bytes);
        goOn();
    }

    /// The message has been taken: the next one may come.
    void taken() {
        full = false;
        goOn();
    }

    private void goOn() {
        while (!held() && !released && !unread.isEmpty()) {
            ByteBuf first = unread.getFirst();
            frames.feed(first);
            if (released) {
                return;
            }
            if (!first.isReadable() && pending == null) {
                unread.removeFirst().release();
            }
        }
        line.readOn(!held());
    }

    /// Lets go of everything.
    void release() {
        released = true;
        frames.stop();
        unread.forEach(ByteBuf::release);
        unread.clear();
        drop();
    }

    private void drop() {
        ByteBuf waiting = pending;
        pending = null;
        if (waiting != null) {
            waiting.release();
        }
        body = null;
        pace = null;
        BodyBudget.Share share = memory;
        memory = null;
        if (share != null) {
            share.giveBack();
        }
    }

    @Override
    public void begin(boolean isText) {
        text = isText;
        inMessage = true;
        skipping = false;
        received = 0;
        seen = 0;
        body = new CollectedBody(-1);
        memory = door.memory().share();
    }

    @Override
    public void frame(long length, boolean last) {
        if (!last && length < PIECE_LEAST) {
            spend();
        }
        CollectedBody coming = body;
        if (coming != null && coming.length() + length > door.limits().bodyBytes()) {
            refuse(
                    TOO_LARGE,
                    "the message is larger than "
                            + door.limits().bodyBytes()
                            + " bytes (setting server.limits.body-bytes)");
        }
    }

    @Override
    public boolean part(ByteBuf data) {
        received += data.readableBytes();
        return take(data);
    }

    private boolean take(ByteBuf data) {
        CollectedBody coming = body;
        BodyBudget.Share share = memory;
        if (skipping || coming == null || share == null) {
            return true;
        }
        int count = data.readableBytes();
        int needed = coming.needed(count);
        if (needed == 0) {
            coming.add(BufferInternal.buffer(data), 0);
            return true;
        }
        boolean small = coming.length() + count <= BodyBudget.SMALL;
        var wait = new Wait(data, needed);
        BodyBudget.Room room = share.take((long) needed * BodyBudget.COPIES, small, wait);
        if (room == BodyBudget.Room.NEVER && coming.missing(count) < needed) {
            needed = coming.missing(count);
            wait = new Wait(data, needed);
            room = share.take((long) needed * BodyBudget.COPIES, small, wait);
        }
        switch (room) {
            case GRANTED -> coming.add(BufferInternal.buffer(data), needed);
            case LATER -> {
                pending = data.retain();
                waitingSinceMillis = line.watch().millis();
                return false;
            }
            case NEVER ->
                    refuse(
                            TOO_LARGE,
                            "the message needs more memory than all bodies together may take"
                                    + " (setting server.limits.body-memory)");
        }
        return true;
    }

    /// A part that waits for memory.
    @SuppressWarnings("ReferenceEquality") // It is this very part or another, whatever they hold.
    private final class Wait implements BodyBudget.Waiting {
        private final ByteBuf part;
        private final int needed;

        private Wait(ByteBuf part, int needed) {
            this.part = part;
            this.needed = needed;
        }

        @Override
        public void granted() {
            line.watch().home().execute(this::takeIt);
        }

        private void takeIt() {
            CollectedBody coming = body;
            if (pending != part || coming == null) {
                return;
            }
            pending = null;
            coming.add(BufferInternal.buffer(part), needed);
            part.release();
            BodyPace paced = pace;
            if (paced != null) {
                paced.restart(line.watch().millis(), received);
            }
            goOn();
        }

        @Override
        public void refused() {
            line.watch()
                    .loop()
                    .execute(() -> {
                        if (pending == part) {
                            noMemory();
                        }
                    });
        }
    }

    private void noMemory() {
        refuse(
                503,
                "the requests under way take all the memory that their bodies may (setting"
                        + " server.limits.body-memory)");
        goOn();
    }

    /// The message is not taken: what was kept of it is let go, and what still comes thrown away. Told
    /// at once; what would follow waits until that has been heard.
    private void refuse(int status, String reason) {
        drop();
        skipping = true;
        full = true;
        if (status == TOO_LARGE) {
            // The rest of it need not be read.
            frames.stop();
        }
        owner.came(new SocketMessage.Refused(status, reason));
    }

    @Override
    public boolean end() {
        inMessage = false;
        CollectedBody whole = body;
        BodyBudget.Share share = memory;
        if (skipping || whole == null || share == null) {
            return true;
        }
        byte[] bytes = whole.join();
        body = null;
        pace = null;
        memory = null;
        full = true;
        owner.came(new SocketMessage.Whole(bytes, text, share));
        return false;
    }

    @Override
    public void ping(byte[] data) {
        spend();
        if (!frames.over()) {
            owner.ping(data);
        }
    }

    @Override
    public void pong() {
        spend();
    }

    @Override
    public void farewell(int code) {
        drop();
        owner.farewell(code);
    }

    @Override
    public void flaw(int code, String reason) {
        drop();
        owner.flawed(code, reason);
    }

    private void spend() {
        long now = line.watch().millis();
        if (now - secondSinceMillis >= 1000) {
            secondSinceMillis = now;
            credit = A_SECOND;
        }
        if (--credit < 0 && !frames.over()) {
            LOG.warn(
                    "{} sends frames that ask for nothing; its connection is ended", line.remote());
            frames.stop();
            flaw(VIOLATION, "too many frames that ask for nothing");
        }
    }

    /// Looks whether a message has stalled, or waited for memory as long as it may.
    void sweep(long nowMillis) {
        if (pending != null) {
            if (nowMillis - waitingSinceMillis >= BodyBudget.PATIENCE.toMillis()) {
                noMemory();
            }
            return;
        }
        if (!inMessage || full || frames.over()) {
            return;
        }
        if (received != seen) {
            seen = received;
            seenMillis = nowMillis;
        } else if (received > BodyBudget.SMALL
                && !skipping
                && nowMillis - seenMillis >= BodyBudget.STANDSTILL.toMillis()
                && door.memory().crowded()) {
            noMemory();
            return;
        }
        BodyPace paced = pace;
        if (paced == null) {
            paced =
                    new BodyPace(
                            nowMillis,
                            door.limits().bodyWindow().toMillis(),
                            door.limits().bodyRate());
            paced.restart(nowMillis, received);
            pace = paced;
        } else if (paced.tooSlow(nowMillis, received)) {
            frames.stop();
            flaw(
                    VIOLATION,
                    "a message brought less than "
                            + door.limits().bodyRate()
                            + " bytes a second for "
                            + door.limits().bodyWindow().toMillis()
                            + " ms");
        }
    }
}
