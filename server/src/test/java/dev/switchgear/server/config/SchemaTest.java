package dev.switchgear.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PORT", "9090", "PEPPER", "p", "OPENAI_API_KEY", "a", "OPENAI_API_KEY_2", "b");

    private final com.networknt.schema.Schema schema =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Schema.text(), InputFormat.JSON);

    @Test
    void the_published_schema_is_the_one_that_the_program_obeys() throws IOException {
        Path published = Path.of(System.getProperty("switchgear.root"), "switchgear.schema.json");
        if (System.getProperty("update") != null) {
            Files.writeString(published, Schema.text());
        }

        assertThat(Files.readString(published))
                .as("run this test with -Dupdate to write it anew")
                .isEqualTo(Schema.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"full.yaml", "small.yaml"})
    void what_the_program_takes_the_schema_takes_too(String name) {
        String text = ConfigLoaderTest.resource(name);

        assertThat(ConfigLoader.parse(name, text, ENVIRONMENT).problems()).isEmpty();
        assertThat(schema.validate(text, InputFormat.YAML)).isEmpty();
    }

    @Test
    void what_the_documentation_shows_can_be_used() throws IOException {
        String page =
                Files.readString(
                        Path.of(System.getProperty("switchgear.root"), "docs/configuration.md"));
        List<String> examples =
                Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                        .matcher(page)
                        .results()
                        .map(found -> found.group(1))
                        .toList();

        assertThat(examples).hasSize(2);
        for (String example : examples) {
            assertThat(ConfigLoader.parse("docs", example, ENVIRONMENT).problems()).isEmpty();
            assertThat(schema.validate(example, InputFormat.YAML)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server: { prot: 1 }",
                "server: { port: 70000 }",
                "server: { port: \"8080\" }",
                "server: { bind: 127 }",
                "server: { drain: soon }",
                "server: { drain: 30 }",
                "server: { limits: { body-bytes: 1MB } }",
                "server: { key-pepper: \"\" }",
                "server: { behind-proxy: \"yes\" }",
                "server:",
                "clients: [{ name: a }]",
                "clients: [{ name: a, key-hash: nonsense }]",
                "clients: { name: a }",
                "providers: { \"Open AI\": { kind: openai } }",
                "providers: { openai: { kind: smtp } }",
                "providers: { openai: { base-url: \"ftp://a\" } }",
                "providers: { openai: { keys: [{ name: a }] } }",
                "providers: { openai: { breaker: { window: 10 } } }",
                "routes: [{ to: [{ provider: openai }] }]",
                "routes: [{ match: { model: a }, to: [] }]",
                "routes: [{ match: { model: a }, to: [{ provider: openai }], strategy: fast }]",
                "resilience: { retry: { budget: 0.1 } }",
                "resilience: { score: { latency: -1 } }",
                "limits: { spend-per-day: 0 }",
                "limits: { spend-per-day: \"5\" }",
                "limits: { spend-per-month: -1 }",
                "prices: { fiel: a.yaml }"
            })
    void what_the_schema_refuses_the_program_refuses_too(String text) {
        assertThat(schema.validate(text, InputFormat.YAML)).isNotEmpty();
        assertThat(ConfigLoader.parse("a.yaml", text, ENVIRONMENT).config()).isEmpty();
    }
}
