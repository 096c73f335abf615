package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the build and its tests fetch is pinned to the byte, and its absence is told.
class PinnedTest {
    private static final Pattern REQUIREMENT = Pattern.compile("(?m)^([A-Za-z0-9._-]+==\\S+)");

    private static final Pattern HASHED =
            Pattern.compile(
                    "(?m)^([A-Za-z0-9._-]+==\\S+)((?: \\\\\n    --hash=sha256:[0-9a-f]{64})+)$");

    private static final Pattern MODULE =
            Pattern.compile("(?m)^\t(\\S+) (v[0-9.]+)(?: // indirect)?$");

    /// Group, artifact and version, as they stand beside each other.
    private static final Pattern VERSIONED =
            Pattern.compile(
                    "<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>");

    /// With a version, so that nobody gets another, and not fetched by any build.
    private static final List<String> UNFETCHED =
            List.of(
                    "maven-deploy-plugin",
                    "maven-site-plugin",
                    "exec-maven-plugin",
                    "awaitility",
                    "archunit-junit5");

    private static String text(String name) throws IOException {
        return Files.readString(Path.of(System.getProperty("switchgear.root", "..")).resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"server/src/test/sdk", "bench/contenders/portkey"})
    void every_package_of_npm_has_its_sum(String folder) throws IOException {
        JsonNode packages =
                JsonMapper.shared().readTree(text(folder + "/package-lock.json")).path("packages");
        var without = new ArrayList<String>();
        for (Map.Entry<String, JsonNode> one : packages.properties()) {
            if (!one.getKey().isEmpty()
                    && !one.getValue().path("integrity").asString("").startsWith("sha512-")) {
                without.add(one.getKey());
            }
        }

        assertThat(packages.size()).isGreaterThan(50);
        assertThat(without).isEmpty();
    }

    @Test
    void every_package_of_pip_has_its_sums_and_the_version_that_was_asked_for() throws IOException {
        String hashed = text("server/src/test/python/requirements-hashed.txt");

        assertThat(HASHED.matcher(hashed).results().map(one -> name(one.group(1))))
                .containsExactlyInAnyOrderElementsOf(
                        REQUIREMENT
                                .matcher(text("server/src/test/python/requirements.txt"))
                                .results()
                                .map(one -> name(one.group(1)))
                                .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "ferrogw", "litellm", "smg", "tensorzero"})
    void every_package_of_a_contender_from_pip_has_its_sums(String contender) throws IOException {
        String folder = "bench/contenders/" + contender + "/";
        String asked = text(folder + "requirements.txt").strip().replaceAll("\\[.*]", "");
        String hashed = text(folder + "requirements-hashed.txt");

        // Some have a condition behind their version, such as a platform.
        long whole =
                hashed.lines()
                        .filter(line -> line.matches("[A-Za-z0-9._\\[\\],-]+==.*\\\\"))
                        .count();
        assertThat(hashed.lines().filter(line -> line.contains("==")).count()).isEqualTo(whole);
        assertThat(hashed.lines().filter(line -> line.startsWith("    --hash=sha256:")).count())
                .isGreaterThanOrEqualTo(whole);
        assertThat(hashed.replaceAll("\\[.*]", "")).contains(asked + " \\\n    --hash=sha256:");
    }

    /// As the index compares names.
    private static String name(String requirement) {
        return requirement.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Test
    void every_module_of_go_has_its_sums() throws IOException {
        List<String> sums = text("server/src/test/go/go.sum").lines().toList();

        assertThat(MODULE.matcher(text("server/src/test/go/go.mod")).results().toList())
                .hasSizeGreaterThan(5)
                .allSatisfy(module -> {
                    String version = module.group(1) + " " + module.group(2);
                    assertThat(sums).anyMatch(line -> line.startsWith(version + " h1:"));
                    assertThat(sums).anyMatch(line -> line.startsWith(version + "/go.mod h1:"));
                });
    }

    /// A local repository with one jar of the list, whole and then changed, and a Maven that does nothing.
    @Test
    void a_build_refuses_a_jar_that_is_not_the_listed_one(@TempDir Path folder) throws Exception {
        Path real = Path.of(System.getProperty("switchgear.root", "..")).toAbsolutePath();
        for (String file :
                List.of("mvnw", "build/find-jdk", ".mvn/wrapper/maven-wrapper.properties")) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.copy(
                    real.resolve(file), folder.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Path jar = folder.resolve("repository/org/example/one/1/one-1.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "the jar");
        Path list = folder.resolve(".mvn/checksums/checksums.sha256");
        Files.createDirectories(list.getParent());
        Files.writeString(
                list,
                sum(jar)
                        + "  org/example/one/1/one-1.jar\n"
                        + "0".repeat(64)
                        + "  org/example/absent/1/absent-1.jar\n");
        String pinned = text(".mvn/wrapper/maven-wrapper.properties");
        String home =
                "dists/"
                        + pinned.replaceAll("(?s).*/(apache-maven-[0-9.]+)-bin.zip.*", "$1")
                        + "/"
                        + pinned.replaceAll("(?s).*distributionSha256Sum=(\\w+).*", "$1");
        Path maven = folder.resolve("user/wrapper/" + home + "/bin/mvn");
        Files.createDirectories(maven.getParent());
        Files.writeString(maven, "#!/bin/sh\necho ran\n[ \"$1\" != changing ] || echo x >>" + jar);
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));

        Ran whole = mvnw(folder, "verify");
        Ran changedMeanwhile = mvnw(folder, "changing");
        Ran changedBefore = mvnw(folder, "verify");

        assertThat(whole.said()).contains("ran");
        assertThat(whole.exit()).as(whole.said()).isZero();
        assertThat(changedMeanwhile.exit()).isEqualTo(1);
        assertThat(changedMeanwhile.said()).contains("ran").contains("worth nothing");
        assertThat(changedBefore.exit()).isEqualTo(1);
        assertThat(changedBefore.said())
                .contains("org/example/one/1/one-1.jar")
                .contains("Nothing was run")
                .doesNotContain("ran\n");
    }

    private record Ran(int exit, String said) {}

    private static Ran mvnw(Path folder, String goal) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                folder.resolve("mvnw").toString(),
                                goal,
                                "-Dmaven.repo.local=" + folder.resolve("repository"))
                        .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("MAVEN_USER_HOME", folder.resolve("user").toString());
        Process process = builder.start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Ran(process.exitValue(), said);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void the_list_of_sums_has_jars_and_poms_alone() throws IOException {
        assertThat(text(".mvn/checksums/checksums.sha256").lines())
                .hasSizeGreaterThan(500)
                .allMatch(line -> line.matches("[0-9a-f]{64}  \\S+\\.(?:jar|pom|zip|exe)"));
    }

    @Test
    void every_library_that_runs_here_is_in_the_list_with_its_sum() throws Exception {
        Map<String, String> sums = sums();
        var wrong = new ArrayList<String>();
        int libraries = 0;
        var entries = new TreeSet<String>();
        Collections.addAll(
                entries, System.getProperty("java.class.path").split(File.pathSeparator, -1));
        // One at least, however these tests were started.
        entries.add(
                Path.of(
                                JsonMapper.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                        .toString());
        for (String entry : entries) {
            Path jar = Path.of(entry);
            if (!entry.endsWith(".jar") || jar.getFileName().toString().startsWith("switchgear-")) {
                continue;
            }
            List<String> listed =
                    sums.keySet().stream()
                            .filter(name -> name.endsWith("/" + jar.getFileName()))
                            .map(sums::get)
                            .toList();
            // What starts the tests is no part of them.
            if (entry.contains("surefire") || entry.contains("junit-platform-console")) {
                continue;
            }
            libraries++;
            if (!listed.contains(sum(jar))) {
                wrong.add(entry);
            }
        }

        assertThat(wrong)
                .as("not as listed; after a change of versions: build/checksums")
                .isEmpty();
        assertThat(libraries).isGreaterThan(0);
    }

    @Test
    void every_version_that_a_pom_names_is_in_the_list() throws Exception {
        Map<String, String> sums = sums();
        String parent = text("pom.xml");
        var missing = new ArrayList<String>();
        int versions = 0;
        for (String pom : List.of("pom.xml", "core/pom.xml", "server/pom.xml", "bench/pom.xml")) {
            for (MatchResult named : VERSIONED.matcher(text(pom)).results().toList()) {
                String version = named.group(3);
                if (version.startsWith("${")) {
                    String property = version.substring(2, version.length() - 1);
                    int start = parent.indexOf("<" + property + ">") + property.length() + 2;
                    version = parent.substring(start, parent.indexOf('<', start));
                }
                String folder =
                        named.group(1).replace('.', '/')
                                + "/"
                                + named.group(2)
                                + "/"
                                + version
                                + "/";
                if (named.group(1).startsWith("dev.switchgear")
                        || UNFETCHED.contains(named.group(2))) {
                    continue;
                }
                versions++;
                if (sums.keySet().stream().noneMatch(name -> name.startsWith(folder))) {
                    missing.add(folder);
                }
            }
        }

        assertThat(missing).as("not listed: run build/checksums").isEmpty();
        assertThat(versions).isGreaterThan(20);
    }

    private static Map<String, String> sums() throws IOException {
        return text(".mvn/checksums/checksums.sha256")
                .lines()
                .collect(
                        Collectors.toMap(
                                line -> line.substring(66), line -> line.substring(0, 64)));
    }

    private static String sum(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    @Test
    void a_missing_client_skips_a_test_and_fails_it_where_clients_are_required() {
        assertThatThrownBy(() -> Sdk.need(false, "Node is not installed", false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("Node is not installed");
        assertThatThrownBy(() -> Sdk.need(false, "Node is not installed", true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Node is not installed")
                .hasMessageContaining("SWITCHGEAR_CLIENTS=required");
        assertThatThrownBy(() -> Sdk.fetched(false, "npm ci", "getaddrinfo ENOTFOUND", true))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Sdk.fetched(false, "npm ci", "getaddrinfo ENOTFOUND", false))
                .isInstanceOf(TestAbortedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "npm error code EINTEGRITY",
                "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
                "verifying example@v1: checksum mismatch"
            })
    void a_package_that_is_not_what_was_pinned_fails_everywhere(String said) {
        assertThatThrownBy(() -> Sdk.fetched(false, "fetching", said, false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("pinned");
    }
}
