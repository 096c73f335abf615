package dev.switchgear.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.wire.stream.EventReaderTest.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Replays what real providers have sent, cut at every position. The recordings lie beside the
/// repository; without them this is skipped.
class RecordedStreamsTest {
    /// Cutting at every position is quadratic: beyond this size, positions are left out.
    private static final int EVERY_POSITION_MAX = 8 * 1024;

    private static List<Path> recordings(String ending) throws IOException {
        Path recorded =
                Path.of(System.getProperty("switchgear.root", ".."))
                        .resolve("../shared/reference/llm/recorded");
        assumeTrue(Files.isDirectory(recorded), "no recordings beside the repository");
        try (Stream<Path> files = Files.walk(recorded)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    @Test
    void recorded_event_streams_give_the_same_events_wherever_they_are_cut() throws Exception {
        List<Path> files = recordings(".sse");
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            byte[] body = Files.readAllBytes(file);
            Object whole = EventReaderTest.outcome(ArrayExchange.whole(body));
            assertThat(whole).as(file.getFileName().toString()).isEqualTo(expected(body));
            assertThat(EventReaderTest.outcome(ArrayExchange.byteByByte(body))).isEqualTo(whole);
            int step = Math.max(1, body.length / EVERY_POSITION_MAX * 4);
            for (int position = 1; position < body.length; position += step) {
                assertThat(EventReaderTest.outcome(ArrayExchange.cutAt(body, position)))
                        .as("%s cut at %d", file.getFileName(), position)
                        .isEqualTo(whole);
            }
        }
    }

    /// The same events found in the plainest way there is.
    private static List<Object> expected(byte[] body) {
        String text = new String(body, UTF_8);
        var events = new ArrayList<Object>();
        int from = 0;
        var raw = new StringBuilder();
        String name = "";
        var data = new ArrayList<String>();
        boolean comment = true;
        boolean any = false;
        while (from < text.length()) {
            int feed = text.indexOf('\n', from);
            String line = feed < 0 ? text.substring(from) : text.substring(from, feed + 1);
            from += line.length();
            raw.append(line);
            String content = line.stripTrailing();
            if (content.isEmpty()) {
                if (any) {
                    events.add(new Seen(raw.toString(), name, String.join("\n", data), comment));
                    raw.setLength(0);
                    name = "";
                    data.clear();
                    comment = true;
                    any = false;
                }
                continue;
            }
            any = true;
            comment &= content.startsWith(":");
            if (content.startsWith("data:")) {
                data.add(line.replaceAll("[\r\n]+$", "").replaceFirst("data: ?", ""));
            } else if (content.startsWith("event:")) {
                name = content.replaceFirst("event: ?", "");
            }
        }
        if (any) {
            events.add(new Seen(raw.toString(), name, String.join("\n", data), comment));
        }
        return events;
    }

    @Test
    void recorded_json_lines_are_the_same_wherever_they_are_cut() throws Exception {
        List<Path> files = recordings(".ndjson");
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            byte[] body = Files.readAllBytes(file);
            List<String> expected =
                    new String(body, UTF_8).lines().filter(l -> !l.isEmpty()).toList();
            for (int position = 1; position < body.length; position++) {
                assertThat(LineReaderTest.lines(ArrayExchange.cutAt(body, position)))
                        .isEqualTo(expected);
            }
        }
    }
}
