package dev.switchgear.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.importer.ImportPart.Field;
import dev.switchgear.importer.ImportPart.Fields;
import dev.switchgear.importer.ImportPart.Items;
import dev.switchgear.importer.ImportPart.Kind;
import dev.switchgear.importer.ImportPart.Value;
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
        assertThat(samples().stream().filter(one -> one.format() == ImportSource.Format.YAML))
                .hasSizeGreaterThanOrEqualTo(6);
        assertThat(samples().stream().filter(one -> one.format() == ImportSource.Format.JSON))
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
                        source.leaves().stream().map(ImportPart::path).toList());
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

        for (ImportPart leaf : source.leaves()) {
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

    /// A key is pasted wherever a person can paste it. What is copied into the configuration, names in
    /// its comments too, is copied; but what is told of the source repeats none.
    @ParameterizedTest
    @MethodSource("samples")
    void a_key_in_any_place_is_told_nowhere(Sample sample) throws Unusable {
        String canary = "sk-proj-Ab3dEf6hIj9kLm2nOp5q";
        Fields source = sample.source();
        for (ImportPart leaf : source.leaves()) {
            var planted = new Value(leaf.path(), leaf.line(), canary, Kind.TEXT);
            Imported imported;
            try {
                imported = sample.imported((Fields) with(source, planted));
            } catch (Unusable unusable) {
                assertThat(unusable.words()).doesNotContain("Ab3dEf6h");
                continue;
            }
            var said = new ArrayList<String>();
            imported.report().print(said::add);
            assertThat(said).as(leaf.path()).noneMatch(line -> line.contains("Ab3dEf6h"));
        }
    }

    private static List<Value> mutants(Value value, ImportSource.Format format) {
        String reference = format == ImportSource.Format.YAML ? "os.environ/MUTANT" : "env.MUTANT";
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

    private static ImportPart with(ImportPart part, Value other) {
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
        for (ImportPart leaf :
                ImportSource.parse("switchgear.yaml", yaml, ImportSource.Format.YAML).leaves()) {
            settings.put(leaf.path(), leaf instanceof Value value ? value.text() : "");
        }
        return settings;
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
