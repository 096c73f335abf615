package dev.switchgear.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The arrows of the house. The modules' poms keep most of them; this keeps the rest, and says so when
/// somebody adds a line to a pom.
class HouseTest {
    private static final List<String> ROOMS =
            List.of("core", "families", "wire", "providers", "simulator", "server");

    private static final Map<String, List<String>> KNOWS =
            Map.of(
                    "core", List.of(),
                    "families", List.of("core"),
                    "wire", List.of("core"),
                    "providers", List.of("families", "wire", "core"),
                    "simulator", List.of("families", "core"),
                    "server", List.of("simulator", "providers", "families", "wire", "core"));

    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.switchgear");

    @Test
    void nothing_points_up() {
        for (String room : ROOMS) {
            var unknown = new ArrayList<String>();
            for (String other : ROOMS) {
                if (!other.equals(room) && !knows(room).contains(other)) {
                    unknown.add("dev.switchgear." + other + "..");
                }
            }
            if (!unknown.isEmpty()) {
                noClasses()
                        .that()
                        .resideInAPackage("dev.switchgear." + room + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(unknown.toArray(String[]::new))
                        .allowEmptyShould(true)
                        .check(HOUSE);
            }
        }
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

    @Test
    void the_configuration_is_data_and_knows_no_policy() {
        noClasses()
                .that()
                .resideInAPackage("dev.switchgear.server.config..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.switchgear.server.edge..",
                        "dev.switchgear.server.clients..",
                        "dev.switchgear.providers..",
                        "dev.switchgear.wire..")
                .check(HOUSE);
    }

    @Test
    void the_house_is_really_looked_at() {
        assertThat(HOUSE.size()).isGreaterThan(30);
        assertThat(HOUSE.contain("dev.switchgear.core.time.Time")).isTrue();
        assertThat(HOUSE.contain("dev.switchgear.server.Main")).isTrue();
    }

    private static List<String> knows(String room) {
        return KNOWS.getOrDefault(room, List.of());
    }
}
