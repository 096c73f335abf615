package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.DoorSettings;
import dev.switchgear.server.door.HttpStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The numbers on the page of limits are those that the program has. What each does is told by
/// DoorFramingTest, SlowClientTest, KeysFirstTest, BodyMemoryTest, MemoryTest and Http2Test.
class LimitsPageTest {
    private static String page() throws IOException {
        return Files.readString(
                Path.of(System.getProperty("switchgear.root", ".."), "docs/limits.md"));
    }

    private static Config.DoorLimits limits() {
        return ConfigLoader.parse("test.yaml", "providers: {}", Map.of())
                .config()
                .orElseThrow()
                .server()
                .limits();
    }

    private static String row(String what, String most, String setting) {
        return "| %s | %s | %s |"
                .formatted(what, most, setting.isEmpty() ? "" : "`" + setting + "`")
                .replace("|  |", "| |");
    }

    @Test
    void its_settings_have_the_defaults_that_it_tells() throws IOException {
        Config.DoorLimits limits = limits();
        assertThat(page())
                .contains(
                        row(
                                "request line and header fields together",
                                limits.headerBytes().bytes() / 1024 + " KiB",
                                "header-bytes"),
                        row("header fields", "" + limits.headerLines(), "header-lines"),
                        limits.headerTime().toSeconds() + " s | `header-time`",
                        row(
                                "body",
                                limits.bodyBytes().bytes() / 1024 / 1024 + " MiB",
                                "body-bytes"),
                        "%.0f %% of the heap at most (`body-memory`"
                                .formatted(limits.bodyMemory().value() * 100),
                        row(
                                "connections open at once",
                                String.format(Locale.ROOT, "%,d", limits.connections()),
                                "connections"),
                        row(
                                "from one address, loopback excepted",
                                "" + limits.connectionsPerSource(),
                                "connections-per-source"),
                        row("unused", limits.idle().toMinutes() + " min", "idle"),
                        limits.stall().toSeconds() + " s | `stall`");
        assertThat(limits.bodyMemory().value()).isEqualTo(DoorSettings.BODY_MEMORY);
    }

    @Test
    void and_what_is_built_in_is_what_it_tells() throws IOException {
        DoorSettings.Limits limits = DoorSettings.Limits.DEFAULT;
        assertThat(page())
                .contains(
                        String.format(
                                Locale.ROOT,
                                "%,d bytes a second, in every window of %d s",
                                limits.bodyRate(),
                                limits.bodyWindow().toSeconds()),
                        "waits, the oldest first, while its connection is not read: "
                                + BodyBudget.PATIENCE.toSeconds()
                                + " s at most",
                        "A body counts twice",
                        "An eighth is kept for bodies of up to " + BodyBudget.SMALL / 1024 + " KiB",
                        "A body of more than "
                                + BodyBudget.SMALL / 1024
                                + " KiB of which nothing has come for "
                                + BodyBudget.STANDSTILL.toSeconds()
                                + " s",
                        row(
                                "bytes of a stream that wait for a slow client",
                                HttpStream.BOUND / 1024 + " KiB",
                                ""));
        assertThat(BodyBudget.COPIES).isEqualTo(2);
    }
}
