package dev.switchgear.families.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The index of the built-in data is no list that somebody keeps.
class CatalogueIndexTest {
    private static final Path DATA =
            Path.of(
                    System.getProperty("switchgear.root"),
                    "families/src/main/resources/dev/switchgear/families/llm/model");

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void the_index_names_all_files_and_no_others() throws IOException {
        Path index = DATA.resolve("catalogue.index");
        if (System.getProperty("update") != null) {
            Files.write(index, files(DATA));
        }

        assertThat(Files.readAllLines(index))
                .as("run this test with -Dupdate to write it anew")
                .isEqualTo(files(DATA));
    }

    @Test
    void each_file_speaks_of_the_kind_it_is_named_after() throws IOException, InvalidCatalogue {
        for (String file : files(DATA)) {
            assertThat(Catalogue.load(DATA.resolve(file)).providers().keySet())
                    .as(file)
                    .containsExactly(file.replace(".yaml", ""));
        }
    }
}
