package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.switchgear.walls.HandedIn;
import dev.switchgear.walls.Rooms;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds what the drawing of the house says about `dialects`.
class ArchitectureTest {
    private static final JavaClasses CLASSES = Rooms.classesOf("dialects");

    private static final List<String> LLM =
            List.of(
                    "dialects.json",
                    "families.json",
                    "families.llm",
                    "families.llm.chat",
                    "families.llm.dialect",
                    "families.llm.model",
                    "families.llm.scan",
                    "families.llm.seal",
                    "families.llm.tokens",
                    "families.money");

    private static final List<String> DIALECT =
            Stream.concat(Stream.of("dialects"), LLM.stream()).toList();

    private static final Rooms ROOMS =
            Rooms.of(
                    CLASSES,
                    Map.ofEntries(
                            Map.entry(
                                    "dialects.json",
                                    List.of(
                                            "families.json",
                                            "families.llm",
                                            "families.llm.chat",
                                            "families.llm.dialect")),
                            // What all of them decide alike.
                            Map.entry("dialects", LLM),
                            // No dialect knows another.
                            Map.entry("dialects.anthropic", DIALECT),
                            Map.entry("dialects.gemini", DIALECT),
                            Map.entry("dialects.ollama", DIALECT),
                            Map.entry("dialects.openai", DIALECT),
                            Map.entry("dialects.own", DIALECT),
                            Map.entry("dialects.responses", DIALECT)));

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
