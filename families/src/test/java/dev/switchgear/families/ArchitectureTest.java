package dev.switchgear.families;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.switchgear.walls.HandedIn;
import dev.switchgear.walls.Rooms;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Holds what the drawing of the house says about `families`.
class ArchitectureTest {
    private static final JavaClasses CLASSES = Rooms.classesOf("families");

    private static final Rooms ROOMS =
            Rooms.of(
                    CLASSES,
                    Map.ofEntries(
                            // Any family may spend: money knows none.
                            Map.entry("families.money", List.of("core..")),
                            // JSON is read within the same bounds by all.
                            Map.entry("families.json", List.of()),
                            // What the rooms of the family have in common.
                            Map.entry("families.llm", List.of()),
                            Map.entry("families.llm.model", List.of()),
                            Map.entry(
                                    "families.llm.tokens",
                                    List.of("families.json", "families.llm.model")),
                            Map.entry(
                                    "families.llm.price",
                                    List.of(
                                            "families.money",
                                            "families.llm.model",
                                            "families.llm.tokens")),
                            Map.entry(
                                    "families.llm.scan",
                                    List.of("families.json", "families.llm", "families.llm.model")),
                            Map.entry(
                                    "families.llm.chat",
                                    List.of(
                                            // Building ends where nobody waits for it any more.
                                            "families.json",
                                            "families.llm",
                                            "families.llm.tokens",
                                            // What a provider says it charges.
                                            "families.money")),
                            // The ports of the dialects, which stand a module above.
                            Map.entry(
                                    "families.llm.dialect",
                                    List.of(
                                            "families.llm",
                                            "families.llm.chat",
                                            "families.llm.model",
                                            "families.llm.scan",
                                            "families.llm.tokens")),
                            Map.entry(
                                    "families.llm.seal",
                                    List.of(
                                            "core.share",
                                            "core.time",
                                            "families.llm",
                                            "families.llm.chat")),
                            Map.entry(
                                    "families.llm.call",
                                    List.of(
                                            "core.call",
                                            "families.llm",
                                            "families.llm.chat",
                                            "families.llm.dialect",
                                            "families.llm.model",
                                            "families.llm.scan",
                                            "families.llm.seal",
                                            "families.llm.tokens",
                                            "families.money"))));

    @Test
    void every_package_is_a_room() {
        assertThat(ROOMS.misplaced()).isEmpty();
    }

    @Test
    void each_room_knows_those_written_here_and_nobody_else() {
        assertThat(ROOMS.arrows()).allSatisfy(rule -> rule.check(CLASSES));
    }

    @Test
    void rooms_form_no_circle() {
        ROOMS.noCircle().check(CLASSES);
    }

    /// Wire formats are read and written by the dialects. A conversation may hold a piece of JSON that
    /// nobody here looks into, such as a tool's schema.
    @Test
    void what_is_asked_and_answered_knows_no_wire_format() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.switchgear.families.llm.call..",
                        "dev.switchgear.families.llm.dialect..",
                        "dev.switchgear.families.money..",
                        "dev.switchgear.families.llm.price..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("tools.jackson..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.switchgear.families.llm.chat..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("tools.jackson.core..")
                .check(CLASSES);
    }

    @Test
    void time_and_threads_are_handed_in() {
        HandedIn.timeAndThreads(List.of()).check(CLASSES);
    }
}
