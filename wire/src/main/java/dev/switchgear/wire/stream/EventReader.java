package dev.switchgear.wire.stream;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads server-sent events (WHATWG HTML §9.2) as they come, for relaying them: an event is a range
/// of [#buffer], and its data a range within, so nothing is copied.
///
/// ```java
/// while (events.next()) {
///     int from = events.from();
///     while (events.buffered() && events.next()) { … }
///     downstream.write(events.buffer(), from, events.to() - from);
/// }
/// ```
///
/// Lines may end in LF, CRLF or CR, also mixed; a byte order mark at the start is no part of the
/// first line. Blank lines before an event, and the mark, belong to that event's range, so that
/// ranges follow one another without a gap. How the bytes were cut on their way changes nothing.
///
/// What stands behind the last blank line when the body ends properly is an event too, unlike in the
/// standard, because the official SDKs of all providers take it for one: servers forget the blank line.
/// [#unended] tells it from the others, for it may as well have been torn.
///
/// Used by one thread. Does not close the exchange.
public final class EventReader {
    private static final byte[] DATA = ascii("data");
    private static final byte[] EVENT = ascii("event");
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] EMPTY = {};

    /// Where an event and its parts lie.
    private static final class Place {
        int from;
        int to;
        int lines;
        int comments;
        int dataLines;
        int dataFrom;
        int dataTo;
        int nameFrom;
        int nameTo;
        boolean unended;

        void begin(int at) {
            from = at;
            to = at;
            lines = 0;
            comments = 0;
            dataLines = 0;
            dataFrom = at;
            dataTo = at;
            nameFrom = at;
            nameTo = at;
            unended = false;
        }

        void move(int by) {
            from -= by;
            to -= by;
            dataFrom -= by;
            dataTo -= by;
            nameFrom -= by;
            nameTo -= by;
        }
    }

    private final Inflow inflow;
    private final EventLimits limits;

    private Place current = new Place();
    private byte @Nullable [] joined;

    /// The event being found, while it is not [#next]'s yet.
    private Place ahead = new Place();

    private boolean aheadWhole;

    /// Where the line being found begins, and how far it has been searched for its end.
    private int lineFrom;

    private int searched;
    private boolean firstLine = true;
    private boolean afterCrLf;

    public EventReader(Exchange exchange, EventLimits limits) {
        this.inflow = new Inflow(exchange, limits.total());
        this.limits = limits;
    }

    /// Blocks until a whole event is there. False at the proper end of the body.
    ///
    /// @throws WireException [Kind#TOO_LARGE]; whatever the exchange throws
    public boolean next() throws WireException {
        joined = null;
        while (!buffered()) {
            boolean more = inflow.more(ahead.from);
            move(inflow.moved());
            if (!more) {
                if (!endsEvent()) {
                    return false;
                }
                break;
            }
        }
        Place whole = ahead;
        ahead = current;
        current = whole;
        ahead.begin(whole.to);
        aheadWhole = false;
        lineFrom = whole.to;
        searched = whole.to;
        return true;
    }

    /// Whether another whole event is here already, so that [#next] will neither block nor move what
    /// this and earlier events left in [#buffer].
    public boolean buffered() throws WireException {
        if (!aheadWhole) {
            aheadWhole = search();
        }
        return aheadWhole;
    }

    /// Holds the event's bytes from [#from] to [#to]. Not to be changed; valid until a [#next] that
    /// had to read.
    public byte[] buffer() {
        return inflow.bytes();
    }

    public int from() {
        return current.from;
    }

    /// Behind the event's blank line; of one that is [#unended], where the body ends.
    public int to() {
        return current.to;
    }

    /// Whether the body ended before the event's blank line. Such an event is the last.
    public boolean unended() {
        return current.unended;
    }

    /// Whether the event is nothing but comment lines: a sign of life.
    public boolean comment() {
        return current.comments == current.lines;
    }

    public boolean hasData() {
        return current.dataLines > 0;
    }

    /// Holds the data from [#dataFrom] to [#dataTo]: [#buffer] itself, or, of an event with several
    /// data lines, a copy in which they are joined by LF.
    public byte[] data() {
        return current.dataLines > 1 ? joined() : inflow.bytes();
    }

    public int dataFrom() {
        return current.dataLines > 1 ? 0 : current.dataFrom;
    }

    public int dataTo() {
        return current.dataLines > 1 ? joined().length : current.dataTo;
    }

    /// The event's name; empty where it has none.
    public String event() {
        return new String(
                inflow.bytes(),
                current.nameFrom,
                current.nameTo - current.nameFrom,
                StandardCharsets.UTF_8);
    }

    /// Whether the event's name is exactly these bytes.
    public boolean eventIs(byte[] literal) {
        return Arrays.equals(
                inflow.bytes(), current.nameFrom, current.nameTo, literal, 0, literal.length);
    }

    private void move(int by) {
        ahead.move(by);
        lineFrom -= by;
        searched -= by;
    }

    /// Goes on looking for the end of the event ahead, as far as the buffer reaches.
    private boolean search() throws WireException {
        byte[] bytes = inflow.bytes();
        int end = inflow.end();
        while (true) {
            int at = Inflow.lineEnd(bytes, searched, end);
            searched = at;
            checkBounds(at);
            if (at == end) {
                return false;
            }
            if (firstLine) {
                firstLine = false;
                lineFrom += startsWithMark(bytes, lineFrom, at) ? MARK.length : 0;
            }
            boolean ends = at == lineFrom && ahead.lines > 0;
            boolean crLf = false;
            if (bytes[at] == '\r' && (!ends || afterCrLf)) {
                // A lone CR may be half of a CRLF. Where the event ends in lone CRs, waiting for a
                // byte to tell would hold the event back until the next; and if LF does follow, it
                // is a blank line before the next event.
                if (at + 1 == end) {
                    return false;
                }
                crLf = bytes[at + 1] == '\n';
            }
            if (at > lineFrom) {
                line(bytes, lineFrom, at);
            }
            afterCrLf = crLf;
            lineFrom = at + (crLf ? 2 : 1);
            searched = lineFrom;
            if (ends) {
                ahead.to = lineFrom;
                return true;
            }
        }
    }

    /// At the body's end: whether there is an event that it ends, be it that only the LF of a blank
    /// line's CRLF could still have come, be it that the blank line is missing altogether. False if
    /// there is nothing but blank lines.
    private boolean endsEvent() {
        byte[] bytes = inflow.bytes();
        int end = inflow.end();
        boolean returned = end > lineFrom && bytes[end - 1] == '\r';
        if (ahead.lines > 0 && returned && end - lineFrom == 1) {
            ahead.to = end;
            return true;
        }
        int lineTo = returned ? end - 1 : end;
        if (firstLine && startsWithMark(bytes, lineFrom, lineTo)) {
            lineFrom += MARK.length;
        }
        firstLine = false;
        if (lineTo > lineFrom) {
            line(bytes, lineFrom, lineTo);
        }
        if (ahead.lines == 0) {
            return false;
        }
        ahead.to = end;
        ahead.unended = true;
        return true;
    }

    private void checkBounds(int at) throws WireException {
        if (at - lineFrom > limits.line()) {
            throw new WireException(
                    Kind.TOO_LARGE,
                    true,
                    "a line of a stream exceeds "
                            + limits.line()
                            + " bytes (setting server.limits.answer-bytes)");
        }
        if (at - ahead.from > limits.event()) {
            throw new WireException(
                    Kind.TOO_LARGE,
                    true,
                    "an event of a stream exceeds "
                            + limits.event()
                            + " bytes (setting server.limits.answer-bytes)");
        }
    }

    private static boolean startsWithMark(byte[] bytes, int from, int to) {
        return to - from >= MARK.length
                && Arrays.equals(bytes, from, from + MARK.length, MARK, 0, MARK.length);
    }

    private void line(byte[] bytes, int from, int to) {
        ahead.lines++;
        if (bytes[from] == ':') {
            ahead.comments++;
            return;
        }
        if (isField(bytes, from, to, DATA)) {
            ahead.dataLines++;
            if (ahead.dataLines == 1) {
                ahead.dataFrom = valueFrom(bytes, from + DATA.length, to);
                ahead.dataTo = to;
            }
        } else if (isField(bytes, from, to, EVENT)) {
            ahead.nameFrom = valueFrom(bytes, from + EVENT.length, to);
            ahead.nameTo = to;
        }
    }

    private static boolean isField(byte[] bytes, int from, int to, byte[] name) {
        int behind = from + name.length;
        return behind <= to
                && Arrays.equals(bytes, from, behind, name, 0, name.length)
                && (behind == to || bytes[behind] == ':');
    }

    /// Behind the colon and one space.
    private static int valueFrom(byte[] bytes, int colon, int to) {
        if (colon == to) {
            return to;
        }
        return colon + 1 < to && bytes[colon + 1] == ' ' ? colon + 2 : colon + 1;
    }

    private byte[] joined() {
        if (joined == null) {
            joined = join();
        }
        return joined;
    }

    private byte[] join() {
        byte[] bytes = inflow.bytes();
        byte[] all = new byte[current.to - current.dataFrom];
        int length = 0;
        int from = current.dataFrom;
        int to = current.dataTo;
        for (int found = 1; ; found++) {
            System.arraycopy(bytes, from, all, length, to - from);
            length += to - from;
            if (found == current.dataLines) {
                return length == 0 ? EMPTY : Arrays.copyOf(all, length);
            }
            all[length++] = '\n';
            do {
                from = to + 1;
                to = Inflow.lineEnd(bytes, from, current.to);
            } while (!isField(bytes, from, to, DATA));
            from = valueFrom(bytes, from + DATA.length, to);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
