package dev.switchgear.server.output;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// What is in a line may have been written by somebody who wants to write lines of their own.
class LogAppenderTest {
    private static final LoggerContext CONTEXT = context();

    private static LoggerContext context() {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        return context;
    }

    private static String line(boolean json, String message, @Nullable Throwable thrown)
            throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        Outlet outlet = Outlet.open(lines::add, _ -> "lost", Threads.virtual(), new SystemTime());
        var appender = new LogAppender(outlet, json, ZoneOffset.UTC);
        appender.setContext(CONTEXT);
        appender.start();
        var event =
                new LoggingEvent(
                        "here", CONTEXT.getLogger("switchgear"), Level.WARN, message, thrown, null);
        event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
        appender.doAppend(event);
        outlet.finish(Duration.ofSeconds(20));
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    private static String readable(String message) throws Exception {
        return line(false, message, null);
    }

    @Test
    void a_usual_line_is_time_level_and_words() throws Exception {
        assertThat(readable("Zwölf Boxkämpfer 🥊 \\ “so”"))
                .isEqualTo("03:04:05.678 WARN  Zwölf Boxkämpfer 🥊 \\ “so”\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0a, \\n",
        "0d, \\r",
        "09, \\t",
        "00, \\u{0}",
        "1b, \\u{1b}",
        "7f, \\u{7f}",
        "85, \\u{85}",
        "9b, \\u{9b}",
        "ad, \\u{ad}",
        "61c, \\u{61c}",
        "200b, \\u{200b}",
        "200e, \\u{200e}",
        "2028, \\u{2028}",
        "2029, \\u{2029}",
        "202e, \\u{202e}",
        "2066, \\u{2066}",
        "feff, \\u{feff}",
        "e000, \\u{e000}",
        "fffe, \\u{fffe}",
        "d800, \\u{d800}",
        "dc00, \\u{dc00}",
        "e0041, \\u{e0041}"
    })
    void nothing_that_would_not_be_seen_as_itself_gets_into_a_readable_line(
            String hexadecimal, String shown) throws Exception {
        String character = Character.toString(Integer.parseInt(hexadecimal, 16));

        assertThat(readable("model `a" + character + "b`"))
                .isEqualTo("03:04:05.678 WARN  model `a" + shown + "b`\n");
        String traced = line(false, "x", new IllegalStateException("a" + character + "b"));
        assertThat(traced).contains("\tjava.lang.IllegalStateException: a" + shown + "b\n");
        String caused =
                line(false, "x", new Exception(new IllegalStateException("a" + character + "b")));
        assertThat(caused).contains("caused by java.lang.IllegalStateException: a" + shown + "b\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_line_is_bounded_whatever_is_in_it(boolean json) throws Exception {
        var thrown = new IllegalStateException("y".repeat(200_000));

        String line = line(json, "x ".repeat(500_000), thrown);

        assertThat(line.length()).isBetween(LogLine.MESSAGE_MOST, 70_000);
    }

    @Test
    void a_long_name_leaves_room_for_what_is_said_of_it() throws Exception {
        assertThat(readable("model " + "x".repeat(10_000) + " is unknown"))
                .endsWith("WARN  model " + "x".repeat(LogLine.RUN_MOST) + "… is unknown\n");
    }

    @Test
    void a_line_for_machines_is_one_line_of_json_whatever_is_in_it() throws Exception {
        String hostile = "a\n\u001b[31mb\u202e\u0000\u007f\"\\ \ud83e\udd4a";

        String line = line(true, hostile, new IllegalStateException(hostile));

        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        assertThat(line.chars().filter(c -> c < ' ')).containsExactly((int) '\n');
        assertThat(JsonMapper.shared().readTree(line).path("message").asString())
                .isEqualTo(hostile);
    }
}
