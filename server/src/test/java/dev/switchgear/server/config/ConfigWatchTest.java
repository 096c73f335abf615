package dev.switchgear.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
    @TempDir private Path folder;

    private final List<List<String>> changes = new ArrayList<>();
    private final List<ConfigProblem> refusals = new ArrayList<>();

    @Test
    void a_changed_file_is_handed_on_with_the_names_of_what_changed() throws IOException {
        ConfigWatch watch = watching("resilience: { retry: { attempts: 2 } }");

        write("resilience: { retry: { attempts: 4 } }\nproviders: { openai: {} }");
        watch.look();

        assertThat(changes)
                .containsExactly(
                        List.of("providers.openai added", "resilience.retry.attempts changed"));
    }

    @Test
    void a_route_for_other_calls_is_named_by_the_setting_that_says_so() throws IOException {
        ConfigWatch watch = watching("routes: [{ match: { model: a } }]");

        write("routes: [{ match: { model: b } }]");
        watch.look();

        assertThat(changes).containsExactly(List.of("routes[0].match.model changed"));
    }

    @Test
    void a_bad_change_is_reported_once_and_the_next_good_one_is_taken() throws IOException {
        ConfigWatch watch = watching("server: { port: 8081 }");

        write("server: { prot: 8082 }");
        watch.look();
        watch.look();
        write("server: { port: 8083 } # mended");
        watch.look();

        assertThat(refusals)
                .singleElement()
                .extracting(ConfigProblem::text)
                .isEqualTo(
                        "switchgear.yaml line 1, column 11: `prot` is not a setting. Did you mean"
                                + " `port`? The last good configuration stays active. (SG-1002)");
        assertThat(changes).containsExactly(List.of("server.port changed"));
    }

    @Test
    void a_file_caught_empty_while_it_is_written_does_not_take_the_place_of_a_good_one()
            throws IOException {
        ConfigWatch watch = watching("providers: { openai: {} }");

        for (String written : List.of("", "# a comment, so far\n", "---\n")) {
            write(written);
            watch.look();
            watch.reload();
        }
        write("providers: { openai: {}, xai: {} }");
        watch.look();

        assertThat(changes).containsExactly(List.of("providers.xai added"));
        assertThat(refusals)
                .hasSize(6)
                .allSatisfy(problem ->
                        assertThat(problem.text())
                                .isEqualTo(
                                        "switchgear.yaml: The file is empty, as it is while"
                                            + " somebody writes it. The last good configuration"
                                            + " stays active. (SG-1002)"));
    }

    @Test
    void a_file_replaced_by_renaming_is_noticed_even_while_it_is_gone() throws IOException {
        ConfigWatch watch = watching("server: { port: 8081 }");

        Files.delete(folder.resolve("switchgear.yaml"));
        watch.look();
        Path draft = folder.resolve("draft");
        Files.writeString(draft, "server: { port: 8082 }");
        Files.move(draft, folder.resolve("switchgear.yaml"), StandardCopyOption.ATOMIC_MOVE);
        watch.look();

        assertThat(refusals).isEmpty();
        assertThat(changes).hasSize(1);
    }

    @Test
    void an_unchanged_file_is_not_handed_on_and_neither_is_a_changed_comment() throws IOException {
        ConfigWatch watch = watching("server: { port: 8081 }");

        watch.look();
        watch.reload();
        write("server: { port: 8081 } # the same");
        watch.look();

        assertThat(changes).isEmpty();
        assertThat(refusals).isEmpty();
    }

    @Test
    void a_changed_secret_is_named_but_not_shown() throws IOException {
        ConfigWatch watch = watching("providers: { openai: { keys: [{ secret: old-canary }] } }");

        write("providers: { openai: { keys: [{ secret: new-canary-2 }] } }");
        watch.look();

        assertThat(changes).containsExactly(List.of("providers.openai.keys[0].secret changed"));
    }

    private ConfigWatch watching(String text) throws IOException {
        Path file = write(text);
        return new ConfigWatch(
                file,
                Map.of(),
                ConfigLoader.load(file, Map.of()).config().orElseThrow(),
                new ConfigWatch.Listener() {
                    @Override
                    public void changed(
                            Config config,
                            ConfigWatch.Change change,
                            List<ConfigProblem> warnings) {
                        changes.add(change.differences());
                    }

                    @Override
                    public void refused(List<ConfigProblem> problems) {
                        refusals.addAll(problems);
                    }
                });
    }

    private Path write(String text) throws IOException {
        Path file = folder.resolve("switchgear.yaml");
        Files.writeString(file, text);
        return file;
    }
}
