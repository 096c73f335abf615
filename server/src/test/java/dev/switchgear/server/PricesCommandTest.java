package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PricesCommandTest {
    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.line()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void prices_shows_every_model_with_the_day_its_price_is_from() {
        assertThat(run("prices", "--on", "2026-11-21")).isZero();

        assertThat(out.toString().lines().findFirst().orElseThrow())
                .containsSubsequence("PROVIDER", "MODEL", "INPUT", "CACHE READ", "OUTPUT", "AS OF");
        assertThat(out.toString().lines().filter(line -> line.contains("gemini-4-argon")))
                .singleElement()
                .asString()
                .containsPattern("gemini +gemini-4-argon +2 +0.1 +- +- +10 +2026-10-13");
        assertThat(out.toString())
                .containsPattern("claude-haiku-5-5 >100000 +0.5 ")
                .contains("Built in, nothing overridden");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void prices_of_a_model_come_with_their_page_and_notes() {
        assertThat(run("prices", "deepseek/deepseek-v4-pro", "gpt-4o-2024-08-06")).isZero();

        assertThat(out.toString())
                .contains("0.003625")
                .contains("https://api-docs.deepseek.com/quick_start/pricing")
                .contains("in CNY")
                .containsPattern("openai +gpt-4o +2.5 +1.25")
                .doesNotContain("claude");
    }

    @Test
    void the_day_decides_which_price_is_shown() {
        assertThat(run("prices", "gemini-4-argon", "--on", "2026-12-24", "--json")).isZero();

        JsonNode price = JsonMapper.shared().readTree(out.toString()).path("prices").path(0);
        assertThat(price.path("input").decimalValue()).isEqualByComparingTo("4");
        assertThat(price.path("from").asString()).isEqualTo("2026-12-01");
        assertThat(price.path("source").path("url").asString()).startsWith("https://ai.google.dev");
        assertThat(price.path("overridden").asBoolean()).isFalse();
    }

    @Test
    void an_unknown_model_ends_with_3_and_the_nearest_name() {
        assertThat(run("prices", "gtp-4o")).isEqualTo(3);

        assertThat(err.toString()).contains("`gtp-4o` is not in the table. Did you mean `gpt-4o`?");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void a_price_file_counts_before_what_is_built_in_and_is_named() throws IOException {
        write(
                "our-prices.yaml",
                """
                openai:
                  models: { gpt-4o: { prices: [ { input: 2.25, output: 9 } ] } }
                corp-llm:
                  models: { llama: { prices: [ { input: 0, output: 0 } ] } }
                """);
        Path config = write("switchgear.yaml", "prices: { file: our-prices.yaml }");

        assertThat(run("prices", "--config", config.toString())).isZero();

        assertThat(out.toString())
                .containsPattern("openai +gpt-4o +2.25 +- +- +- +9 +our-prices.yaml")
                .containsPattern("corp-llm +llama +0 +- +- +- +0 +our-prices.yaml")
                .contains("Overridden by " + folder.resolve("our-prices.yaml"));
    }

    @Test
    void a_mistake_in_the_price_file_is_found_where_it_stands() throws IOException {
        write(
                "our-prices.yaml",
                """
                openai:
                  models:
                    gpt-4o:
                      prices: [ { imput: 2.25 } ]
                """);
        Path config = write("switchgear.yaml", "prices: { file: our-prices.yaml }");

        assertThat(run("check", "--config", config.toString())).isEqualTo(3);
        assertThat(run("prices", "--config", config.toString())).isEqualTo(78);

        assertThat(err.toString())
                .contains(
                        "our-prices.yaml line 4, column 19: `imput` is not known here. Did you mean"
                                + " `input`? (SG-1002)");
    }

    @Test
    void a_price_file_or_a_configuration_that_is_not_there_is_named() throws IOException {
        Path config = write("switchgear.yaml", "prices: { file: gone.yaml }");

        assertThat(run("prices", "--config", config.toString())).isEqualTo(78);
        assertThat(err.toString()).contains("gone.yaml: There is no such file");

        assertThat(run("prices", "--config", folder.resolve("none.yaml").toString())).isEqualTo(78);
    }
}
