package dev.switchgear.server.door.vertx;

import dev.switchgear.wire.http.WatchedChannel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import io.netty.util.concurrent.Future;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A channel of the connector, looked at by an event loop beside the door's.
final class LoopChannel extends WatchedChannel implements NioIoHandle {
    private final SocketChannel channel;
    private final LoopThreads home;

    // Belong to the loop.
    private @Nullable IoRegistration registration;
    private int asked;

    LoopChannel(SocketChannel channel, LoopThreads home) {
        this.channel = channel;
        this.home = home;
    }

    /// To be run on the loop, once.
    void register() {
        ((IoEventLoop) home.loop()).register(this).addListener(this::registered);
    }

    private void registered(Future<? super IoRegistration> done) {
        if (done.isSuccess()) {
            registration = (IoRegistration) done.getNow();
            look(asked);
        } else {
            lost();
        }
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }

    @Override
    protected void onLoop(Runnable errand) {
        home.execute(errand);
    }

    @Override
    protected void look(int interests) {
        asked = interests;
        IoRegistration there = registration;
        if (there == null) {
            return;
        }
        try {
            var _ = there.submit(NioIoOps.valueOf(interests));
        } catch (CancelledKeyException closed) {
            lost();
        }
    }

    @Override
    protected void forget() {
        IoRegistration there = registration;
        if (there != null) {
            var _ = there.cancel();
        }
    }

    @Override
    protected boolean near() {
        return home.here();
    }

    @Override
    public void handle(IoRegistration here, IoEvent event) {
        seen(((NioIoEvent) event).ops().value());
    }

    /// The loop ends, or the channel was closed.
    @Override
    public void close() {
        lost();
    }
}
