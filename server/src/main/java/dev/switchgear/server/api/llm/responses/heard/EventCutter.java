package dev.switchgear.server.api.llm.responses.heard;

import java.io.ByteArrayOutputStream;

/// Cuts a stream of server-sent events into what their `data` lines hold, whatever the pieces it comes
/// in. Everything else is passed over. For one thread.
public final class EventCutter {
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

    /// Takes the data of one event: `bytes[from..to)`, not to be kept.
    @FunctionalInterface
    public interface Data {
        void take(byte[] bytes, int from, int to);
    }

    /// The line that is not whole yet.
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream(0);

    /// Hands on the data of each line that ends in these bytes.
    public void cut(byte[] bytes, int offset, int length, Data data) {
        int end = offset + length;
        int from = offset;
        for (int at = offset; at < end; at++) {
            if (bytes[at] != '\n') {
                continue;
            }
            if (begun.size() > 0) {
                begun.write(bytes, from, at - from);
                byte[] line = begun.toByteArray();
                begun.reset();
                line(line, 0, line.length, data);
            } else {
                line(bytes, from, at, data);
            }
            from = at + 1;
        }
        begun.write(bytes, from, end - from);
    }

    private static void line(byte[] bytes, int from, int to, Data data) {
        if (to - from <= DATA.length) {
            return;
        }
        for (int i = 0; i < DATA.length; i++) {
            if (bytes[from + i] != DATA[i]) {
                return;
            }
        }
        int begin = from + DATA.length;
        while (begin < to && bytes[begin] == ' ') {
            begin++;
        }
        int end = bytes[to - 1] == '\r' ? to - 1 : to;
        if (begin < end) {
            data.take(bytes, begin, end);
        }
    }
}
