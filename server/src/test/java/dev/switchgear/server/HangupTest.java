package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class HangupTest {
    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_hangup_signal_is_heard() throws IOException, InterruptedException {
        assumeFalse(hangupIsIgnored(), "started by nohup: the JVM leaves an ignored signal alone");
        var heard = new CountDownLatch(1);

        assertThat(Hangup.onHangup(heard::countDown)).isTrue();
        new ProcessBuilder("kill", "-HUP", String.valueOf(ProcessHandle.current().pid())).start();

        assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /// Linux tells the ignored signals as a mask of which SIGHUP is the lowest bit (proc(5)).
    private static boolean hangupIsIgnored() throws IOException {
        if (!Files.exists(STATUS)) {
            return false;
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) == 1;
            }
        }
        return false;
    }
}
