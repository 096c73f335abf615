package dev.switchgear.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A look is what happens once a second.
class ConfigWatchTest {
    private static final String SOME =
            """
            clients: [ { name: ops, key-hash: "AAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" } ]
            resilience: { retry: { attempts: 2 } }
            providers:
              openai: {}
              xai: {}
            """;
    private static final String OTHERS = SOME + "  mistral: {}\n";

    @TempDir private Path folder;

    private final List<List<String>> changes = new ArrayList<>();
    private final List<List<String>> later = new ArrayList<>();
    private final List<ConfigProblem> refusals = new ArrayList<>();

    /// So that each writing has a time of its own, whatever the file system's clock can tell apart.
    private Instant written = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void a_changed_file_is_handed_on_with_the_names_of_what_changed() throws IOException {
        ConfigWatch watch = watching("resilience: { retry: { attempts: 2 } }");

        write("resilience: { retry: { attempts: 4 } }\nproviders: { openai: {} }");
        looks(watch, 5);

        assertThat(changes)
                .containsExactly(
                        List.of("providers.openai added", "resilience.retry.attempts changed"));
    }

    @Test
    void a_route_for_other_calls_is_named_by_the_setting_that_says_so() throws IOException {
        ConfigWatch watch = watching("routes: [{ match: { model: a } }]");

        write("routes: [{ match: { model: b } }]");
        looks(watch, 5);

        assertThat(changes).containsExactly(List.of("routes[0].match.model changed"));
    }

    @Test
    void a_bad_change_is_reported_once_and_the_next_good_one_is_taken() throws IOException {
        ConfigWatch watch = watching("server: { port: 8081 }");

        write("server: { prot: 8082 }");
        looks(watch, 20);
        write("server: { port: 8083 } # mended");
        looks(watch, 5);

        assertThat(refusals)
                .singleElement()
                .extracting(ConfigProblem::text)
                .isEqualTo(
                        "switchgear.yaml line 1, column 11: `prot` is not a setting. Did you mean"
                                + " `port`? The last good configuration stays active. (SG-1002)");
        assertThat(changes).containsExactly(List.of("server.port changed"));
        assertThat(later).containsExactly(List.of("server.port changed"));
    }

    @Test
    void a_change_is_read_when_it_has_stayed_for_two_seconds_and_a_shorter_file_after_five()
            throws IOException {
        ConfigWatch watch = watching(SOME);

        write(OTHERS);
        looks(watch, 2);
        assertThat(changes).as("seen, and looked at once more").isEmpty();
        looks(watch, 1);
        assertThat(changes).containsExactly(List.of("providers.mistral added"));

        write(SOME);
        looks(watch, 5);
        assertThat(changes).hasSize(1);
        looks(watch, 1);
        assertThat(changes).last().isEqualTo(List.of("providers.mistral removed"));
    }

    /// A cut at any place, most of which are valid, is never what is in force.
    @Test
    void a_file_that_is_written_slowly_is_read_when_it_is_whole() throws IOException {
        ConfigWatch watch = watching(SOME);

        Path file = folder.resolve("switchgear.yaml");
        write("");
        for (int i = 0; i < OTHERS.length(); i += 7) {
            Files.writeString(
                    file,
                    OTHERS.substring(i, Math.min(i + 7, OTHERS.length())),
                    StandardOpenOption.APPEND);
            touch(file);
            looks(watch, 2);
        }
        looks(watch, 5);

        assertThat(refusals).isEmpty();
        assertThat(changes).containsExactly(List.of("providers.mistral added"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 110, 150, 165, 175})
    void a_writer_that_stops_in_the_middle_takes_nothing_away(int length) throws IOException {
        ConfigWatch watch = watching(OTHERS);

        write(OTHERS.substring(0, length));
        looks(watch, 3);
        write(OTHERS);
        looks(watch, 10);

        assertThat(changes).isEmpty();
        assertThat(refusals).isEmpty();
    }

    @Test
    void a_file_that_stays_empty_or_loses_all_providers_or_clients_is_not_used()
            throws IOException {
        ConfigWatch watch = watching(SOME);

        for (String lost :
                List.of(
                        "",
                        "# a comment, so far\n",
                        "---\n",
                        SOME.substring(0, SOME.indexOf("providers:")),
                        SOME.substring(SOME.indexOf("resilience:")))) {
            refusals.clear();
            write(lost);
            looks(watch, 10);
            watch.reload();
            assertThat(refusals)
                    .as(lost)
                    .hasSize(2)
                    .allSatisfy(problem ->
                            assertThat(problem.text())
                                    .startsWith("switchgear.yaml: The file ")
                                    .contains("`--allow-empty`")
                                    .endsWith(
                                            "The last good configuration stays active. (SG-1002)"));
        }
        write(OTHERS);
        looks(watch, 5);

        assertThat(changes).containsExactly(List.of("providers.mistral added"));
    }

    @Test
    void where_that_is_allowed_it_is_used() throws IOException {
        ConfigWatch watch = watching(SOME, true);

        write(SOME.substring(0, SOME.indexOf("providers:")));
        looks(watch, 10);
        write("");
        looks(watch, 10);

        assertThat(refusals).isEmpty();
        assertThat(changes).hasSize(2);
        assertThat(changes.getFirst())
                .containsExactly("providers.openai removed", "providers.xai removed");
    }

    @Test
    void a_person_who_asks_for_it_need_not_wait() throws IOException {
        ConfigWatch watch = watching(SOME);

        write(OTHERS);
        watch.reload();
        looks(watch, 10);

        assertThat(changes).containsExactly(List.of("providers.mistral added"));
    }

    @Test
    void a_file_replaced_by_renaming_is_noticed_even_while_it_is_gone() throws IOException {
        ConfigWatch watch = watching("server: { port: 8081 }");

        Files.delete(folder.resolve("switchgear.yaml"));
        looks(watch, 10);
        Path draft = folder.resolve("draft");
        Files.writeString(draft, "server: { port: 8082 }");
        Files.move(draft, folder.resolve("switchgear.yaml"), StandardCopyOption.ATOMIC_MOVE);
        looks(watch, 5);

        assertThat(refusals).isEmpty();
        assertThat(changes).hasSize(1);
    }

    /// As Kubernetes mounts it: a link to a link to a folder, of which the middle one is replaced.
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_mounted_volume_is_followed_through_its_links() throws IOException {
        Path first = Files.createDirectory(folder.resolve("..2026_01"));
        Path second = Files.createDirectory(folder.resolve("..2026_02"));
        FileTime same = FileTime.from(written);
        Files.setLastModifiedTime(Files.writeString(first.resolve("c.yaml"), SOME), same);
        Files.setLastModifiedTime(
                Files.writeString(second.resolve("c.yaml"), SOME.replace("2 }", "4 }")), same);
        Files.createSymbolicLink(folder.resolve("..data"), first.getFileName());
        Path file = folder.resolve("c.yaml");
        Files.createSymbolicLink(file, Path.of("..data/c.yaml"));
        ConfigWatch watch = watching(file, false);

        Path next = Files.createSymbolicLink(folder.resolve("..tmp"), second.getFileName());
        Files.move(next, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        looks(watch, 5);

        assertThat(changes).containsExactly(List.of("resilience.retry.attempts changed"));
    }

    @Test
    void files_that_it_names_are_followed_too() throws Exception {
        Path prices = folder.resolve("prices.json");
        Path authority = folder.resolve("authority.pem");
        Path certificate = folder.resolve("tls.pem");
        Path key = folder.resolve("tls.key");
        Files.writeString(prices, "{\"models\": {}}");
        Certificates.write("authority", authority, folder.resolve("authority.key"));
        Certificates.write("tls", certificate, key);
        ConfigWatch watch =
                watching(
                        """
                        prices: { file: '%s' }
                        egress: { ca-file: '%s' }
                        server: { tls: { certificate: '%s', key: '%s' } }
                        """
                                .formatted(prices, authority, certificate, key));

        touch(Files.writeString(prices, "{\"models\": { }}"));
        looks(watch, 5);
        Certificates.write("authority", authority, folder.resolve("authority.key"));
        touch(authority);
        looks(watch, 7);
        Certificates.write("tls", certificate, key);
        touch(certificate);
        touch(key);
        looks(watch, 7);
        looks(watch, 20);

        assertThat(refusals).isEmpty();
        assertThat(changes)
                .containsExactly(
                        List.of("prices.file: the file changed"),
                        List.of("egress.ca-file: the file changed"),
                        List.of(
                                "server.tls.certificate: the file changed",
                                "server.tls.key: the file changed"));
        assertThat(later.subList(0, 2)).containsOnly(List.of());
        assertThat(later.getLast()).isEqualTo(changes.getLast());
    }

    @Test
    void an_unchanged_file_is_not_handed_on_and_neither_is_a_changed_comment() throws IOException {
        ConfigWatch watch = watching("server: { port: 8081 }");

        looks(watch, 5);
        watch.reload();
        write("server: { port: 8081 } # the same");
        looks(watch, 5);

        assertThat(changes).isEmpty();
        assertThat(refusals).isEmpty();
    }

    @Test
    void a_changed_secret_is_named_but_not_shown() throws IOException {
        ConfigWatch watch = watching("providers: { openai: { keys: [{ secret: old-canary }] } }");

        write("providers: { openai: { keys: [{ secret: new-canary-2 }] } }");
        looks(watch, 5);

        assertThat(changes).containsExactly(List.of("providers.openai.keys[0].secret changed"));
    }

    private static void looks(ConfigWatch watch, int times) {
        for (int i = 0; i < times; i++) {
            watch.look();
        }
    }

    private ConfigWatch watching(String text) throws IOException {
        return watching(text, false);
    }

    private ConfigWatch watching(String text, boolean emptyAllowed) throws IOException {
        return watching(write(text), emptyAllowed);
    }

    private ConfigWatch watching(Path file, boolean emptyAllowed) {
        Loaded loaded = ConfigLoader.load(file, Map.of());
        return new ConfigWatch(
                file,
                Map.of(),
                loaded.config().orElseThrow(() -> new AssertionError(loaded.problems().toString())),
                emptyAllowed,
                new ConfigWatch.Listener() {
                    @Override
                    public void changed(
                            Config config,
                            ConfigWatch.Change change,
                            List<ConfigProblem> warnings) {
                        changes.add(change.differences());
                        later.add(change.atNextStart());
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
        touch(file);
        return file;
    }

    private void touch(Path file) throws IOException {
        written = written.plusSeconds(1);
        Files.setLastModifiedTime(file, FileTime.from(written));
    }
}
