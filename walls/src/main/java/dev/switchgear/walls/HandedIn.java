package dev.switchgear.walls;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Time, threads and chance are handed in, so that a simulation or a test decides when what happens: nobody
/// but `core.time` reads the clock, sleeps or starts a thread. Pure functions.
public final class HandedIn {
    private static final String TIME = "dev.switchgear.core.time..";

    /// Methods and constructors, by the name of their class; `*` for all of it.
    private static final Set<String> TAKEN =
            Set.of(
                    "java.lang.System.nanoTime",
                    "java.lang.System.currentTimeMillis",
                    "java.time.Instant.now",
                    "java.time.LocalDate.now",
                    "java.time.LocalTime.now",
                    "java.time.LocalDateTime.now",
                    "java.time.OffsetDateTime.now",
                    "java.time.ZonedDateTime.now",
                    "java.time.Year.now",
                    "java.time.YearMonth.now",
                    "java.time.Clock.*",
                    "java.lang.Thread.<init>",
                    "java.lang.Thread.sleep",
                    "java.lang.Thread.start",
                    "java.lang.Thread.startVirtualThread",
                    "java.lang.Thread.ofVirtual",
                    "java.lang.Thread.ofPlatform",
                    "java.lang.Thread$Builder.*",
                    "java.util.Timer.*",
                    "java.util.concurrent.Executors.*",
                    "java.util.concurrent.ThreadPoolExecutor.<init>",
                    "java.util.concurrent.ScheduledThreadPoolExecutor.<init>",
                    "java.util.concurrent.ForkJoinPool.*",
                    "java.util.concurrent.CompletableFuture.runAsync",
                    "java.util.concurrent.CompletableFuture.supplyAsync",
                    "java.util.concurrent.CompletableFuture.delayedExecutor",
                    "java.util.Collection.parallelStream");

    private static final Set<String> DRAWN =
            Set.of(
                    "java.lang.Math.random",
                    "java.util.UUID.randomUUID",
                    "java.util.concurrent.ThreadLocalRandom.*",
                    "java.util.Random.<init>",
                    "java.security.SecureRandom.*");

    private HandedIn() {}

    /// @param except whole names of classes that may; what is nested in them may too
    public static ArchRule timeAndThreads(List<String> except) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(TIME)
                .and(areNot(except))
                .should()
                .accessTargetWhere(isOneOf(TAKEN))
                .because("time and threads are handed in");
    }

    /// Nobody draws but from what is handed in, so that a seed repeats a run.
    public static ArchRule chance() {
        return noClasses()
                .should()
                .accessTargetWhere(isOneOf(DRAWN))
                .because("chance is handed in");
    }

    private static DescribedPredicate<JavaClass> areNot(List<String> names) {
        return DescribedPredicate.describe(
                "are none of " + names,
                each ->
                        names.stream()
                                .noneMatch(name ->
                                        each.getName().equals(name)
                                                || each.getName().startsWith(name + "$")));
    }

    private static DescribedPredicate<JavaAccess<?>> isOneOf(Set<String> names) {
        return DescribedPredicate.describe(
                "is one of " + new TreeSet<>(names),
                access -> {
                    String owner = access.getTarget().getOwner().getName();
                    return names.contains(owner + "." + access.getTarget().getName())
                            || names.contains(owner + ".*");
                });
    }
}
