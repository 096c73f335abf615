package dev.switchgear.server.door.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends an HTTP/2 connection that keeps us busy with frames which ask for nothing (RFC 9113 §10.5):
/// SETTINGS, PING, PRIORITY, WINDOW_UPDATE, RST_STREAM, CONTINUATION, unknown ones, and DATA of hardly
/// a byte. It stands before the codec and reads the nine bytes before each frame. Belongs to its
/// connection's event loop.
///
/// Each such frame costs one; every second [#A_SECOND] are free. A client that gets and sends much has
/// reason for many, so each frame that we send, each request and each proper piece of a body earns two
/// more.
final class FrameWatch extends ChannelDuplexHandler {
    /// So many frames that ask for nothing are free in every second.
    static final int A_SECOND = 200;

    /// What can be saved up at most.
    private static final int SAVED_MOST = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(FrameWatch.class);

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final int HEADER = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int END_STREAM = 1;

    /// A piece of a body with fewer bytes asks for no attention of its own.
    private static final int PIECE_LEAST = 64;

    private static final int ENHANCE_YOUR_CALM = 11;

    private final ConnectionWatch watch;
    private final byte[] header = new byte[HEADER];
    private int headerBytes;
    private long skip = PREFACE.length;
    private int credit = A_SECOND;
    private long secondSinceMillis;
    private int lastStream;
    private boolean ended;

    FrameWatch(ConnectionWatch watch) {
        this.watch = watch;
        this.secondSinceMillis = watch.millis();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof ByteBuf bytes) {
            look(bytes);
            if (credit < 0) {
                ReferenceCountUtil.release(message);
                end(ctx);
                return;
            }
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        earn();
        var _ = ctx.write(message, promise);
    }

    private void earn() {
        if (credit < SAVED_MOST) {
            credit += 2;
        }
    }

    private void look(ByteBuf bytes) {
        long now = watch.millis();
        if (now - secondSinceMillis >= 1000) {
            secondSinceMillis = now;
            credit = Math.max(credit, A_SECOND);
        }
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (skip > 0) {
                long skipped = Math.min(skip, end - at);
                skip -= skipped;
                at += (int) skipped;
                continue;
            }
            header[headerBytes++] = bytes.getByte(at++);
            if (headerBytes == HEADER) {
                headerBytes = 0;
                count();
            }
        }
    }

    private void count() {
        int length = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | header[2] & 0xff;
        skip = length;
        int type = header[3] & 0xff;
        boolean last = (header[4] & END_STREAM) != 0;
        if (type == HEADERS) {
            lastStream =
                    (header[5] & 0x7f) << 24
                            | (header[6] & 0xff) << 16
                            | (header[7] & 0xff) << 8
                            | header[8] & 0xff;
            earn();
        } else if (type == DATA && (length >= PIECE_LEAST || last)) {
            earn();
        } else {
            credit--;
        }
    }

    private void end(ChannelHandlerContext ctx) {
        ended = true;
        LOG.warn(
                "{} sends frames that ask for nothing; its connection is ended",
                ctx.channel().remoteAddress());
        ByteBuf goAway = Unpooled.buffer(HEADER + 8);
        goAway.writeMedium(8).writeByte(7).writeByte(0).writeInt(0);
        goAway.writeInt(lastStream).writeInt(ENHANCE_YOUR_CALM);
        var _ = ctx.writeAndFlush(goAway).addListener(ChannelFutureListener.CLOSE);
    }
}
