package dev.switchgear.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.switchgear.walls.HandedIn;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.MonitorInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds what the drawing of the house says about `core`.
class ArchitectureTest {
    private static final String CORE = "dev.switchgear.core.";

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.switchgear.core");

    @Test
    void it_looks_at_the_classes_it_means() {
        assertThat(CLASSES.contain(CORE + "breaker.Breaker")).isTrue();
        assertThat(CLASSES.contain(CORE + "time.SystemTime")).isTrue();
        assertThat(CLASSES.contain(CORE + "ArchitectureTest")).isFalse();
    }

    @Test
    void core_is_plain_jdk() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify.annotations..", "dev.switchgear.core..")
                .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "breaker",
                "limiter",
                "bulkhead",
                "retry",
                "cache",
                "stream",
                "vault",
                "health",
                "score",
                "patience",
                "overload",
                "share",
                "alert"
            })
    void a_policy_knows_the_words_time_and_events_and_nobody_else(String policy) {
        classes()
                .that()
                .resideInAPackage(CORE + policy + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify.annotations..",
                        CORE + policy + "..",
                        CORE + "call..",
                        CORE + "time..",
                        CORE + "event..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void time_knows_nobody_and_the_words_know_only_time() {
        classes()
                .that()
                .resideInAPackage(CORE + "time..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify.annotations..", CORE + "time..")
                .check(CLASSES);
        classes()
                .that()
                .resideInAPackage(CORE + "call..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "org.jspecify.annotations..", CORE + "call..", CORE + "time..")
                .check(CLASSES);
    }

    @Test
    void nobody_below_the_guard_knows_it_and_nobody_but_routing_knows_routing() {
        noClasses()
                .that()
                .resideOutsideOfPackage(CORE + "routing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CORE + "routing..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(CORE + "routing..", CORE + "standing..", CORE + "guard..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CORE + "guard..")
                .check(CLASSES);
    }

    /// Who may be asked is the guards' business; how an upstream is, is said about it afterwards.
    @Test
    void nobody_below_knows_how_an_upstream_stands_and_routing_does_not_ask() {
        noClasses()
                .that()
                .resideOutsideOfPackage(CORE + "standing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CORE + "standing..")
                .check(CLASSES);
        classes()
                .that()
                .resideInAPackage(CORE + "standing..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify.annotations..",
                        CORE + "standing..",
                        CORE + "guard..",
                        CORE + "health..",
                        CORE + "breaker..",
                        CORE + "score..",
                        CORE + "call..")
                .check(CLASSES);
    }

    @Test
    void events_are_told_in_the_words_alone() {
        classes()
                .that()
                .resideInAPackage(CORE + "event..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "org.jspecify.annotations..", CORE + "event..", CORE + "call..")
                .check(CLASSES);
    }

    @Test
    void rooms_form_no_circle() {
        slices().matching(CORE + "(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void only_time_reads_the_clock_sleeps_or_starts_threads() {
        HandedIn.timeAndThreads(List.of()).check(CLASSES);
    }

    @Test
    void nothing_waits_or_draws_in_a_way_the_simulation_cannot_order() {
        HandedIn.chance().check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(CORE + "time..")
                .should()
                .callCodeUnitWhere(
                        calls(
                                "java.lang.Object.wait",
                                "java.lang.Object.notify",
                                "java.lang.Object.notifyAll",
                                "java.util.concurrent.locks.LockSupport.parkNanos",
                                "java.util.concurrent.locks.LockSupport.parkUntil",
                                "java.util.concurrent.CompletableFuture.orTimeout",
                                "java.util.concurrent.CompletableFuture.completeOnTimeout",
                                "java.util.concurrent.CompletableFuture.delayedExecutor",
                                "java.util.Collection.parallelStream",
                                "java.util.concurrent.locks.Condition.awaitNanos",
                                "java.util.concurrent.locks.Condition.awaitUntil"))
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(CORE + "time..")
                .should()
                .callCodeUnitWhere(timedWaits())
                .check(CLASSES);
    }

    @Test
    void nothing_but_time_is_synchronized() throws IOException {
        var found = new ArrayList<String>();
        for (JavaClass each : CLASSES) {
            if (each.getPackageName().equals(CORE + "time")) {
                continue;
            }
            each.getMethods().stream()
                    .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                    .forEach(method -> found.add(method.getFullName()));
            found.addAll(monitorsIn(each));
        }

        assertThat(found).isEmpty();
    }

    @Test
    void a_synchronized_block_would_be_seen() throws IOException {
        JavaClass manualTime = CLASSES.get(CORE + "time.ManualTime");

        assertThat(monitorsIn(manualTime)).isNotEmpty();
    }

    /// ArchUnit does not see synchronized blocks; the byte code shows them.
    private static List<String> monitorsIn(JavaClass each) throws IOException {
        var found = new ArrayList<String>();
        try (InputStream in = each.getSource().orElseThrow().getUri().toURL().openStream()) {
            for (var method : ClassFile.of().parse(in.readAllBytes()).methods()) {
                method.code().stream()
                        .flatMap(code -> code.elementStream())
                        .filter(element ->
                                element instanceof MonitorInstruction monitor
                                        && monitor.opcode() == Opcode.MONITORENTER)
                        .forEach(_ ->
                                found.add(
                                        each.getName() + "." + method.methodName().stringValue()));
            }
        }
        return found;
    }

    private static DescribedPredicate<JavaCall<?>> calls(String... forbidden) {
        var names = Set.of(forbidden);
        return DescribedPredicate.describe(
                "is one of " + String.join(", ", forbidden),
                call -> {
                    CodeUnitCallTarget target = call.getTarget();
                    String owner = target.getOwner().getName();
                    return names.contains(owner + "." + target.getName())
                            || names.contains(owner + ".*");
                });
    }

    /// `tryAcquire`, `tryLock`, `poll`, `offer`, `await`, `get`, `join` and the like, with a time.
    private static DescribedPredicate<JavaCall<?>> timedWaits() {
        return DescribedPredicate.describe(
                "waits with a time of its own",
                call ->
                        call.getTarget()
                                        .getOwner()
                                        .getPackageName()
                                        .startsWith("java.util.concurrent")
                                && call.getTarget().getRawParameterTypes().stream()
                                        .anyMatch(type ->
                                                type.getName()
                                                        .equals(
                                                                "java.util.concurrent"
                                                                        + ".TimeUnit")));
    }
}
