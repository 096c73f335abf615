package dev.switchgear.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The official SDKs for Node, driven by the scripts of `src/test/sdk`. They run on a copy in the build
/// folder, where npm puts the SDKs once.
///
/// Where there is no Node, tests that need it are skipped and say so.
final class Sdk {
    private static final int INSTALL_SECONDS = 120;

    private final Path folder;

    private Sdk(Path folder) {
        this.folder = folder;
    }

    static Sdk installed() {
        Assumptions.assumeTrue(runs("node") && runs("npm"), "Node is not installed");
        try {
            Path module = Path.of(System.getProperty("switchgear.root", "..")).resolve("server");
            Path source = module.resolve("src/test/sdk");
            Path folder = Files.createDirectories(module.resolve("target/sdk"));
            Path lock = folder.resolve("package-lock.json");
            boolean current =
                    Files.exists(folder.resolve("node_modules/.package-lock.json"))
                            && Files.exists(lock)
                            && Files.mismatch(lock, source.resolve("package-lock.json")) < 0;
            for (Path file : files(source)) {
                Files.copy(
                        file,
                        folder.resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            if (!current) {
                install(folder);
            }
            return new Sdk(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What stands in a folder, but for its folders.
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    private static void install(Path folder) throws IOException {
        Path log = folder.resolve("install.txt");
        Process npm =
                new ProcessBuilder(
                                "npm",
                                "ci",
                                "--prefer-offline",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!ended(npm, INSTALL_SECONDS) || npm.exitValue() != 0) {
            throw new IOException("npm ci failed: " + Files.readString(log));
        }
    }

    private static boolean runs(String program) {
        try {
            Process process =
                    new ProcessBuilder(program, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return ended(process, 20) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    private static boolean ended(Process process, int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }

    /// Starts a script, whose standard output and errors go to files named after it.
    Script start(String script, Object... arguments) {
        var command = new ArrayList<String>(List.of("node", script));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path out = folder.resolve(script + ".out.txt");
        Path err = folder.resolve(script + ".err.txt");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            return new Script(process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A script under way.
    record Script(Process process, Path out, Path err) implements AutoCloseable {
        /// Waits for that long, or until the script has ended; true in the latter case.
        boolean endsWithin(long millis) throws InterruptedException {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        }

        /// Tells the script, through the end of its standard input, that it may end.
        void enough() throws IOException {
            process.getOutputStream().close();
        }

        /// The one line of JSON it prints at its end.
        JsonNode result(int seconds) throws IOException, InterruptedException {
            if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("the script failed: " + Files.readString(err));
            }
            return JsonMapper.shared().readTree(Files.readString(out, StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
