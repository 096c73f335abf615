package dev.switchgear.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.switchgear.walls.HandedIn;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Holds who knows whom in the simulator.
class ArchitectureTest {
    private static final String SIMULATOR = "dev.switchgear.simulator";

    /// The room of `Simulator`, which has no name of its own.
    private static final String DOOR = "(door)";

    /// Whom each room knows. A new arrow is a decision, and a line here. An API knows of no fault: it
    /// says what it was asked, whatever is wrong with its provider. Nobody knows all APIs but
    /// `settings`, which lists them; Ollama's has a layer that is a flavour of OpenAI's.
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry(DOOR, Set.of("control", "fields", "http", "provider", "settings")),
                    Map.entry(
                            "control",
                            Set.of("fault", "fields", "http", "mind", "provider", "settings")),
                    Map.entry("provider", Set.of("answer", "fault", "http", "mind", "settings")),
                    Map.entry(
                            "settings",
                            Set.of(
                                    "anthropic",
                                    "answer",
                                    "fault",
                                    "fields",
                                    "gemini",
                                    "http",
                                    "limit",
                                    "mind",
                                    "ollama",
                                    "openai")),
                    Map.entry("fault", Set.of("answer", "fields", "http", "limit", "mind")),
                    Map.entry("ollama", Set.of("answer", "http", "limit", "mind", "openai")),
                    Map.entry("openai", Set.of("answer", "cache", "http", "limit", "mind", "seal")),
                    Map.entry(
                            "anthropic",
                            Set.of("answer", "cache", "http", "limit", "mind", "seal")),
                    Map.entry("gemini", Set.of("answer", "cache", "http", "limit", "mind", "seal")),
                    Map.entry("answer", Set.of("http", "limit")),
                    Map.entry("cache", Set.of()),
                    Map.entry("fields", Set.of()),
                    Map.entry("http", Set.of()),
                    Map.entry("limit", Set.of()),
                    Map.entry("mind", Set.of()),
                    Map.entry("seal", Set.of()));

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(SIMULATOR);

    @Test
    void it_looks_at_the_classes_it_means() {
        assertThat(CLASSES.contain(SIMULATOR + ".Simulator")).isTrue();
        assertThat(CLASSES.contain(SIMULATOR + ".openai.OpenAiApi")).isTrue();
        assertThat(CLASSES.contain(SIMULATOR + ".ArchitectureTest")).isFalse();
    }

    /// Of core only time: what the gateway and the simulator both believed, no test would doubt.
    @Test
    void the_simulator_is_a_second_opinion() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "org.jspecify.annotations..",
                        "tools.jackson..",
                        "dev.switchgear.core.time..",
                        SIMULATOR + "..")
                .check(CLASSES);
    }

    @Test
    void rooms_know_whom_the_drawing_says_and_nobody_else() {
        Map<String, Set<String>> found = new TreeMap<>();
        for (JavaClass each : CLASSES) {
            String from = room(each);
            Set<String> known = found.computeIfAbsent(from, _ -> new TreeSet<>());
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(SIMULATOR) && !room(target).equals(from)) {
                    known.add(room(target));
                }
            }
        }

        assertThat(found).isEqualTo(ARROWS);
    }

    private static String room(JavaClass each) {
        String rest = each.getPackageName().substring(SIMULATOR.length());
        return rest.isEmpty() ? DOOR : rest.substring(1);
    }

    @Test
    void rooms_form_no_circle() {
        slices().matching(SIMULATOR + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void time_threads_and_chance_are_handed_in() {
        HandedIn.timeAndThreads(List.of()).check(CLASSES);
        HandedIn.chance().check(CLASSES);
    }
}
