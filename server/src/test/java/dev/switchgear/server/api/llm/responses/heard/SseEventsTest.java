package dev.switchgear.server.api.llm.responses.heard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SseEventsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data: a~~data:b~~                       | a;b",
                "event: x~data: a~id: 1~~                | a",
                "data: a~data: b~~                       | a,b",
                ": alive~data: a~~                       | # alive;a",
                "data:~~data: a~~                        | a",
                "~~~data: a~~                            | a",
                "datum: x~data: a~~                      | a",
                "data: a~~data: left behind              | a;left behind",
                "data: a~                                | a",
            })
    void events_are_heard_however_their_lines_end_and_wherever_they_are_cut(
            String written, String heard) {
        for (String end : List.of("\n", "\r\n", "\r")) {
            byte[] stream = written.replace("~", end).getBytes(UTF_8);
            for (int piece = 1; piece <= stream.length; piece++) {
                assertThat(heard(stream, piece))
                        .as("%s in pieces of %s", written, piece)
                        .isEqualTo(heard);
            }
        }
    }

    private static String heard(byte[] stream, int piece) {
        var heard = new ArrayList<String>();
        var events =
                new SseEvents(
                        new SseEvents.Listener() {
                            @Override
                            public void data(byte[] bytes, int from, int to) {
                                String text = new String(bytes, from, to - from, UTF_8);
                                heard.add(text.replace('\n', ','));
                            }

                            @Override
                            public void comment(String text) {
                                heard.add("#" + text);
                            }
                        });
        for (int at = 0; at < stream.length; at += piece) {
            byte[] own = new byte[piece + 2];
            int count = Math.min(piece, stream.length - at);
            System.arraycopy(stream, at, own, 1, count);
            events.add(own, 1, count);
            // Nobody may look at a piece once it was taken.
            java.util.Arrays.fill(own, (byte) 'x');
        }
        events.end();
        return String.join(";", heard);
    }
}
