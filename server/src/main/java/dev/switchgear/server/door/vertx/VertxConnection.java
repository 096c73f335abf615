package dev.switchgear.server.door.vertx;

import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.ErrorPage;
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
import io.netty.util.ByteProcessor;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection, as the door watches it: what it is waiting for, and since when. Belongs to its
/// event loop.
///
/// On HTTP/1 it stands in front of the decoder: it sees the bytes of a head as they trickle in, so a
/// head that never ends can be cut, and it refuses folded header lines, which Netty would mend.
final class VertxConnection extends ChannelInboundHandlerAdapter implements ByteProcessor {
    private enum Phase {
        /// Nothing asked.
        IDLE,
        /// Part of a head has come, or the connection is new.
        HEAD,
        /// The head is complete, the body is not.
        BODY,
        /// A request is being answered. HTTP/2 stays here while streams are open.
        BUSY,
        /// The last answer has been written; what still comes is thrown away until the client closes,
        /// because closing on unread bytes would reset the connection and lose that answer.
        LINGER
    }

    private static final int LINGER_MILLIS = 2000;

    /// So much of a request line is kept: every path that has a shape of its own fits.
    private static final int REQUEST_LINE = 128;

    private final DoorSettings.Limits limits;
    private final ConnectionWatch watch;
    private final HttpConnection connection;
    private final Channel channel;
    private final InetAddress remote;
    private final ErrorPage errors;
    private final List<VertxExchange> exchanges = new ArrayList<>(1);

    private Phase phase = Phase.HEAD;
    private long sinceMillis;
    private long bodyBytes;

    private boolean scanning = true;
    private int headLines;
    private int lineBytes;

    /// The beginning of the head that came last: what it asked for decides how an error is told.
    private final byte[] requestLine = new byte[REQUEST_LINE];

    private int requestLineBytes;
    private boolean folded;
    private boolean bytesWhileBusy;

    private long stalledSinceMillis = -1;
    private long lastProgress;

    VertxConnection(
            DoorSettings.Limits limits,
            ConnectionWatch watch,
            HttpConnection connection,
            Channel channel,
            InetAddress remote,
            ErrorPage errors) {
        this.limits = limits;
        this.watch = watch;
        this.connection = connection;
        this.channel = channel;
        this.remote = remote;
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
        bodyBytes = 0;
        scanning = false;
        enter(Phase.BODY);
    }

    void bodyCame(int bytes) {
        bodyBytes += bytes;
    }

    void requestCame() {
        if (phase == Phase.BODY) {
            enter(Phase.BUSY);
        }
    }

    void answered(VertxExchange exchange) {
        exchanges.remove(exchange);
        if (exchanges.isEmpty() && phase != Phase.LINGER) {
            scanning = true;
            headLines = 0;
            lineBytes = 0;
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
        if (phase == Phase.BUSY) {
            bytesWhileBusy = true;
        } else if (phase == Phase.IDLE) {
            enter(Phase.HEAD);
        }
        if (scanning && message instanceof ByteBuf bytes) {
            bytes.forEachByte(this);
            if (folded || headLines > limits.headLines() + 1) {
                ReferenceCountUtil.release(message);
                refuse(
                        folded ? 400 : 431,
                        folded
                                ? "a header line is folded"
                                : "more than "
                                        + limits.headLines()
                                        + " header fields (setting server.limits.header-lines)");
                return;
            }
        }
        ctx.fireChannelRead(message);
    }

    /// Walks over the bytes of a head; false stops at its end.
    @Override
    public boolean process(byte b) {
        if (b == '\n') {
            if (lineBytes == 0 && headLines > 0) {
                scanning = false;
                return false;
            }
            if (lineBytes > 0) {
                headLines++;
            }
            lineBytes = 0;
            return true;
        }
        if (b == '\r') {
            return true;
        }
        if (lineBytes == 0 && headLines > 0 && (b == ' ' || b == '\t')) {
            folded = true;
            return false;
        }
        if (headLines == 0 && lineBytes < requestLine.length) {
            requestLine[lineBytes] = b;
            requestLineBytes = lineBytes + 1;
        }
        lineBytes++;
        return true;
    }

    /// What was asked for by the head that came last, as far as it came; empty where nothing tells.
    private String path() {
        String line = new String(requestLine, 0, requestLineBytes, StandardCharsets.ISO_8859_1);
        int from = line.indexOf(' ') + 1;
        int to = from;
        while (to < line.length() && " ?#".indexOf(line.charAt(to)) < 0) {
            to++;
        }
        return from == 0 ? "" : line.substring(from, to);
    }

    /// Answers on HTTP/1 without a request that Vert.x could answer, and closes.
    void refuse(int status, String reason) {
        ChannelHandlerContext ctx = channel.pipeline().context(this);
        if (ctx == null) {
            breakOff();
            return;
        }
        byte[] body = errors.render(path(), status, reason);
        String head =
                "HTTP/1.1 "
                        + HttpResponseStatus.valueOf(status)
                        + "\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: "
                        + body.length
                        + "\r\n\r\n";
        ByteBuf bytes = Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.ISO_8859_1), body);
        enter(Phase.LINGER);
        var _ = ctx.writeAndFlush(bytes).addListener((ChannelFutureListener) _ -> linger());
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
        ChannelHandlerContext ctx = channel.pipeline().context(this);
        if (ctx == null) {
            taken.run();
            return;
        }
        var _ =
                ctx.writeAndFlush(Unpooled.wrappedBuffer(framed))
                        .addListener((ChannelFutureListener) _ -> taken.run());
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
            case BODY -> {
                if (tooSlow(passed)) {
                    cutSlowBody();
                }
            }
            case LINGER -> {
                if (idle()) {
                    closeAfter(passed, LINGER_MILLIS);
                }
            }
            case BUSY -> {}
        }
        cutIfStalled(nowMillis);
    }

    private boolean tooSlow(long passedMillis) {
        long graceMillis = limits.bodyGrace().toMillis();
        return passedMillis > graceMillis
                && bodyBytes < (passedMillis - graceMillis) * limits.bodyRate() / 1000;
    }

    private void closeAfter(long passedMillis, long limitMillis) {
        if (passedMillis >= limitMillis) {
            breakOff();
        }
    }

    /// A head that has begun gets a 408; a connection that never said anything is just closed.
    private void cutSlowHead() {
        if (headLines == 0 && lineBytes == 0) {
            breakOff();
            return;
        }
        refuse(
                408,
                "the request's head took longer than "
                        + limits.headTime().toMillis()
                        + " ms (setting server.limits.header-time)");
    }

    private void cutSlowBody() {
        for (VertxExchange exchange : List.copyOf(exchanges)) {
            exchange.reject(
                    408,
                    "the request's body came more slowly than "
                            + limits.bodyRate()
                            + " bytes a second");
        }
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
