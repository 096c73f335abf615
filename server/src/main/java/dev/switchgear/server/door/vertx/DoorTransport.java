package dev.switchgear.server.door.vertx;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The JDK's sockets under Vert.x, with one addition: a thread that is not the event loop may write
/// to a connection that has nothing else to send. Stateless.
///
/// Not Netty's own epoll: its file descriptors are bare numbers, and writing to one that the loop
/// closes meanwhile could reach whoever got the number next. A JDK channel knows that it is closed.
final class DoorTransport implements Transport {
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
        return new Sockets();
    }

    private static final class Sockets extends NioTransport {
        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return domainSocket ? super.serverChannelFactory(true) : Listener::new;
        }
    }

    private static final class Listener extends NioServerSocketChannel {
        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            SocketChannel socket = javaChannel().accept();
            if (socket == null) {
                return 0;
            }
            try {
                accepted.add(new Socket(this, socket));
                return 1;
            } catch (RuntimeException unusable) {
                socket.close();
                throw unusable;
            }
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
