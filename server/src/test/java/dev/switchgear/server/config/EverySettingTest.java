package dev.switchgear.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Time;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.money.Money;
import dev.switchgear.providers.Kinds;
import dev.switchgear.server.Running;
import dev.switchgear.server.Wiring;
import dev.switchgear.server.config.Config.Awaited;
import dev.switchgear.server.config.Config.BreakerWindow;
import dev.switchgear.server.config.Config.HedgeAfter;
import dev.switchgear.server.config.Settings.Setting;
import dev.switchgear.server.config.Settings.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Walks all settings that there are: each is changed in a running gateway, and takes effect, or is one
/// of those that say that they wait for the next start.
///
/// It takes effect where the gateway then holds, in all that it works by, exactly what one holds that
/// was started with the new value, and nothing of the old one. That each value does what its setting
/// says is shown by the tests of what it is for, and `SettingsTest` sees that somebody reads it.
class EverySettingTest {
    private static final String HASH = "AAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private static final String OTHER_HASH = "BBBBBBBB.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// A file in which every section stands once.
    private static final String WHOLE =
            """
            {"server": {"port": 0},
             "egress": {"allow-private": ["127.0.0.1:9"]},
             "clients": [{"name": "ops", "key-hash": "%s", "limits": {}}],
             "limits": {},
             "providers": {
               "p": {"kind": "openai-compatible", "base-url": "http://127.0.0.1:9/v1",
                     "keys": [{"name": "main", "secret": "sk-of-p"}], "limits": {}},
               "q": {"kind": "openai-compatible", "base-url": "http://127.0.0.1:9/v1",
                     "keys": [{"name": "main", "secret": "sk-of-q"}, {"name": "spare", "secret": "sk-of-r"}]}},
             "routes": [{"match": {"model": "m"}, "strategy": "score",
                         "to": [{"provider": "p"}, {"provider": "q"}],
                         "larger": [{"provider": "q"}]}],
             "resilience": {}}
            """
                    .formatted(HASH);

    /// Two values of what only a person can think of, and of what must fit to others; by the setting's
    /// path, in which `*` stands for any name or place.
    private static final Map<String, List<String>> VALUES =
            Map.ofEntries(
                    row("server.bind", "'127.0.0.1'", "'localhost'"),
                    row("server.port", "0", "8099"),
                    row("server.limits.json-values", "2000", "3000"),
                    row("server.key-pepper", "'one pepper'", "'another pepper'"),
                    row("server.cors.origins", "['https://a.example']", "['https://b.example']"),
                    row("clients.*.name", "ops", "dev"),
                    row("clients.*.key-hash", HASH, OTHER_HASH),
                    row(
                            "egress.allow-private",
                            "['127.0.0.1:9']",
                            "['127.0.0.1:9', '127.0.0.1:8']"),
                    row("providers.*.kind", "openai-compatible", "mistral"),
                    row(
                            "providers.*.base-url",
                            "'http://127.0.0.1:9/v1'",
                            "'http://127.0.0.1:9/v2'"),
                    row("providers.*.keys.*.name", "main", "other"),
                    row("providers.*.keys.*.secret", "sk-of-p", "sk-new-of-p"),
                    row("providers.*.models", "[m]", "[n]"),
                    row("providers.*.headers.*", "one", "two"),
                    row("providers.*.quirks.key-header", "X-Key", "X-Other-Key"),
                    row("providers.*.quirks.key-prefix", "'Key '", "'Token '"),
                    row("providers.*.quirks.query", "'?v=1'", "'?v=2'"),
                    row("routes.*.match.model", "m", "n"),
                    row("routes.*.to.*.provider", "p", "q"),
                    row("routes.*.to.*.model", "m1", "m2"),
                    row("routes.*.to.*.key", "main", "spare"),
                    row("routes.*.larger.*.provider", "q", "p"),
                    row("routes.*.larger.*.model", "m1", "m2"),
                    row("routes.*.larger.*.key", "main", "spare"),
                    row("aliases.*", "m", "p/m"),
                    row("providers.*.breaker.open-for-max", "10s", "20s"),
                    row("resilience.breaker.open-for-max", "10s", "20s"),
                    row("resilience.adaptive.enabled", "false", "true"),
                    row("resilience.adaptive.max", "40", "50"),
                    row("resilience.adaptive.min", "3", "5"));

    /// Settings that only another setting makes visible, with what it takes.
    private static final Map<String, String> BESIDE =
            Map.of(
                    "resilience.adaptive", "{enabled: true}",
                    "providers.*.quirks", "{chat: true}",
                    "routes.*.to.*.key", "q",
                    "routes.*.larger.*.key", "q");

    /// A last resort has no share: no value of it can be used.
    private static final String REFUSED = "routes.*.larger.*.share";

    @TempDir private static Path folder;

    private static Map.Entry<String, List<String>> row(String path, String one, String other) {
        return Map.entry(path, List.of(one, other));
    }

    @TestFactory
    Stream<DynamicTest> each_setting_takes_effect_or_says_that_it_waits() {
        var walked = new ArrayList<DynamicTest>();
        for (Leaf leaf : leaves()) {
            if (leaf.path().equals(REFUSED)) {
                continue;
            }
            walked.add(
                    DynamicTest.dynamicTest(
                            leaf.path(), () -> takesEffectOrSays(leaf, values(leaf))));
        }
        return walked.stream();
    }

    @Test
    void the_schema_and_the_page_name_exactly_the_settings_that_wait() throws IOException {
        List<String> waiting =
                leaves().stream().filter(Leaf::atStart).map(Leaf::path).sorted().toList();

        String page = Files.readString(root().resolve("docs/configuration.md"));
        String schema = Files.readString(root().resolve("switchgear.schema.json"));
        String waits = page.substring(page.indexOf("wait for the next start"));

        assertThat(waiting).contains("server.bind", "server.port", "server.tls.certificate");
        for (String path : waiting) {
            assertThat(waits).as("the page").contains(named(path));
        }
        assertThat(schema.split("A change takes effect at the next start", -1))
                .hasSize(1 + (int) settingsAtStart(Config.class));
    }

    private static String named(String path) {
        String name = path.replaceFirst("^server[.](limits[.])?", "");
        return "`" + name + "`";
    }

    private static Path root() {
        return Path.of(System.getProperty("switchgear.root", ".."));
    }

    private static long settingsAtStart(Class<?> section) {
        return Settings.of(section).stream()
                .mapToLong(setting ->
                        (setting.key().atStart() ? 1 : 0)
                                + (setting.shape() instanceof Shape.Section inner
                                        ? settingsAtStart(inner.type())
                                        : 0))
                .sum();
    }

    private static void takesEffectOrSays(Leaf leaf, List<String> values) throws Exception {
        Config before = config(leaf.path(), values.get(0));
        Config after = config(leaf.path(), values.get(1));
        assertThat(before).as("it is another value").isNotEqualTo(after);

        ConfigWatch.Change change = ConfigWatch.Change.between(before, after);

        assertThat(change.differences()).as("what the log says").isNotEmpty();
        if (leaf.atStart()) {
            assertThat(change.atNextStart()).isEqualTo(change.differences());
            Loaded checked = new Loaded(Optional.of(after), List.of());
            assertThat(checked.atNextStart())
                    .as("what check says")
                    .anyMatch(leaf.path()::startsWith);
            return;
        }
        assertThat(change.atNextStart()).isEmpty();
        assertThat(new Loaded(Optional.of(after), List.of()).atNextStart())
                .noneMatch(leaf.path()::startsWith);
        boolean priced = leaf.path().startsWith("prices.");
        List<String> expected;
        List<String> old;
        List<String> held;
        try (Running fresh = start(after)) {
            expected = RunningState.of(fresh, priced);
        }
        try (Running running = start(before)) {
            old = RunningState.of(running, priced);
            running.use(after);
            held = RunningState.of(running, priced);
        }
        assertThat(old).as("what it held before").isNotEqualTo(expected);
        assertThat(without(held, expected)).as("what it still holds of before").isEmpty();
        assertThat(without(expected, held)).as("what it does not hold of the new").isEmpty();
    }

    private static List<String> without(List<String> lines, List<String> others) {
        var left = new ArrayList<>(lines);
        others.forEach(left::remove);
        // Any free one.
        left.removeIf(line -> line.startsWith(".door.port"));
        return left;
    }

    /// With a clock that stands still, so that nothing but settings tells two of them apart.
    private static Running start(Config config) {
        Time real = new SystemTime();
        var still =
                new Time() {
                    @Override
                    public long nanos() {
                        return 0;
                    }

                    @Override
                    public Instant instant() {
                        return Instant.EPOCH;
                    }

                    @Override
                    public void sleep(Duration pause) throws InterruptedException {
                        real.sleep(pause);
                    }

                    @Override
                    public Timer after(Duration delay, Runnable task) {
                        return real.after(delay, task);
                    }
                };
        return Wiring.start(config, Secret.of("a pepper"), List.of(), () -> 7L, still);
    }

    private static Config config(String path, String value) throws IOException {
        ObjectNode tree = (ObjectNode) JsonMapper.shared().readTree(WHOLE);
        BESIDE.forEach((where, beside) -> {
            if (path.startsWith(where + ".") && beside.startsWith("{")) {
                set(tree, where, beside);
            }
            if (path.equals(where) && !beside.startsWith("{")) {
                set(tree, path.replaceFirst("[.]key$", ".provider"), beside);
            }
        });
        if (path.startsWith("server.tls")) {
            set(
                    tree,
                    "server.tls",
                    "{certificate: '%s', key: '%s'}"
                            .formatted(folder.resolve("tls.pem"), folder.resolve("tls.key")));
        }
        if (path.startsWith("routes.*.hedge.")) {
            set(tree, "routes.*.hedge", "{after: p95}");
        }
        if (path.equals("providers.*.quirks.chat")) {
            set(tree, "providers.*.kind", "openai");
        }
        if (path.startsWith("providers.*.cost.")) {
            set(tree, "providers.*.cost", "{input: 1, output: 1}");
        }
        set(tree, path, value);
        Loaded loaded = ConfigLoader.parse("test.yaml", tree.toString(), Map.of());
        return loaded.config().orElseThrow(() -> new AssertionError(loaded.problems().toString()));
    }

    /// Puts a value, written as YAML, at a path in which `*` stands for the first place or the name
    /// `p`.
    private static void set(ObjectNode tree, String path, String yaml) {
        String[] steps = path.split("[.]", -1);
        JsonNode node = tree;
        for (int i = 0; i < steps.length - 1; i++) {
            node = step(node, steps[i], steps[i + 1].equals("*"), i > 0 && listed(steps, i));
        }
        JsonNode value = yaml(yaml);
        String last = steps[steps.length - 1];
        ((ObjectNode) node).set(last.equals("*") ? "p" : last, value);
    }

    private static boolean listed(String[] steps, int at) {
        return List.of("keys", "to", "larger").contains(steps[at]);
    }

    private static JsonNode step(JsonNode node, String name, boolean starred, boolean list) {
        if (name.equals("*")) {
            return node instanceof ArrayNode items
                    ? items.get(0)
                    : ((ObjectNode) node).withObjectProperty("p");
        }
        ObjectNode section = (ObjectNode) node;
        if (section.has(name)) {
            return section.get(name);
        }
        if (starred && list) {
            var items = section.putArray(name);
            items.addObject();
            return items;
        }
        return section.putObject(name);
    }

    private static JsonNode yaml(String text) {
        return new tools.jackson.dataformat.yaml.YAMLMapper().readTree(text);
    }

    /// @param atStart whether it says that it waits for the next start
    private record Leaf(String path, Shape shape, Key key, boolean atStart) {}

    private static List<Leaf> leaves() {
        var leaves = new ArrayList<Leaf>();
        walk(Config.class, "", false, leaves);
        return leaves;
    }

    private static void walk(Class<?> section, String path, boolean atStart, List<Leaf> leaves) {
        for (Setting setting : Settings.of(section)) {
            walk(
                    setting.shape(),
                    setting.key(),
                    path + setting.name(),
                    atStart || setting.key().atStart(),
                    leaves);
        }
    }

    private static void walk(
            Shape shape, Key key, String path, boolean atStart, List<Leaf> leaves) {
        switch (shape) {
            case Shape.Section inner -> walk(inner.type(), path + ".", atStart, leaves);
            // The word that says which case it is has one value as long as there is one family.
            case Shape.OneOf choice ->
                    choice.cases()
                            .values()
                            .forEach(type -> walk(type, path + ".", atStart, leaves));
            case Shape.Maybe maybe -> walk(maybe.value(), key, path, atStart, leaves);
            case Shape.Named named -> walk(named.value(), key, path + ".*", atStart, leaves);
            case Shape.Listed(Shape.Single _), Shape.Single _ ->
                    leaves.add(new Leaf(path, shape, key, atStart));
            case Shape.Listed listed -> walk(listed.item(), key, path + ".*", atStart, leaves);
        }
    }

    private static List<String> values(Leaf leaf) throws Exception {
        if (leaf.path().equals("prices.file")) {
            return List.of(prices("a", "1"), prices("b", "2"));
        }
        if (leaf.path().equals("egress.ca-file")) {
            return List.of(authority("a"), authority("b"));
        }
        if (leaf.path().startsWith("server.tls.")) {
            return copies(leaf.path().endsWith("key") ? "tls.key" : "tls.pem");
        }
        if (VALUES.containsKey(leaf.path())) {
            return VALUES.get(leaf.path());
        }
        Class<?> type = leaf.shape() instanceof Shape.Single single ? single.type() : Void.class;
        List<String> words = Scalars.choice(type, leaf.key(), Kinds.ours()).orElse(List.of());
        if (words.size() > 1) {
            return List.of(words.get(words.size() - 2), words.getLast());
        }
        return switch (type.getSimpleName()) {
            case "boolean", "Boolean" -> List.of("true", "false");
            case "int", "Integer", "Long", "double" -> List.of("3", "5");
            case "Duration" -> List.of("3s", "5s");
            case "ByteSize" -> List.of("64KiB", "128KiB");
            case "Share" -> List.of("3%", "5%");
            default -> own(leaf, type);
        };
    }

    private static List<String> own(Leaf leaf, Class<?> type) {
        if (type == Money.class) {
            return List.of("3", "5");
        }
        if (type == Awaited.class || type == HedgeAfter.class || type == BreakerWindow.class) {
            return List.of("3s", "5s");
        }
        throw new AssertionError(
                "`" + leaf.path() + "` is new: say two values of it in VALUES of this test");
    }

    /// The same certificate or key, at two places.
    private static List<String> copies(String name) throws Exception {
        Certificates.write("tls", folder.resolve("tls.pem"), folder.resolve("tls.key"));
        Path other = folder.resolve("other-" + name);
        Files.copy(folder.resolve(name), other, StandardCopyOption.REPLACE_EXISTING);
        return List.of("'" + folder.resolve(name) + "'", "'" + other + "'");
    }

    private static String prices(String name, String price) throws IOException {
        Path file = folder.resolve(name + ".json");
        Files.writeString(
                file,
                """
                {"models": {"p/m": {"input": %s, "output": 1}}}
                """
                        .formatted(price));
        return "'" + file + "'";
    }

    private static String authority(String name) throws Exception {
        Path file = folder.resolve(name + ".pem");
        Certificates.write(name, file, folder.resolve(name + ".key"));
        return "'" + file + "'";
    }
}
