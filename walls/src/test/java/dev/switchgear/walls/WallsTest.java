package dev.switchgear.walls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WallsTest {
    private static final String SAMPLE = "dev.switchgear.walls.sample";

    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(SAMPLE);

    private static final String UPPER = "walls.sample.upper";
    private static final String LOWER = "walls.sample.lower";
    private static final String APART = "walls.sample.apart";

    private static void check(Rooms rooms) {
        rooms.arrows().forEach(rule -> rule.check(CLASSES));
    }

    @Test
    void an_arrow_that_is_written_down_is_allowed_and_any_other_is_not() {
        var honest = Map.of(UPPER, List.of(LOWER), LOWER, List.<String>of());
        var silent = Map.of(UPPER, List.<String>of(), LOWER, List.of(UPPER));

        assertThatCode(() -> check(Rooms.of(CLASSES, honest))).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(Rooms.of(CLASSES, silent)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("UpperSample")
                .hasMessageContaining("LowerSample");
    }

    @Test
    void a_room_may_be_a_whole_tree_and_knows_itself() {
        Rooms all = Rooms.of(CLASSES, Map.of("walls.sample..", List.of()));

        assertThatCode(() -> check(all)).doesNotThrowAnyException();
        assertThat(all.misplaced()).isEmpty();
        assertThatCode(() -> all.noCircle().check(CLASSES)).doesNotThrowAnyException();
    }

    @Test
    void a_package_without_a_room_and_a_room_without_a_package_are_named() {
        Rooms rooms =
                Rooms.of(
                        CLASSES,
                        Map.of(UPPER, List.of(), LOWER, List.of(), "walls.gone", List.of()));

        assertThat(rooms.misplaced())
                .containsExactlyInAnyOrder(
                        "no room holds the package " + SAMPLE + ".apart",
                        "no package is in the room walls.gone");
    }

    @Test
    void the_clock_and_threads_are_found_in_calls_references_and_nested_classes() {
        var nobody = HandedIn.timeAndThreads(List.of());

        assertThatThrownBy(() -> nobody.check(CLASSES))
                .hasMessageContaining("java.time.Instant.now")
                .hasMessageContaining("java.lang.Thread.ofVirtual");
    }

    @Test
    void a_class_that_is_named_may_and_so_may_what_is_nested_in_it() {
        var one = HandedIn.timeAndThreads(List.of(SAMPLE + ".upper.UpperSample"));
        var both =
                HandedIn.timeAndThreads(
                        List.of(
                                SAMPLE + ".upper.UpperSample",
                                "dev.switchgear." + APART + ".ApartSample"));

        assertThatThrownBy(() -> one.check(CLASSES))
                .hasMessageContaining("ApartSample")
                .hasMessageNotContaining("UpperSample.clock");
        assertThatCode(() -> both.check(CLASSES)).doesNotThrowAnyException();
    }
}
