package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What `build/archive` makes, unpacked and run where no Java is. The build runs it once the jars are
/// packaged; the archive that it has tested stays in `target`.
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class ArchiveTest {
    private static final long BYTES_MAX = 90_000_000;

    /// From the start of the launcher, on a machine with much else to do. On an idle one it is below 1 s.
    private static final Duration READY_MAX = Duration.ofSeconds(15);

    private static final Pattern MADE = Pattern.compile("^(target/switchgear-\\S+\\.tar\\.gz): ");
    private static final Pattern BASE = Pattern.compile("http://localhost:(\\d+)/v1");

    /// Lets a JVM start only with its cache of classes.
    private static final String CACHE_NEEDED = "-XX:AOTMode=on";

    @TempDir static Path folder;

    private static Path archive;
    private static Path unpacked;

    private final List<Process> processes = new ArrayList<>();

    @BeforeAll
    static void unpack() throws Exception {
        Path root = Path.of(System.getProperty("switchgear.root", "..")).toAbsolutePath();
        Path said = folder.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(root.resolve("build/archive").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        finish(builder.start(), said);
        Matcher made = MADE.matcher(Files.readAllLines(said).getLast());
        assertThat(made.find()).as(Files.readString(said)).isTrue();
        archive = root.resolve(made.group(1));

        Path place = Files.createDirectories(folder.resolve("a place with blanks"));
        finish(
                new ProcessBuilder("tar", "xf", archive.toString(), "-C", place.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start(),
                said);
        try (Stream<Path> inside = Files.list(place)) {
            unpacked = inside.toList().getFirst();
        }
        // The two programs that the launcher calls, and no Java.
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : List.of("readlink", "dirname")) {
            Path script =
                    Files.writeString(
                            bin.resolve(tool), "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.createSymbolicLink(folder.resolve("sg"), unpacked.resolve("switchgear"));
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private static List<Path> inside() throws IOException {
        try (Stream<Path> all = Files.walk(unpacked)) {
            return all.toList();
        }
    }

    private static void finish(Process process, Path said) throws Exception {
        try {
            assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /// Through a link, from a folder that is not the archive's, with an environment that leads to no Java.
    private Process start(String options, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(folder.resolve("sg").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(Path.of("/").toFile())
                        .redirectError(folder.resolve("errors").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("bin").toString());
        builder.environment().put("JAVA_HOME", "/nowhere");
        if (!options.isEmpty()) {
            builder.environment().put("JDK_JAVA_OPTIONS", options);
        }
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static String errors() throws IOException {
        return Files.readString(folder.resolve("errors"));
    }

    @Test
    void it_is_small() throws IOException {
        assertThat(Files.size(archive)).isLessThanOrEqualTo(BYTES_MAX);
    }

    @Test
    void its_first_demo_answers_at_once_by_its_own_java_and_its_cache() throws Exception {
        List<Path> before = inside();
        long begunNanos = System.nanoTime();
        Process demo = start(CACHE_NEEDED, "demo", "--port", "0");
        try (BufferedReader out = demo.inputReader(UTF_8);
                var http = HttpClient.newHttpClient()) {
            var said = new StringBuilder();
            String line = out.readLine();
            while (line != null && !line.startsWith("Ready after ")) {
                said.append(line).append('\n');
                line = out.readLine();
            }
            assertThat(line).as("%s%s", said, errors()).isNotNull();
            assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isLessThan(READY_MAX);
            assertThat(demo.info().command())
                    .contains(unpacked.toRealPath().resolve("runtime/bin/java").toString());

            Matcher base = BASE.matcher(said);
            assertThat(base.find()).as(said.toString()).isTrue();
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:%s/v1/chat/completions"
                                                            .formatted(base.group(1))))
                                    .header("content-type", "application/json")
                                    .timeout(Duration.ofSeconds(60))
                                    .POST(HttpRequest.BodyPublishers.ofString(House.plain("auto")))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"finish_reason\"");

            demo.toHandle().destroy();
            assertThat(out.lines().toList()).anyMatch(end -> end.startsWith("Summary: "));
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue()).as("after SIGTERM").isZero();
            assertThat(inside()).as("it writes nothing there").hasSameElementsAs(before);
        }
    }

    @Test
    void where_the_cache_does_not_fit_it_starts_without_and_says_nothing() throws Exception {
        Path jar;
        try (Stream<Path> libraries = Files.list(unpacked.resolve("lib"))) {
            jar =
                    libraries
                            .filter(each -> each.getFileName().toString().contains("core"))
                            .toList()
                            .getFirst();
        }
        FileTime time = Files.getLastModifiedTime(jar);
        // As a copy that does not keep its files' times.
        Files.setLastModifiedTime(jar, FileTime.fromMillis(time.toMillis() + 60_000));
        try {
            Process without = start("", "--version");
            assertThat(new String(without.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("Switchgear ");
            assertThat(without.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(without.exitValue()).isZero();
            assertThat(errors()).isEmpty();

            Process with = start(CACHE_NEEDED, "--version");
            assertThat(with.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(with.exitValue()).as("the test's own way to see the cache").isNotZero();
        } finally {
            Files.setLastModifiedTime(jar, time);
        }
    }
}
