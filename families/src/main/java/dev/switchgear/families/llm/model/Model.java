package dev.switchgear.families.llm.model;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// What is known of a model. What no source tells is absent.
///
/// @param provider under which it stands in the catalogue
/// @param aliases other names for it
/// @param prefix whether names that only begin with its id mean it too
/// @param reasoning how it is told to reason; absent where unknown
/// @param efforts the words it takes for [Reasoning#EFFORT], least first; empty where unknown
public record Model(
        String provider,
        String id,
        Set<String> aliases,
        boolean prefix,
        Tokenizer tokenizer,
        Optional<ModelSize> size,
        Map<Capability, Fact<Boolean>> capabilities,
        Optional<Fact<Set<Reasoning>>> reasoning,
        List<String> efforts,
        Map<DocumentedLimit, Fact<Long>> limits,
        List<Price> prices) {
    public Model {
        aliases = Collections.unmodifiableSet(new LinkedHashSet<>(aliases));
        capabilities = Map.copyOf(capabilities);
        efforts = List.copyOf(efforts);
        limits = Map.copyOf(limits);
        prices = List.copyOf(prices);
    }

    public Support supports(Capability capability) {
        Fact<Boolean> fact = capabilities.get(capability);
        if (fact == null) {
            return byEfforts(capability);
        }
        return fact.value() ? Support.YES : Support.NO;
    }

    /// What the words for [Reasoning#EFFORT] tell.
    private Support byEfforts(Capability capability) {
        if (efforts.isEmpty()) {
            return Support.UNKNOWN;
        }
        if (capability == Capability.EFFORT_MINIMAL) {
            return efforts.contains("minimal") ? Support.YES : Support.NO;
        }
        if (capability == Capability.EFFORT_ABOVE_HIGH) {
            return efforts.contains("xhigh") || efforts.contains("max") ? Support.YES : Support.NO;
        }
        return Support.UNKNOWN;
    }

    /// What a dialect must know to word a request for it.
    public ModelTraits traits() {
        var lacks = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            if (supports(capability) == Support.NO) {
                lacks.add(capability);
            }
        }
        OptionalLong most = size.map(ModelSize::maxOutput).orElse(OptionalLong.empty());
        return new ModelTraits(most, way(), lacks, tokenizer);
    }

    /// A model that takes several is told in the way that leaves it the most say.
    private Optional<Reasoning> way() {
        return Stream.of(Reasoning.ADAPTIVE, Reasoning.EFFORT, Reasoning.BUDGET, Reasoning.NONE)
                .filter(way -> supports(way) == Support.YES)
                .findFirst();
    }

    /// Whether it is told to reason in this way.
    public Support supports(Reasoning way) {
        return reasoning
                .map(fact -> fact.value().contains(way) ? Support.YES : Support.NO)
                .orElse(Support.UNKNOWN);
    }

    /// The price that holds on a day for a request whose whole prompt has so many tokens.
    public Optional<Price> price(LocalDate day, long promptTokens) {
        Price best = null;
        for (Price price : prices) {
            boolean holds = promptTokens > price.above() || price.above() == 0;
            if (holds && price.holdsOn(day) && (best == null || price.above() > best.above())) {
                best = price;
            }
        }
        return Optional.ofNullable(best);
    }

    /// The same with what `other` says instead, where it says something.
    Model overriddenBy(Model other) {
        var names = new LinkedHashSet<>(aliases);
        names.addAll(other.aliases);
        var can = new EnumMap<Capability, Fact<Boolean>>(Capability.class);
        can.putAll(capabilities);
        can.putAll(other.capabilities);
        var most = new EnumMap<DocumentedLimit, Fact<Long>>(DocumentedLimit.class);
        most.putAll(limits);
        most.putAll(other.limits);
        return new Model(
                provider,
                id,
                names,
                prefix || other.prefix,
                other.tokenizer == Tokenizer.UNKNOWN ? tokenizer : other.tokenizer,
                other.size.or(() -> size),
                can,
                other.reasoning.or(() -> reasoning),
                other.efforts.isEmpty() ? efforts : other.efforts,
                most,
                other.prices.isEmpty() ? prices : other.prices);
    }

    /// Every source that something here comes from, each once.
    public List<FactSource> sources() {
        var all = new LinkedHashSet<FactSource>();
        size.ifPresent(known -> all.add(known.source()));
        capabilities.values().forEach(fact -> all.add(fact.source()));
        reasoning.ifPresent(fact -> all.add(fact.source()));
        limits.values().forEach(fact -> all.add(fact.source()));
        prices.forEach(price -> all.add(price.source()));
        return new ArrayList<>(all);
    }
}
