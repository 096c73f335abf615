package dev.switchgear.server.api.llm.responses.heard;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Cuts a stream of events, of our own making or a provider's, into its events, wherever its pieces end.
/// For one thread.
public final class SseEvents {
    /// What is heard of a stream.
    public interface Listener {
        /// A comment, without its colon.
        void comment(String text);

        /// The data of an event.
        void data(byte[] json);
    }

    private final Listener listener;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(512);
    private boolean carriage;

    public SseEvents(Listener listener) {
        this.listener = listener;
    }

    /// A stream of which only the data matter.
    static SseEvents ofData(Consumer<byte[]> data) {
        return new SseEvents(
                new Listener() {
                    @Override
                    public void comment(String text) {
                        // A sign of life says nothing.
                    }

                    @Override
                    public void data(byte[] json) {
                        data.accept(json);
                    }
                });
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
            line.write(bytes, from, i - from);
            from = i + 1;
            // A line may end in both; the second of them ends nothing.
            if (b == '\r' || !carriage) {
                lineEnds();
            }
            carriage = b == '\r';
        }
        line.write(bytes, from, end - from);
    }

    /// The body has ended: what stands behind the last empty line is an event too.
    public void end() {
        if (line.size() > 0) {
            lineEnds();
        }
        lineEnds();
    }

    private void lineEnds() {
        if (line.size() == 0) {
            if (data.size() > 0) {
                byte[] whole = data.toByteArray();
                data.reset();
                listener.data(whole);
            }
            return;
        }
        byte[] whole = line.toByteArray();
        line.reset();
        if (whole[0] == ':') {
            listener.comment(new String(whole, 1, whole.length - 1, StandardCharsets.UTF_8));
        } else if (whole.length > 4
                && whole[0] == 'd'
                && whole[1] == 'a'
                && whole[2] == 't'
                && whole[3] == 'a'
                && whole[4] == ':') {
            int from = whole.length > 5 && whole[5] == ' ' ? 6 : 5;
            if (data.size() > 0) {
                data.write('\n');
            }
            data.write(whole, from, whole.length - from);
        }
    }
}
