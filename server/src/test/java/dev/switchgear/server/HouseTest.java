package dev.switchgear.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.switchgear.walls.Rooms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The arrows between the modules of the house, and the names in it. The modules' poms keep most of the
/// arrows; this says so when somebody adds a line to a pom.
class HouseTest {
    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(
                            "dev.switchgear.core",
                            "dev.switchgear.families",
                            "dev.switchgear.dialects",
                            "dev.switchgear.identity",
                            "dev.switchgear.wire",
                            "dev.switchgear.providers",
                            "dev.switchgear.simulator",
                            "dev.switchgear.importer",
                            "dev.switchgear.server");

    private static final Rooms MODULES =
            Rooms.of(
                    HOUSE,
                    Map.of(
                            "core..",
                            List.of(),
                            "families..",
                            List.of("core.."),
                            "dialects..",
                            List.of("families..", "core.."),
                            "identity..",
                            List.of("core.."),
                            "wire..",
                            List.of("core.."),
                            "providers..",
                            List.of("dialects..", "families..", "wire..", "core.."),
                            // No test would see a mistake that it shares with the adapters.
                            "simulator..",
                            List.of("core.."),
                            "importer..",
                            List.of(),
                            "server..",
                            List.of(
                                    "simulator..",
                                    "importer..",
                                    "providers..",
                                    "dialects..",
                                    "families..",
                                    "identity..",
                                    "wire..",
                                    "core..")));

    @Test
    void each_module_knows_those_written_here_and_nobody_else() {
        assertThat(MODULES.arrows()).allSatisfy(rule -> rule.check(HOUSE));
    }

    @Test
    void every_module_is_really_looked_at() {
        assertThat(MODULES.misplaced()).isEmpty();
        assertThat(HOUSE.contain("dev.switchgear.core.time.Time")).isTrue();
        assertThat(HOUSE.contain("dev.switchgear.server.Main")).isTrue();
        assertThat(HOUSE.contain("dev.switchgear.server.HouseTest")).isFalse();
    }

    @Test
    void the_core_is_plain_jdk() {
        noClasses()
                .that()
                .resideInAPackage("dev.switchgear.core..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "dev.switchgear.core..",
                        "java..",
                        "javax.crypto..",
                        "org.jspecify.annotations..",
                        "com.google.errorprone.annotations..")
                .check(HOUSE);
    }

    /// A name by itself says what is meant, in a stack trace, a search or a sentence. Every module has
    /// its architecture test, and every package its description.
    @ParameterizedTest
    @ValueSource(strings = {"main", "test"})
    void no_two_classes_have_one_name(String sources) throws IOException {
        Map<String, List<Path>> files = sources(sources);

        assertThat(files).hasSizeGreaterThan(100);
        files.keySet().removeAll(List.of("package-info", "ArchitectureTest"));
        files.values().removeIf(same -> same.size() == 1);
        assertThat(files).isEmpty();
    }

    /// The source files of all modules by the name of their class, which is the file's.
    private static Map<String, List<Path>> sources(String kind) throws IOException {
        var root = Path.of(System.getProperty("switchgear.root"));
        var found = new TreeMap<String, List<Path>>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.toList()) {
                Path folder = module.resolve("src/" + kind + "/java");
                if (Files.isDirectory(folder)) {
                    gather(folder, found);
                }
            }
        }
        return found;
    }

    private static void gather(Path folder, Map<String, List<Path>> found) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file ->
                            found.computeIfAbsent(className(file), _ -> new ArrayList<>())
                                    .add(file));
        }
    }

    private static String className(Path file) {
        return String.valueOf(file.getFileName()).replace(".java", "");
    }
}
