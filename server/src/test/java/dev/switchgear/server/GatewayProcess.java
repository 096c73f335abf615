package dev.switchgear.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The program as its users start it: a Java process of its own, with what it writes read line by
/// line.
final class GatewayProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;
    private static final Pattern LISTENS =
            Pattern.compile("listens on http://127\\.0\\.0\\.1:(\\d+)/");

    private final Process process;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final List<String> read = new ArrayList<>();

    private GatewayProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::drain);
    }

    static GatewayProcess start(Object... arguments) throws IOException {
        return within("-Xmx1g", arguments);
    }

    /// @param heap the JVM's option that bounds its heap
    static GatewayProcess within(String heap, Object... arguments) throws IOException {
        var command =
                new ArrayList<String>(
                        List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                // For a quick start: it does not live long.
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                heap,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.switchgear.server.Main"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new GatewayProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /// `serve` on any free port.
    static GatewayProcess serve(Path config, Path data) throws IOException {
        return start("serve", "--config", config, "--data", data, "--port", 0);
    }

    private void drain() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(Optional.of(line));
            }
        } catch (IOException closed) {
            lines.add(Optional.of("(output ended: " + closed + ")"));
        } finally {
            lines.add(Optional.empty());
        }
    }

    /// Waits for a line, from where the last wait ended, that contains `text`.
    String line(String text) throws InterruptedException {
        while (true) {
            Optional<String> line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null || line.isEmpty()) {
                throw new AssertionError(
                        "no line with `" + text + "` came, but: " + String.join("\n", read));
            }
            read.add(line.get());
            if (line.get().contains(text)) {
                return line.get();
            }
        }
    }

    /// The port, once it is open.
    int port() throws InterruptedException {
        Matcher matcher = LISTENS.matcher(line("listens on"));
        if (!matcher.find()) {
            throw new AssertionError("no port in: " + String.join("\n", read));
        }
        return Integer.parseInt(matcher.group(1));
    }

    /// Sends a signal by its name, such as `TERM`.
    void signal(String name) throws IOException, InterruptedException {
        int failed =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
        if (failed != 0) {
            throw new AssertionError("kill -" + name + " failed");
        }
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end, but wrote: " + output());
        }
        return process.exitValue();
    }

    /// Everything it wrote, once it has ended.
    String output() throws InterruptedException {
        Optional<String> line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        while (line != null && line.isPresent()) {
            read.add(line.get());
            line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        return String.join("\n", read);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
