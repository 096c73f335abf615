package dev.switchgear.server.door.vertx;

import dev.switchgear.server.door.ErrorPage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ByteProcessor;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The HTTP/1 decoder, which looks at the bytes of each head before they are understood: it refuses
/// folded lines, which Netty would mend, and too many of them while they come. It knows where a head
/// begins because it decodes what stood before it, so that the second request on a connection is read
/// as strictly as the first. Belongs to its connection's event loop.
final class HeadDecoder extends VertxHttpRequestDecoder implements ByteProcessor {
    /// A header line begins with a space: it would continue the one before.
    static final class FoldedLine extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /// More header lines than the limit.
    static final class TooManyLines extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /// Of a head that comes in pieces so much is kept, to tell in whose shape an error is told.
    private static final int KEPT_MOST = 64 * 1024;

    private static final int ORIGIN_MOST = 300;

    private final int lines;

    private boolean atHead = true;
    private boolean headWhole;
    private boolean refused;
    private int headLines;
    private int lineBytes;
    private boolean folded;

    /// Bytes behind the reader's index that have been looked at.
    private int ahead;

    /// What was decoded of a head that is not whole yet.
    private @Nullable ByteArrayOutputStream before;

    private ErrorPage.Asked refusedAsked = ErrorPage.Asked.NOTHING;

    HeadDecoder(Http1ServerConfig config, int lines) {
        super(config);
        this.lines = lines;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
            throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (!atHead) {
            super.decode(ctx, buffer, out);
            lookAt(out);
            return;
        }
        int from = buffer.readerIndex();
        int to = buffer.writerIndex();
        scan(buffer);
        if (folded || headLines > lines + 1) {
            HttpMessage invalid = createInvalidMessage();
            invalid.setDecoderResult(
                    DecoderResult.failure(folded ? new FoldedLine() : new TooManyLines()));
            refuse(buffer, from, to);
            buffer.skipBytes(buffer.readableBytes());
            out.add(invalid);
            return;
        }
        super.decode(ctx, buffer, out);
        if (out.isEmpty()) {
            int read = buffer.readerIndex() - from;
            ahead = Math.max(0, ahead - read);
            keep(buffer, from, read);
        } else if (lookAt(out)) {
            refuse(buffer, from, to);
        }
    }

    /// @return whether what came out makes no sense
    private boolean lookAt(List<Object> out) {
        if (out.isEmpty()) {
            return false;
        }
        Object first = out.getFirst();
        if (first instanceof HttpObject object && object.decoderResult().isFailure()) {
            return true;
        }
        if (out.getLast() instanceof LastHttpContent) {
            nextHead();
        } else if (first instanceof HttpRequest) {
            atHead = false;
        }
        return false;
    }

    private void nextHead() {
        atHead = true;
        headWhole = false;
        headLines = 0;
        lineBytes = 0;
        ahead = 0;
        before = null;
    }

    private void scan(ByteBuf buffer) {
        if (headWhole) {
            return;
        }
        int from = buffer.readerIndex() + ahead;
        int stopped = buffer.forEachByte(from, buffer.writerIndex() - from, this);
        ahead = (stopped < 0 ? buffer.writerIndex() : stopped + 1) - buffer.readerIndex();
    }

    /// Walks over the bytes of a head; false stops at its end.
    @Override
    public boolean process(byte b) {
        if (b == '\n') {
            if (lineBytes == 0 && headLines > 0) {
                headWhole = true;
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
        lineBytes++;
        return true;
    }

    private void keep(ByteBuf buffer, int from, int length) {
        ByteArrayOutputStream kept = before;
        if (kept == null) {
            kept = new ByteArrayOutputStream();
            before = kept;
        }
        byte[] read = new byte[Math.min(length, KEPT_MOST - Math.min(KEPT_MOST, kept.size()))];
        buffer.getBytes(from, read);
        kept.writeBytes(read);
    }

    private void refuse(ByteBuf buffer, int from, int to) {
        refused = true;
        refusedAsked = asked(buffer, from, to);
        before = null;
    }

    /// Makes nothing of what still comes, nor of what has come with the bytes read last.
    void stop() {
        refused = true;
    }

    /// Whether no byte of a head has come.
    boolean silent() {
        return headLines == 0 && lineBytes == 0;
    }

    /// What the head that came last asks for, as far as it came.
    ErrorPage.Asked asked() {
        if (refused || !atHead) {
            return refusedAsked;
        }
        ByteBuf buffer = internalBuffer();
        return asked(buffer, buffer.readerIndex(), buffer.writerIndex());
    }

    private ErrorPage.Asked asked(ByteBuf buffer, int from, int to) {
        ByteArrayOutputStream kept = before;
        String head =
                (kept == null ? "" : kept.toString(StandardCharsets.ISO_8859_1))
                        + buffer.toString(
                                from, Math.min(to - from, KEPT_MOST), StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        String[] read = (end < 0 ? head : head.substring(0, end)).stripLeading().split("\r?\n", -1);
        return new ErrorPage.Asked(
                path(read[0]), field(read, "origin:"), field(read, "x-request-id:"));
    }

    private static String path(String requestLine) {
        int from = requestLine.indexOf(' ') + 1;
        int to = from;
        while (to < requestLine.length() && " ?#".indexOf(requestLine.charAt(to)) < 0) {
            to++;
        }
        return from == 0 ? "" : requestLine.substring(from, to);
    }

    private static Optional<String> field(String[] head, String name) {
        for (int i = 1; i < head.length; i++) {
            if (head[i].regionMatches(true, 0, name, 0, name.length())) {
                String value = head[i].substring(name.length()).strip();
                boolean plain = value.chars().allMatch(c -> c > ' ' && c < 0x7f);
                return plain && value.length() <= ORIGIN_MOST && !value.isEmpty()
                        ? Optional.of(value)
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
