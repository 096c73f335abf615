package dev.switchgear.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.switchgear.walls.HandedIn;
import dev.switchgear.walls.Rooms;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Holds what the drawing of the house says about `importer`.
class ArchitectureTest {
    private static final JavaClasses CLASSES = Rooms.classesOf("importer");

    private static final Rooms ROOMS =
            Rooms.of(
                    CLASSES,
                    Map.ofEntries(
                            // It reads others' files and writes text: our own configuration is
                            // known by its words alone.
                            Map.entry("importer", List.of())));

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

    @Test
    void time_and_threads_are_handed_in() {
        HandedIn.timeAndThreads(List.of()).check(CLASSES);
    }
}
