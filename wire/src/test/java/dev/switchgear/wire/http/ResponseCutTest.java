package dev.switchgear.wire.http;

import static dev.switchgear.wire.http.BadUpstream.lines;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseCutTest {
    static Stream<String> responses() {
        return Stream.concat(
                FramingTest.bad().map(FramingTest.Bad::response),
                FramingTest.good().map(FramingTest.Good::response));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void how_a_response_is_cut_on_its_way_changes_nothing(String response) {
        byte[] bytes = response.getBytes(StandardCharsets.ISO_8859_1);
        String whole = ResponseBytes.outcome(bytes, Integer.MAX_VALUE, "GET");

        for (int piece : new int[] {1, 2, 3, 7, 100}) {
            assertThat(ResponseBytes.outcome(bytes, piece, "GET")).isEqualTo(whole);
        }
    }

    @Test
    void no_damage_makes_the_reader_crash_or_hang() {
        var random = new Random(20260101);
        String[] good = FramingTest.good().map(FramingTest.Good::response).toArray(String[]::new);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = good[random.nextInt(good.length)].getBytes(StandardCharsets.ISO_8859_1);
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }

            assertThat(ResponseBytes.outcome(bytes, 1 + random.nextInt(50), "GET")).isNotEmpty();
        }
    }

    @Test
    void a_head_answer_has_no_body_whatever_it_announces() {
        byte[] bytes =
                lines("HTTP/1.1 200 OK", "Content-Length: 500", "", "")
                        .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(ResponseBytes.outcome(bytes, 9, "HEAD")).isEqualTo("200 ");
        assertThat(ResponseBytes.outcome(bytes, 9, "GET")).isEqualTo("CONNECTION_LOST");
    }
}
