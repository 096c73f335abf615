package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/// `docs/clients.md` names a test for each of its rows.
class ClientsPageTest {
    private static final List<Class<?>> TESTS =
            List.of(
                    ClaudeCodeTest.class,
                    ClientsPageTest.class,
                    CodexTest.class,
                    GoClientsTest.class,
                    JavaClientsTest.class,
                    MatrixTest.class,
                    NodeAgentsTest.class,
                    NodeClientsTest.class,
                    PythonAgentsTest.class,
                    PythonClientsTest.class,
                    SdkTest.class);
    private static final Pattern TEST = Pattern.compile("`([A-Za-z]+Test\\.[a-z0-9_]+)`");

    private static final Pattern LIBRARY = Pattern.compile("`([^`]+)`");

    /// A library with its version, as Go has those that are meant.
    private static final Pattern REQUIRED = Pattern.compile("(?m)^\t(\\S+) v[0-9.]+$");

    /// A library with its version, in the words of npm or pip.
    private static final Pattern PINNED =
            Pattern.compile("(?m)^ *\"?([a-z0-9@/-]+)(?:\": \"(?:npm:[^\"]*@)?|==)[0-9.]+\"?,?$");

    /// The libraries that are meant; behind them stands what they need in turn.
    private static final Pattern OWN =
            Pattern.compile(
                    "(?:(?:anthropic|google-genai|langchain-openai|llm|ollama|openai)==.*\n)+");

    private static Path file(String name) {
        return Path.of(System.getProperty("switchgear.root", "..")).resolve(name);
    }

    /// The cells of each row of the table, its head left out.
    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(file("docs/clients.md")).stream()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .map(line ->
                        Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                                .map(String::strip)
                                .toList())
                .toList();
    }

    @Test
    void every_row_names_tests_that_are_run() throws Exception {
        var run = new TreeSet<String>();
        for (Class<?> tests : TESTS) {
            for (Method method : tests.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class)
                        || method.isAnnotationPresent(TestFactory.class)
                        || method.isAnnotationPresent(ParameterizedTest.class)) {
                    run.add(tests.getSimpleName() + "." + method.getName());
                }
            }
        }

        assertThat(rows()).hasSizeGreaterThan(10);
        for (List<String> row : rows()) {
            List<String> named =
                    TEST.matcher(row.getLast())
                            .results()
                            .map((MatchResult found) -> found.group(1))
                            .toList();
            assertThat(row).hasSize(5);
            assertThat(row.get(2)).as("base of %s", row).contains("`http://127.0.0.1:8080");
            assertThat(named).as("tests of %s", row).isNotEmpty();
            assertThat(run).containsAll(named);
        }
    }

    @Test
    void every_library_that_the_build_installs_for_that_has_a_row() throws Exception {
        var named = new TreeSet<String>();
        for (List<String> row : rows()) {
            LIBRARY.matcher(row.get(1)).results().forEach(one -> named.add(one.group(1)));
        }

        for (String pinned :
                List.of(
                        Files.readString(file("server/src/test/sdk/package.json")),
                        OWN.matcher(
                                        Files.readString(
                                                file("server/src/test/python/requirements.txt")))
                                .results()
                                .map(block -> block.group())
                                .findFirst()
                                .orElseThrow())) {
            List<String> libraries =
                    PINNED.matcher(pinned)
                            .results()
                            .map(one -> one.group(1))
                            .filter(library -> !library.equals("anthropic-before-1"))
                            .toList();

            assertThat(libraries).hasSizeGreaterThanOrEqualTo(4);
            assertThat(named).containsAll(libraries);
        }
        assertThat(REQUIRED.matcher(Files.readString(file("server/src/test/go/go.mod"))).results())
                .extracting(one -> one.group(1))
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(named::contains);
    }

    @Test
    void curl_asks_and_streams() throws Exception {
        Sdk.need(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");
        String chat =
                "{\"model\":\"chat/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        try (ScriptedHouse house = ScriptedHouse.open()) {
            String base = "http://127.0.0.1:" + house.port();

            String plain = curl("-s", base + "/v1/chat/completions", "-d", chat);
            house.answers(
                    "chat",
                    Answer.events(
                            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                                    + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"streamed\"},\"finish_reason\":\"stop\"}]}\n\n",
                            "data: [DONE]\n\n"));
            String streamed =
                    curl(
                            "-sN",
                            base + "/v1/chat/completions",
                            "-H",
                            "Authorization: Bearer anything",
                            "-d",
                            "{\"stream\":true," + chat.substring(1));

            assertThat(plain).contains("\"content\":\"ok\"");
            assertThat(streamed).contains("\"content\":\"streamed\"").contains("data: [DONE]");
        }
    }

    private static String curl(String... arguments) throws Exception {
        var command = new ArrayList<String>(List.of("/usr/bin/curl", "--max-time", "20"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}
