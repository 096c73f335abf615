package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.door.RawClient;
import dev.switchgear.simulator.Simulator;
import dev.switchgear.simulator.fault.FaultKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The program as a process: signals, exit codes, and what it says.
@DisabledOnOs(OS.WINDOWS)
class ProcessTest {
    @TempDir private Path folder;

    private final Simulator simulator = Simulator.start(House.alive(10));

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void kill_during_load_loses_no_call() throws Exception {
        try (var gateway = GatewayProcess.serve(config("alpha"), folder.resolve("data"));
                var load = GatewayLoad.on(gateway.port())) {
            load.answered(100);

            gateway.signal("TERM");
            load.finished();
            int exit = gateway.exitCode();

            assertThat(load.broken()).as("calls let in, but lost").isEmpty();
            assertThat(load.refused()).isEqualTo(GatewayLoad.clients());
            assertThat(received()).as("what the upstreams saw").isEqualTo(load.whole());
            assertThat(load.unanswered()).isLessThanOrEqualTo(GatewayLoad.clients());
            assertThat(exit).as("exit code after SIGTERM").isZero();
            assertThat(gateway.output()).contains("Stopped: every call was finished");
        }
    }

    @Test
    void while_it_stops_nobody_new_comes_in_and_who_is_in_gets_the_whole_answer() throws Exception {
        simulator.provider("alpha").fault(FaultKind.slow(Duration.ofSeconds(3)));
        try (var gateway = GatewayProcess.serve(config("alpha"), folder.resolve("data"))) {
            int port = gateway.port();
            try (var plain = new RawClient(port);
                    var streamed = new RawClient(port)) {
                plain.send(CancelTest.post(House.plain("auto")));
                streamed.send(CancelTest.post(House.streamed("auto")));
                assertThat(
                                simulator
                                        .provider("alpha")
                                        .await(
                                                _ -> simulator.provider("alpha").requestCount() > 1,
                                                Duration.ofSeconds(20)))
                        .isPresent();

                gateway.signal("TERM");
                gateway.line("Stopping");

                // The log line is written first; the port closes right after it.
                refuses(port);
                assertThat(streamed.readUntil("[DONE]")).contains("200 OK").endsWith("[DONE]");
                assertThat(plain.readUntil("\"finish_reason\"")).contains("200 OK");
            }
            assertThat(gateway.exitCode()).isZero();
        }
    }

    @Test
    void a_balancer_has_time_to_notice_that_it_stops_while_everybody_is_served() throws Exception {
        Path config = replace("server: { port: 0, drain-delay: 3s }\n" + routed("alpha"));
        try (var gateway = GatewayProcess.serve(config, folder.resolve("data"))) {
            int port = gateway.port();
            assertThat(asked(port, READY)).contains("200 OK", "ready");

            gateway.signal("TERM");
            gateway.line("/readyz says 503 from now on");

            assertThat(asked(port, READY)).contains("503 Service", "shutting down");
            assertThat(asked(port, READY.replace("readyz", "livez"))).contains("200 OK");
            assertThat(asked(port, CancelTest.post(House.plain("auto"))))
                    .contains("200 OK", "finish_reason");
            assertThat(gateway.output()).contains("Stopped: every call was finished");
        }
    }

    @Test
    void while_it_stops_connections_that_stand_are_told_that_it_is_not_ready() throws Exception {
        simulator.provider("alpha").fault(FaultKind.slow(Duration.ofSeconds(3)));
        try (var gateway = GatewayProcess.serve(config("alpha"), folder.resolve("data"))) {
            int port = gateway.port();
            try (var slow = new RawClient(port);
                    var balancer = new RawClient(port)) {
                assertThat(balancer.send(READY).readUntil("ready\n")).contains("200 OK");
                slow.send(CancelTest.post(House.plain("auto")));
                assertThat(
                                simulator
                                        .provider("alpha")
                                        .await(
                                                _ -> simulator.provider("alpha").requestCount() > 0,
                                                Duration.ofSeconds(20)))
                        .isPresent();

                gateway.signal("TERM");
                gateway.line("Stopping");
                refuses(port);

                assertThat(balancer.send(READY).readUntil("down\n")).contains("503 Service");
                assertThat(slow.readUntil("\"finish_reason\"")).contains("200 OK");
            }
        }
    }

    private static final String READY = "GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

    /// The whole answer on a connection of its own.
    private static String asked(int port, String request) throws IOException {
        try (var client = new RawClient(port)) {
            return client.send(request.replaceFirst("\r\n", "\r\nconnection: close\r\n")).readAll();
        }
    }

    /// Tries until it is refused: bounded by the answers of three seconds that are still out.
    private static void refuses(int port) {
        for (int tries = 0; tries < 10_000; tries++) {
            try (var client = new RawClient(port)) {
                assertThat(client).isNotNull();
            } catch (ConnectException refused) {
                return;
            } catch (IOException reset) {
                // The kernel had let it in, but the port closed before the gateway could: once
                // more.
                assertThat(reset).isInstanceOf(SocketException.class);
            }
        }
        throw new AssertionError("the port stays open");
    }

    @Test
    void a_new_configuration_comes_into_force_without_losing_a_call_and_a_bad_one_does_not()
            throws Exception {
        Path config = config("alpha");
        try (var gateway = GatewayProcess.serve(config, folder.resolve("data"));
                var load = GatewayLoad.on(gateway.port())) {
            load.answered(30);
            assertThat(simulator.provider("beta").requestCount()).isZero();

            config("beta");
            gateway.signal("HUP");
            assertThat(gateway.line("New configuration in force")).contains("routes");
            load.answered(2 * GatewayLoad.clients());
            long before = simulator.provider("alpha").requestCount();
            load.answered(30);
            assertThat(simulator.provider("alpha").requestCount())
                    .as("calls to the first choice of before")
                    .isEqualTo(before);

            config("gamma");
            gateway.line("New configuration in force");
            load.answered(2 * GatewayLoad.clients());
            assertThat(simulator.provider("gamma").requestCount()).as("file watch").isPositive();

            replace("# being written\n");
            assertThat(gateway.line("The file is empty"))
                    .contains("The last good configuration stays active");
            replace(
                    """
                    server: { port: 1, drain: 1s, limits: { answer-bytes: 1MiB }, cors: { origins: [ "https://app.example" ] } }
                    """
                            + routed("gamma"));
            assertThat(gateway.line("Takes effect at the next start"))
                    .endsWith("server.port changed");
            config("gamma");
            gateway.line("New configuration in force");

            replace(Files.readString(config).replace("{ model:", "{ modell:"));
            assertThat(gateway.line("SG-1002"))
                    .containsPattern("switchgear.yaml line [0-9]+, column [0-9]+: `modell`")
                    .contains("The last good configuration stays active");
            load.answered(30);
            load.stop();

            assertThat(load.broken()).as("calls that a reload cost").isEmpty();
            assertThat(received()).isEqualTo(load.whole());
        }
    }

    @ParameterizedTest
    @CsvSource({"serve, TERM, 0", "serve, INT, 130", "simulate, TERM, 0", "simulate, INT, 130"})
    void a_signal_ends_it_with_an_exit_code_that_says_which(String command, String signal, int code)
            throws Exception {
        Object[] serve = {
            "serve", "--config", config("alpha"), "--data", folder.resolve("data"), "--port", 0
        };
        Object[] simulate = {"simulate", "--port", 0};
        try (var process = GatewayProcess.start(command.equals("serve") ? serve : simulate)) {
            process.line(command.equals("serve") ? "listens on" : "Faults: PUT");

            process.signal(signal);

            assertThat(process.exitCode()).isEqualTo(code);
            assertThat(process.output()).doesNotContain("Exception");
        }
    }

    @Test
    void a_second_signal_does_not_wait_for_calls_under_way() throws Exception {
        simulator.provider("alpha").fault(FaultKind.slow(Duration.ofSeconds(20)));
        try (var gateway = GatewayProcess.serve(config("alpha"), folder.resolve("data"));
                var client = new RawClient(gateway.port())) {
            client.send(CancelTest.post(House.plain("auto")));
            assertThat(
                            simulator
                                    .provider("alpha")
                                    .await(
                                            _ -> simulator.provider("alpha").requestCount() > 0,
                                            Duration.ofSeconds(20)))
                    .isPresent();

            gateway.signal("TERM");
            gateway.line("Stopping");
            gateway.signal("TERM");

            assertThat(gateway.exitCode()).isEqualTo(130);
        }
    }

    @Test
    void the_log_says_where_it_listens_as_a_url_has_it() throws Exception {
        PemFiles pem = PemFiles.in(folder);
        Path secure =
                replace(
                        "server: { tls: { certificate: '"
                                + pem.certificate()
                                + "', key: '"
                                + pem.key()
                                + "' } }\n"
                                + routed("alpha"));
        try (var gateway = GatewayProcess.serve(secure, folder.resolve("data"))) {
            assertThat(gateway.line("listens on")).contains("listens on https://127.0.0.1:");
        }
        for (String bind : List.of("::1", "[::1]")) {
            Path six = replace("server: { bind: '" + bind + "' }\n" + routed("alpha"));
            try (var gateway = GatewayProcess.serve(six, folder.resolve("data"))) {
                String line = gateway.line("listens on");
                assertThat(line).contains("listens on http://[::1]:");
                int from = line.indexOf("]:") + 2;
                int port = Integer.parseInt(line.substring(from, line.indexOf('/', from)));
                try (var socket = new Socket(InetAddress.ofLiteral("::1"), port);
                        var second =
                                GatewayProcess.start(
                                        "serve",
                                        "--config",
                                        six,
                                        "--data",
                                        folder.resolve("data"),
                                        "--port",
                                        port)) {
                    assertThat(socket.isConnected()).isTrue();
                    assertThat(second.exitCode()).isEqualTo(1);
                    assertThat(second.output())
                            .contains("Port " + port + " is taken ([::1]:" + port + ")", "SG-1001");
                }
            }
        }
    }

    @Test
    void a_door_that_cannot_open_is_no_defect() throws Exception {
        // An address of the documentation (RFC 5737), which no machine has.
        Path elsewhere =
                replace(
                        "server: { bind: 192.0.2.1, behind-proxy: true }\n"
                                + "clients: [ { name: a, key-hash: AAAAAAAA."
                                + "A".repeat(43)
                                + " } ]\n"
                                + routed("alpha"));
        try (var gateway = GatewayProcess.serve(elsewhere, folder.resolve("data"))) {
            assertThat(gateway.exitCode()).isIn(1, 78);
            assertThat(gateway.output()).contains("192.0.2.1").doesNotContain("defect", "\tat ");
        }
    }

    @Test
    void a_port_that_is_taken_is_said_with_its_holder() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var gateway =
                        GatewayProcess.start(
                                "serve",
                                "--config",
                                config("alpha"),
                                "--data",
                                folder.resolve("data"),
                                "--port",
                                taken.getLocalPort())) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            String output = gateway.output();
            assertThat(output)
                    .contains("Port " + taken.getLocalPort() + " is taken", "SG-1001")
                    .doesNotContain("Exception");
            if (Files.isReadable(Path.of("/proc/net/tcp"))) {
                assertThat(output).contains("(pid " + ProcessHandle.current().pid() + ")");
            }
        }
    }

    @Test
    void without_a_usable_configuration_nothing_starts() throws Exception {
        try (var missing =
                        GatewayProcess.serve(folder.resolve("none.yaml"), folder.resolve("data"));
                var broken =
                        GatewayProcess.serve(
                                replace("server: { prot: 1 }\n"), folder.resolve("data"))) {
            assertThat(missing.exitCode()).isEqualTo(78);
            assertThat(missing.output()).contains("none.yaml").doesNotContain("Exception");
            assertThat(broken.exitCode()).isEqualTo(78);
            assertThat(broken.output()).contains("line 1, column 11", "`prot`", "SG-1002");
        }
    }

    @Test
    void check_ends_with_0_for_a_good_configuration_and_with_3_for_a_bad_one() throws Exception {
        Path good = config("alpha");
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "server: { prot: 1 }\n");
        try (var first = GatewayProcess.start("check", "--config", good);
                var second = GatewayProcess.start("check", "--config", bad)) {
            assertThat(first.exitCode()).isZero();
            assertThat(second.exitCode()).isEqualTo(3);
        }
    }

    private int received() {
        long all = 0;
        for (String name : simulator.names()) {
            all += simulator.provider(name).requestCount();
        }
        return Math.toIntExact(all);
    }

    /// The configuration whose route `auto` leads to one provider alone.
    private Path config(String first) throws IOException {
        return replace("server: { port: 0 }\n" + routed(first));
    }

    private String routed(String first) {
        return House.PROVIDERS.formatted(
                        simulator.port(), "timeouts: { first-token: 20s, head: 20s, idle: 20s }")
                + "routes: [ { match: { model: auto }, to: [ { provider: "
                + first
                + ", model: gpt-4o } ] } ]\n";
    }

    /// As editors save: a whole new file takes the old one's place.
    private Path replace(String text) throws IOException {
        Path draft = Files.writeString(folder.resolve("draft"), text);
        return Files.move(
                draft, folder.resolve("switchgear.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }
}
