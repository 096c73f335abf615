package dev.switchgear.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.config.Node.Entry;
import dev.switchgear.server.config.Node.Kind;
import dev.switchgear.server.config.Node.Mapping;
import dev.switchgear.server.config.Node.Scalar;
import dev.switchgear.server.config.Node.Sequence;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// A key is pasted wherever a person can paste it, and nothing that is said about the file repeats it.
class CanaryTest {
    /// As companies make their keys, and as machines make passwords.
    private static final List<String> CANARIES =
            List.of(
                    "sk-proj-Ab3dEf6hIj9kLm2nOp5q",
                    "sk-ant-api03-canarycanarycanary",
                    "gsk_a1B2c3D4e5F6g7H8i9J0",
                    "AIzaSyA1b2C3d4E5f6G7h8I9j0",
                    "xai-4f9c2e7b1a6d8035",
                    "gwk_live_4f9c2e7b1a6d8035aaaaaaaa",
                    "4f9c2e7b-1a6d-8035-9e2c-4b7f1d6a8e30",
                    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.SflKxw",
                    "correcthorsebatterystaple",
                    "Bearer abcdefgh",
                    "pa$$-W0rd!4f9c2e7b",
                    "hf_aBcDeFgHiJkLmNoPqRsT",
                    "AKIAIOSFODNN7CANARY",
                    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY");

    /// In the default build one in so many; odd, so that it shares no rhythm with the seven ways in which
    /// a place is planted, nor with the sixteen in which a line is broken.
    private static final int SHARE = 3;

    private static final Path WHOLE = Path.of("src/test/resources/config/full.yaml");

    static Stream<String> canaries() {
        return CANARIES.stream();
    }

    private static Mapping whole() throws IOException, YamlTree.Unreadable {
        return YamlTree.read("full.yaml", Files.readString(WHOLE));
    }

    private static Map<String, String> environment() throws IOException {
        var environment = new HashMap<String, String>();
        Pattern.compile("[$][{]([A-Za-z_0-9]+)[}]")
                .matcher(Files.readString(WHOLE))
                .results()
                .forEach(found -> environment.put(found.group(1), "7"));
        return environment;
    }

    /// Each value in turn is the key; then each name; then each value becomes a list, or settings, of it.
    ///
    /// In the default build each key stands in a share of the places, and in each place a share of the
    /// keys; all in all of them are long.
    @ParameterizedTest
    @MethodSource("canaries")
    void is_never_repeated_wherever_it_stands_in_a_file(String canary) throws Exception {
        wherever(canary, SHARE);
    }

    @ParameterizedTest
    @MethodSource("canaries")
    @Tag("long")
    void is_never_repeated_in_any_place_of_a_file(String canary) throws Exception {
        wherever(canary, 1);
    }

    private static void wherever(String canary, int share) throws Exception {
        var said = new ArrayList<String>();
        List<Planted> files = new Planting(canary).everywhere(whole());
        Map<String, String> environment = environment();

        for (int i = CANARIES.indexOf(canary) % share; i < files.size(); i += share) {
            Planted planted = files.get(i);
            Loaded loaded = ConfigLoader.parse("a.yaml", planted.text(), environment);
            for (ConfigProblem problem : loaded.problems()) {
                said.add(planted.where() + ": " + problem.text());
            }
        }

        assertThat(files).hasSizeGreaterThan(300);
        assertThat(said).hasSizeGreaterThan(200 / share);
        assertNotSaid(said, canary);
    }

    /// What is set in the environment is anywhere, and so is what stands in the place of its name.
    @ParameterizedTest
    @MethodSource("canaries")
    void is_never_repeated_as_the_value_of_a_variable_or_as_its_name(String canary)
            throws Exception {
        var said = new ArrayList<String>();
        for (String variable : environment().keySet()) {
            var environment = environment();
            environment.put(variable, canary);
            String text = Files.readString(WHOLE);
            collect(ConfigLoader.parse("a.yaml", text, environment), said);
            collect(
                    ConfigLoader.parse(
                            "a.yaml",
                            text.replace("${" + variable + "}", "${" + canary + "}"),
                            environment()),
                    said);
        }

        assertThat(said).isNotEmpty();
        assertNotSaid(said, canary);
    }

    /// The key is put into each line, in the manners in which a line breaks.
    ///
    /// In the default build each key breaks each line in a share of the manners; each line is broken in
    /// each manner all the same, by some of the keys.
    @ParameterizedTest
    @MethodSource("canaries")
    void is_never_repeated_where_the_file_is_no_yaml(String canary) throws Exception {
        broken(canary, SHARE);
    }

    @ParameterizedTest
    @MethodSource("canaries")
    @Tag("long")
    void is_never_repeated_wherever_the_file_is_no_yaml(String canary) throws Exception {
        broken(canary, 1);
    }

    private static void broken(String canary, int share) throws Exception {
        List<String> lines = Files.readAllLines(WHOLE);
        Map<String, String> environment = environment();
        var said = new ArrayList<String>();
        for (int i = 0; i < lines.size(); i++) {
            List<String> manners =
                    List.of(
                            canary,
                            "\t" + canary + ": x",
                            "  \"" + canary,
                            "{ " + canary,
                            "[ " + canary + ": ",
                            "*" + canary,
                            "&" + canary + " x",
                            "!" + canary + " x",
                            "- " + canary,
                            "%" + canary,
                            "@" + canary,
                            "`" + canary + "`",
                            canary + ": " + canary + ": " + canary,
                            "? " + canary,
                            "\"\\q" + canary + "\"",
                            "x: { ${" + canary + "} }");
            for (int m = (CANARIES.indexOf(canary) + i) % share; m < manners.size(); m += share) {
                var text = new ArrayList<>(lines);
                text.add(i, manners.get(m));
                collect(ConfigLoader.parse("a.yaml", String.join("\n", text), environment), said);
                text.set(i, lines.get(i) + " " + manners.get(m));
                collect(ConfigLoader.parse("a.yaml", String.join("\n", text), environment), said);
            }
        }

        assertThat(said).hasSizeGreaterThan(1_000 / share);
        assertNotSaid(said, canary);
    }

    @ParameterizedTest
    @MethodSource("canaries")
    void is_never_repeated_when_it_comes_or_goes_in_a_running_gateway(String canary)
            throws Exception {
        comesOrGoes(canary, SHARE);
    }

    @ParameterizedTest
    @MethodSource("canaries")
    @Tag("long")
    void is_never_repeated_wherever_it_comes_or_goes_in_a_running_gateway(String canary)
            throws Exception {
        comesOrGoes(canary, 1);
    }

    private static void comesOrGoes(String canary, int share) throws Exception {
        Map<String, String> environment = environment();
        List<Planted> files = new Planting(canary).everywhere(whole());
        var said = new ArrayList<String>();
        Config before =
                ConfigLoader.parse("a.yaml", Files.readString(WHOLE), environment)
                        .config()
                        .orElseThrow();
        for (int i = CANARIES.indexOf(canary) % share; i < files.size(); i += share) {
            ConfigLoader.parse("a.yaml", files.get(i).text(), environment)
                    .config()
                    .ifPresent(after -> {
                        said.addAll(Difference.between(before, after));
                        said.addAll(Difference.between(after, before));
                    });
        }

        assertThat(said).hasSizeGreaterThan(share == 1 ? 30 : 5);
        assertNotSaid(said, canary);
    }

    @Test
    void what_is_plainly_none_is_repeated_so_that_it_can_be_found() {
        String text =
                """
                server: { port: 99999, prot: 1, drain: 2w }
                providers: { opnai: {}, openai: { models: [ gpt-4o ] } }
                routes: [ { match: { model: claude-3-5-sonnet }, to: [ { provider: openia } ] } ]
                aliases: { my-model: nowhere/llama3.2-70b }
                """;

        assertThat(ConfigLoader.parse("a.yaml", text, Map.of()).problems().toString())
                .contains("`99999`", "`prot`", "`2w`");
        assertThat(
                        ConfigLoader.parse(
                                        "a.yaml",
                                        text.substring(text.indexOf("providers")),
                                        Map.of())
                                .problems()
                                .toString())
                .contains("`openia`", "`nowhere/llama3.2-70b`", "`openai`");
    }

    private static void collect(Loaded loaded, List<String> said) {
        loaded.problems().forEach(problem -> said.add(problem.text()));
    }

    /// Not the whole of it, and no telling part.
    private static void assertNotSaid(List<String> said, String canary) {
        String part = canary.substring(canary.length() - 8);
        assertThat(said)
                .allSatisfy(line ->
                        assertThat(line.toLowerCase(Locale.ROOT))
                                .doesNotContain(part.toLowerCase(Locale.ROOT)));
        assertThat(said).noneMatch(line -> line.contains(canary.substring(0, 10)));
    }

    private record Planted(String where, String text) {}

    /// Writes a tree with one place changed; JSON is YAML.
    private static final class Planting {
        private final String canary;
        private final List<Planted> files = new ArrayList<>();

        Planting(String canary) {
            this.canary = canary;
        }

        List<Planted> everywhere(Mapping tree) {
            plant(tree, tree, "");
            return files;
        }

        private void plant(Mapping tree, Node node, String path) {
            for (Node other : instead(node)) {
                files.add(new Planted(path, text(swapped(tree, node, other))));
            }
            switch (node) {
                case Scalar _ -> {
                    // It has no parts.
                }
                case Sequence sequence ->
                        sequence.items().forEach(item -> plant(tree, item, path + "[]"));
                case Mapping mapping ->
                        mapping.entries()
                                .forEach(entry ->
                                        plant(tree, entry.value(), path + "." + entry.name()));
            }
        }

        private List<Node> instead(Node node) {
            var key = new Scalar(canary, Kind.TEXT, 1, 1);
            var lines = new Scalar(canary + "\n" + canary, Kind.TEXT, 1, 1);
            var list = new Sequence(List.of(key), 1, 1);
            var nested = new Sequence(List.of(list), 1, 1);
            var named = new Mapping(List.of(new Entry(canary, key, 1, 1)), 1, 1);
            var all = new ArrayList<Node>(List.of(key, lines, list, nested, named));
            if (node instanceof Mapping mapping && !mapping.entries().isEmpty()) {
                var more = new ArrayList<>(mapping.entries());
                more.add(new Entry(canary, key, 1, 1));
                all.add(new Mapping(more, 1, 1));
                for (int i = 0; i < mapping.entries().size(); i++) {
                    var renamed = new ArrayList<>(mapping.entries());
                    renamed.set(i, new Entry(canary, mapping.entries().get(i).value(), 1, 1));
                    all.add(new Mapping(renamed, 1, 1));
                }
            }
            return all;
        }

        // Equal ones stand in many places, and one of them is meant.
        @SuppressWarnings("ReferenceEquality")
        private static Node swapped(Node node, Node old, Node other) {
            if (node == old) {
                return other;
            }
            return switch (node) {
                case Scalar scalar -> scalar;
                case Sequence sequence ->
                        new Sequence(
                                sequence.items().stream()
                                        .map(item -> swapped(item, old, other))
                                        .toList(),
                                1,
                                1);
                case Mapping mapping ->
                        new Mapping(
                                mapping.entries().stream()
                                        .map(entry ->
                                                new Entry(
                                                        entry.name(),
                                                        swapped(entry.value(), old, other),
                                                        1,
                                                        1))
                                        .toList(),
                                1,
                                1);
            };
        }

        private static String text(Node node) {
            return JsonMapper.shared().writeValueAsString(json(node));
        }

        private static JsonNode json(Node node) {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            return switch (node) {
                case Scalar scalar ->
                        switch (scalar.kind()) {
                            case TEXT, FALLBACK -> nodes.stringNode(scalar.text());
                            case NUMBER -> nodes.numberNode(new BigDecimal(scalar.text()));
                            case TRUTH -> nodes.booleanNode(Boolean.parseBoolean(scalar.text()));
                            case NOTHING -> nodes.nullNode();
                        };
                case Sequence sequence -> {
                    var array = nodes.arrayNode();
                    sequence.items().forEach(item -> array.add(json(item)));
                    yield array;
                }
                case Mapping mapping -> {
                    var object = nodes.objectNode();
                    mapping.entries()
                            .forEach(entry -> object.set(entry.name(), json(entry.value())));
                    yield object;
                }
            };
        }
    }
}
