package dev.switchgear.providers;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.switchgear.walls.HandedIn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Holds what the drawing of the house says about `providers`: one engine a family, one package a
/// company, and one list that knows them all.
class ArchitectureTest {
    private static final String PROVIDERS = "dev.switchgear.providers";

    /// What serves all companies; every other package is one.
    private static final Set<String> SHARED = Set.of("llm", "fault");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(PROVIDERS);

    private static String room(String name) {
        return PROVIDERS + "." + name + "..";
    }

    private static Set<String> companies() {
        var companies = new TreeSet<String>();
        for (JavaClass each : CLASSES) {
            String inside = each.getPackageName().substring(PROVIDERS.length());
            if (!inside.isEmpty()) {
                companies.add(inside.split("\\.", -1)[1]);
            }
        }
        companies.removeAll(SHARED);
        return companies;
    }

    @Test
    void it_looks_at_the_classes_it_means() {
        assertThat(CLASSES.contain(PROVIDERS + ".llm.LlmUpstream")).isTrue();
        assertThat(CLASSES.contain(PROVIDERS + ".ArchitectureTest")).isFalse();
        assertThat(companies()).contains("anthropic", "mistral", "openai");
    }

    @Test
    void providers_know_families_dialects_and_the_wire_and_no_server() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify.annotations..",
                        "tools.jackson..",
                        "dev.switchgear.core..",
                        "dev.switchgear.families..",
                        "dev.switchgear.dialects..",
                        "dev.switchgear.wire..",
                        PROVIDERS + "..")
                .check(CLASSES);
    }

    /// OpenAI's API is the one that others extend, so its package is their base. Nobody extends
    /// another's.
    @Test
    void a_company_knows_the_engine_its_errors_and_at_most_the_api_it_extends() {
        for (String company : companies()) {
            String[] known =
                    company.equals("openai")
                            ? new String[] {room("llm"), room("fault"), room(company)}
                            : new String[] {
                                room("llm"), room("fault"), room(company), room("openai")
                            };
            noClasses()
                    .that()
                    .resideInAPackage(room(company))
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage(PROVIDERS + "..").and(not(resideInAnyPackage(known))))
                    .check(CLASSES);
        }
    }

    @Test
    void the_engine_knows_no_company_and_no_list() {
        noClasses()
                .that()
                .resideInAPackage(room("llm"))
                .should()
                .dependOnClassesThat(
                        resideInAPackage(PROVIDERS + "..")
                                .and(not(resideInAnyPackage(room("llm"), room("fault")))))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(room("fault"))
                .should()
                .dependOnClassesThat(
                        resideInAPackage(PROVIDERS + "..")
                                .and(not(resideInAPackage(room("fault")))))
                .check(CLASSES);
    }

    @Test
    void only_the_list_knows_all_companies() {
        String[] rooms = companies().stream().map(ArchitectureTest::room).toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(PROVIDERS)
                .and()
                .doNotHaveFullyQualifiedName(PROVIDERS + ".Kinds")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(rooms)
                .check(CLASSES);
        for (String company : companies()) {
            assertThat(CLASSES.get(PROVIDERS + ".Kinds").getDirectDependenciesFromSelf())
                    .as(company)
                    .anyMatch(known ->
                            known.getTargetClass()
                                    .getPackageName()
                                    .equals(PROVIDERS + "." + company));
        }
    }

    @Test
    void rooms_form_no_circle() {
        slices().matching(PROVIDERS + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void time_and_threads_are_handed_in() {
        HandedIn.timeAndThreads(List.of()).check(CLASSES);
    }

    /// More than that is an object that has not been found.
    @Test
    void nothing_takes_more_than_six_values() {
        List<String> found = new ArrayList<>();
        for (JavaClass each : CLASSES) {
            for (JavaCodeUnit unit : each.getCodeUnits()) {
                boolean written = !unit.getModifiers().contains(JavaModifier.SYNTHETIC);
                boolean components = each.isRecord() && unit.isConstructor();
                if (written && !components && unit.getRawParameterTypes().size() > 6) {
                    found.add(unit.getFullName());
                }
            }
        }

        assertThat(found).isEmpty();
    }
}
