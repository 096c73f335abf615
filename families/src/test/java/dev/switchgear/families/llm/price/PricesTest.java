package dev.switchgear.families.llm.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.FactSource;
import dev.switchgear.families.llm.model.InvalidCatalogue;
import dev.switchgear.families.llm.model.Model;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.model.Price;
import dev.switchgear.families.llm.model.Rate;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.price.Cost.Certainty;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PricesTest {
    private static final InstantSource NOW =
            InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));
    private final Prices prices = new Prices(Catalogue.builtIn(), NOW);

    private static ModelName name(String kind, String model) {
        return new ModelName(kind, kind, model);
    }

    private static Prices of(String model) {
        try {
            return new Prices(
                    Catalogue.read("test.yaml", "corp: { models: { m: " + model + " } }"), NOW);
        } catch (InvalidCatalogue broken) {
            throw new AssertionError(broken.what(), broken);
        }
    }

    @Test
    void what_openrouter_charged_is_what_we_reckon() {
        // A recorded answer: 579 tokens in, 41 out, 0.000784 USD.
        Cost cost =
                prices.cost(
                        name("openrouter", "anthropic/claude-4.5-haiku-20251001"),
                        TokenUsage.of(579, 41));

        assertThat(cost.amount()).isEqualTo(Money.ofDollars("0.000784"));
        assertThat(cost.certainty()).isEqualTo(Certainty.EXACT);
    }

    @Test
    void what_xai_charged_is_what_we_reckon() {
        // A recorded answer: 3,590,000 ticks of 10^-10 USD.
        TokenUsage usage = new TokenTally().prompt(340).cacheRead(320).completion(108).usage();

        Cost cost = prices.cost(name("xai", "grok-4.3"), usage);

        assertThat(cost.amount()).isEqualTo(Money.ofDollars("0.000359"));
        assertThat(cost.cacheSaved()).isEqualTo(Money.ofDollars("0.000336"));
    }

    @Test
    void each_kind_of_token_has_its_price_and_none_is_paid_twice() {
        TokenUsage usage =
                new TokenTally()
                        .input(1_000_000)
                        .cacheRead(1_000_000)
                        .cacheWrite(1_000_000)
                        .cacheWriteHour(1_000_000)
                        .output(1_000_000)
                        .reasoning(1_000_000)
                        .usage();

        Cost cost = prices.cost(name("anthropic", "claude-haiku-4-5-20251001"), usage);

        // 1 + 0.10 + 1.25 + 2 + 5 + 5
        assertThat(cost.amount()).isEqualTo(Money.ofDollars("14.35"));
        assertThat(cost.certainty()).isEqualTo(Certainty.EXACT);
    }

    @Test
    void a_long_prompt_is_dearer_as_a_whole_and_cached_tokens_count_for_its_length() {
        ModelName pro = name("gemini", "gemini-2.5-pro");

        Cost below = prices.cost(pro, TokenUsage.of(200_000, 1_000));
        Cost above =
                prices.cost(
                        pro,
                        new TokenTally()
                                .prompt(200_001)
                                .cacheRead(100_001)
                                .completion(1_000)
                                .usage());

        assertThat(below.amount()).isEqualTo(Money.ofDollars("0.26"));
        // 100,000 at 2.50, 100,001 at 0.25, 1,000 at 15
        assertThat(above.amount()).isEqualTo(Money.ofDollars("0.29000025"));
    }

    @Test
    void the_day_decides_at_midnight_utc() {
        var time = new ManualTime(Instant.parse("2026-11-30T23:59:59Z"));
        var dated = new Prices(Catalogue.builtIn(), time);
        ModelName argon = name("gemini", "gemini-4-argon");
        TokenUsage million = TokenUsage.of(1_000_000, 0);

        assertThat(dated.cost(argon, million).amount()).isEqualTo(Money.ofDollars("2"));

        time.advance(Duration.ofSeconds(1));
        assertThat(dated.cost(argon, million).amount()).isEqualTo(Money.ofDollars("4"));
    }

    @Test
    void a_batch_costs_its_share_and_an_unpriced_service_is_an_estimate() {
        ModelName haiku = name("anthropic", "claude-haiku-4-5");
        TokenUsage usage = TokenUsage.of(1_001, 1);

        Cost batch = prices.cost(haiku, usage, Service.BATCH);
        Cost flex = prices.cost(haiku, usage, Service.FLEX);

        assertThat(batch.amount()).isEqualTo(Money.ofDollars("0.000503"));
        assertThat(batch.certainty()).isEqualTo(Certainty.EXACT);
        assertThat(flex.amount()).isEqualTo(prices.cost(haiku, usage).amount());
        assertThat(flex.certainty()).isEqualTo(Certainty.ESTIMATE);
    }

    @Test
    void one_rounding_is_made_and_it_is_half_up() {
        Prices odd = of("{ prices: [ { input: 0.0005, output: 0.0004 } ] }");
        ModelName m = name("corp", "m");

        assertThat(odd.cost(m, TokenUsage.of(1, 0)).amount()).isEqualTo(new Money(1));
        assertThat(odd.cost(m, TokenUsage.of(0, 1)).amount()).isEqualTo(new Money(0));
        assertThat(odd.cost(m, TokenUsage.of(1, 1)).amount()).isEqualTo(new Money(1));
        assertThat(odd.cost(m, TokenUsage.of(1_000_000, 0)).amount())
                .isEqualTo(Money.ofDollars("0.0005"));
    }

    @Test
    void a_price_that_stands_for_another_makes_an_estimate() {
        Prices plain = of("{ prices: [ { input: 1, output: 2 } ] }");
        ModelName m = name("corp", "m");

        Cost cached = plain.cost(m, new TokenTally().prompt(10).cacheRead(4).completion(1).usage());
        Cost heard = plain.cost(m, new TokenTally().prompt(10).audioIn(4).completion(1).usage());
        Cost seen = plain.cost(m, new TokenTally().prompt(10).imageIn(4).completion(1).usage());
        Cost thought =
                plain.cost(m, new TokenTally().prompt(10).completion(1).reasoning(1).usage());

        assertThat(List.of(cached, heard, seen, thought))
                .allSatisfy(cost -> assertThat(cost.amount()).isEqualTo(new Money(12_000)));
        assertThat(cached.estimate()).isTrue();
        assertThat(heard.estimate()).isTrue();
        assertThat(seen.estimate()).isFalse();
        assertThat(thought.estimate()).isFalse();
    }

    @Test
    void tokens_that_nobody_reported_make_an_estimate_and_none_make_it_unknown() {
        ModelName gpt = name("openai", "gpt-4o");

        assertThat(prices.cost(gpt, TokenUsage.estimate(100, 50)).estimate()).isTrue();
        assertThat(prices.cost(gpt, TokenUsage.of(100, -1)).estimate()).isTrue();
        assertThat(prices.cost(gpt, TokenUsage.UNKNOWN)).isEqualTo(Cost.UNKNOWN);
        assertThat(prices.cost(gpt, TokenUsage.of(0, 0)).certainty()).isEqualTo(Certainty.EXACT);

        Cost embedding =
                prices.cost(name("openai", "text-embedding-3-small"), TokenUsage.of(8, -1));
        assertThat(embedding.amount()).isEqualTo(new Money(160));
        assertThat(embedding.certainty()).isEqualTo(Certainty.EXACT);
    }

    @Test
    void a_model_without_a_price_is_unknown_and_not_free() {
        TokenUsage usage = TokenUsage.of(100, 50);

        assertThat(prices.cost(name("ollama", "llama3"), usage)).isEqualTo(Cost.UNKNOWN);
        assertThat(prices.cost(name("deepseek", "deepseek-flash"), usage)).isEqualTo(Cost.UNKNOWN);
        assertThat(of("{ prices: [ { input: 1 } ] }").cost(name("corp", "m"), usage))
                .isEqualTo(Cost.UNKNOWN);
        assertThat(of("{ prices: [ { input: 0, output: 0 } ] }").cost(name("corp", "m"), usage))
                .isEqualTo(new Cost(Money.ZERO, Certainty.EXACT));
    }

    @Test
    void the_most_a_request_may_cost_is_never_less_than_what_it_costs() {
        var random = new SplittableRandom(7);
        List<Model> models =
                Catalogue.builtIn().providers().values().stream()
                        .flatMap(provider -> provider.models().values().stream())
                        .filter(model -> !model.prices().isEmpty())
                        .toList();
        Service[] services = Service.values();
        for (int round = 0; round < 20_000; round++) {
            Model model = models.get(random.nextInt(models.size()));
            TokenUsage usage = anyUsage(random, random.nextBoolean());
            ModelName name = name(model.provider(), model.id());
            Service asked = services[random.nextInt(services.length)];
            Service served = random.nextBoolean() ? asked : Service.STANDARD;

            Cost cost = prices.cost(name, usage, served);

            Optional<Money> most =
                    prices.ceiling(name, usage.wholeInput(), usage.wholeOutput(), asked);
            if (cost.known() && usage.audioOut() == 0 && usage.imageOut() == 0) {
                assertThat(most).as(model.id() + usage).isPresent();
                assertThat(cost.amount())
                        .as(model.id() + usage)
                        .isLessThanOrEqualTo(most.orElseThrow());
            }
        }
    }

    @Test
    void costs_are_what_exact_decimals_say() {
        var random = new SplittableRandom(20261121);
        ModelName m = name("corp", "m");
        for (int table = 0; table < 200; table++) {
            Prices some = of(row(random.nextLong(0, 50_000_000), random.nextLong(0, 500_000_000)));
            Price price = some.catalogue().find(m).orElseThrow().model().prices().getFirst();
            for (int round = 0; round < 100; round++) {
                TokenUsage usage = anyUsage(random, true);

                Cost cost = some.cost(m, usage);

                BigDecimal exact =
                        times(usage.input() + usage.imageIn() + usage.audioIn(), price, Rate.INPUT)
                                .add(times(usage.cacheRead(), price, Rate.CACHE_READ))
                                .add(times(usage.cacheWrite(), price, Rate.CACHE_WRITE))
                                .add(times(usage.cacheWriteHour(), price, Rate.CACHE_WRITE_HOUR))
                                .add(times(usage.wholeOutput(), price, Rate.OUTPUT))
                                .setScale(9, RoundingMode.HALF_UP);
                assertThat(cost.amount().dollars()).isEqualByComparingTo(exact);
            }
        }
    }

    private static String row(long input, long output) {
        return ("{ prices: [ { input: %s, cache-read: %s, cache-write: %s,"
                        + " cache-write-hour: %s, output: %s } ] }")
                .formatted(
                        million(input),
                        million(input / 7),
                        million(input * 5 / 4),
                        million(input * 2),
                        million(output));
    }

    private static String million(long picos) {
        return BigDecimal.valueOf(picos, 6).toPlainString();
    }

    private static BigDecimal times(long tokens, Price price, Rate rate) {
        return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(price.picos(rate), 12));
    }

    private static TokenUsage anyUsage(SplittableRandom random, boolean media) {
        return new TokenUsage(
                random.nextLong(0, 300_000),
                random.nextLong(0, 100_000),
                random.nextLong(0, 10_000),
                random.nextLong(0, 1_000),
                media ? random.nextLong(0, 1_000) : 0,
                media ? random.nextLong(0, 1_000) : 0,
                random.nextLong(0, 20_000),
                random.nextLong(0, 20_000),
                0,
                0,
                false);
    }

    @Test
    void counts_that_no_model_can_reach_cost_much_and_never_little() {
        TokenUsage absurd = TokenUsage.of(1_000_000_000_000_000L, 1_000_000_000_000_000L);

        Cost cost = prices.cost(name("openai", "gpt-5.5-pro"), absurd);
        Cost batch = prices.cost(name("anthropic", "claude-haiku-4-5"), absurd, Service.BATCH);

        assertThat(cost.amount()).isGreaterThan(Money.ofDollars("9000000"));
        assertThat(batch.amount()).isGreaterThan(Money.ofDollars("4000000"));
        assertThat(Money.MOST.plus(cost.amount())).isEqualTo(Money.MOST);
        assertThat(Money.ZERO.minus(Money.MOST).minus(Money.MOST).nanos()).isNegative();
    }

    @Test
    void money_is_shown_as_people_write_it() {
        assertThat(Money.ofDollars("12")).hasToString("$12.00");
        assertThat(Money.ofDollars("0.5")).hasToString("$0.50");
        assertThat(Money.ofDollars("0.000359")).hasToString("$0.000359");
        assertThat(new Money(-1)).hasToString("-$0.000000001");
    }

    @Test
    void what_an_account_charges_counts_alone() {
        var row =
                new Price(
                        Map.of(Rate.INPUT, 2_000_000L, Rate.OUTPUT, 3_000_000L),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        Map.of(),
                        new FactSource("test", "", Optional.empty(), ""),
                        "");
        var own =
                new Prices(
                        Catalogue.builtIn(),
                        new OwnPrices(Map.of("mine", row), Optional.empty()),
                        NOW);
        var known = new ModelName("mine", "openai", "gpt-4o");
        var unknown = new ModelName("mine", "openai", "nobody-knows");

        for (ModelName name : List.of(known, unknown)) {
            assertThat(own.cost(name, TokenUsage.of(10, 1)).amount()).isEqualTo(new Money(23_000));
            assertThat(own.ceiling(name, 10, 1)).contains(new Money(23_000));
            assertThat(own.likely(own.list(name), 10, 1)).isEqualTo(23_000_000);
        }
        var other = new ModelName("other", "openai", "gpt-4o");
        assertThat(own.cost(other, TokenUsage.of(10, 1)))
                .isEqualTo(prices.cost(other, TokenUsage.of(10, 1)));
        assertThat(own.likely(own.list(other), 10, 1)).isEqualTo(2_500_000 * 10 + 10_000_000);
    }

    @Test
    void a_model_without_a_price_counts_as_what_is_set_and_stands_behind_all_others() {
        var own =
                new Prices(
                        Catalogue.builtIn(),
                        new OwnPrices(
                                Map.of(), Optional.of(new EachToken(Money.ofDollars("0.0011")))),
                        NOW);
        var unknown = new ModelName("mine", "mine", "nobody-knows");

        // 0.0011 dollars for a million are 1.1 nano-dollars a token.
        assertThat(own.cost(unknown, TokenUsage.of(1, 1)))
                .isEqualTo(new Cost(new Money(3), Cost.Certainty.ESTIMATE));
        assertThat(own.cost(unknown, TokenUsage.UNKNOWN)).isEqualTo(Cost.UNKNOWN);
        assertThat(own.ceiling(unknown, 10, 10)).contains(new Money(22));
        assertThat(own.ceiling(unknown, Long.MAX_VALUE / 2, 10).orElseThrow().isPositive())
                .isTrue();
        assertThat(own.likely(own.list(unknown), 10, 1)).isInfinite();
        assertThat(prices.ceiling(unknown, 10, 10)).isEmpty();
        assertThat(prices.likely(prices.list(unknown), 10, 1)).isInfinite();
    }

    @Test
    void a_model_whose_output_has_no_price_is_one_without_a_price_where_there_is_output() {
        var embedding = new ModelName("openai", "openai", "text-embedding-3-small");

        assertThat(prices.ceiling(embedding, 10, 0)).isPresent();
        assertThat(prices.ceiling(embedding, 10, 1)).isEmpty();
        assertThat(prices.likely(prices.list(embedding), 10, 0)).isFinite();
        assertThat(prices.likely(prices.list(embedding), 10, 1)).isInfinite();
    }
}
