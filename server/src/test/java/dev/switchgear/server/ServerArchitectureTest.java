package dev.switchgear.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The rooms of the server: `api` knows a family's gateway, that knows what all gateways share, and that
/// knows the configuration. Nobody knows those above him, and no family knows another.
class ServerArchitectureTest {
    private static final String SERVER = "dev.switchgear.server.";

    /// Each room, and those that it must not know.
    private static final Map<String, List<String>> ABOVE =
            Map.of(
                    "gateway..", List.of("api..", "door..", "monitor..", "demo..", "identity.."),
                    "gateway", List.of("gateway.llm.."),
                    "door..", List.of("api..", "gateway..", "config..", "monitor..", "identity.."),
                    "config..", List.of("api..", "gateway..", "door..", "monitor..", "identity.."),
                    "monitor..", List.of("api..", "door..", "demo..", "config.."),
                    "api..", List.of("demo.."));

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.switchgear");

    @Test
    void no_room_knows_those_above_it() {
        new TreeMap<>(ABOVE)
                .forEach((room, above) ->
                        noClasses()
                                .that()
                                .resideInAPackage(SERVER + room)
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(
                                        above.stream()
                                                .map(other -> SERVER + other)
                                                .toArray(String[]::new))
                                .check(CLASSES));
    }

    @Test
    void what_all_families_share_in_the_gateway_knows_none_of_them() {
        noClasses()
                .that()
                .resideInAPackage(SERVER + "gateway")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.switchgear.families.llm..", "dev.switchgear.providers..")
                .check(CLASSES);
    }

    @Test
    void a_room_knows_the_wiring_of_none() {
        noClasses()
                .that()
                .resideInAPackage(SERVER + "*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.switchgear.server")
                .check(CLASSES);
    }

    @Test
    void the_rooms_are_really_looked_at() {
        assertThat(CLASSES.contain(SERVER + "gateway.Upstreams")).isTrue();
        assertThat(CLASSES.contain(SERVER + "gateway.llm.LlmGateway")).isTrue();
    }
}
