package dev.switchgear.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    static List<String> lines(ArrayExchange exchange) throws WireException {
        var reader = new LineReader(exchange, EventLimits.DEFAULT);
        var lines = new ArrayList<String>();
        while (reader.next()) {
            lines.add(reader.text());
        }
        assertThat(reader.next()).isFalse();
        return lines;
    }

    @Test
    void lines_come_without_their_ends_and_blank_ones_not_at_all() throws Exception {
        byte[] body = "\n{\"a\":1}\r\n\r\n{\"b\":\"\r\"}\n{}".getBytes(UTF_8);

        for (int position = 0; position <= body.length; position++) {
            assertThat(lines(ArrayExchange.cutAt(body, position)))
                    .containsExactly("{\"a\":1}", "{\"b\":\"\r\"}", "{}");
        }
        assertThat(lines(ArrayExchange.byteByByte(body))).hasSize(3);
    }

    @Test
    void ranges_follow_one_another_without_a_gap() throws Exception {
        byte[] body = "\n{}\r\n\n[]\n".getBytes(UTF_8);
        var reader = new LineReader(ArrayExchange.whole(body), EventLimits.DEFAULT);
        reader.next();
        int from = reader.from();

        assertThat(reader.buffered()).isTrue();
        reader.next();

        assertThat(reader.buffered()).isFalse();
        assertThat(new String(reader.buffer(), from, reader.to() - from, UTF_8))
                .isEqualTo(new String(body, UTF_8));
    }

    @Test
    void a_line_has_a_bound() {
        var reader =
                new LineReader(
                        ArrayExchange.byteByByte("0123456789\n".getBytes(UTF_8)),
                        new EventLimits(9, 100, 100));

        WireException thrown = catchThrowableOfType(WireException.class, reader::next);

        assertThat(thrown.kind()).isEqualTo(Kind.TOO_LARGE);
    }
}
