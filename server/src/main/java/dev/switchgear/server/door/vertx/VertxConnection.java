package dev.switchgear.server.door.vertx;

import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.door.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection, as the door watches it: what it is waiting for, and since when. Belongs to its
/// event loop.
///
/// On HTTP/1 it stands in front of the decoder: it sees that bytes of a head trickle in, so a head that
/// never ends can be cut.
final class VertxConnection extends ChannelInboundHandlerAdapter {
    private enum Phase {
        /// Nothing asked.
        IDLE,
        /// Part of a head has come, or the connection is new.
        HEAD,
        /// The head is complete, the body is not.
        BODY,
        /// A request is being answered. HTTP/2 stays here while streams are open.
        BUSY,
        /// It has become a socket.
        SOCKET,
        /// The last answer has been written; what still comes is thrown away until the client closes,
        /// because closing on unread bytes would reset the connection and lose that answer.
        LINGER
    }

    private static final Logger LOG = LoggerFactory.getLogger(VertxConnection.class);
    private static final int LINGER_MILLIS = 2000;

    private final DoorSettings.Limits limits;
    private final ConnectionWatch watch;
    private final HttpConnection connection;
    private final Channel channel;
    private final InetAddress remote;
    private final ErrorPage errors;
    private final List<VertxExchange> exchanges = new ArrayList<>(1);

    /// Of HTTP/1.
    private final @Nullable HeadDecoder heads;

    private Phase phase = Phase.HEAD;
    private long sinceMillis;
    private boolean bytesWhileBusy;

    /// Once it has become one.
    private @Nullable VertxSocket socket;

    private long stalledSinceMillis = -1;
    private long lastProgress;

    VertxConnection(
            DoorSettings.Limits limits,
            ConnectionWatch watch,
            HttpConnection connection,
            Channel channel,
            @Nullable HeadDecoder heads,
            ErrorPage errors) {
        this.limits = limits;
        this.watch = watch;
        this.connection = connection;
        this.channel = channel;
        this.remote = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        this.heads = heads;
        this.errors = errors;
        this.sinceMillis = watch.millis();
    }

    InetAddress remote() {
        return remote;
    }

    ConnectionWatch watch() {
        return watch;
    }

    HttpConnection connection() {
        return connection;
    }

    List<VertxExchange> exchanges() {
        return exchanges;
    }

    boolean idle() {
        return exchanges.isEmpty();
    }

    /// True once nothing more may be executed that comes on this connection.
    boolean closing() {
        return phase == Phase.LINGER;
    }

    void headCame(VertxExchange exchange) {
        exchanges.add(exchange);
        enter(Phase.BODY);
    }

    void requestCame() {
        if (phase == Phase.BODY) {
            enter(Phase.BUSY);
        }
    }

    void answered(VertxExchange exchange) {
        exchanges.remove(exchange);
        if (exchanges.isEmpty() && phase != Phase.LINGER && phase != Phase.SOCKET) {
            enter(bytesWhileBusy ? Phase.HEAD : Phase.IDLE);
            bytesWhileBusy = false;
        }
    }

    private void enter(Phase next) {
        phase = next;
        sinceMillis = watch.millis();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (phase == Phase.LINGER) {
            ReferenceCountUtil.release(message);
            return;
        }
        VertxSocket open = socket;
        if (phase == Phase.SOCKET && open != null && message instanceof ByteBuf bytes) {
            open.read(bytes);
            return;
        }
        if (phase == Phase.BUSY) {
            bytesWhileBusy = true;
        } else if (phase == Phase.IDLE) {
            enter(Phase.HEAD);
        }
        ctx.fireChannelRead(message);
    }

    /// Answers on HTTP/1 without a request that Vert.x could answer, and closes.
    void refuse(int status, String reason) {
        refuse(heads == null ? ErrorPage.Asked.NOTHING : heads.asked(), status, reason);
    }

    /// The same to who asked that.
    void refuse(ErrorPage.Asked asked, int status, String reason) {
        ChannelHandlerContext ctx = channel.pipeline().context(this);
        if (ctx == null) {
            breakOff();
            return;
        }
        ErrorPage.Page page = page(errors, asked, status, reason);
        var head = new StringBuilder("HTTP/1.1 ");
        head.append(HttpResponseStatus.valueOf(page.head().status())).append("\r\n");
        page.head()
                .forEach((name, value) -> {
                    if (SafeHeaders.isName(name)) {
                        head.append(name)
                                .append(": ")
                                .append(SafeHeaders.value(value))
                                .append("\r\n");
                    }
                });
        head.append("connection: close\r\ncontent-length: ")
                .append(page.body().length)
                .append("\r\n\r\n");
        ByteBuf bytes =
                Unpooled.wrappedBuffer(
                        head.toString().getBytes(StandardCharsets.ISO_8859_1), page.body());
        enter(Phase.LINGER);
        var _ = ctx.writeAndFlush(bytes).addListener((ChannelFutureListener) _ -> linger());
    }

    /// What is told; in plain words where the page itself cannot be made.
    static ErrorPage.Page page(ErrorPage errors, ErrorPage.Asked asked, int status, String reason) {
        try {
            return errors.page(asked, status, reason);
        } catch (RuntimeException failure) {
            LOG.error("{} could not be told as the path's clients know errors", status, failure);
            return new ErrorPage.Page(
                    ResponseHead.of(status, "application/json"),
                    ("{\"error\":{\"message\":\"" + status + "\"}}")
                            .getBytes(StandardCharsets.US_ASCII));
        }
    }

    /// The socket, where bytes reach the client as they are written to it; null where TLS or HTTP/2
    /// stands between.
    DoorTransport.@Nullable Socket socket() {
        return channel instanceof DoorTransport.Socket socket
                        && channel.pipeline().get(SslHandler.class) == null
                ? socket
                : null;
    }

    /// Sends bytes that are framed already, past the encoder.
    void send(byte[] framed, Runnable taken) {
        send(Unpooled.wrappedBuffer(framed), taken);
    }

    /// The same.
    void send(ByteBuf framed, Runnable taken) {
        ChannelHandlerContext ctx = channel.pipeline().context(this);
        if (ctx == null) {
            framed.release();
            taken.run();
            return;
        }
        var _ = ctx.writeAndFlush(framed).addListener((ChannelFutureListener) _ -> taken.run());
    }

    /// Becomes a socket: what comes from now on are its frames. A client that sends some before it was
    /// answered has been read as HTTP, and is refused.
    void become(VertxSocket opened, byte[] head) {
        if (phase == Phase.LINGER) {
            return;
        }
        if (bytesWhileBusy || heads == null || !heads.silent()) {
            refuse(400, "bytes came before the WebSocket was open");
            return;
        }
        socket = opened;
        enter(Phase.SOCKET);
        opened.begin(head);
    }

    /// The socket that it has become; null for none.
    @Nullable VertxSocket opened() {
        return socket;
    }

    /// Reads on, or nothing more for now.
    void readOn(boolean wanted) {
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    void flush() {
        channel.flush();
    }

    /// Closes without waiting for what has not left yet. Vert.x's handler turns every close that passes
    /// through the pipeline into one that waits for the client to take the rest, which a client that
    /// takes nothing never does: so this goes past the pipeline.
    void breakOff() {
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    /// To be called when the last answer has been written: closes as soon as the client has read it.
    void linger() {
        enter(Phase.LINGER);
        if (channel instanceof DuplexChannel duplex
                && channel.pipeline().get(SslHandler.class) == null) {
            var _ = duplex.shutdownOutput();
        } else {
            var _ = connection.close();
        }
    }

    /// To be called before an answer after which nothing more may be executed.
    void lastAnswer() {
        if (heads != null) {
            heads.stop();
        }
        enter(Phase.LINGER);
    }

    /// Looks whether a time has run out.
    void sweep(long nowMillis) {
        long passed = nowMillis - sinceMillis;
        switch (phase) {
            case IDLE -> closeAfter(passed, limits.idle().toMillis());
            case HEAD -> {
                if (passed >= limits.headTime().toMillis()) {
                    cutSlowHead();
                }
            }
            case LINGER -> {
                if (idle()) {
                    closeAfter(passed, LINGER_MILLIS);
                }
            }
            case SOCKET -> {
                VertxSocket open = socket;
                if (open != null) {
                    open.sweep(nowMillis);
                }
            }
            case BODY, BUSY -> {}
        }
        for (int i = exchanges.size() - 1; i >= 0; i--) {
            // One that is cut may take others with it.
            if (i < exchanges.size()) {
                exchanges.get(i).sweep(nowMillis);
            }
        }
        cutIfStalled(nowMillis);
    }

    private void closeAfter(long passedMillis, long limitMillis) {
        if (passedMillis >= limitMillis) {
            breakOff();
        }
    }

    /// A head that has begun gets a 408; a connection that never said anything is just closed.
    private void cutSlowHead() {
        if (heads == null || heads.silent()) {
            breakOff();
            return;
        }
        refuse(
                408,
                "the request's head took longer than "
                        + limits.headTime().toMillis()
                        + " ms (setting server.limits.header-time)");
    }

    /// A client that takes nothing of what waits for it loses its connection.
    private void cutIfStalled(long nowMillis) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting == null) {
            return;
        }
        long held = waiting.totalPendingWriteBytes();
        long progress = held - waiting.currentProgress();
        for (int i = 0; i < exchanges.size(); i++) {
            held += exchanges.get(i).held();
            progress = 31 * progress + exchanges.get(i).sent();
        }
        if (held == 0 || progress != lastProgress) {
            lastProgress = progress;
            stalledSinceMillis = -1;
        } else if (stalledSinceMillis < 0) {
            stalledSinceMillis = nowMillis;
        } else if (nowMillis - stalledSinceMillis >= limits.stall().toMillis()) {
            breakOff();
        }
    }
}
