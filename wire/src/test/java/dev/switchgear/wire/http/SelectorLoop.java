package dev.switchgear.wire.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A thread that looks at channels with a selector of the JDK, for as long as the tests run.
final class SelectorLoop implements Readiness {
    private final Selector selector;
    private final Queue<Runnable> errands = new ConcurrentLinkedQueue<>();

    private final boolean near;

    private SelectorLoop(Selector selector, boolean near) {
        this.selector = selector;
        this.near = near;
    }

    /// @param near whether it takes those who wait for threads of its own
    static SelectorLoop start(boolean near) {
        try {
            var loop = new SelectorLoop(Selector.open(), near);
            Thread.ofPlatform().daemon().name("selector").start(loop::run);
            return loop;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        try {
            while (true) {
                selector.select(SelectorLoop::seen);
                for (Runnable errand = errands.poll(); errand != null; errand = errands.poll()) {
                    errand.run();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void seen(SelectionKey key) {
        try {
            ((Looked) key.attachment()).seen(key.readyOps());
        } catch (CancelledKeyException _) {
            // Closed meanwhile; whoever waited has been told.
        }
    }

    @Override
    public WatchedChannel watch(SocketChannel channel) {
        return new Looked(channel);
    }

    private final class Looked extends WatchedChannel {
        private final SocketChannel channel;
        private @Nullable SelectionKey key;

        private Looked(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        protected void onLoop(Runnable errand) {
            errands.add(errand);
            selector.wakeup();
        }

        @Override
        protected void look(int interests) {
            try {
                if (key == null) {
                    key = channel.register(selector, interests, this);
                } else {
                    key.interestOps(interests);
                }
            } catch (ClosedChannelException | CancelledKeyException _) {
                lost();
            }
        }

        @Override
        protected boolean near() {
            return near;
        }

        @Override
        protected void forget() {
            if (key != null) {
                key.cancel();
            }
        }
    }
}
