package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.importer.BifrostReader;
import dev.switchgear.importer.Imported;
import dev.switchgear.importer.LiteLlmReader;
import dev.switchgear.importer.Unusable;
import dev.switchgear.providers.Kinds;
import dev.switchgear.providers.LlmKind;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.ConfigProblem;
import dev.switchgear.server.config.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the importer writes is what this server reads: the two know nothing of each other.
class ImportedConfigurationTest {
    private static final Path SAMPLES =
            Path.of(System.getProperty("switchgear.root"), "importer/src/test/resources/import");

    @TempDir private Path folder;

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.walk(SAMPLES, 2)) {
            return files.filter(file -> file.toString().matches(".*[.](yaml|json)"))
                    .filter(file -> !file.toString().endsWith(".golden.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static Imported imported(Path file) throws Unusable {
        return file.toString().endsWith(".json")
                ? BifrostReader.read(file)
                : LiteLlmReader.read(file);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void our_own_loader_takes_the_configuration(Path sample) throws Unusable {
        Imported imported = imported(sample);

        assertThat(
                        parsed(imported).problems().stream()
                                .filter(problem ->
                                        problem.severity() == ConfigProblem.Severity.ERROR
                                                || problem.code().equals(ConfigProblem.REFERENCE))
                                .map(ConfigProblem::text))
                .isEmpty();
    }

    private static List<LlmKind> kinds() {
        return Kinds.ours().all(LlmKind.class);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void every_kind_of_provider_can_be_imported(LlmKind kind) throws Unusable, IOException {
        String vendor = kind.needsBase() ? "groq" : kind.name();
        Path lite = folder.resolve("config.yaml");
        Path bifrost = folder.resolve("config.json");
        Files.writeString(
                lite,
                "model_list: [{ model_name: m, litellm_params: { model: " + vendor + "/x } }]");
        Files.writeString(
                bifrost,
                "{\"providers\": {\""
                        + vendor
                        + "\": {\"keys\": [{\"name\": \"k\", \"value\": \"env.K\"}]}}}");

        for (Imported imported : List.of(imported(lite), imported(bifrost))) {
            assertThat(imported.yaml()).contains("kind: " + kind.name());
            assertThat(parsed(imported).problems()).isEmpty();
        }
    }

    /// Our reading of it, with every variable set that the report names.
    private static Loaded parsed(Imported imported) {
        Map<String, String> environment = new HashMap<>();
        for (String name : imported.report().variables()) {
            boolean address = name.matches(".*(BASE|URL|ENDPOINT).*");
            environment.put(name, address ? "https://x.example" : "30");
        }
        return ConfigLoader.parse("switchgear.yaml", imported.yaml(), environment);
    }
}
