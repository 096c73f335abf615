package dev.switchgear.server.door.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.LinkedHashSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends an HTTP/2 connection that keeps us busy with frames which ask for nothing (RFC 9113 §10.5):
/// SETTINGS, PING, PRIORITY, WINDOW_UPDATE, RST_STREAM, CONTINUATION, unknown ones, and DATA of hardly
/// a byte. It stands before the codec and reads the nine bytes before each frame. Belongs to its
/// connection's event loop.
///
/// It also refuses what the codec lets pass where an answer has left early: a new head on a stream that
/// the client has ended, or with a number that is lower than the last (§5.1), and a window that grows by
/// nothing (§6.9).
///
/// Each frame that asks for nothing costs one; every second [#A_SECOND] are free. A client that gets and sends much has
/// reason for many, so each frame of an answer, each request and each proper piece of a body earns two
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
    private static final int RST_STREAM = 3;
    private static final int END_STREAM = 1;

    /// A piece of a body with fewer bytes asks for no attention of its own.
    private static final int PIECE_LEAST = 64;

    private static final int WINDOW_UPDATE = 8;

    /// RFC 9113 §7
    private static final int NONE = 0;

    private static final int PROTOCOL_ERROR = 1;
    private static final int STREAM_CLOSED = 5;
    private static final int ENHANCE_YOUR_CALM = 11;

    /// So many streams are remembered that the client has begun and not ended.
    private static final int OPEN_MOST = 1000;

    private final ConnectionWatch watch;
    private final byte[] header = new byte[HEADER];
    private int headerBytes;
    private long skip = PREFACE.length;
    private int credit = A_SECOND;
    private long secondSinceMillis;
    private int lastStream;
    private final LinkedHashSet<Integer> open = new LinkedHashSet<>();

    /// Bytes of a window's growth that have not come yet, and those that have.
    private int growthMissing;

    private int growth;
    private int error = NONE;
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
            if (error != NONE) {
                ReferenceCountUtil.release(message);
                end(ctx);
                return;
            }
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf frame && asked(frame)) {
            earn();
        }
        var _ = ctx.write(message, promise);
    }

    /// Whether it begins a frame of an answer. What we must send in reply to frames that ask for
    /// nothing earns nothing.
    private static boolean asked(ByteBuf frame) {
        if (frame.readableBytes() < HEADER) {
            return false;
        }
        int type = frame.getByte(frame.readerIndex() + 3);
        return type == DATA || type == HEADERS;
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
        while (at < end && error == NONE) {
            if (growthMissing > 0) {
                growth = (growth << 8) | (bytes.getByte(at++) & 0xff);
                if (--growthMissing == 0 && (growth & Integer.MAX_VALUE) == 0) {
                    error = PROTOCOL_ERROR;
                }
                continue;
            }
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
        int length = ((header[0] & 0xff) << 16) | ((header[1] & 0xff) << 8) | (header[2] & 0xff);
        skip = length;
        int type = header[3] & 0xff;
        boolean last = (header[4] & END_STREAM) != 0;
        int stream =
                ((header[5] & 0x7f) << 24)
                        | ((header[6] & 0xff) << 16)
                        | ((header[7] & 0xff) << 8)
                        | (header[8] & 0xff);
        if (type == HEADERS) {
            earn();
            head(stream, last);
        } else if (type == DATA) {
            if (last) {
                open.remove(stream);
            }
            if (length >= PIECE_LEAST || last) {
                earn();
            } else {
                spend();
            }
        } else {
            spend();
            if (type == RST_STREAM) {
                open.remove(stream);
            } else if (type == WINDOW_UPDATE && length == 4) {
                skip = 0;
                growth = 0;
                growthMissing = length;
            }
        }
    }

    private void spend() {
        if (--credit < 0) {
            error = ENHANCE_YOUR_CALM;
        }
    }

    private void head(int stream, boolean last) {
        if (stream <= lastStream && !open.contains(stream)) {
            error = stream < lastStream ? PROTOCOL_ERROR : STREAM_CLOSED;
            return;
        }
        lastStream = Math.max(lastStream, stream);
        if (last) {
            open.remove(stream);
        } else {
            open.add(stream);
            if (open.size() > OPEN_MOST) {
                open.removeFirst();
            }
        }
    }

    private void end(ChannelHandlerContext ctx) {
        ended = true;
        if (error == ENHANCE_YOUR_CALM) {
            LOG.warn(
                    "{} sends frames that ask for nothing; its connection is ended",
                    ctx.channel().remoteAddress());
        }
        ByteBuf goAway = Unpooled.buffer(HEADER + 8);
        goAway.writeMedium(8).writeByte(7).writeByte(0).writeInt(0);
        goAway.writeInt(lastStream).writeInt(error);
        var _ = ctx.writeAndFlush(goAway).addListener(ChannelFutureListener.CLOSE);
    }
}
