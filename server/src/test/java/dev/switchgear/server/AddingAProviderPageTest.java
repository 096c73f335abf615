package dev.switchgear.server;

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
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example of docs/adding-a-provider.md that is configuration only, as the page shows it.
class AddingAProviderPageTest {
    private static final String KEY = "gsk-a-key-of-nobody";

    @TempDir private Path folder;

    private static List<String> examples() throws IOException {
        Path page = Path.of(System.getProperty("switchgear.root"), "docs/adding-a-provider.md");
        return Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(page))
                .results()
                .map(found -> found.group(1))
                .toList();
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
