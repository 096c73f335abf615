package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Where docs/house.md says that things are, they are.
class HousePageTest {
    private static final Path ROOT = Path.of(System.getProperty("switchgear.root"));

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/house.md"));
    }

    @Test
    void each_place_of_the_table_holds_the_class_it_names() throws IOException {
        List<String> named =
                Pattern.compile("`([a-z]+)/((?:[a-z]+/)*[A-Z]\\w+)`")
                        .matcher(page())
                        .results()
                        .map(found ->
                                found.group(1)
                                        + "/src/main/java/dev/switchgear/"
                                        + found.group(1)
                                        + "/"
                                        + found.group(2)
                                        + ".java")
                        .toList();

        assertThat(named).hasSizeGreaterThan(30);
        assertThat(named).allSatisfy(file -> assertThat(ROOT.resolve(file)).exists());
    }

    @Test
    void each_module_has_its_row_and_its_architecture_test() throws IOException {
        var told =
                new TreeSet<>(
                        Pattern.compile("(?m)^\\| `([a-z]+)` \\|")
                                .matcher(page())
                                .results()
                                .map(found -> found.group(1))
                                .toList());
        var built = new TreeSet<String>();
        try (Stream<Path> folders = Files.list(ROOT)) {
            folders.filter(folder -> Files.exists(folder.resolve("src/main/java")))
                    .map(folder -> String.valueOf(folder.getFileName()))
                    .forEach(built::add);
        }
        // These two are no part of the program, and the page says so in a sentence.
        built.removeAll(List.of("bench", "walls"));

        assertThat(told).isEqualTo(built);
        assertThat(told)
                .allSatisfy(module ->
                        assertThat(ROOT.resolve(module + "/src/test/java/dev/switchgear/" + module))
                                .isDirectoryContaining("glob:**/ArchitectureTest.java"));
    }

    /// The rooms of `core` in the drawing, and those there are.
    @Test
    void the_drawing_shows_every_room_of_core() throws IOException {
        var rooms = new ArrayList<String>();
        try (Stream<Path> folders =
                Files.list(ROOT.resolve("core/src/main/java/dev/switchgear/core"))) {
            folders.filter(Files::isDirectory)
                    .map(folder -> String.valueOf(folder.getFileName()))
                    .forEach(rooms::add);
        }
        String drawing = page().substring(page().indexOf("| core "), page().indexOf("`bench`"));

        assertThat(rooms).isNotEmpty().allSatisfy(room -> assertThat(drawing).contains(room));
    }
}
