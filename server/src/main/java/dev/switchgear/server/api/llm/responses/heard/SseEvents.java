package dev.switchgear.server.api.llm.responses.heard;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Cuts a stream of events, of our own making or a provider's, into its events, wherever its pieces end.
/// What comes in one piece is not copied. For one thread.
public final class SseEvents {
    /// What is heard of a stream.
    @FunctionalInterface
    public interface Listener {
        /// The data of an event: `bytes[from..to)`, not to be kept, without the white space before
        /// it.
        void data(byte[] bytes, int from, int to);

        /// A comment, without its colon: a sign of life, which says nothing to most.
        default void comment(String text) {}
    }

    private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

    private final Listener listener;

    /// The line that is not whole yet.
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(0);

    /// The data of the event that is not whole yet, unless it is all in `piece`.
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(0);

    private byte @Nullable [] piece;
    private int pieceFrom;
    private int pieceTo;
    private boolean carriage;

    public SseEvents(Listener listener) {
        this.listener = listener;
    }

    public void add(byte[] bytes, int offset, int length) {
        int from = offset;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            byte b = bytes[i];
            if (b != '\n' && b != '\r') {
                carriage = false;
                continue;
            }
            // A line may end in both; the second of them ends nothing.
            if (b == '\n' && carriage) {
                carriage = false;
                from = i + 1;
                continue;
            }
            carriage = b == '\r';
            if (line.size() == 0) {
                lineEnds(bytes, from, i);
            } else {
                line.write(bytes, from, i - from);
                restOfLineEnds();
            }
            from = i + 1;
        }
        line.write(bytes, from, end - from);
        keepPiece();
    }

    /// The body has ended: what stands behind the last empty line is an event too.
    public void end() {
        if (line.size() > 0) {
            restOfLineEnds();
        }
        eventEnds();
    }

    private void restOfLineEnds() {
        byte[] whole = line.toByteArray();
        line.reset();
        lineEnds(whole, 0, whole.length);
    }

    private void lineEnds(byte[] bytes, int from, int to) {
        if (from == to) {
            eventEnds();
        } else if (bytes[from] == ':') {
            listener.comment(new String(bytes, from + 1, to - from - 1, StandardCharsets.UTF_8));
        } else if (isData(bytes, from, to)) {
            int begin = from + DATA.length;
            while (begin < to && bytes[begin] == ' ') {
                begin++;
            }
            boolean another = piece != null || data.size() > 0;
            keepPiece();
            if (another) {
                data.write('\n');
                data.write(bytes, begin, to - begin);
            } else {
                piece = bytes;
                pieceFrom = begin;
                pieceTo = to;
            }
        }
    }

    private static boolean isData(byte[] bytes, int from, int to) {
        if (to - from < DATA.length) {
            return false;
        }
        for (int i = 0; i < DATA.length; i++) {
            if (bytes[from + i] != DATA[i]) {
                return false;
            }
        }
        return true;
    }

    private void eventEnds() {
        byte[] whole = piece;
        piece = null;
        if (whole != null) {
            if (pieceFrom < pieceTo) {
                listener.data(whole, pieceFrom, pieceTo);
            }
        } else if (data.size() > 0) {
            byte[] joined = data.toByteArray();
            data.reset();
            listener.data(joined, 0, joined.length);
        }
    }

    /// What the event has so far, before the bytes it lies in are somebody else's again.
    private void keepPiece() {
        byte[] whole = piece;
        piece = null;
        if (whole != null) {
            data.write(whole, pieceFrom, pieceTo - pieceFrom);
        }
    }
}
