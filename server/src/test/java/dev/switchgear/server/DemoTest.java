package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Threads;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.server.demo.Banner;
import dev.switchgear.server.demo.Cast;
import dev.switchgear.server.demo.Demo;
import dev.switchgear.server.demo.DemoSettings;
import dev.switchgear.server.demo.Feed;
import dev.switchgear.server.demo.Marked;
import dev.switchgear.server.demo.Paper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DemoTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    @Tag("alone")
    void a_whole_story_told_fast_loses_no_call() throws Exception {
        var told = new Lines();
        var time = new SystemTime();
        var feed = new Feed(new Paper(new PrintWriter(told)::write, false), time);
        var settings = new DemoSettings(7, true, 20, 60);
        try (Cast cast = Cast.enter(settings.seed());
                Running running = gateway(cast, feed, time)) {
            Demo demo = demo(settings, cast, running, feed, time);

            demo.begin();
            List<String> lines = told.until(line -> line.contains("5 faults, "));
            List<String> summary = demo.end();

            assertThat(lines)
                    .anyMatch(line -> line.contains("answers nothing"))
                    .anyMatch(line -> line.contains(" x ") && line.contains("(sim) is down: "))
                    .anyMatch(
                            line -> line.contains(" @ ") && line.contains("rejects its key (401)"))
                    .anyMatch(line -> line.contains("(sim) took over a call from "))
                    .anyMatch(line -> line.contains("is at its rate limit (429"));
            assertThat(lines.getLast())
                    .matches(
                            ".* 5 faults, [0-9,]+ requests, [1-9][0-9,]* failed over, 0 lost,"
                                    + " slowest switch .*ms\\.");
            assertThat(summary.getFirst()).startsWith("Summary: 5 faults, ");
            assertThat(demo.answered()).isGreaterThan(100);
            assertThat(demo.unanswered()).isZero();
            assertThat(running.totals().now().lost()).isZero();
        }
    }

    @Test
    void a_key_breaks_a_provider_and_another_heals_it() throws Exception {
        var told = new Lines();
        var time = new SystemTime();
        var feed = new Feed(new Paper(new PrintWriter(told)::write, false), time);
        var settings = new DemoSettings(1, false, 1, 40);
        try (Cast cast = Cast.enter(settings.seed());
                Running running = gateway(cast, feed, time)) {
            Demo demo = demo(settings, cast, running, feed, time);
            demo.begin();

            assertThat(demo.press('f')).isTrue();
            List<String> broken = told.until(line -> line.contains("alpha (sim) is down: "));
            assertThat(demo.press('h')).isTrue();
            List<String> healed = told.until(line -> line.contains("alpha (sim) is recovering"));

            assertThat(broken).anyMatch(line -> line.contains("alpha (sim) fails every request"));
            assertThat(healed).anyMatch(line -> line.contains("All faults are healed."));
            assertThat(demo.press('x')).isTrue();
            assertThat(demo.press('q')).isFalse();
            assertThat(demo.end().getFirst()).contains(", 0 lost");
            assertThat(demo.end()).isEmpty();
        }
    }

    @Test
    void every_answer_says_that_it_is_the_demo_s() throws Exception {
        var told = new Lines();
        var time = new SystemTime();
        var feed = new Feed(new Paper(new PrintWriter(told)::write, false), time);
        try (Cast cast = Cast.enter(1);
                Running running = gateway(cast, feed, time);
                HttpClient http = HttpClient.newHttpClient()) {
            String base = "http://127.0.0.1:" + running.port();
            var chat =
                    HttpRequest.newBuilder(URI.create(base + "/v1/chat/completions"))
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            """
                                            {"model":"auto","stream":true,"messages":[{"role":"user","content":"hi"}]}\
                                            """))
                            .build();
            var embed =
                    HttpRequest.newBuilder(URI.create(base + "/v1/embeddings"))
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            """
                                            {"model":"auto-embed","input":"tea"}\
                                            """))
                            .build();
            var nothing = HttpRequest.newBuilder(URI.create(base + "/nothing/here")).build();

            assertThat(List.of(chat, embed, nothing))
                    .extracting(request ->
                            http.send(request, HttpResponse.BodyHandlers.ofString())
                                    .headers()
                                    .allValues("x-gateway-mode"))
                    .containsOnly(List.of("demo"));
            assertThat(
                            http.send(chat, HttpResponse.BodyHandlers.ofString()).statusCode()
                                    + http.send(embed, HttpResponse.BodyHandlers.ofString())
                                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void the_banner_says_what_to_do_next() {
        List<String> lines =
                Banner.lines(
                        "0.1.0",
                        8080,
                        4,
                        "",
                        DemoSettings.DEFAULT.firstFault(),
                        true,
                        Duration.ofMillis(812));

        assertThat(lines)
                .containsExactly(
                        "Switchgear 0.1.0  demo mode: 4 simulated providers, nothing leaves this"
                                + " machine",
                        "",
                        "API   http://localhost:8080/v1   works with any OpenAI client, no key",
                        "Watch in 15 s one provider will fail. Watch traffic move.",
                        "Try   curl localhost:8080/v1/chat/completions -d"
                                + " '{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}'",
                        "Keys  s slow one  f fail one  h heal all  q quit",
                        "",
                        "Ready after 812 ms. From here on, what happens:");
    }

    @Test
    void a_taken_port_is_named_and_the_next_free_one_used() throws IOException {
        var out = new StringWriter();
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            int exit =
                    Main.line()
                            .setOut(new PrintWriter(out, true))
                            .execute("demo", "--port", Integer.toString(port), "--for", "0s");

            assertThat(exit).isZero();
            assertThat(out.toString())
                    .containsPattern(
                            "Note  port " + port + " is taken.*, so this demo is at port [0-9]+\\.")
                    .doesNotContain("localhost:" + port)
                    .contains("Summary: 0 faults, ");
        }
    }

    @Test
    @Tag("alone")
    void without_a_terminal_it_prints_plain_lines_and_ends_by_itself() throws Exception {
        Process demo = start("demo", "--port", "0", "--for", "1500ms");

        String out = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(out).isZero();
        assertThat(out)
                .contains("Ready after ", "Stop  Ctrl-C")
                .containsPattern(
                        "Summary: 0 faults, [1-9][0-9]* requests, 0 failed over, 0 lost\\.")
                .doesNotContain("\u001b", "Exception");
    }

    @Test
    void a_signal_ends_it_with_the_summary() throws Exception {
        Process demo = start("demo", "--port", "0", "--faults", "off");
        try (BufferedReader out = demo.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            while (line != null && !line.startsWith("Ready after ")) {
                line = out.readLine();
            }
            demo.toHandle().destroy();

            assertThat(out.lines().toList()).anyMatch(end -> end.startsWith("Summary: 0 faults, "));
            assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue()).as("after SIGTERM").isZero();
        } finally {
            demo.destroyForcibly();
        }
    }

    private static Process start(String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-cp");
        command.add(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static Running gateway(Cast cast, Feed feed, SystemTime time) {
        return Wiring.start(
                cast.config(0),
                new Given(
                                Secret.of("a pepper for tests"),
                                () -> ThreadLocalRandom.current().nextLong(),
                                time,
                                List.of(feed))
                        .decorated(Marked::asDemo));
    }

    private static Demo demo(
            DemoSettings settings, Cast cast, Running running, Feed feed, SystemTime time) {
        return new Demo(
                settings,
                cast,
                running::upstreams,
                running.monitor(),
                running.totals(),
                running.port(),
                feed,
                Threads.virtual(),
                time);
    }

    /// Collects what is written, line by line.
    private static final class Lines extends Writer {
        private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final StringBuilder line = new StringBuilder();

        @Override
        public void write(char[] text, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                if (text[i] == '\n') {
                    lines.add(line.toString());
                    line.setLength(0);
                } else {
                    line.append(text[i]);
                }
            }
        }

        /// All lines up to the first that is as wanted; the test fails if none comes in time.
        List<String> until(Predicate<String> wanted) throws InterruptedException {
            var seen = new ArrayList<String>();
            long endNanos = System.nanoTime() + PATIENCE.toNanos();
            while (seen.isEmpty() || !wanted.test(seen.getLast())) {
                String next = lines.poll(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    throw new AssertionError(
                            "not told in time; told was:\n" + String.join("\n", seen));
                }
                seen.add(next);
            }
            return seen;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
