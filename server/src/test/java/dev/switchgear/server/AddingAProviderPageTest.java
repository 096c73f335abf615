package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.settings.SettingsReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What docs/adding-a-provider.md shows and counts: the example that is configuration only, and what a
/// provider costs.
class AddingAProviderPageTest {
    private static final String KEY = "gsk-a-key-of-nobody";

    @TempDir private Path folder;

    private static final Path ROOT = Path.of(System.getProperty("switchgear.root"));

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/adding-a-provider.md"));
    }

    private static List<String> examples() throws IOException {
        return Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(page())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /// The files of the program that name the provider, with how many of their lines do; `all` where
    /// a file is named after it.
    private static Map<String, String> naming(String provider) throws IOException {
        var naming = new TreeMap<String, String>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.toList()) {
                Path program = module.resolve("src/main");
                if (Files.isDirectory(program)) {
                    count(program, provider, naming);
                }
            }
        }
        count(ROOT.resolve("switchgear.schema.json"), provider, naming);
        return naming;
    }

    private static void count(Path from, String provider, Map<String, String> naming)
            throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                long lines =
                        new String(Files.readAllBytes(file), ISO_8859_1)
                                .lines()
                                .filter(line -> line.toLowerCase(Locale.ROOT).contains(provider))
                                .count();
                if (name.startsWith(provider)) {
                    naming.put(path(file), "all");
                } else if (lines > 0) {
                    naming.put(path(file), Long.toString(lines));
                }
            }
        }
    }

    private static String path(Path file) {
        return ROOT.relativize(file).toString().replace('\\', '/');
    }

    @Test
    void a_provider_costs_what_the_page_says() throws IOException {
        String own = "providers/src/main/java/dev/switchgear/providers/mistral/";
        Map<String, String> naming = naming("mistral");
        long inside = naming.keySet().stream().filter(file -> file.startsWith(own)).count();
        naming.keySet().removeIf(file -> file.startsWith(own));

        Map<String, String> told = new TreeMap<>();
        Pattern.compile("^\\| `([^`]+)` \\| ([0-9]+|all) \\|", Pattern.MULTILINE)
                .matcher(page())
                .results()
                .forEach(row -> told.put(row.group(1), row.group(2)));

        assertThat(told).isEqualTo(naming);
        assertThat(page())
                .contains("is " + inside + " files: the flavour")
                .contains("Mistral in " + naming.size() + " files:");
    }

    @Test
    void groq_as_the_page_configures_it_can_be_used() throws IOException {
        assertThat(
                        ConfigLoader.parse(
                                        "docs", examples().getFirst(), Map.of("GROQ_API_KEY", KEY))
                                .problems())
                .isEmpty();
    }

    @Test
    void the_simulated_groq_of_the_page_answers_through_its_configuration() throws IOException {
        Path simulated = folder.resolve("sim.yaml");
        Files.writeString(simulated, examples().getLast().replace("19000", "0"), UTF_8);
        String gateway = examples().getFirst();

        try (House house =
                House.of(
                        SettingsReader.load(simulated),
                        port ->
                                """
                                server: { port: 0 }
                                egress: { allow-private: ["127.0.0.1:%d"] }
                                """
                                                .formatted(port)
                                        + gateway.replace(
                                                        "https://api.groq.com/openai/v1",
                                                        "http://127.0.0.1:" + port + "/groq/v1")
                                                .replace("${GROQ_API_KEY}", KEY))) {
            HttpResponse<String> plain = house.chat("fast");
            HttpResponse<String> streamed = house.stream("fast");

            assertThat(plain.statusCode()).isEqualTo(200);
            assertThat(plain.headers().firstValue("x-switchgear-provider")).contains("groq");
            assertThat(streamed.body()).endsWith("data: [DONE]\n\n");
            ReceivedRequest received = house.provider("groq").requests().getFirst();
            assertThat(received.body()).contains("\"llama-3.3-70b-versatile\"");
            assertThat(received.header("authorization").orElseThrow()).startsWith("Bearer gsk");
        }
    }
}
