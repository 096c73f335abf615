package dev.switchgear.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Proves the simulation: bugs are planted in `core`, one at a time, and it must find each.
final class MutationTest {
    private static final int SEEDS_MAX = 2_000;

    /// A simulation that cries over sound code finds every bug, too.
    @Test
    void a_mutation_that_changes_nothing_is_not_found() {
        var nothing =
                new Mutation(
                        "nothing",
                        "routing/Failover.java",
                        "case Success<A> _ -> true;",
                        "case Success<A> _ -> !false;");

        assertThat(seedsUntilFound(nothing, 20)).isEmpty();
    }

    @Test
    void a_mutation_whose_place_has_gone_fails_loudly() {
        var stale = new Mutation("stale", "routing/Failover.java", "no such fragment", "");

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> new Mutant(stale))
                .withMessageContaining("not at all");
    }

    @Test
    void every_mutation_still_finds_its_place() {
        assertThat(Mutation.all())
                .hasSizeGreaterThanOrEqualTo(15)
                .allSatisfy(mutation -> assertThat(Mutant.mutated(mutation)).isNotEmpty());
    }

    /// A few in every build; the rest has a profile of its own.
    @TestFactory
    Stream<DynamicTest> the_quickest_planted_bugs_are_found() {
        return Mutation.all().stream().limit(3).map(MutationTest::isFound);
    }

    @TestFactory
    @Tag("long")
    @Tag("mutations")
    Stream<DynamicTest> every_planted_bug_is_found() {
        return Mutation.all().stream().map(MutationTest::isFound);
    }

    private static DynamicTest isFound(Mutation mutation) {
        return DynamicTest.dynamicTest(
                mutation.bug(),
                () -> {
                    List<String> found = seedsUntilFound(mutation, SEEDS_MAX);

                    assertThat(found).as(mutation.bug()).isNotEmpty();
                    System.out.printf("%-70s %s%n", mutation.bug(), found.getFirst());
                });
    }

    /// After how many seeds it was found and by which rule; empty if it was not.
    private static List<String> seedsUntilFound(Mutation mutation, int most) {
        var mutant = new Mutant(mutation);
        var found = new ArrayList<String>();
        for (int seed = 0; seed < most && found.isEmpty(); seed++) {
            String rule = mutant.verdict(seed);
            if (!rule.isEmpty()) {
                found.add((seed + 1) + " seeds, " + rule);
            }
        }
        return found;
    }
}
