package dev.switchgear.server.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.switchgear.server.config.Config.ProviderKind;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.Problem;
import dev.switchgear.server.importer.Part.Field;
import dev.switchgear.server.importer.Part.Fields;
import dev.switchgear.server.importer.Part.Items;
import dev.switchgear.server.importer.Part.Kind;
import dev.switchgear.server.importer.Part.Value;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every sample, and what each becomes.
///
/// `-Dswitchgear.golden=write` writes the expected files anew; look at them before they are kept.
class SamplesTest {
    private static final boolean WRITE = "write".equals(System.getProperty("switchgear.golden"));

    private static List<Sample> samples() {
        return Sample.all();
    }

    @Test
    void there_are_enough_of_them() {
        assertThat(samples().stream().filter(one -> one.format() == Source.Format.YAML))
                .hasSizeGreaterThanOrEqualTo(6);
        assertThat(samples().stream().filter(one -> one.format() == Source.Format.JSON))
                .hasSizeGreaterThanOrEqualTo(6);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void a_sample_becomes_what_is_expected(Sample sample) throws Unusable, IOException {
        Imported imported = sample.imported();

        var report = new ArrayList<String>();
        imported.report().print(report::add);
        golden(sample, ".golden.yaml", imported.yaml());
        golden(sample, ".report.txt", String.join("\n", report) + "\n");
    }

    private static void golden(Sample sample, String end, String actual) throws IOException {
        Path file = sample.path().resolveSibling(sample.name().replaceFirst("[.][a-z]+$", end));
        if (WRITE) {
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void every_value_of_the_source_has_exactly_one_fate(Sample sample) throws Unusable {
        Fields source = sample.source();

        List<String> settled =
                sample.imported(source).report().findings().stream()
                        .flatMap(finding -> finding.values().stream())
                        .toList();

        assertThat(settled).doesNotHaveDuplicates();
        assertThat(settled)
                .containsExactlyInAnyOrderElementsOf(
                        source.leaves().stream().map(Part::path).toList());
    }

    /// The mutation tells a claim from a fact: what is said to be carried must matter, and what is said
    /// not to be carried must not.
    @ParameterizedTest
    @MethodSource("samples")
    void what_is_carried_shows_in_the_configuration_and_what_is_not_does_not(Sample sample)
            throws Unusable {
        Fields source = sample.source();
        Imported before = sample.imported(source);
        Map<String, Fate> fates = new HashMap<>();
        for (Finding finding : before.report().findings()) {
            finding.values().forEach(value -> fates.put(value, finding.fate()));
        }

        for (Part leaf : source.leaves()) {
            if (!(leaf instanceof Value value) || value.kind() == Kind.NOTHING) {
                continue;
            }
            boolean matters = false;
            for (Value other : mutants(value, sample.format())) {
                Imported after = sample.imported((Fields) with(source, other));
                boolean differs = !settings(after).equals(settings(before));
                boolean stillOut =
                        after.report().findings().stream()
                                .anyMatch(finding ->
                                        finding.fate() == Fate.NOT_CARRIED
                                                && finding.values().contains(value.path()));
                matters |= differs;
                if (fates.get(value.path()) == Fate.NOT_CARRIED && stillOut) {
                    assertThat(differs).as("%s changed: %s", value.path(), other.text()).isFalse();
                }
            }
            if (fates.get(value.path()) != Fate.NOT_CARRIED) {
                assertThat(matters).as("%s is said to be carried", value.path()).isTrue();
            }
        }
    }

    private static List<Value> mutants(Value value, Source.Format format) {
        String reference = format == Source.Format.YAML ? "os.environ/MUTANT" : "env.MUTANT";
        List<String> texts =
                switch (value.kind()) {
                    case NUMBER ->
                            List.of(
                                    new BigDecimal(value.text())
                                            .add(BigDecimal.ONE)
                                            .toPlainString(),
                                    "0",
                                    "777777");
                    case TRUTH -> List.of(value.text().equals("true") ? "false" : "true");
                    case TEXT, NOTHING ->
                            List.of(value.text() + "x", "none", "cost-based-routing", reference);
                };
        return texts.stream()
                .map(text -> new Value(value.path(), value.line(), text, value.kind()))
                .toList();
    }

    private static Part with(Part part, Value other) {
        if (part.path().equals(other.path())) {
            return other;
        }
        return switch (part) {
            case Value same -> same;
            case Items items ->
                    new Items(
                            items.path(),
                            items.line(),
                            items.items().stream().map(item -> with(item, other)).toList());
            case Fields fields ->
                    new Fields(
                            fields.path(),
                            fields.line(),
                            fields.fields().stream()
                                    .map(field ->
                                            new Field(field.name(), with(field.part(), other)))
                                    .toList());
        };
    }

    /// Everything but the comments.
    private static Map<String, String> settings(Imported imported) throws Unusable {
        var settings = new HashMap<String, String>();
        String yaml = imported.yaml();
        if (yaml.lines().allMatch(line -> line.startsWith("#"))) {
            return settings;
        }
        for (Part leaf : Source.parse("switchgear.yaml", yaml, Source.Format.YAML).leaves()) {
            settings.put(leaf.path(), leaf instanceof Value value ? value.text() : "");
        }
        return settings;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void our_own_loader_takes_the_configuration(Sample sample) throws Unusable {
        Imported imported = sample.imported();

        assertThat(problems(imported)).isEmpty();
    }

    /// Our errors, with every variable set that the report names. Kinds that this build does not have
    /// yet stand for one that it has.
    private static List<String> problems(Imported imported) {
        String yaml = imported.yaml();
        for (String kind :
                List.of("anthropic", "gemini", "xai", "deepseek", "openrouter", "ollama")) {
            if (ProviderKind.of(kind).isEmpty()) {
                yaml = yaml.replace("kind: " + kind + "\n", "kind: openai\n");
                yaml = yaml.replace("kind: " + kind + ",", "kind: openai,");
                yaml = yaml.replace("kind: " + kind + " }", "kind: openai }");
            }
        }
        return ConfigLoader.parse("switchgear.yaml", yaml, environment(imported))
                .problems()
                .stream()
                .filter(problem ->
                        problem.severity() == Problem.Severity.ERROR
                                || problem.code().equals(Problem.REFERENCE))
                .map(Problem::text)
                .toList();
    }

    private static Map<String, String> environment(Imported imported) {
        Map<String, String> environment = new HashMap<>();
        for (String name : imported.report().variables()) {
            boolean address = name.matches(".*(BASE|URL|ENDPOINT).*");
            environment.put(name, address ? "https://x.example" : "30");
        }
        return environment;
    }

    @ParameterizedTest
    @EnumSource
    void every_kind_of_provider_can_be_imported(ProviderKind kind) throws Unusable {
        String vendor = kind == ProviderKind.OPENAI_COMPATIBLE ? "groq" : kind.text();
        assumeTrue(Vendor.of(vendor).isPresent(), "other gateways do not have it");
        var lite =
                LiteLlm.of(
                        "config.yaml",
                        Source.parse(
                                "config.yaml",
                                "model_list: [{ model_name: m, litellm_params: { model: "
                                        + vendor
                                        + "/x } }]",
                                Source.Format.YAML));
        var bifrost =
                Bifrost.of(
                        "config.json",
                        Source.parse(
                                "config.json",
                                "{\"providers\": {\""
                                        + vendor
                                        + "\": {\"keys\": [{\"name\": \"k\", \"value\": \"env.K\"}]}}}",
                                Source.Format.JSON));

        for (Imported imported : List.of(lite, bifrost)) {
            assertThat(imported.yaml()).contains("kind: " + kind.text());
            assertThat(
                            ConfigLoader.parse(
                                            "switchgear.yaml",
                                            imported.yaml(),
                                            environment(imported))
                                    .problems())
                    .isEmpty();
        }
    }

    /// What looks like a secret in any sample: a literal behind a name of a secret.
    @ParameterizedTest
    @MethodSource("samples")
    void no_secret_of_the_source_is_shown(Sample sample) throws Unusable {
        Pattern secretive =
                Pattern.compile("(?i).*(api_key|secret|password|token|master_key|value).*");
        List<String> secrets =
                sample.source().leaves().stream()
                        .filter(leaf -> leaf instanceof Value)
                        .map(leaf -> (Value) leaf)
                        .filter(leaf -> secretive.matcher(leaf.path()).matches())
                        .map(Value::text)
                        .filter(text -> text.length() >= 12 && !text.contains("env"))
                        .filter(text -> !text.matches("[0-9.]+"))
                        .toList();

        Imported imported = sample.imported();

        var shown = new ArrayList<String>();
        imported.report().print(shown::add);
        shown.add(imported.yaml());
        shown.add(imported.report().json(imported.yaml()));
        for (String secret : secrets) {
            assertThat(shown).noneMatch(text -> text.contains(secret));
        }
    }

    @Test
    void the_samples_hold_secrets_that_could_be_shown() throws Unusable {
        String all =
                IntStream.range(0, samples().size())
                        .mapToObj(i -> samples().get(i).text())
                        .collect(Collectors.joining());

        assertThat(all)
                .contains("sk-live-7f3a91c2d4e5b6a7988f")
                .contains("AKIAEXAMPLEEXAMPLE12")
                .contains("secretpass")
                .contains("abc-very-secret");
        for (Sample sample : samples()) {
            Imported imported = sample.imported();
            var shown = new ArrayList<String>();
            imported.report().print(shown::add);
            assertThat(imported.yaml() + shown)
                    .doesNotContain("sk-live")
                    .doesNotContain("AKIA")
                    .doesNotContain("secretpass")
                    .doesNotContain("letmein")
                    .doesNotContain("hunter2")
                    .doesNotContain("very-secret");
        }
    }
}
