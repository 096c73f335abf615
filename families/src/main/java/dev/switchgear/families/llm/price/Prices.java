package dev.switchgear.families.llm.price;

import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.Found;
import dev.switchgear.families.llm.model.Model;
import dev.switchgear.families.llm.model.ModelName;
import dev.switchgear.families.llm.model.Price;
import dev.switchgear.families.llm.model.Rate;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.price.Cost.Certainty;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/// What calls cost by the catalogue's prices of the day. Thread-safe; allocates little.
///
/// The price of a token is a whole number of pico-dollars, so the sum over all kinds of token is
/// exact; it is rounded once, half up, to a nano-dollar. A kind of token that is not priced apart is
/// charged as what it is nearest to: cached input and audio as plain input, generated media as plain
/// output (each then marked as an estimate), images read as input and reasoning as output (which is
/// how providers bill them, so they are exact).
public final class Prices {
    private static final long PICOS_PER_NANO = 1_000;
    private static final int PERCENT = 100;
    private static final long DAY_SECONDS = 86_400;

    private record Day(long epochDay, LocalDate date) {}

    private final Catalogue catalogue;
    private final OwnPrices own;
    private final InstantSource time;
    private volatile Day today = new Day(0, LocalDate.EPOCH);

    /// @param time tells the day, in UTC
    public Prices(Catalogue catalogue, InstantSource time) {
        this(catalogue, OwnPrices.NONE, time);
    }

    /// @param own what counts before the catalogue, and where it says nothing
    /// @param time tells the day, in UTC
    public Prices(Catalogue catalogue, OwnPrices own, InstantSource time) {
        this.catalogue = catalogue;
        this.own = own;
        this.time = time;
    }

    public Catalogue catalogue() {
        return catalogue;
    }

    /// What this use of a model costs today; [Cost#UNKNOWN] without a price or without tokens.
    public Cost cost(ModelName model, TokenUsage usage) {
        return cost(model, usage, Service.STANDARD);
    }

    public Cost cost(ModelName model, TokenUsage usage, Service service) {
        Cost cost = list(model).cost(usage, service, today());
        return cost.known() || !usage.known() || own.unpriced().isEmpty()
                ? cost
                : new Cost(own.unpriced().get().of(Math.max(0, usage.total())), Certainty.ESTIMATE);
    }

    /// The most that a request may cost: all its input at the dearest rate that input can have, all
    /// its output as output. For reserving before the use is known.
    ///
    /// @param inputTokens an estimate that is rather too high
    /// @param outputTokensMost as the request or the model bounds it
    /// @return empty without a price
    public Optional<Money> ceiling(ModelName model, long inputTokens, long outputTokensMost) {
        return ceiling(model, inputTokens, outputTokensMost, Service.STANDARD);
    }

    /// As the other.
    ///
    /// @param service how it is asked to be served; what is cheaper than usual need not be granted
    public Optional<Money> ceiling(
            ModelName model, long inputTokens, long outputTokensMost, Service service) {
        return list(model)
                .at(today(), inputTokens)
                .filter(price -> usable(price, outputTokensMost))
                .map(price -> {
                    long in = 0;
                    for (Rate rate : INPUT_RATES) {
                        in = Math.max(in, price.picos(rate));
                    }
                    long out = Math.max(price.picos(Rate.OUTPUT), price.picos(Rate.REASONING));
                    var sum = new Sum();
                    sum.add(inputTokens, in);
                    sum.add(outputTokensMost, Math.max(0, out));
                    return sum.money(
                            Math.max(PERCENT, price.percents().getOrDefault(service, PERCENT)));
                })
                .or(() -> own.unpriced().map(each -> each.of(inputTokens + outputTokensMost)));
    }

    /// Whether it says what such a call costs.
    private static boolean usable(Price price, long outputTokens) {
        return price.picos(Rate.INPUT) >= 0 && (outputTokens <= 0 || price.picos(Rate.OUTPUT) >= 0);
    }

    /// The prices of one model, found once for many calls.
    public ModelPrices list(ModelName model) {
        Price account = own.accounts().get(model.provider());
        return account == null
                ? new ModelPrices(catalogue.find(model).map(Found::model), Optional.empty())
                : new ModelPrices(Optional.empty(), Optional.of(account));
    }

    /// What such a call is likely to cost today, in pico-dollars, to compare it with others; positive
    /// infinity without a price.
    public double likely(ModelPrices list, long inputTokens, long outputTokens) {
        Optional<Price> price = list.at(today(), inputTokens);
        return price.isPresent() && usable(price.get(), outputTokens)
                ? (double) inputTokens * price.get().picos(Rate.INPUT)
                        + (double) outputTokens * Math.max(0, price.get().picos(Rate.OUTPUT))
                : Double.POSITIVE_INFINITY;
    }

    /// What is known of the prices of one model.
    ///
    /// @param model as the catalogue has it
    /// @param account what its account charges for any model, which then counts alone
    public record ModelPrices(Optional<Model> model, Optional<Price> account) {
        /// The price that holds on a day for a request whose whole prompt has so many tokens.
        public Optional<Price> at(LocalDate day, long promptTokens) {
            return account.isPresent() || model.isEmpty()
                    ? account
                    : model.get().price(day, promptTokens);
        }

        Cost cost(TokenUsage usage, Service service, LocalDate day) {
            if (!usage.known()) {
                return Cost.UNKNOWN;
            }
            return at(day, Math.max(0, usage.wholeInput()))
                    .map(price -> Prices.cost(price, usage, service))
                    .orElse(Cost.UNKNOWN);
        }
    }

    private static final Rate[] INPUT_RATES = {
        Rate.INPUT, Rate.CACHE_WRITE, Rate.CACHE_WRITE_HOUR, Rate.AUDIO_IN, Rate.IMAGE_IN
    };

    /// The day whose prices hold, in UTC.
    public LocalDate today() {
        Instant now = time.instant();
        long epochDay = Math.floorDiv(now.getEpochSecond(), DAY_SECONDS);
        Day known = today;
        if (known.epochDay() != epochDay) {
            known = new Day(epochDay, LocalDate.ofInstant(now, ZoneOffset.UTC));
            today = known;
        }
        return known.date();
    }

    /// What a use costs by the price that held on a day.
    public static Cost cost(Model model, TokenUsage usage, Service service, LocalDate day) {
        return new ModelPrices(Optional.of(model), Optional.empty()).cost(usage, service, day);
    }

    private static Cost cost(Price price, TokenUsage usage, Service service) {
        long input = price.picos(Rate.INPUT);
        long output = price.picos(Rate.OUTPUT);
        boolean unpriced =
                (usage.wholeInput() > 0 && input < 0) || (usage.wholeOutput() > 0 && output < 0);
        if (unpriced) {
            return Cost.UNKNOWN;
        }
        var sum = new Sum();
        sum.add(usage.input(), input);
        sum.add(usage.cacheRead(), price.picos(Rate.CACHE_READ), input);
        sum.add(usage.cacheWrite(), price.picos(Rate.CACHE_WRITE), input);
        sum.add(usage.cacheWriteHour(), price.picos(Rate.CACHE_WRITE_HOUR), input);
        sum.add(usage.audioIn(), price.picos(Rate.AUDIO_IN), input);
        sum.add(usage.imageIn(), either(price.picos(Rate.IMAGE_IN), input));
        sum.add(usage.output(), output);
        sum.add(usage.reasoning(), either(price.picos(Rate.REASONING), output));
        sum.add(usage.audioOut(), price.picos(Rate.AUDIO_OUT), output);
        sum.add(usage.imageOut(), price.picos(Rate.IMAGE_OUT), output);

        // A side of which nothing is known was still paid for, unless it has no price.
        boolean halfKnown = usage.wholeInput() < 0 || (usage.wholeOutput() < 0 && output >= 0);
        boolean standIn = sum.standIn;
        int percent = PERCENT;
        if (service != Service.STANDARD) {
            percent = price.percents().getOrDefault(service, PERCENT);
            standIn |= !price.percents().containsKey(service);
        }
        boolean estimate = usage.estimated() || halfKnown || standIn;
        return new Cost(
                sum.money(percent),
                saved(price, usage, percent),
                surcharge(price, usage, percent),
                estimate ? Certainty.ESTIMATE : Certainty.EXACT);
    }

    private static Money saved(Price price, TokenUsage usage, long percent) {
        long less = price.picos(Rate.INPUT) - price.picos(Rate.CACHE_READ);
        var sum = new Sum();
        if (price.picos(Rate.CACHE_READ) >= 0 && less > 0) {
            sum.add(usage.cacheRead(), less);
        }
        return sum.money(percent);
    }

    private static Money surcharge(Price price, TokenUsage usage, long percent) {
        long input = price.picos(Rate.INPUT);
        var sum = new Sum();
        sum.add(usage.cacheWrite(), price.picos(Rate.CACHE_WRITE) - input);
        sum.add(usage.cacheWriteHour(), price.picos(Rate.CACHE_WRITE_HOUR) - input);
        return sum.money(percent);
    }

    private static long either(long picos, long otherwise) {
        return picos < 0 ? otherwise : picos;
    }

    /// Pico-dollars, never more than can be held: 9.2 million USD.
    private static final class Sum {
        private long picos;
        private boolean standIn;

        void add(long tokens, long each) {
            if (tokens > 0 && each > 0) {
                long product = product(tokens, each);
                long sum = picos + product;
                picos = sum < 0 ? Long.MAX_VALUE : sum;
            }
        }

        void add(long tokens, long each, long otherwise) {
            if (tokens > 0 && each < 0) {
                standIn = true;
            }
            add(tokens, either(each, otherwise));
        }

        private static long product(long one, long other) {
            return Math.multiplyHigh(one, other) != 0 || one * other < 0
                    ? Long.MAX_VALUE
                    : one * other;
        }

        /// Rounded half up.
        Money money(long percent) {
            long unit = PICOS_PER_NANO * PERCENT;
            long scaled = product(picos, percent);
            if (scaled == Long.MAX_VALUE) {
                // So large a sum loses its last digits first.
                return new Money(product(picos / unit, percent));
            }
            long whole = scaled / unit;
            return new Money(scaled % unit * 2 >= unit ? whole + 1 : whole);
        }
    }
}
