package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/adding-a-family.md leads to what is there, and leaves nothing of its example out.
class AddingAFamilyPageTest {
    private static final Path DOCS = Path.of(System.getProperty("switchgear.root"), "docs");
    private static final Path EXAMPLE =
            DOCS.resolve("../server/src/test/java/dev/switchgear/server/echo").normalize();

    private static List<Path> named() throws IOException {
        return Pattern.compile("]\\(([^)#]+)\\)")
                .matcher(Files.readString(DOCS.resolve("adding-a-family.md")))
                .results()
                .map(link -> DOCS.resolve(link.group(1)).normalize())
                .toList();
    }

    @Test
    void every_file_that_the_page_names_exists() throws IOException {
        assertThat(named()).hasSizeGreaterThan(15).allSatisfy(file -> assertThat(file).exists());
    }

    @Test
    void every_class_of_the_example_but_the_server_it_calls_has_its_step() throws IOException {
        Set<String> shown =
                named().stream()
                        .filter(file -> file.startsWith(EXAMPLE))
                        .map(file -> file.getFileName().toString())
                        .collect(Collectors.toSet());

        try (Stream<Path> files = Files.list(EXAMPLE)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(
                            name -> !Set.of("package-info.java", "EchoServer.java").contains(name))
                    .containsExactlyInAnyOrderElementsOf(shown);
        }
    }
}
