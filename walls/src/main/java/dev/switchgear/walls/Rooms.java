package dev.switchgear.walls;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The rooms of a module and the arrows between them, as its architecture test writes them down.
///
/// A room is a package by itself, such as `families.llm`, or with all beneath it, such as
/// `server.gateway..`. A class may use classes of its own room, of those that its room knows, and
/// whatever is not ours. Immutable.
public final class Rooms {
    private static final String HOUSE = "dev.switchgear.";

    private final JavaClasses classes;
    private final SortedMap<String, List<String>> knows;

    private Rooms(JavaClasses classes, SortedMap<String, List<String>> knows) {
        this.classes = classes;
        this.knows = knows;
    }

    /// @param knows what each room knows, by room
    public static Rooms of(JavaClasses classes, Map<String, List<String>> knows) {
        return new Rooms(classes, new TreeMap<>(knows));
    }

    /// The classes of a module without those of its tests.
    ///
    /// @param module its package below the house's, such as `core`
    public static JavaClasses classesOf(String module) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(HOUSE + module);
    }

    /// Rooms without a package, and packages that no room holds: both are empty for a table that tells
    /// the truth.
    public List<String> misplaced() {
        var packages = new TreeSet<String>();
        for (JavaClass each : classes) {
            packages.add(each.getPackageName());
        }
        var found = new ArrayList<String>();
        packages.stream()
                .filter(name -> roomOf(name).isEmpty())
                .forEach(name -> found.add("no room holds the package " + name));
        knows.keySet().stream()
                .filter(room ->
                        packages.stream().noneMatch(name -> roomOf(name).equals(Optional.of(room))))
                .forEach(room -> found.add("no package is in the room " + room));
        return found;
    }

    /// One rule a room: it knows nobody of ours but those written down.
    public List<ArchRule> arrows() {
        return knows.entrySet().stream()
                .map(entry -> {
                    var known =
                            Stream.concat(Stream.of(entry.getKey()), entry.getValue().stream())
                                    .map(room -> HOUSE + room)
                                    .toArray(String[]::new);
                    return (ArchRule)
                            classes()
                                    .that()
                                    .resideInAPackage(HOUSE + entry.getKey())
                                    .should()
                                    .onlyDependOnClassesThat(
                                            not(resideInAPackage(HOUSE + "."))
                                                    .or(resideInAnyPackage(known)));
                })
                .toList();
    }

    /// Rooms that know each other, straight or by others, could only be understood together.
    public ArchRule noCircle() {
        return slices().assignedFrom(
                        new SliceAssignment() {
                            @Override
                            public String getDescription() {
                                return "rooms";
                            }

                            @Override
                            public SliceIdentifier getIdentifierOf(JavaClass each) {
                                return roomOf(each.getPackageName())
                                        .map(room -> SliceIdentifier.of(room))
                                        .orElseGet(SliceIdentifier::ignore);
                            }
                        })
                .should()
                .beFreeOfCycles();
    }

    private Optional<String> roomOf(String packageName) {
        return knows.keySet().stream().filter(room -> holds(HOUSE + room, packageName)).findFirst();
    }

    private static boolean holds(String room, String packageName) {
        if (!room.endsWith("..")) {
            return room.equals(packageName);
        }
        String top = room.substring(0, room.length() - 2);
        return packageName.equals(top) || packageName.startsWith(top + ".");
    }
}
