package dev.switchgear.families.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CatalogueTest {
    private static final LocalDate DAY = LocalDate.parse("2026-11-21");

    private static Catalogue read(String text) {
        try {
            return Catalogue.read("models.yaml", text);
        } catch (InvalidCatalogue broken) {
            throw new AssertionError(broken.line() + ": " + broken.what(), broken);
        }
    }

    private static InvalidCatalogue refused(String text) {
        return catchThrowableOfType(
                InvalidCatalogue.class, () -> Catalogue.read("models.yaml", text));
    }

    @Test
    void what_comes_with_us_names_a_page_and_a_day_for_every_fact() {
        Catalogue catalogue = Catalogue.builtIn();

        assertThat(catalogue.providers().keySet())
                .containsExactlyInAnyOrder(
                        "anthropic",
                        "deepseek",
                        "gemini",
                        "mistral",
                        "openai",
                        "openrouter",
                        "xai");
        for (ProviderFacts provider : catalogue.providers().values()) {
            for (Model model : provider.models().values()) {
                assertThat(model.sources())
                        .as(model.id())
                        .isNotEmpty()
                        .allSatisfy(source -> {
                            assertThat(source.url()).startsWith("https://");
                            assertThat(source.date()).isPresent();
                            assertThat(source.date().get()).isBeforeOrEqualTo(DAY);
                        });
            }
            assertThat(provider.limits().values())
                    .allSatisfy(fact -> assertThat(fact.source().url()).startsWith("https://"));
        }
    }

    @Test
    void every_model_that_comes_with_us_is_found_by_all_of_its_names() {
        Catalogue catalogue = Catalogue.builtIn();

        for (ProviderFacts provider : catalogue.providers().values()) {
            for (Model model : provider.models().values()) {
                assertThat(catalogue.find(provider.name(), model.id()))
                        .contains(new Found(model, Found.By.NAME));
                for (String alias : model.aliases()) {
                    assertThat(catalogue.find(provider.name(), alias))
                            .as(alias)
                            .contains(new Found(model, Found.By.NAME));
                }
            }
        }
    }

    @Test
    void prices_that_come_with_us_are_in_the_order_that_providers_price_things() {
        for (ProviderFacts provider : Catalogue.builtIn().providers().values()) {
            for (Model model : provider.models().values()) {
                for (Price price : model.prices()) {
                    String which = model.id() + " " + price;
                    long input = price.picos(Rate.INPUT);
                    assertThat(input).as(which).isPositive();
                    assertThat(price.picos(Rate.CACHE_READ)).as(which).isLessThan(input);
                    if (price.picos(Rate.OUTPUT) >= 0) {
                        assertThat(price.picos(Rate.OUTPUT)).as(which).isGreaterThan(input);
                    }
                    if (price.picos(Rate.CACHE_WRITE) >= 0) {
                        assertThat(price.picos(Rate.CACHE_WRITE)).as(which).isGreaterThan(input);
                    }
                }
                if (!model.prices().isEmpty()) {
                    assertThat(model.price(DAY, 0)).as(model.id() + " today").isPresent();
                    assertThat(model.price(DAY, 1_000_000)).as(model.id()).isPresent();
                }
            }
        }
    }

    @Test
    void a_snapshot_is_its_model_and_so_is_the_latest() {
        Catalogue catalogue = Catalogue.builtIn();

        assertThat(catalogue.find("openai", "gpt-4o-2024-08-06"))
                .hasValueSatisfying(found -> {
                    assertThat(found.model().id()).isEqualTo("gpt-4o");
                    assertThat(found.by()).isEqualTo(Found.By.SNAPSHOT);
                });
        assertThat(catalogue.find("anthropic", "claude-haiku-4-5-20251001"))
                .hasValueSatisfying(
                        found -> assertThat(found.model().id()).isEqualTo("claude-haiku-4-5"));
        assertThat(catalogue.find("anthropic", "claude-3-5-haiku-latest"))
                .hasValueSatisfying(found -> {
                    assertThat(found.model().id()).isEqualTo("claude-3-5-haiku");
                    assertThat(found.by()).isEqualTo(Found.By.LATEST);
                });
    }

    @Test
    void a_name_that_only_begins_alike_is_another_model_unless_the_data_says_so() {
        Catalogue catalogue = Catalogue.builtIn();

        assertThat(catalogue.find("openai", "gpt-4o-audio-preview-2025-06-03"))
                .hasValueSatisfying(
                        found -> assertThat(found.model().id()).isEqualTo("gpt-4o-audio-preview"));
        assertThat(catalogue.find("openai", "gpt-4o-realtime-preview"))
                .hasValueSatisfying(found -> assertThat(found.by()).isEqualTo(Found.By.FAMILY));

        assertThat(catalogue.find("openai", "gpt-4o-something-new")).isEmpty();
        assertThat(catalogue.find("openai", "gpt-4o-20")).isEmpty();
        assertThat(catalogue.find("openai", "gpt-4o-1999-01-01")).isEmpty();
        assertThat(catalogue.find("openai", "-2024-08-06")).isEmpty();
        assertThat(catalogue.find("openai", "")).isEmpty();
        assertThat(catalogue.find("nobody", "gpt-4o")).isEmpty();
    }

    @Test
    void the_longest_family_wins() {
        Catalogue catalogue =
                read(
                        """
                        corp:
                          models:
                            qwen: { prefix: true }
                            qwen-3: { prefix: true }
                        """);

        assertThat(catalogue.find("corp", "qwen-3-70b"))
                .hasValueSatisfying(found -> assertThat(found.model().id()).isEqualTo("qwen-3"));
    }

    @Test
    void what_no_source_tells_is_unknown_and_not_no() {
        Catalogue catalogue = Catalogue.builtIn();
        Model opus = catalogue.find("anthropic", "claude-opus-5-5").orElseThrow().model();
        Model haiku = catalogue.find("anthropic", "claude-haiku-4-5").orElseThrow().model();

        assertThat(opus.supports(Capability.PREFILL)).isEqualTo(Support.NO);
        assertThat(haiku.supports(Capability.PREFILL)).isEqualTo(Support.YES);
        assertThat(opus.supports(Capability.AUDIO)).isEqualTo(Support.UNKNOWN);
        assertThat(opus.supports(Reasoning.ADAPTIVE)).isEqualTo(Support.YES);
        assertThat(opus.supports(Reasoning.BUDGET)).isEqualTo(Support.NO);
        assertThat(opus.size().orElseThrow().maxOutput()).hasValue(128_000);
    }

    @Test
    void traits_tell_the_writers_what_a_model_is_known_not_to_take() {
        Model model =
                read("""
                corp:
                  models:
                    m:
                      size: { max-output: 500 }
                      capabilities:
                        - { vision: false, tools: true, reasoning: [budget, effort],
                            efforts: [low, medium, high] }
                """)
                        .find("corp", "m")
                        .orElseThrow()
                        .model();

        assertThat(model.traits())
                .isEqualTo(
                        new ModelTraits(
                                OptionalLong.of(500),
                                Optional.of(Reasoning.EFFORT),
                                Set.of(
                                        Capability.VISION,
                                        Capability.EFFORT_MINIMAL,
                                        Capability.EFFORT_ABOVE_HIGH)));
    }

    @Test
    void a_price_counts_on_its_days_and_above_its_length() {
        Model model =
                read("""
                corp:
                  models:
                    m:
                      prices:
                        - { until: 2026-11-30, input: 2 }
                        - { from: 2026-12-01, input: 4 }
                        - { above: 200000, input: 8 }
                """)
                        .find("corp", "m")
                        .orElseThrow()
                        .model();

        assertThat(input(model, "2026-11-30", 10)).isEqualTo(2_000_000);
        assertThat(input(model, "2026-12-01", 10)).isEqualTo(4_000_000);
        assertThat(input(model, "2026-12-01", 200_000)).isEqualTo(4_000_000);
        assertThat(input(model, "2026-12-01", 200_001)).isEqualTo(8_000_000);
    }

    private static long input(Model model, String day, long tokens) {
        return model.price(LocalDate.parse(day), tokens).orElseThrow().picos(Rate.INPUT);
    }

    @Test
    void a_file_overrides_what_it_says_and_keeps_the_rest(@TempDir Path folder)
            throws IOException, InvalidCatalogue {
        Path file = folder.resolve("our-prices.yaml");
        Files.writeString(
                file,
                """
                openai:
                  models:
                    gpt-4o:
                      aliases: [our-4o]
                      capabilities: [ { audio: false } ]
                      prices: [ { input: 1.5, output: 6 } ]
                corp-llm:
                  models:
                    gpt-4o: { prices: [ { input: 0, output: 0 } ] }
                """);

        Catalogue catalogue = Catalogue.builtIn().overriddenBy(Catalogue.load(file));

        Model model = catalogue.find("openai", "our-4o").orElseThrow().model();
        assertThat(model.prices()).hasSize(1);
        assertThat(input(model, "2026-11-21", 10)).isEqualTo(1_500_000);
        assertThat(model.prices().getFirst().source().name()).isEqualTo("our-prices.yaml");
        assertThat(model.supports(Capability.AUDIO)).isEqualTo(Support.NO);
        assertThat(model.supports(Capability.VISION)).isEqualTo(Support.YES);
        assertThat(model.size().orElseThrow().context()).hasValue(128_000);

        var own = new ModelName("corp-llm", "openai", "gpt-4o");
        assertThat(input(catalogue.find(own).orElseThrow().model(), "2026-11-21", 1)).isZero();
        var plain = new ModelName("main", "openai", "gpt-4o");
        assertThat(catalogue.find(plain).orElseThrow().model()).isEqualTo(model);
    }

    @Test
    void a_misspelt_word_is_refused_where_it_stands_with_the_words_that_are_known() {
        InvalidCatalogue problem =
                refused(
                        """
                        corp:
                          models:
                            m:
                              prices:
                                - { input: 1, outputs: 2 }
                        """);

        assertThat(problem.file()).isEqualTo("models.yaml");
        assertThat(problem.line()).isEqualTo(5);
        assertThat(problem.column()).isEqualTo(23);
        assertThat(problem.what()).isEqualTo("`outputs` is not known here.");
        assertThat(problem.unknown().orElseThrow().known()).contains("output", "above", "source");
    }

    @Test
    void every_kind_of_name_is_checked() {
        for (String text :
                List.of(
                        "corp: { model: {} }",
                        "corp: { sources: { a: { link: x } } }",
                        "corp: { limits: [ { request-byte: 1 } ] }",
                        "corp: { models: { m: { price: [] } } }",
                        "corp: { models: { m: { tokenizer: o200 } } }",
                        "corp: { models: { m: { size: { contexts: 1 } } } }",
                        "corp: { models: { m: { size: { source: nowhere } } } }",
                        "corp: { models: { m: { capabilities: [ { visions: true } ] } } }",
                        "corp: { models: { m: { capabilities: [ { reasoning: [hard] } ] } } }",
                        "corp: { models: { m: { prices: [ { inputs: 1 } ] } } }")) {
            assertThat(refused(text)).as(text).isNotNull();
            assertThat(refused(text).unknown()).as(text).isPresent();
            assertThat(refused(text).line()).as(text).isEqualTo(1);
        }
    }

    @Test
    void values_that_cannot_be_are_refused() {
        for (String text :
                List.of(
                        "corp: { models: { m: { prices: [ { input: -1 } ] } } }",
                        "corp: { models: { m: { prices: [ { input: 0.0000001 } ] } } }",
                        "corp: { models: { m: { prices: [ { input: 1e99 } ] } } }",
                        "corp: { models: { m: { prices: [ { input: cheap } ] } } }",
                        "corp: { models: { m: { prices: [ { input: 1, from: soon } ] } } }",
                        "corp: { models: { m: { prices: [ { input: 1, batch-percent: 0 } ] } } }",
                        "corp: { models: { m: { prices: [ { input: 1 }, { input: 2 } ] } } }",
                        "corp: { models: { m: { prices: { input: 1 } } } }",
                        "corp: { models: { m: { size: { context: 1.5 } } } }",
                        "corp: { models: { m: { size: { context: 0 } } } }",
                        "corp: { models: { m: { capabilities: [ { vision: yes } ] } } }",
                        "corp: { models: { m: {}, m: {} } }",
                        "corp: { models: { m: &a {}, n: *a } }",
                        "corp: 1",
                        "[]",
                        "corp: { models: {",
                        "a: {}\n---\nb: {}")) {
            assertThat(refused(text)).as(text).isNotNull();
        }
        assertThat(read("").providers()).isEmpty();
    }

    @Test
    void a_reader_that_is_given_rubbish_says_so_and_never_breaks() {
        var random = new SplittableRandom(20261121);
        String good =
                """
                corp:
                  sources: { a: { url: "https://x", date: 2026-01-02 } }
                  models:
                    m: { size: { context: 5, source: a }, prices: [ { input: 1, source: a } ] }
                """;
        Set<String> kinds = new HashSet<>();
        for (int round = 0; round < 3_000; round++) {
            var text = new StringBuilder(good);
            for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, "{}[]:,-&*#\"'\n\t 1a\\%@`|>!?".charAt(random.nextInt(25)));
            }
            try {
                Catalogue.read("models.yaml", text.toString());
                kinds.add("read");
            } catch (InvalidCatalogue broken) {
                assertThat(broken.what()).isNotBlank();
                kinds.add("refused");
            }
        }
        assertThat(kinds).containsExactlyInAnyOrder("read", "refused");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-5-5,            YES",
        "claude-sonnet-4-6,          YES",
        "claude-sonnet-4-5-20250929, YES",
        "claude-haiku-4-5,           YES",
        "claude-opus-4-1-20250805,   NO",
        "claude-sonnet-4-0,          NO",
        "claude-sonnet-4-20250514,   NO",
        "claude-opus-4-0,            NO",
        "claude-3-7-sonnet-latest,   NO",
        "claude-3-5-sonnet-20241022, NO",
        "claude-3-opus-20240229,     NO"
    })
    void which_of_claudes_models_follow_a_schema_is_known(String model, Support support) {
        assertThat(Catalogue.builtIn().find("anthropic", model))
                .hasValueSatisfying(found ->
                        assertThat(found.model().supports(Capability.STRUCTURED_OUTPUT))
                                .isEqualTo(support));
    }
}
