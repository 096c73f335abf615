package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `./switchgear` in a tree like the real one, whose program only says what it was told, and whose build
/// only puts that program there and counts how often.
@Timeout(120)
class LauncherTest {
    private static final String PROGRAM =
            """
            package dev.switchgear.server;
            public class Main {
                public static void main(String[] args) {
                    System.out.println("started " + String.join(" ", args));
                }
            }
            """;

    /// Builds until the file `go` is there, so that another launcher can come meanwhile.
    private static final String BUILD =
            """
            #!/bin/sh
            echo built >>builds
            echo "[INFO] Building Switchgear 0.1.0                               [1/11]"
            echo "[INFO] Building Switchgear core 0.1.0                          [3/11]"
            [ ! -e broken ] || { echo "[ERROR] cannot find symbol"; exit 1; }
            for _ in $(seq 300); do [ ! -e go ] || break; sleep 0.1; done
            mkdir -p server/target/lib core/target/maven-status
            cp built.jar server/target/switchgear-server-0.jar
            """;

    @TempDir Path folder;

    private Path root;
    private final List<Process> processes = new ArrayList<>();

    private record Said(int exit, String out, String err) {}

    @BeforeEach
    void tree() throws Exception {
        root = Files.createDirectories(folder.resolve("a tree with blanks"));
        Path real = Path.of(System.getProperty("switchgear.root", "..")).toAbsolutePath();
        for (String file :
                List.of(
                        "switchgear",
                        "build/find-jdk",
                        "build/source-build",
                        "build/start-cache",
                        "server/src/main/jvm.options")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.copy(real.resolve(file), root.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        for (String module :
                List.of(
                        "core",
                        "families",
                        "dialects",
                        "identity",
                        "wire",
                        "providers",
                        "simulator",
                        "importer",
                        "server")) {
            Files.createDirectories(root.resolve(module));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "");
        }
        Files.writeString(root.resolve("pom.xml"), "");
        Files.writeString(root.resolve("go"), "");
        Files.writeString(root.resolve("mvnw"), BUILD);
        Files.setPosixFilePermissions(
                root.resolve("mvnw"), PosixFilePermissions.fromString("rwxr-xr-x"));
        jar(root.resolve("built.jar"));
        for (Path each : List.of(folder, root)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @AfterEach
    void end() throws Exception {
        processes.forEach(Process::destroyForcibly);
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.filter(Files::isDirectory).toList()) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private void jar(Path file) throws IOException {
        Path source = Files.writeString(folder.resolve("Main.java"), PROGRAM);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", classes.toString(), source.toString());
        assertThat(failed).isZero();
        String name = "dev/switchgear/server/Main.class";
        try (OutputStream out = Files.newOutputStream(file);
                var jar = new JarOutputStream(out)) {
            jar.putNextEntry(new JarEntry(name));
            jar.write(Files.readAllBytes(classes.resolve(name)));
            jar.closeEntry();
        }
    }

    /// As the build leaves it, with a start so quick that no cache is made for it.
    private void build() throws IOException {
        Path target = root.resolve("server/target");
        Files.createDirectories(target.resolve("lib"));
        Files.copy(root.resolve("built.jar"), target.resolve("switchgear-server-0.jar"));
        Files.writeString(target.resolve("switchgear.aot"), "");
        Files.writeString(target.resolve("launcher.stamp"), "");
    }

    private long builds() throws IOException {
        Path counted = root.resolve("builds");
        return Files.exists(counted) ? Files.readAllLines(counted).size() : 0;
    }

    private Process start(List<String> before, Path program, boolean home) throws IOException {
        var command = new ArrayList<String>(before);
        command.addAll(List.of(program.toString(), "say", "this"));
        int number = processes.size();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(Path.of("/").toFile())
                        .redirectOutput(folder.resolve("out" + number).toFile())
                        .redirectError(folder.resolve("err" + number).toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        if (!home) {
            builder.environment().remove("HOME");
        }
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Said said(Process process) throws Exception {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        int number = processes.indexOf(process);
        return new Said(
                process.exitValue(),
                Files.readString(folder.resolve("out" + number), UTF_8),
                Files.readString(folder.resolve("err" + number), UTF_8));
    }

    private Said run() throws Exception {
        return said(start(List.of(), root.resolve("switchgear"), true));
    }

    @Test
    void it_starts_from_any_folder_and_through_links_to_links() throws Exception {
        build();
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("sg"), Path.of("../a tree with blanks/switchgear"));
        Files.createSymbolicLink(folder.resolve("gateway"), bin.resolve("sg"));

        for (Path program :
                List.of(root.resolve("switchgear"), bin.resolve("sg"), folder.resolve("gateway"))) {
            Said said = said(start(List.of(), program, true));

            assertThat(said.out()).as("%s: %s", program, said.err()).contains("started say this");
            assertThat(said.exit()).isZero();
        }
        assertThat(builds()).isZero();
    }

    @Test
    void it_needs_no_home() throws Exception {
        build();

        Said said = said(start(List.of(), root.resolve("switchgear"), false));

        assertThat(said.out()).as(said.err()).contains("started say this");
    }

    @Test
    void a_tree_that_was_built_starts_where_nothing_can_be_written() throws Exception {
        build();
        // Nor is a cache of classes tried to be written.
        Files.delete(root.resolve("server/target/switchgear.aot"));

        Said said = said(start(readOnly(), root.resolve("switchgear"), true));

        assertThat(said.out()).as(said.err()).contains("started say this");
        assertThat(said.err()).isEmpty();
    }

    @Test
    void it_starts_what_was_built_before_a_source_changed_where_nothing_can_be_written()
            throws Exception {
        build();
        Files.setLastModifiedTime(
                root.resolve("core/pom.xml"),
                FileTime.fromMillis(
                        Files.getLastModifiedTime(root.resolve("server/target/launcher.stamp"))
                                        .toMillis()
                                + 60_000));

        Said said = said(start(readOnly(), root.resolve("switchgear"), true));

        assertThat(said.out()).as(said.err()).contains("started say this");
        assertThat(said.err()).contains("sources are newer");
    }

    @Test
    void a_tree_that_was_not_built_says_so_where_nothing_can_be_written() throws Exception {
        Said said = said(start(readOnly(), root.resolve("switchgear"), true));

        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.err()).contains("not built").contains("cannot be written");
        assertThat(said.out()).isEmpty();
    }

    @Test
    void two_at_once_build_once() throws Exception {
        Files.delete(root.resolve("go"));
        Process first = start(List.of(), root.resolve("switchgear"), true);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (builds() == 0) {
            assertThat(System.nanoTime()).as("waiting for the first build").isLessThan(end);
            Thread.onSpinWait();
        }
        Process second = start(List.of(), root.resolve("switchgear"), true);
        Files.writeString(root.resolve("go"), "");

        assertThat(said(first).out()).contains("started say this");
        assertThat(said(second).out()).contains("started say this");
        assertThat(builds()).isEqualTo(1);
        assertThat(root.resolve(".build-lock")).doesNotExist();
    }

    @Test
    void what_the_build_is_at_is_told() throws Exception {
        Files.delete(root.resolve("go"));
        Process launcher = start(List.of(), root.resolve("switchgear"), true);
        Path told = folder.resolve("err0");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.readString(told).contains("compiling core, 3 of 11 (")) {
            assertThat(System.nanoTime()).as("waiting for a word").isLessThan(end);
            Thread.onSpinWait();
        }
        Files.writeString(root.resolve("go"), "");

        Said said = said(launcher);
        assertThat(said.out()).contains("started say this");
        assertThat(said.err()).doesNotContain("[INFO]");
    }

    @Test
    void a_build_that_fails_says_why_and_starts_nothing() throws Exception {
        Files.writeString(root.resolve("broken"), "");

        Said said = run();

        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.err()).contains("[ERROR] cannot find symbol").contains("launcher.log");
        assertThat(said.out()).isEmpty();
        assertThat(root.resolve("server/target/launcher.stamp")).doesNotExist();
        assertThat(root.resolve(".build-lock")).doesNotExist();
    }

    @Test
    void the_cache_for_quick_starts_is_made_once() throws Exception {
        build();
        Path cache = root.resolve("server/target/switchgear.aot");
        Files.delete(cache);
        for (int i = 0; i < 2; i++) {
            Process made =
                    new ProcessBuilder(root.resolve("build/start-cache").toString())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("made" + i).toFile())
                            .start();
            processes.add(made);
            assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(made.exitValue()).as(Files.readString(folder.resolve("made" + i))).isZero();
            assertThat(cache).isNotEmptyFile();
        }

        assertThat(run().out()).contains("started say this");
        try (Stream<Path> left = Files.list(cache.getParent())) {
            assertThat(left.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "switchgear-server-0.jar", "switchgear.aot", "launcher.stamp", "lib");
        }
    }

    @Test
    void a_build_that_was_killed_does_not_hold_up_those_after_it() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        assertThat(gone.waitFor(10, TimeUnit.SECONDS)).isTrue();
        Files.createSymbolicLink(root.resolve(".build-lock"), Path.of(Long.toString(gone.pid())));

        Said said = run();

        assertThat(said.out()).as(said.err()).contains("started say this");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void a_changed_source_is_built_and_an_unchanged_tree_is_not() throws Exception {
        assertThat(run().out()).contains("started say this");
        assertThat(run().out()).contains("started say this");
        assertThat(builds()).isEqualTo(1);

        Files.setLastModifiedTime(
                root.resolve("core/pom.xml"),
                FileTime.fromMillis(
                        Files.getLastModifiedTime(root.resolve("server/target/launcher.stamp"))
                                        .toMillis()
                                + 60_000));

        assertThat(run().out()).contains("started say this");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void what_it_built_unchecked_is_not_taken_for_checked_by_the_whole_check() throws Exception {
        assertThat(run().out()).contains("started say this");

        // By these files Maven knows what is compiled already.
        assertThat(root.resolve("core/target")).exists();
        assertThat(root.resolve("core/target/maven-status")).doesNotExist();
    }

    /// Takes the right to write from the tree; what to put before a command so that this binds it, since
    /// root may write anywhere.
    private List<String> readOnly() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.filter(Files::isDirectory).toList()) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("r-xr-xr-x"));
            }
        }
        if (!Files.isWritable(root)) {
            return List.of();
        }
        Sdk.need(
                Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "setpriv, to be another user than root, is not installed");
        return List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    }
}
