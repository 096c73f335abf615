package dev.switchgear.wire.stream;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.nio.charset.StandardCharsets;

/// Reads newline-delimited JSON as it comes, for relaying it: a line is a range of [#buffer].
///
/// Lines end in LF or CRLF; blank ones belong to the range of the next. A last line without an end
/// is a line: whether it is whole, its JSON tells. Used by one thread. Does not close the exchange.
public final class LineReader {
    private final Inflow inflow;
    private final EventLimits limits;
    private int from;
    private int lineFrom;
    private int lineTo;
    private int to;
    private int aheadFrom;
    private int aheadAt = -1;
    private int searched;
    private boolean ended;

    /// @param limits `line` and `event` bound a line without and with blank lines before it
    public LineReader(Exchange exchange, EventLimits limits) {
        this.inflow = new Inflow(exchange, limits.total());
        this.limits = limits;
    }

    /// Blocks until a whole line that is not blank is there. False at the proper end of the body.
    ///
    /// @throws WireException [Kind#TOO_LARGE]; whatever the exchange throws
    public boolean next() throws WireException {
        while (!buffered()) {
            boolean more = !ended && inflow.more(to);
            if (!ended) {
                move(inflow.moved());
            }
            if (!more) {
                ended = true;
                return last();
            }
        }
        take(aheadAt, aheadAt + 1);
        return true;
    }

    /// Whether another whole line is here already, so that [#next] will neither block nor move what
    /// this and earlier lines left in [#buffer].
    public boolean buffered() throws WireException {
        byte[] bytes = inflow.bytes();
        int end = inflow.end();
        while (aheadAt < 0) {
            int at = searched;
            while (at < end && bytes[at] != '\n') {
                at = Math.min(end, bytes[at] == '\r' ? at + 1 : Inflow.lineEnd(bytes, at, end));
            }
            searched = at;
            checkBounds(at);
            if (at == end) {
                return false;
            }
            if (isBlank(bytes, aheadFrom, at)) {
                aheadFrom = at + 1;
                searched = at + 1;
            } else {
                aheadAt = at;
            }
        }
        return true;
    }

    /// Holds the line from [#lineFrom] to [#lineTo]. Not to be changed; valid until a [#next] that
    /// had to read.
    public byte[] buffer() {
        return inflow.bytes();
    }

    /// Where the line's range begins, with blank lines before it.
    public int from() {
        return from;
    }

    /// Behind the line's end.
    public int to() {
        return to;
    }

    public int lineFrom() {
        return lineFrom;
    }

    /// Behind the line's last byte, without LF or CRLF.
    public int lineTo() {
        return lineTo;
    }

    public String text() {
        return new String(inflow.bytes(), lineFrom, lineTo - lineFrom, StandardCharsets.UTF_8);
    }

    private boolean last() {
        int end = inflow.end();
        if (isBlank(inflow.bytes(), aheadFrom, end)) {
            return false;
        }
        take(end, end);
        return true;
    }

    private void take(int lineEnd, int behind) {
        byte[] bytes = inflow.bytes();
        from = to;
        lineFrom = aheadFrom;
        lineTo = bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        to = behind;
        aheadFrom = behind;
        searched = behind;
        aheadAt = -1;
    }

    private void move(int by) {
        to -= by;
        aheadFrom -= by;
        searched -= by;
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        return from == to || (to - from == 1 && bytes[from] == '\r');
    }

    private void checkBounds(int at) throws WireException {
        if (at - aheadFrom > limits.line() || at - to > limits.event()) {
            throw new WireException(
                    Kind.TOO_LARGE,
                    true,
                    "a line of a stream exceeds "
                            + limits.line()
                            + " bytes (setting server.limits.answer-bytes)");
        }
    }
}
