package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.Matrix.Feature;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// `docs/llm.md` names the tests that prove it.
class LlmPageTest {
    private static final Pattern ROW = Pattern.compile("`(clients_of_[a-z_]+)`");
    private static final Pattern TEST =
            Pattern.compile("`((?:Node|Python)ClientsTest\\.[a-z0-9_]+)`");

    private static String page() throws IOException {
        return Files.readString(
                Path.of(System.getProperty("switchgear.root", "..")).resolve("docs/llm.md"));
    }

    private static List<String> named(Pattern pattern) throws IOException {
        return pattern.matcher(page())
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    @Test
    void every_row_of_the_matrix_is_a_test_and_every_such_test_a_row() throws Exception {
        List<String> tests =
                Arrays.stream(MatrixTest.class.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(TestFactory.class))
                        .map(Method::getName)
                        .toList();

        assertThat(named(ROW)).containsExactlyInAnyOrderElementsOf(tests);
    }

    @Test
    void every_feature_of_the_matrix_stands_on_the_page() throws Exception {
        String page = page();

        assertThat(Feature.values()).allMatch(feature -> page.contains("`" + feature.word() + "`"));
    }

    @Test
    void the_tests_beside_the_matrix_exist() throws Exception {
        var existing = new TreeSet<String>();
        for (Class<?> tests : List.of(NodeClientsTest.class, PythonClientsTest.class)) {
            for (Method method : tests.getDeclaredMethods()) {
                existing.add(tests.getSimpleName() + "." + method.getName());
            }
        }

        assertThat(new ArrayList<>(existing)).containsAll(named(TEST));
        assertThat(named(TEST)).isNotEmpty();
    }
}
