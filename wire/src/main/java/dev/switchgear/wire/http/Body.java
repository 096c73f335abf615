package dev.switchgear.wire.http;

import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A response's body with its framing removed. Used by one thread.
sealed interface Body {
    /// Reads some bytes, at least 1. -1 at the proper end.
    int read(byte[] target, int offset, int length) throws WireException;

    /// Whether the proper end has been seen, so that [#read] will give -1 without waiting.
    boolean ended();

    /// Whether the connection can carry another exchange once the body has ended.
    boolean leavesConnectionUsable();

    /// How many bytes are to come in all, as announced; -1 if unknown.
    default long announced() {
        return -1;
    }

    /// Chooses the framing as RFC 9112 §6.3 says, refusing what it merely discourages.
    static Body of(Head head, String method, Intake intake, ResponseLimits limits)
            throws WireException {
        List<String> codings = head.headers().all("transfer-encoding");
        List<String> lengths = head.headers().all("content-length");
        if (!codings.isEmpty() && !lengths.isEmpty()) {
            throw malformed("both Content-Length and Transfer-Encoding");
        }
        if (lengths.size() > 1) {
            throw malformed("more than one Content-Length");
        }
        long length = lengths.isEmpty() ? -1 : length(lengths.getFirst());
        boolean chunked = !codings.isEmpty();
        if (chunked) {
            checkChunked(head, codings);
        }
        boolean keepAlive = keepAlive(head);
        if (method.equals("HEAD") || head.status() == 304) {
            return new Nothing(keepAlive);
        }
        if (head.status() == 204) {
            return new Nothing(keepAlive && !chunked && length <= 0);
        }
        if (chunked) {
            return new Chunked(intake, limits, keepAlive);
        }
        if (length >= 0) {
            return new Sized(intake, length, keepAlive);
        }
        return new UntilEnd(intake);
    }

    private static long length(String text) throws WireException {
        boolean digits = !text.isEmpty() && text.length() <= 18;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (!digits) {
            throw malformed("Content-Length is no number");
        }
        return Long.parseLong(text);
    }

    private static void checkChunked(Head head, List<String> codings) throws WireException {
        if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
            throw malformed("a Transfer-Encoding other than chunked");
        }
        if (!head.http11()) {
            throw malformed("Transfer-Encoding in HTTP/1.0");
        }
    }

    private static boolean keepAlive(Head head) {
        boolean keep = head.http11();
        for (String value : head.headers().all("connection")) {
            for (String option : value.split(",", -1)) {
                if (option.strip().equalsIgnoreCase("close")) {
                    return false;
                }
                keep |= option.strip().equalsIgnoreCase("keep-alive");
            }
        }
        return keep;
    }

    private static WireException malformed(String what) {
        return new WireException(Kind.MALFORMED, true, "malformed response: " + what);
    }

    private static WireException cutShort(String what) {
        return new WireException(
                Kind.CONNECTION_LOST, true, "the connection ended within the body: " + what);
    }

    /// HEAD, 204, 304.
    record Nothing(boolean leavesConnectionUsable) implements Body {
        @Override
        public int read(byte[] target, int offset, int length) {
            return -1;
        }

        @Override
        public boolean ended() {
            return true;
        }

        @Override
        public long announced() {
            return 0;
        }
    }

    /// Content-Length.
    final class Sized implements Body {
        private final Intake intake;
        private final long announced;
        private final boolean keepAlive;
        private long left;

        Sized(Intake intake, long announced, boolean keepAlive) {
            this.intake = intake;
            this.announced = announced;
            this.keepAlive = keepAlive;
            this.left = announced;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws WireException {
            if (left == 0) {
                return -1;
            }
            int count = readSome(intake, target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw cutShort(left + " of " + announced + " bytes are missing");
            }
            left -= count;
            return count;
        }

        @Override
        public boolean ended() {
            return left == 0;
        }

        @Override
        public boolean leavesConnectionUsable() {
            return keepAlive;
        }

        @Override
        public long announced() {
            return announced;
        }
    }

    /// Neither: the body ends with the connection.
    final class UntilEnd implements Body {
        private final Intake intake;
        private boolean ended;

        UntilEnd(Intake intake) {
            this.intake = intake;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws WireException {
            if (ended) {
                return -1;
            }
            int count = readSome(intake, target, offset, length);
            if (count < 0) {
                if (!intake.endIsCertain()) {
                    throw cutShort("TLS ended without its closing message");
                }
                ended = true;
            }
            return count;
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public boolean leavesConnectionUsable() {
            return false;
        }
    }

    private static int readSome(Intake intake, byte[] target, int offset, int length)
            throws WireException {
        if (intake.buffered() > 0) {
            return intake.take(target, offset, length);
        }
        // A small target would mean a system call for little: fill the buffer instead.
        if (length >= Intake.SIZE) {
            return intake.readThrough(target, offset, length);
        }
        return intake.more() ? intake.take(target, offset, length) : -1;
    }

    /// Chunked. Several buffered chunks are handed out in one read, and a buffered end is noticed
    /// with the last data, so that a stream's connection is free as soon as it can be.
    final class Chunked implements Body {
        /// What the next byte belongs to.
        private enum At {
            SIZE,
            DATA,
            DATA_END,
            TRAILER,
            END
        }

        /// Fields that change how a message is read, and so must not come after it.
        private static final Set<String> FORBIDDEN_TRAILERS =
                Set.of(
                        "transfer-encoding",
                        "content-length",
                        "host",
                        "connection",
                        "content-encoding",
                        "content-type",
                        "content-range",
                        "trailer",
                        "set-cookie",
                        "authorization",
                        "www-authenticate",
                        "cache-control",
                        "retry-after",
                        "location");

        private static final int SIZE_DIGITS_MAX = 15;

        private final Intake intake;
        private final ResponseLimits limits;
        private final boolean keepAlive;
        private At at = At.SIZE;
        private long left;
        private int trailerBytesLeft;

        Chunked(Intake intake, ResponseLimits limits, boolean keepAlive) {
            this.intake = intake;
            this.limits = limits;
            this.keepAlive = keepAlive;
            this.trailerBytesLeft = limits.trailerBytes();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws WireException {
            while (at != At.DATA) {
                if (at == At.END) {
                    return -1;
                }
                if (!step() && !intake.more()) {
                    throw cutShort("the last chunk is missing");
                }
            }
            int count = readSome(intake, target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw cutShort(left + " bytes of a chunk are missing");
            }
            used(count);
            return count + takeBuffered(target, offset + count, length - count);
        }

        /// Goes on as far as the buffer reaches, without waiting.
        private int takeBuffered(byte[] target, int offset, int length) throws WireException {
            int taken = 0;
            while (true) {
                while (at != At.DATA) {
                    if (at == At.END || !step()) {
                        return taken;
                    }
                }
                int room = (int) Math.min(length - taken, left);
                if (room == 0 || intake.buffered() == 0) {
                    return taken;
                }
                int count = intake.take(target, offset + taken, room);
                used(count);
                taken += count;
            }
        }

        private void used(int count) {
            left -= count;
            if (left == 0) {
                at = At.DATA_END;
            }
        }

        /// Reads the next piece of framing if it is buffered whole; false if it is not.
        private boolean step() throws WireException {
            return switch (at) {
                case DATA_END -> dataEnd();
                case SIZE -> size();
                case TRAILER -> trailer();
                case DATA, END -> true;
            };
        }

        private boolean dataEnd() throws WireException {
            int buffered = intake.buffered();
            if ((buffered > 0 && intake.at(0) != '\r') || (buffered > 1 && intake.at(1) != '\n')) {
                throw malformed("chunk data is not followed by CRLF");
            }
            if (buffered < 2) {
                return false;
            }
            intake.skip(2);
            at = At.SIZE;
            return true;
        }

        private boolean size() throws WireException {
            int length = line(limits.chunkLineBytes(), "a chunk's size line");
            if (length < 0) {
                return false;
            }
            int digits = 0;
            long size = 0;
            while (digits < length && Grammar.hex(intake.at(digits)) >= 0) {
                size = size << 4 | Grammar.hex(intake.at(digits));
                digits++;
                if (digits > SIZE_DIGITS_MAX) {
                    throw malformed("a chunk size too long");
                }
            }
            if (digits == 0 || (digits < length && intake.at(digits) != ';')) {
                throw malformed("a chunk size that is no hexadecimal number");
            }
            for (int i = digits; i < length; i++) {
                if (!Grammar.isValue(intake.at(i) & 0xff)) {
                    throw malformed("a control character in a chunk extension");
                }
            }
            intake.skip(length + 2);
            left = size;
            at = size == 0 ? At.TRAILER : At.DATA;
            return true;
        }

        private boolean trailer() throws WireException {
            int length = line(trailerBytesLeft + 2, "the trailer");
            if (length < 0) {
                return false;
            }
            if (length == 0) {
                at = At.END;
            } else {
                trailerBytesLeft -= length + 2;
                var flat = new ArrayList<String>(2);
                Head.field(intake, length, flat);
                if (FORBIDDEN_TRAILERS.contains(flat.getFirst().toLowerCase(Locale.ROOT))) {
                    throw malformed("a trailer that does not belong behind the body");
                }
            }
            intake.skip(length + 2);
            return true;
        }

        /// The length of the buffered line without its CRLF; -1 if it is not there whole.
        private int line(int limit, String what) throws WireException {
            int feed = intake.lineFeed();
            if (feed >= limit || (feed < 0 && intake.buffered() >= limit)) {
                throw new WireException(Kind.TOO_LARGE, true, what + " exceeds its bound");
            }
            if (feed >= 0 && (feed == 0 || intake.at(feed - 1) != '\r')) {
                throw malformed("a line of the chunked framing ends in LF without CR");
            }
            return feed < 0 ? -1 : feed - 1;
        }

        @Override
        public boolean ended() {
            return at == At.END;
        }

        @Override
        public boolean leavesConnectionUsable() {
            return keepAlive;
        }
    }
}
