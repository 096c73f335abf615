package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/// `docs/agents.md` names a test for each agent, and each agent that the build installs.
class AgentsPageTest {
    private static final Pattern TEST = Pattern.compile("`([A-Za-z]+Test\\.[a-z0-9_]+)`");

    /// A dependency in the words of npm, or of pip where it stands before what it needs in turn.
    private static final Pattern NPM = Pattern.compile("(?m)^ *\"([a-z0-9@/-]+)\": \"[0-9.]+\",?$");

    private static final Pattern PIP = Pattern.compile("(?m)^([a-z0-9-]+)==");

    private static final List<Class<?>> TESTS =
            List.of(
                    ClaudeAgentTest.class,
                    ClaudeCodeTest.class,
                    CodexTest.class,
                    NodeAgentsTest.class,
                    PythonAgentsTest.class);

    private static String file(String name) throws IOException {
        return Files.readString(Path.of(System.getProperty("switchgear.root", "..")).resolve(name));
    }

    @Test
    void every_row_names_a_test_that_is_run_and_every_test_has_a_row() throws Exception {
        var run = new TreeSet<String>();
        for (Class<?> tests : TESTS) {
            for (Method method : tests.getDeclaredMethods()) {
                boolean usual =
                        method.isAnnotationPresent(Test.class)
                                || method.isAnnotationPresent(TestFactory.class)
                                || method.isAnnotationPresent(ParameterizedTest.class);
                if (usual && !method.isAnnotationPresent(org.junit.jupiter.api.Tag.class)) {
                    run.add(tests.getSimpleName() + "." + method.getName());
                }
            }
        }
        List<String> rows =
                file("docs/agents.md").lines().filter(line -> line.startsWith("| `")).toList();

        assertThat(rows).hasSizeGreaterThan(8).allMatch(row -> TEST.matcher(row).find());
        assertThat(TEST.matcher(String.join("\n", rows)).results())
                .extracting((MatchResult found) -> found.group(1))
                .containsAll(run)
                .allMatch(run::contains);
    }

    /// Each row of what it costs, and of what is kept, names who shows it.
    @Test
    void every_figure_names_a_test_that_there_is_or_a_measure() throws Exception {
        String page = file("docs/agents.md");
        List<String> rows = page.lines().filter(line -> line.startsWith("| **")).toList();

        assertThat(rows)
                .hasSizeGreaterThan(10)
                .allMatch(row -> TEST.matcher(row).find() || row.contains("`bench/RESULTS.md`"));
        assertThat(file("bench/RESULTS.md")).contains("CPU µs/request");
        for (MatchResult named : TEST.matcher(page).results().toList()) {
            String[] parts = named.group(1).split("\\.", -1);
            assertThat(Class.forName("dev.switchgear.server." + parts[0]).getDeclaredMethods())
                    .extracting(Method::getName)
                    .as(named.group(1))
                    .contains(parts[1]);
        }
    }

    @Test
    void every_agent_that_the_build_installs_is_named() throws Exception {
        String page = file("docs/agents.md");
        for (String folder : List.of("agents-node", "codex", "claude-code", "claude-agent")) {
            assertThat(NPM.matcher(file("server/src/test/" + folder + "/package.json")).results())
                    .extracting((MatchResult found) -> found.group(1))
                    .isNotEmpty()
                    .allMatch(library -> page.contains("`" + library + "`"));
        }
        List<String> python =
                PIP.matcher(file("server/src/test/agents-python/requirements.txt"))
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .limit(9)
                        .toList();
        assertThat(python)
                .hasSize(9)
                .contains("openai-agents")
                .allMatch(library -> page.contains("`" + library + "`"));
    }
}
