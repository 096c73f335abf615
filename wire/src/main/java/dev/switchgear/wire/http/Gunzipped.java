package dev.switchgear.wire.http;

import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A gzip body (RFC 1952), decompressed as it comes, so that a compressed event stream still
/// streams, and bounded: what is read of it in all, and held at a time no more than a piece. How well
/// it is compressed is the provider's affair: vectors and tables shrink a hundredfold.
///
/// The JDK's `GZIPInputStream` asks its source how much is available to find out whether another
/// member follows, and swallows what does not look like one; this one reads to the proper end.
///
/// Used by one thread.
final class Gunzipped {
    private static final int PIECE = 2 * 1024;
    private static final int FLAG_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xe0;
    private static final int DEFLATE = 8;

    private final Body compressed;
    private final ResponseLimits limits;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] piece = new byte[PIECE];
    private int from;
    private int to;
    private long bytesIn;
    private long bytesOut;
    private boolean inMember;
    private boolean anyMember;
    private boolean ended;

    Gunzipped(Body compressed, ResponseLimits limits) {
        this.compressed = compressed;
        this.limits = limits;
    }

    /// Reads some bytes, at least 1. -1 at the proper end.
    int read(byte[] target, int offset, int length) throws WireException {
        while (!ended) {
            if (!inMember && !beginMember()) {
                return -1;
            }
            int count = inflate(target, offset, length);
            if (count > 0) {
                return count;
            }
        }
        return -1;
    }

    /// False at the end of the body, which may come only between members.
    private boolean beginMember() throws WireException {
        if (from == to && !more()) {
            if (!anyMember) {
                throw malformed("an empty gzip body");
            }
            end();
            return false;
        }
        if (next() != 0x1f || next() != 0x8b || next() != DEFLATE) {
            throw malformed("a gzip body that is no gzip");
        }
        int flags = next();
        if ((flags & FLAGS_RESERVED) != 0) {
            throw malformed("a gzip header with reserved flags");
        }
        skip(6);
        if ((flags & FLAG_EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
        inMember = true;
        anyMember = true;
        return true;
    }

    /// 0 if the member ended, or more compressed bytes had to be fetched first.
    private int inflate(byte[] target, int offset, int length) throws WireException {
        if (inflater.needsInput()) {
            if (from == to && !more()) {
                throw cutShort();
            }
            inflater.setInput(piece, from, to - from);
        }
        int count;
        try {
            count = inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new WireException(
                    Kind.MALFORMED, true, "malformed response: a damaged gzip body", e);
        }
        from = to - inflater.getRemaining();
        if (inflater.needsDictionary()) {
            throw malformed("a gzip body that needs a dictionary");
        }
        crc.update(target, offset, count);
        bytesOut += count;
        checkBounds();
        if (inflater.finished()) {
            finishMember();
        }
        return count;
    }

    private void finishMember() throws WireException {
        long expectedCrc = fourBytes();
        long expectedSize = fourBytes();
        if (expectedCrc != crc.getValue()
                || expectedSize != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw malformed("a gzip body whose checksum is wrong");
        }
        inMember = false;
        if (from == to && compressed.ended()) {
            end();
        }
    }

    private void end() {
        ended = true;
        inflater.end();
    }

    private void checkBounds() throws WireException {
        // What comes in counts too: members without content would never end.
        if (Math.max(bytesIn, bytesOut) > limits.gunzippedBytes()) {
            throw new WireException(
                    Kind.TOO_LARGE,
                    true,
                    "the gunzipped body exceeds " + limits.gunzippedBytes() + " bytes");
        }
    }

    private boolean more() throws WireException {
        int count = compressed.read(piece, 0, piece.length);
        from = 0;
        to = Math.max(0, count);
        bytesIn += to;
        checkBounds();
        return count > 0;
    }

    private int next() throws WireException {
        if (from == to && !more()) {
            throw cutShort();
        }
        return piece[from++] & 0xff;
    }

    private long fourBytes() throws WireException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skip(int count) throws WireException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws WireException {
        for (int i = 0; i < limits.headBytes(); i++) {
            if (next() == 0) {
                return;
            }
        }
        throw new WireException(Kind.TOO_LARGE, true, "a text in a gzip header is too long");
    }

    private static WireException malformed(String what) {
        return new WireException(Kind.MALFORMED, true, "malformed response: " + what);
    }

    private static WireException cutShort() {
        return malformed("the gzip body ends too early");
    }

    boolean ended() {
        return ended;
    }

    /// Gives the native memory back where a body is abandoned before its end.
    void abandon() {
        end();
    }
}
