package dev.switchgear.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
    /// What a test sees of an event.
    record Seen(String raw, String name, String data, boolean comment) {}

    static List<Seen> readAll(ArrayExchange exchange) throws WireException {
        var events = new EventReader(exchange, EventLimits.DEFAULT);
        var seen = new ArrayList<Seen>();
        while (events.next()) {
            seen.add(seen(events));
        }
        assertThat(events.next()).as("the end stays the end").isFalse();
        return seen;
    }

    private static Seen seen(EventReader events) {
        return new Seen(
                new String(events.buffer(), events.from(), events.to() - events.from(), UTF_8),
                events.event(),
                EventData.text(events),
                events.comment());
    }

    private static List<Seen> readAll(String body) throws WireException {
        return readAll(ArrayExchange.whole(body.getBytes(UTF_8)));
    }

    @Test
    void events_come_with_their_bytes_name_and_data() throws Exception {
        List<Seen> seen =
                readAll("event: delta\ndata: {\"a\":1}\nid: 7\n\n: ping\n\ndata:[DONE]\n\n");

        assertThat(seen)
                .containsExactly(
                        new Seen(
                                "event: delta\ndata: {\"a\":1}\nid: 7\n\n",
                                "delta",
                                "{\"a\":1}",
                                false),
                        new Seen(": ping\n\n", "", "", true),
                        new Seen("data:[DONE]\n\n", "", "[DONE]", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void every_line_end_of_the_standard_is_understood(String end) throws Exception {
        String first = "event: a" + end + "data: x" + end + end;
        String second = "data: y" + end + end;

        assertThat(readAll(first + second))
                .containsExactly(
                        new Seen(first, "a", "x", false), new Seen(second, "", "y", false));
    }

    @Test
    void several_data_lines_are_joined_by_line_feeds() throws Exception {
        assertThat(
                        readAll("data: a\r\n: between\r\ndata\ndata:  b\ndatax: c\n\n")
                                .getFirst()
                                .data())
                .isEqualTo("a\n\n b");
    }

    @Test
    void blank_lines_and_a_byte_order_mark_belong_to_the_event_behind_them() throws Exception {
        List<Seen> seen = readAll("\ufeff\n\r\ndata: a\n\n\n\ndata: b\n\n\n");

        assertThat(seen)
                .containsExactly(
                        new Seen("\ufeff\n\r\ndata: a\n\n", "", "a", false),
                        new Seen("\n\ndata: b\n\n", "", "b", false));
        assertThat(readAll("\ufeffdata: a\n\n").getFirst().data()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "\r"})
    void what_is_left_when_the_body_ends_is_an_event_without_its_blank_line(String end)
            throws Exception {
        for (String before : List.of("", "\ufeff", "data: x\n\n", "data: x\r\n\r\n")) {
            byte[] body = (before + "event: e\ndata: a" + end).getBytes(UTF_8);
            for (int cut = 0; cut <= body.length; cut++) {
                var events = new EventReader(ArrayExchange.cutAt(body, cut), EventLimits.DEFAULT);
                if (before.startsWith("data")) {
                    assertThat(events.next()).isTrue();
                    assertThat(events.unended()).isFalse();
                }

                assertThat(events.next()).isTrue();

                assertThat(EventData.text(events)).isEqualTo("a");
                assertThat(events.event()).isEqualTo("e");
                assertThat(events.unended()).isTrue();
                assertThat(events.to()).as("the whole body").isGreaterThan(events.dataTo() - 1);
                assertThat(events.next()).as("the last").isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: a\n\n", "data: a\n\r", "data: a\r\r", "data: a\n\n\n\r"})
    void an_event_with_its_blank_line_is_ended(String body) throws Exception {
        var events =
                new EventReader(ArrayExchange.whole(body.getBytes(UTF_8)), EventLimits.DEFAULT);

        assertThat(events.next()).isTrue();

        assertThat(events.unended()).isFalse();
        assertThat(events.next()).isFalse();
    }

    @Test
    void a_body_that_breaks_off_ends_no_event() {
        var events = new EventReader(new Breaking("data: a\n"), EventLimits.DEFAULT);

        WireException thrown = catchThrowableOfType(WireException.class, events::next);

        assertThat(thrown.kind()).isEqualTo(Kind.CONNECTION_LOST);
    }

    /// Gives some bytes and is lost.
    private static final class Breaking implements Exchange {
        private byte[] left;

        private Breaking(String body) {
            this.left = body.getBytes(UTF_8);
        }

        @Override
        public int status() {
            return 200;
        }

        @Override
        public Headers headers() {
            return Headers.NONE;
        }

        @Override
        public void waitAtMost(Duration pause) {
            // Nothing here takes time.
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws WireException {
            if (left.length == 0) {
                throw new WireException(Kind.CONNECTION_LOST, true, "lost");
            }
            System.arraycopy(left, 0, buffer, offset, left.length);
            int count = left.length;
            left = new byte[0];
            return count;
        }

        @Override
        public byte[] readAll(int limit) {
            return left;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Test
    void an_event_that_ends_in_lone_returns_is_not_held_back_until_the_next() throws Exception {
        var exchange = ArrayExchange.cutAt("data: a\r\rdata: b\r\r".getBytes(UTF_8), 9);
        var events = new EventReader(exchange, EventLimits.DEFAULT);

        assertThat(events.next()).isTrue();

        assertThat(exchange.reads()).isEqualTo(1);
        assertThat(EventData.text(events)).isEqualTo("a");
    }

    @Test
    void a_relay_can_write_all_buffered_events_as_one_range() throws Exception {
        String body = "data: a\n\ndata: b\n\n: c\n\nda";
        var events =
                new EventReader(
                        ArrayExchange.cutAt((body + "ta: d\n\n").getBytes(UTF_8), body.length()),
                        EventLimits.DEFAULT);
        events.next();
        int from = events.from();
        while (events.buffered()) {
            events.next();
        }

        assertThat(new String(events.buffer(), from, events.to() - from, UTF_8))
                .isEqualTo("data: a\n\ndata: b\n\n: c\n\n");
        assertThat(events.next()).isTrue();
        assertThat(EventData.text(events)).isEqualTo("d");
    }

    @Test
    void the_data_can_be_compared_without_a_copy() throws Exception {
        var events =
                new EventReader(
                        ArrayExchange.whole("event: x\ndata: [DONE]\n\n".getBytes(UTF_8)),
                        EventLimits.DEFAULT);
        events.next();

        assertThat(events.eventIs("x".getBytes(UTF_8))).isTrue();
        assertThat(events.data()).isSameAs(events.buffer());
        assertThat(EventData.text(events)).isEqualTo("[DONE]");
    }

    @Test
    void a_line_an_event_and_a_stream_have_bounds() throws Exception {
        var limits = new EventLimits(20, 30, 50);
        String longLine = "data: " + "x".repeat(15) + "\n\n";
        String longEvent = "data: 0123456789\ndata: 0123456789\n\n";
        String longStream = "data: 0123456789\n\n".repeat(3);

        for (String body : List.of(longLine, longEvent, longStream)) {
            for (var exchange :
                    List.of(
                            ArrayExchange.whole(body.getBytes(UTF_8)),
                            ArrayExchange.byteByByte(body.getBytes(UTF_8)))) {
                assertThatThrownBy(
                                () -> {
                                    var events = new EventReader(exchange, limits);
                                    while (events.next()) {
                                        assertThat(events.hasData()).isTrue();
                                    }
                                })
                        .extracting(thrown -> ((WireException) thrown).kind())
                        .isEqualTo(Kind.TOO_LARGE);
            }
        }
        readAll("data: 0123456789\n\n".repeat(2));
    }

    @Test
    void an_event_larger_than_the_first_buffer_comes_whole_and_its_space_is_given_back()
            throws Exception {
        String large = "x".repeat(100_000);
        byte[] body = ("data: a\n\ndata: " + large + "\n\ndata: b\n\n").getBytes(UTF_8);
        var exchange = new ArrayExchange(body, given -> given < body.length - 9 ? 1000 : 9);
        var events = new EventReader(exchange, EventLimits.DEFAULT);

        assertThat(events.next()).isTrue();
        assertThat(events.next()).isTrue();
        assertThat(EventData.text(events)).isEqualTo(large);
        assertThat(events.next()).isTrue();
        assertThat(EventData.text(events)).isEqualTo("b");
        assertThat(events.next()).isFalse();
        assertThat(events.buffer().length).isLessThanOrEqualTo(8192);
    }

    @Test
    void how_random_streams_are_cut_changes_nothing() throws Exception {
        var random = new Random(4711);
        String[] pieces = {
            "data", ":", " ", "\n", "\r", "\r\n", "\n\n", "event", "x", "\ufeff", "é"
        };
        for (int round = 0; round < 3000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(30); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] body = text.toString().getBytes(UTF_8);
            Object whole = outcome(ArrayExchange.whole(body));

            assertThat(outcome(ArrayExchange.byteByByte(body))).isEqualTo(whole);
            int position = random.nextInt(body.length);
            assertThat(outcome(ArrayExchange.cutAt(body, position))).isEqualTo(whole);
        }
    }

    /// The events up to the end or the fault.
    static Object outcome(ArrayExchange exchange) {
        var events = new EventReader(exchange, EventLimits.DEFAULT);
        var seen = new ArrayList<Object>();
        try {
            while (events.next()) {
                seen.add(seen(events));
            }
        } catch (WireException e) {
            seen.add(e.getMessage());
        }
        return seen;
    }

    @Test
    void ranges_follow_one_another_without_a_gap() throws Exception {
        byte[] body = "\n: a\r\n\r\n\ndata: b\r\r\ndata: c\n\r\n".getBytes(UTF_8);
        var all = new ByteArrayOutputStream();
        var events = new EventReader(ArrayExchange.byteByByte(body), EventLimits.DEFAULT);
        while (events.next()) {
            all.write(events.buffer(), events.from(), events.to() - events.from());
        }

        assertThat(new String(body, UTF_8)).startsWith(all.toString(UTF_8));
        assertThat(body.length - all.size()).isLessThanOrEqualTo(1);
    }
}
