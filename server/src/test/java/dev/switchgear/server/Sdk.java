package dev.switchgear.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The official SDKs for Node, for Python and for Go, driven by the scripts of `src/test/sdk`,
/// `src/test/python` and `src/test/go`, and agents, by those of `src/test/agents-node`,
/// `src/test/agents-python`, `src/test/codex`, `src/test/claude-code` and `src/test/claude-agent`. They run on a copy in the
/// build folder, where npm and pip put the SDKs once and Go builds its program; of JVMs that run tests
/// side by side one does that, and the others wait for it.
///
/// Where there is no Node, no Python or no Go, or the SDKs cannot be fetched, tests that need them are
/// skipped and say so; where the environment has `SWITCHGEAR_CLIENTS=required` (`.ci/run` sets it), they
/// fail. What arrives and is not what was pinned fails everywhere.
final class Sdk {
    private static final int INSTALL_SECONDS = 300;

    /// What npm, pip and Go say of a package whose sum is not the pinned one.
    private static final Pattern FORGED =
            Pattern.compile(
                    "EINTEGRITY|DO NOT MATCH THE HASHES|Hashes are required|checksum mismatch|SECURITY ERROR|missing go\\.sum entry");

    private static final Pattern GO_VERSION = Pattern.compile("\\bgo ?(\\d+)\\.(\\d+)");

    private final Path folder;

    /// What runs the scripts.
    private final String program;

    /// One of the JVMs that run tests side by side installs; the others wait until it has.
    private record Turn(FileChannel file, FileLock lock) implements AutoCloseable {
        static Turn in(Path folder) throws IOException {
            Files.createDirectories(folder);
            FileChannel file =
                    FileChannel.open(
                            folder.resolve("turn.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            try {
                return new Turn(file, file.lock());
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            try (file) {
                lock.release();
            }
        }
    }

    private Sdk(Path folder, String program) {
        this.folder = folder;
        this.program = program;
    }

    /// Whether tests must fail rather than be skipped where a client is missing.
    private static boolean required() {
        return "required".equals(System.getenv("SWITCHGEAR_CLIENTS"));
    }

    /// Ends a test for which something is missing: by failing where clients are required, else as skipped.
    static void need(boolean there, String missing) {
        need(there, missing, required());
    }

    static void need(boolean there, String missing, boolean required) {
        if (!there && required) {
            throw new AssertionError(missing + ", and SWITCHGEAR_CLIENTS=required asks for it");
        }
        Assumptions.assumeTrue(there, missing);
    }

    /// As [#need], of packages that were to be fetched.
    static void fetched(boolean done, String command, String said, boolean required) {
        if (!done && FORGED.matcher(said).find()) {
            throw new AssertionError(command + " got something else than was pinned: " + said);
        }
        need(done, command + " failed: " + said.strip(), required);
    }

    static Sdk installed() {
        return node("sdk");
    }

    /// The agents for Node.
    static Sdk agentsForNode() {
        return node("agents-node");
    }

    /// Codex, which is `node_modules/.bin/codex`.
    static Sdk codex() {
        return node("codex");
    }

    /// Claude Code, whose program is a package of its own for each kind of machine.
    static Sdk claudeCode() {
        return node("claude-code");
    }

    /// The agent SDK of Claude Code, without a program of its own: it is Claude Code's, to the byte.
    static Sdk claudeAgent() {
        return node("claude-agent");
    }

    private static Sdk node(String name) {
        need(runs("node", "--version") && runs("npm", "--version"), "Node is not installed");
        Path folder = module().resolve("target").resolve(name);
        try (Turn _ = Turn.in(folder)) {
            Path source = module().resolve("src/test").resolve(name);
            Path lock = folder.resolve("package-lock.json");
            boolean current =
                    Files.exists(folder.resolve("node_modules/.package-lock.json"))
                            && Files.exists(lock)
                            && Files.mismatch(lock, source.resolve("package-lock.json")) < 0;
            copy(source, folder);
            if (!current) {
                fetch(
                        folder,
                        "npm",
                        "ci",
                        "--prefer-offline",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund");
            }
            return new Sdk(folder, "node");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The SDKs for Python, in an environment of their own.
    static Sdk forPython() {
        return python("python");
    }

    /// The agents for Python, in an environment of their own: they want other versions.
    static Sdk agentsForPython() {
        return python("agents-python");
    }

    private static Sdk python(String name) {
        need(
                runs(
                        "python3",
                        "-c",
                        "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"),
                "Python 3.11 with venv is not installed");
        Path folder = module().resolve("target").resolve(name);
        try (Turn _ = Turn.in(folder)) {
            Path source = module().resolve("src/test").resolve(name);
            copy(source, folder);
            Path python = folder.resolve("venv/bin/python").toAbsolutePath();
            Path wanted = folder.resolve("requirements-hashed.txt");
            Path had = folder.resolve("venv/requirements-hashed.txt");
            if (!Files.exists(had) || Files.mismatch(had, wanted) >= 0) {
                run(folder, "python3", "-m", "venv", "--clear", "venv");
                fetch(
                        folder,
                        python.toString(),
                        "-m",
                        "pip",
                        "install",
                        "--disable-pip-version-check",
                        "--quiet",
                        // Python compiles what is imported; most of it never is.
                        "--no-compile",
                        "--no-deps",
                        "--only-binary",
                        ":all:",
                        "--require-hashes",
                        "--requirement",
                        "requirements-hashed.txt");
                // Whether all went well shows by this file.
                Files.copy(wanted, had, StandardCopyOption.REPLACE_EXISTING);
            }
            return new Sdk(folder, python.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The clients for Go, as one program that is told by its first argument which of them to be.
    static Sdk forGo() {
        // Without optimizing, since the SDKs are large and nobody waits for what they do.
        return goProgram("go", "clients", "-gcflags=github.com/...=-N -l");
    }

    /// The conformance suite for HTTP/2, of `src/test/h2spec`.
    static Sdk forH2spec() {
        return goProgram("h2spec", "h2spec", "-gcflags=");
    }

    private static Sdk goProgram(String name, String program, String flags) {
        Path folder = module().resolve("target").resolve(name);
        try (Turn _ = Turn.in(folder)) {
            copy(module().resolve("src/test").resolve(name), folder);
            int wanted = goVersion(Files.readString(folder.resolve("go.mod")));
            int found = runs("go", "version") ? goVersion(said("go", "env", "GOVERSION")) : 0;
            need(found >= wanted, "Go 1." + wanted % 1000 + " or newer is not installed");
            fetch(folder, "go", "mod", "download");
            run(folder, "go", "build", flags, "-o", program, ".");
            return new Sdk(folder, folder.resolve(program).toAbsolutePath().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What `go.mod` asks for, or `go env GOVERSION` says: a number that is larger where the version is newer.
    private static int goVersion(String text) {
        Matcher version = GO_VERSION.matcher(text);
        if (!version.find()) {
            throw new IllegalStateException("no version of Go: " + text);
        }
        return Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2));
    }

    private static Path module() {
        return Path.of(System.getProperty("switchgear.root", "..")).resolve("server");
    }

    private static void copy(Path source, Path folder) throws IOException {
        for (Path file : files(source)) {
            Path copied = folder.resolve(file.getFileName());
            // What another JVM may be running just now stays as it is.
            if (!Files.exists(copied) || Files.mismatch(file, copied) >= 0) {
                Files.copy(file, copied, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /// What stands in a folder, but for its folders.
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    /// Runs what fetches packages: where it cannot, the test is skipped, or fails where clients are
    /// required.
    private static void fetch(Path folder, String... command) throws IOException {
        Path log = folder.resolve("install.txt");
        fetched(
                succeeds(folder, log, command),
                String.join(" ", command),
                Files.readString(log),
                required());
    }

    private static void run(Path folder, String... command) throws IOException {
        Path log = folder.resolve("install.txt");
        if (!succeeds(folder, log, command)) {
            throw new IOException(String.join(" ", command) + " failed: " + Files.readString(log));
        }
    }

    private static boolean succeeds(Path folder, Path log, String... command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        return ended(process, INSTALL_SECONDS) && process.exitValue() == 0;
    }

    private static String said(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        try (InputStream out = process.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean runs(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
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

    /// What was installed at that place, from the folder of its own on.
    Path installed(String place) {
        return folder.resolve(place).toAbsolutePath().normalize();
    }

    /// Starts a script, whose standard output and errors go to files of its own.
    Script start(String script, Object... arguments) {
        var command = new ArrayList<String>(List.of(program, script));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        try {
            Path out = Files.createTempFile(folder, script, ".out.txt");
            Path err = Files.createTempFile(folder, script, ".err.txt");
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

        /// What it said, once it has ended, well or not.
        String said(int seconds) throws IOException, InterruptedException {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new AssertionError("the script does not end: " + Files.readString(err));
            }
            return Files.readString(out, StandardCharsets.UTF_8);
        }

        /// The one line of JSON it prints at its end.
        JsonNode result(int seconds) throws IOException, InterruptedException {
            if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("the script failed: " + Files.readString(err));
            }
            return JsonMapper.shared().readTree(Files.readString(out, StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }
}
