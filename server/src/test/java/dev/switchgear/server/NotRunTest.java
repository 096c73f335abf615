package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `build/skipped` tells what the last build did not run, and why.
class NotRunTest {
    private static final String REPORT =
            """
            <testsuite>
              <testcase name="runs" classname="dev.one.NodeTest"/>
              <testcase name="asks" classname="dev.one.NodeTest">
                <skipped message="Assumption failed: Node is not installed"/>
              </testcase>
              <testcase name="streams" classname="dev.one.NodeTest">
                <skipped message="Assumption failed: Node is not installed"/>
              </testcase>
              <testcase name="replays" classname="dev.two.SavedTest"><skipped message="not here"/></testcase>
            </testsuite>
            """;

    @TempDir Path folder;

    @Test
    void each_reason_is_told_with_the_tests_it_kept_from_running() throws Exception {
        report(REPORT);

        assertThat(told())
                .isEqualTo(
                        """
                        Not run in the last build:
                          Node is not installed: 2
                            NodeTest.asks
                            NodeTest.streams
                          not here: 1
                            SavedTest.replays
                        """);
    }

    @Test
    void a_build_that_ran_all_says_so() throws Exception {
        report("<testsuite><testcase name=\"runs\" classname=\"dev.one.NodeTest\"/></testsuite>");

        assertThat(told()).isEqualTo("Every test of the last build was run.\n");
    }

    @Test
    void those_that_run_alone_are_told_of_too() throws Exception {
        report("<testsuite><testcase name=\"runs\" classname=\"dev.one.NodeTest\"/></testsuite>");
        report(
                "server/target/surefire-reports/alone",
                "<testsuite><testcase name=\"waits\" classname=\"dev.one.StormTest\"><skipped"
                        + " message=\"Assumption failed: not here\"/></testcase></testsuite>");

        assertThat(told()).contains("not here: 1", "StormTest.waits");
    }

    private void report(String text) throws IOException {
        report("core/target/surefire-reports", text);
    }

    private void report(String place, String text) throws IOException {
        Path reports = Files.createDirectories(folder.resolve(place));
        Files.writeString(reports.resolve("TEST-one.xml"), text);
    }

    private String told() throws Exception {
        Path python = Path.of("/usr/bin/env");
        Sdk.need(Files.isExecutable(python), "env is not installed");
        Path script = Files.createDirectories(folder.resolve("build")).resolve("skipped");
        Files.copy(
                Path.of(System.getProperty("switchgear.root", "..")).resolve("build/skipped"),
                script,
                StandardCopyOption.REPLACE_EXISTING);
        Process process =
                new ProcessBuilder(python.toString(), "python3", script.toString())
                        .redirectErrorStream(true)
                        .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            Sdk.need(process.exitValue() != 127, "Python is not installed");
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}
