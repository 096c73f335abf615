package dev.switchgear.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.importer.ImportPart.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportSourceTest {
    private static final ImportSource.Format YAML = ImportSource.Format.YAML;

    @TempDir private Path folder;

    @Test
    void anchors_and_merges_are_written_out_and_own_names_come_first() throws Unusable {
        Fields source =
                yaml(
                        """
                        base: &base { a: 1, b: 2 }
                        one: { <<: *base, b: 3 }
                        two: [*base]
                        """);

        assertThat(Values.text(source, "one", "a")).contains("1");
        assertThat(Values.text(source, "one", "b")).contains("3");
        assertThat(source.leaves().stream().map(ImportPart::path))
                .containsExactly("base.a", "base.b", "one.b", "one.a", "two[0].a", "two[0].b");
    }

    @Test
    void names_with_dots_and_line_breaks_have_paths_of_their_own_on_one_line() throws Unusable {
        Fields source = yaml("{ \"a.b\": 1, a: { b: 2 }, \"c\\nd\": 3 }");

        assertThat(source.leaves().stream().map(ImportPart::path))
                .containsExactly("\"a.b\"", "a.b", "\"c\\u000ad\"");
    }

    @Test
    void a_bomb_of_aliases_is_refused() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            String last = "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + (last + ", ").repeat(9) + last + "]\n");
        }

        refused(bomb.toString(), "more than 100,000 parts");
    }

    @Test
    void a_bomb_of_merges_is_refused() {
        var bomb = new StringBuilder("a0: &a0 { x: 1 }\n");
        for (int i = 1; i < 30; i++) {
            String last = "*a" + (i - 1);
            bomb.append(
                    "a" + i + ": &a" + i + " { <<: [" + (last + ", ").repeat(9) + last + "] }\n");
        }

        refused(bomb.toString(), "more than 100,000 parts");
    }

    @Test
    void an_alias_of_itself_is_refused() {
        refused("a: &a [*a]", "line 1: an alias refers to no anchor above it, or to itself");
    }

    @Test
    void what_nests_too_deep_is_refused() {
        refused("a: " + "[".repeat(5_000) + "]".repeat(5_000), "");
        refused("a: " + "[".repeat(60) + "]".repeat(60), "nests deeper than 40 levels");
    }

    @Test
    void what_is_no_tree_of_settings_is_refused_in_one_line_without_quoting_it() {
        refused("", "is empty");
        refused("- a", "does not hold named settings");
        refused("just a secret-text", "does not hold named settings");
        refused("a: 1\n---\nb: 2", "more stands behind the end");
        refused("a: 1\na: 2", "a name stands twice");
        refused("<<: 3", "merges something that has no names");
        refused("a: 'secret-text\n", "line 1, column 2: this is not YAML.");
        refused("x".repeat(300) + ": 1", "a name is longer than 256 characters");
    }

    @Test
    void json_is_read_as_json() throws Unusable {
        Fields source = json("{\"a\": {\"b\": [1, true, null, \"x\"]},\n\t\"c\": {}}");

        assertThat(source.leaves().stream().map(ImportPart::path))
                .containsExactly("a.b[0]", "a.b[1]", "a.b[2]", "a.b[3]", "c");
        assertThat(source.leaves().getLast().line()).isEqualTo(2);
        assertThatThrownBy(() -> json("{\"a\": secret-text}"))
                .isInstanceOf(Unusable.class)
                .hasMessageStartingWith("f line 1, column ")
                .hasMessageEndingWith("this is not JSON.")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> json("{\"a\": 1} {\"b\": 2}")).isInstanceOf(Unusable.class);
        assertThatThrownBy(() -> json("{\"a\": 1, \"a\": 2}")).isInstanceOf(Unusable.class);
    }

    @Test
    void files_that_cannot_be_read_say_why() throws IOException {
        Path huge = folder.resolve("huge.yaml");
        Files.write(huge, new byte[4 * 1024 * 1024 + 1]);
        Path bytes = folder.resolve("bytes.yaml");
        Files.write(bytes, new byte[] {(byte) 0xC3, (byte) 0x28});

        unreadable(folder.resolve("none.yaml"), "There is no such file");
        unreadable(folder, "it is a folder");
        unreadable(huge, "larger than 4 MiB");
        unreadable(bytes, "not UTF-8");
    }

    /// Whatever is cut out of a sample or put into it: an answer or one line, never a crash.
    @Test
    void broken_samples_are_imported_or_refused_in_one_line() throws IOException {
        var random = new Random(7);
        for (Sample sample : Sample.all()) {
            String text = sample.text();
            for (int i = 0; i < 40; i++) {
                int from = random.nextInt(text.length());
                int to = Math.min(text.length(), from + random.nextInt(12));
                String noise =
                        List.of("", "\"", "[", "{}", "null", "\n", ": ", "*x", "-1").get(i % 9);
                String broken = text.substring(0, from) + noise + text.substring(to);
                try {
                    Fields source = ImportSource.parse(sample.name(), broken, sample.format());
                    Imported imported = sample.imported(source);
                    if (!source.leaves().isEmpty()) {
                        ImportSource.parse("switchgear.yaml", "a: 1\n" + imported.yaml(), YAML);
                    }
                    assertThat(
                                    imported.report().findings().stream()
                                            .flatMap(finding -> finding.values().stream()))
                            .hasSameSizeAs(source.leaves());
                } catch (Unusable unusable) {
                    assertThat(unusable.words()).hasLineCount(1);
                }
            }
        }
    }

    private void unreadable(Path path, String why) {
        assertThatThrownBy(() -> ImportSource.read(path, ImportSource.Format.YAML))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining(why)
                .satisfies(failure -> assertThat(failure.getMessage()).hasLineCount(1));
    }

    private static void refused(String text, String why) {
        assertThatThrownBy(() -> yaml(text))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret-text")
                .satisfies(failure -> assertThat(failure.getMessage()).hasLineCount(1));
    }

    private static Fields yaml(String text) throws Unusable {
        return ImportSource.parse("f", text, ImportSource.Format.YAML);
    }

    private static Fields json(String text) throws Unusable {
        return ImportSource.parse("f", text, ImportSource.Format.JSON);
    }

    @Test
    void nothing_of_the_source_can_become_a_setting_of_its_own() throws Unusable {
        String evil = "x\\nserver: { port: 1 }\\u2028#\\u0085${HOME}\\\"";
        Imported imported =
                LiteLlmReader.of(
                        "config.yaml",
                        yaml(
                                "model_list: [{ model_name: \""
                                        + evil
                                        + "\", litellm_params: { model: \"openai/"
                                        + evil
                                        + "\", \""
                                        + evil
                                        + "\": 1 } }]\n\""
                                        + evil
                                        + "\": 2\n"));

        Fields made = yaml(imported.yaml());
        assertThat(made.at("server")).isEmpty();
        assertThat(Values.items(made.at("routes").orElseThrow())).hasSize(1);
        assertThat(
                        Values.text(
                                Values.items(made.at("routes").orElseThrow()).getFirst(),
                                "match",
                                "model"))
                .contains("x\nserver: { port: 1 }\u2028#\u0085$${HOME}\"");
        assertThat(imported.yaml().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
    }
}
