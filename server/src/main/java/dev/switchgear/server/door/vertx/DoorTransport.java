package dev.switchgear.server.door.vertx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The JDK's sockets under Vert.x, with one addition: a thread that is not the event loop may write
/// to a connection that has nothing else to send. Stateless.
///
/// Not Netty's own epoll: its file descriptors are bare numbers, and writing to one that the loop
/// closes meanwhile could reach whoever got the number next. A JDK channel knows that it is closed.
final class DoorTransport implements Transport {
    private final Function<EventLoop, ConnectionWatch> watches;

    /// @param watches who watches the connections of a loop
    DoorTransport(Function<EventLoop, ConnectionWatch> watches) {
        this.watches = watches;
    }

    @Override
    public String name() {
        return "door";
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return new Sockets(watches);
    }

    private static final class Sockets extends NioTransport {
        private final Function<EventLoop, ConnectionWatch> watches;

        private Sockets(Function<EventLoop, ConnectionWatch> watches) {
            this.watches = watches;
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return domainSocket ? super.serverChannelFactory(true) : () -> new Listener(watches);
        }
    }

    private static final class Listener extends NioServerSocketChannel {
        private final Function<EventLoop, ConnectionWatch> watches;

        private Listener(Function<EventLoop, ConnectionWatch> watches) {
            this.watches = watches;
        }

        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            SocketChannel socket = javaChannel().accept();
            if (socket == null) {
                return 0;
            }
            try {
                var client = new Socket(this, socket);
                client.pipeline().addLast("first", new FirstBytes(watches));
                accepted.add(client);
                return 1;
            } catch (RuntimeException unusable) {
                socket.close();
                throw unusable;
            }
        }
    }

    /// Waits for the first bytes: by then it is known whether TLS stands before all else. What comes out
    /// of that is watched as frames where both sides have agreed upon HTTP/2, from the first byte on:
    /// Vert.x tells of such a connection only when it has read some frames.
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {
        private final Function<EventLoop, ConnectionWatch> watches;

        private FirstBytes(Function<EventLoop, ConnectionWatch> watches) {
            this.watches = watches;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ChannelHandlerContext tls = ctx.pipeline().context(SslHandler.class);
            if (tls != null) {
                ctx.pipeline().addAfter(tls.name(), "agreed", new Agreed(watches));
            }
            ctx.fireChannelRead(message);
            ctx.pipeline().remove(this);
        }
    }

    /// Hears which protocol was agreed upon, and makes room.
    private static final class Agreed extends ChannelInboundHandlerAdapter {
        private final Function<EventLoop, ConnectionWatch> watches;

        private Agreed(Function<EventLoop, ConnectionWatch> watches) {
            this.watches = watches;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                SslHandler tls = ctx.pipeline().get(SslHandler.class);
                if (tls != null && "h2".equals(tls.applicationProtocol())) {
                    EventLoop loop = ctx.channel().eventLoop();
                    ctx.pipeline()
                            .addAfter(ctx.name(), "frames", new FrameWatch(watches.apply(loop)));
                }
                ctx.fireUserEventTriggered(event);
                ctx.pipeline().remove(this);
                return;
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    /// A client's connection.
    static final class Socket extends NioSocketChannel {
        private Socket(Channel listener, SocketChannel socket) {
            super(listener, socket);
        }

        /// Gives the system as much as it takes without waiting; from any thread, and only while
        /// nothing is on its way through the pipeline.
        int writeNow(ByteBuffer bytes) throws IOException {
            return javaChannel().write(bytes);
        }
    }
}
