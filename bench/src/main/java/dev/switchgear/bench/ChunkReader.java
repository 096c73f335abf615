package dev.switchgear.bench;

/// Reads the event stream that [ChunkUpstream] sends, or what a gateway made of it in Anthropic's
/// dialect, byte by byte: how many events, whether it was ended properly, and when each event was
/// due. Not thread-safe.
final class ChunkReader implements ResponseReader.Body {
    /// What came: called for each event that carries the moment it was due.
    @FunctionalInterface
    interface Arrivals {
        /// @param dueNanos on the scale of [System#nanoTime], which processes of one machine share
        void arrived(long dueNanos);
    }

    private static final int LINE_BYTES_MAX = 4_096;
    private static final String EVENT = "data:";
    private static final String END = "data: [DONE]";
    private static final String END_OF_MESSAGE = "data: {\"type\":\"message_stop\"";

    private final StringBuilder line = new StringBuilder(256);
    private final Arrivals arrivals;
    private long events;
    private boolean done;
    private boolean failed;

    ChunkReader(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    @Override
    public void take(byte next) {
        if (next != '\n') {
            if (line.length() < LINE_BYTES_MAX) {
                line.append((char) (next & 0xff));
            }
            return;
        }
        if (line.indexOf(END) == 0 || line.indexOf(END_OF_MESSAGE) == 0) {
            done = true;
        } else if (line.indexOf(EVENT) == 0) {
            events++;
            event();
        }
        line.setLength(0);
    }

    private void event() {
        if (line.indexOf("\"error\"") >= 0) {
            failed = true;
        }
        int mark = line.indexOf(ChunkUpstream.DUE_MARK);
        if (mark >= 0) {
            int from = mark + ChunkUpstream.DUE_MARK.length();
            int to = from + ChunkUpstream.DUE_DIGITS;
            try {
                arrivals.arrived(Long.parseLong(line, from, Math.min(to, line.length()), 10));
            } catch (NumberFormatException _) {
                // A content that is not what the upstream sent is a broken stream.
                failed = true;
            }
        }
    }

    /// Events since the beginning, the one that ends a stream not counted.
    long events() {
        return events;
    }

    /// True when the stream now read has ended as it should and told no error.
    boolean whole() {
        return done && !failed;
    }

    void nextStream() {
        done = false;
        failed = false;
        line.setLength(0);
    }
}
