package dev.switchgear.families.llm.model;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads the catalogue's YAML in one pass and stops at the first problem. For one text; not
/// thread-safe.
///
/// Every name is checked, so that a misspelt one is never passed over in silence; anchors and aliases
/// are refused, so that a file cannot grow beyond its own length.
final class CatalogueReader {
    private static final YAMLFactory YAML =
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /// A price is kept in pico-dollars a token.
    private static final int DECIMALS = 6;

    private static final BigDecimal PRICE_MAX = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal COUNT_MAX = BigDecimal.valueOf(1_000_000_000_000L);

    private final String file;

    CatalogueReader(String file) {
        this.file = file;
    }

    Map<String, ProviderFacts> read(String text) throws InvalidCatalogue {
        try (var parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
            var providers = new LinkedHashMap<String, ProviderFacts>();
            if (parser.nextToken() == null) {
                return providers;
            }
            var yaml = new Text(parser);
            yaml.each(
                    "providers by their names", name -> providers.put(name, provider(yaml, name)));
            if (parser.nextToken() != null) {
                throw yaml.wrong("A second document begins here. One file holds one catalogue.");
            }
            return providers;
        } catch (JacksonException notYaml) {
            TokenStreamLocation place = notYaml.getLocation();
            throw new InvalidCatalogue(
                    file,
                    place == null ? 0 : Math.max(0, place.getLineNr()),
                    place == null ? 0 : Math.max(0, place.getColumnNr()),
                    "Not YAML: the indentation (spaces, no tabs), a quote or a bracket is wrong here"
                            + " or on the line above.",
                    Optional.empty());
        }
    }

    private ProviderFacts provider(Text yaml, String name) throws InvalidCatalogue {
        var sources = new LinkedHashMap<String, FactSource>();
        var limits = new EnumMap<DocumentedLimit, Fact<Long>>(DocumentedLimit.class);
        var models = new LinkedHashMap<String, Model>();
        yaml.each(
                "`sources`, `limits` and `models`",
                part -> {
                    switch (part) {
                        case "sources" ->
                                yaml.each(
                                        "sources by their names",
                                        source -> sources.put(source, source(yaml, source)));
                        case "limits" -> yaml.list(() -> limits(yaml, sources, limits));
                        case "models" ->
                                yaml.each(
                                        "models by their ids",
                                        id -> models.put(id, model(yaml, sources, name, id)));
                        default -> throw yaml.unknown(part, List.of("sources", "limits", "models"));
                    }
                });
        return new ProviderFacts(name, limits, models);
    }

    private static FactSource source(Text yaml, String name) throws InvalidCatalogue {
        var known =
                new Object() {
                    String url = "";
                    Optional<LocalDate> date = Optional.empty();
                    String note = "";
                };
        yaml.each(
                "`url`, `date` and `note`",
                part -> {
                    switch (part) {
                        case "url" -> known.url = yaml.text();
                        case "date" -> known.date = Optional.of(yaml.date());
                        case "note" -> known.note = yaml.text();
                        default -> throw yaml.unknown(part, List.of("url", "date", "note"));
                    }
                });
        return new FactSource(name, known.url, known.date, known.note);
    }

    private FactSource named(Text yaml, Map<String, FactSource> sources) throws InvalidCatalogue {
        String name = yaml.text();
        FactSource source = sources.get(name);
        if (source == null) {
            throw yaml.unknown(name, List.copyOf(sources.keySet()));
        }
        return source;
    }

    /// What a fact comes from that names no source.
    private FactSource itself() {
        return new FactSource(file, "", Optional.empty(), "");
    }

    private void limits(
            Text yaml, Map<String, FactSource> sources, Map<DocumentedLimit, Fact<Long>> limits)
            throws InvalidCatalogue {
        var found = new EnumMap<DocumentedLimit, Long>(DocumentedLimit.class);
        var from =
                new Object() {
                    FactSource source = itself();
                };
        yaml.each(
                "limits",
                part -> {
                    if (part.equals("source")) {
                        from.source = named(yaml, sources);
                        return;
                    }
                    found.put(
                            constant(yaml, part, DocumentedLimit.values(), "source"), yaml.count());
                });
        found.forEach((limit, most) -> limits.put(limit, new Fact<>(most, from.source)));
    }

    private Model model(Text yaml, Map<String, FactSource> sources, String provider, String id)
            throws InvalidCatalogue {
        var known =
                new Object() {
                    Set<String> aliases = Set.of();
                    boolean prefix;
                    Tokenizer tokenizer = Tokenizer.UNKNOWN;
                    Optional<ModelSize> size = Optional.empty();
                };
        var abilities = new Abilities();
        var limits = new EnumMap<DocumentedLimit, Fact<Long>>(DocumentedLimit.class);
        var prices = new ArrayList<Price>();
        yaml.each(
                "what is known of a model",
                part -> {
                    switch (part) {
                        case "aliases" -> known.aliases = new LinkedHashSet<>(yaml.texts());
                        case "prefix" -> known.prefix = yaml.truth();
                        case "tokenizer" ->
                                known.tokenizer = constant(yaml, yaml.text(), Tokenizer.values());
                        case "size" -> known.size = Optional.of(size(yaml, sources));
                        case "capabilities" -> yaml.list(() -> abilities(yaml, sources, abilities));
                        case "limits" -> yaml.list(() -> limits(yaml, sources, limits));
                        case "prices" -> yaml.list(() -> prices.add(price(yaml, sources, prices)));
                        default ->
                                throw yaml.unknown(
                                        part,
                                        List.of(
                                                "aliases",
                                                "prefix",
                                                "tokenizer",
                                                "size",
                                                "capabilities",
                                                "limits",
                                                "prices"));
                    }
                });
        return new Model(
                provider,
                id,
                known.aliases,
                known.prefix,
                known.tokenizer,
                known.size,
                abilities.known,
                abilities.reasoning,
                abilities.efforts,
                limits,
                prices);
    }

    private ModelSize size(Text yaml, Map<String, FactSource> sources) throws InvalidCatalogue {
        var known =
                new Object() {
                    OptionalLong context = OptionalLong.empty();
                    OptionalLong maxInput = OptionalLong.empty();
                    OptionalLong maxOutput = OptionalLong.empty();
                    FactSource source = itself();
                };
        yaml.each(
                "sizes",
                part -> {
                    switch (part) {
                        case "context" -> known.context = OptionalLong.of(yaml.count());
                        case "max-input" -> known.maxInput = OptionalLong.of(yaml.count());
                        case "max-output" -> known.maxOutput = OptionalLong.of(yaml.count());
                        case "source" -> known.source = named(yaml, sources);
                        default ->
                                throw yaml.unknown(
                                        part,
                                        List.of("context", "max-input", "max-output", "source"));
                    }
                });
        return new ModelSize(known.context, known.maxInput, known.maxOutput, known.source);
    }

    /// Gathers a model's capabilities.
    private static final class Abilities {
        private final Map<Capability, Fact<Boolean>> known = new EnumMap<>(Capability.class);
        private Optional<Fact<Set<Reasoning>>> reasoning = Optional.empty();
        private List<String> efforts = List.of();
    }

    private void abilities(Text yaml, Map<String, FactSource> sources, Abilities all)
            throws InvalidCatalogue {
        var found = new EnumMap<Capability, Boolean>(Capability.class);
        var ways = EnumSet.noneOf(Reasoning.class);
        var from =
                new Object() {
                    FactSource source = itself();
                };
        yaml.each(
                "capabilities",
                part -> {
                    switch (part) {
                        case "source" -> from.source = named(yaml, sources);
                        case "reasoning" -> {
                            for (String way : yaml.texts()) {
                                ways.add(constant(yaml, way, Reasoning.values()));
                            }
                        }
                        case "efforts" -> all.efforts = yaml.texts();
                        default ->
                                found.put(
                                        constant(
                                                yaml,
                                                part,
                                                Capability.values(),
                                                "reasoning",
                                                "efforts",
                                                "source"),
                                        yaml.truth());
                    }
                });
        found.forEach((can, yes) -> all.known.put(can, new Fact<>(yes, from.source)));
        if (!ways.isEmpty()) {
            all.reasoning = Optional.of(new Fact<>(Set.copyOf(ways), from.source));
        }
    }

    private Price price(Text yaml, Map<String, FactSource> sources, List<Price> before)
            throws InvalidCatalogue {
        var picos = new EnumMap<Rate, Long>(Rate.class);
        var percents = new EnumMap<Service, Integer>(Service.class);
        var known =
                new Object() {
                    Optional<LocalDate> from = Optional.empty();
                    Optional<LocalDate> until = Optional.empty();
                    long above;
                    FactSource source = itself();
                    String note = "";
                };
        yaml.each(
                "prices",
                part -> {
                    switch (part) {
                        case "from" -> known.from = Optional.of(yaml.date());
                        case "until" -> known.until = Optional.of(yaml.date());
                        case "above" -> known.above = yaml.count();
                        case "batch-percent" -> percents.put(Service.BATCH, yaml.percent());
                        case "flex-percent" -> percents.put(Service.FLEX, yaml.percent());
                        case "priority-percent" -> percents.put(Service.PRIORITY, yaml.percent());
                        case "source" -> known.source = named(yaml, sources);
                        case "note" -> known.note = yaml.text();
                        default ->
                                picos.put(
                                        constant(
                                                yaml,
                                                part,
                                                Rate.values(),
                                                "from",
                                                "until",
                                                "above",
                                                "batch-percent",
                                                "flex-percent",
                                                "priority-percent",
                                                "source",
                                                "note"),
                                        yaml.picos());
                    }
                });
        var price =
                new Price(
                        picos,
                        known.from,
                        known.until,
                        known.above,
                        percents,
                        known.source,
                        known.note);
        for (Price other : before) {
            if (other.above() == price.above() && overlap(other, price)) {
                throw yaml.wrong(
                        "Two prices hold on the same day for the same prompts. Give the earlier one"
                                + " an `until`, or the other an `above`.");
            }
        }
        return price;
    }

    private static boolean overlap(Price one, Price other) {
        return begins(one).compareTo(ends(other)) <= 0 && begins(other).compareTo(ends(one)) <= 0;
    }

    private static LocalDate begins(Price price) {
        return price.from().orElse(LocalDate.MIN);
    }

    private static LocalDate ends(Price price) {
        return price.until().orElse(LocalDate.MAX);
    }

    private static <E extends Enum<E>> E constant(
            Text yaml, String written, E[] constants, String... besides) throws InvalidCatalogue {
        for (E constant : constants) {
            if (key(constant).equals(written)) {
                return constant;
            }
        }
        throw yaml.unknown(
                written,
                Stream.concat(
                                Arrays.stream(constants).map(CatalogueReader::key),
                                Arrays.stream(besides))
                        .toList());
    }

    private static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What to do with a part of the text.
    private interface Step {
        void take() throws InvalidCatalogue;
    }

    /// What to do with a named part of the text.
    private interface NamedStep {
        void take(String name) throws InvalidCatalogue;
    }

    /// The text, token by token, each value standing at the current one.
    private final class Text {
        private static final int LENGTH_MAX = 40;

        private final YAMLParser parser;
        private int line;
        private int column;

        Text(YAMLParser parser) {
            this.parser = parser;
            here();
        }

        private void here() {
            TokenStreamLocation place = parser.currentTokenLocation();
            line = place.getLineNr();
            column = place.getColumnNr();
        }

        private JsonToken value() throws InvalidCatalogue {
            here();
            if (parser.isCurrentAlias() || parser.getObjectId() != null) {
                throw wrong("Anchors and aliases are not allowed. Write the value out.");
            }
            return parser.currentToken();
        }

        void each(String what, NamedStep step) throws InvalidCatalogue {
            if (value() != JsonToken.START_OBJECT) {
                throw wrong("Here must stand " + what + " (`name: value`).");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                here();
                String name = parser.currentName();
                parser.nextToken();
                step.take(name);
            }
        }

        void list(Step step) throws InvalidCatalogue {
            if (value() != JsonToken.START_ARRAY) {
                throw wrong("Here must stand a list.");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                step.take();
            }
        }

        List<String> texts() throws InvalidCatalogue {
            var all = new ArrayList<String>();
            list(() -> all.add(text()));
            return all;
        }

        String text() throws InvalidCatalogue {
            JsonToken token = value();
            if (token == JsonToken.VALUE_NULL || !token.isScalarValue()) {
                throw wrong("Here must stand a text.");
            }
            return parser.getString();
        }

        boolean truth() throws InvalidCatalogue {
            return switch (value()) {
                case VALUE_TRUE -> true;
                case VALUE_FALSE -> false;
                default -> throw wrong("Here must stand `true` or `false`.");
            };
        }

        long count() throws InvalidCatalogue {
            BigDecimal number = number();
            boolean fits =
                    number.signum() > 0
                            && number.compareTo(COUNT_MAX) <= 0
                            && number.stripTrailingZeros().scale() <= 0;
            if (!fits) {
                throw wrong("`" + quoted() + "` is not a whole number from 1 to 10^12.");
            }
            return number.longValueExact();
        }

        int percent() throws InvalidCatalogue {
            long count = count();
            if (count > 1_000) {
                throw wrong("`" + quoted() + "` is not a percentage from 1 to 1000.");
            }
            return (int) count;
        }

        long picos() throws InvalidCatalogue {
            BigDecimal dollars = number();
            boolean fits =
                    dollars.signum() >= 0
                            && dollars.compareTo(PRICE_MAX) <= 0
                            && dollars.stripTrailingZeros().scale() <= DECIMALS;
            if (!fits) {
                throw wrong(
                        "`"
                                + quoted()
                                + "` is not a price in USD for a million tokens (expected: 0 to"
                                + " 1000000, with 6 decimals at most).");
            }
            return dollars.movePointRight(DECIMALS).longValueExact();
        }

        private BigDecimal number() throws InvalidCatalogue {
            JsonToken token = value();
            if (!token.isNumeric() || parser.getStringLength() > LENGTH_MAX) {
                throw wrong("Here must stand a number.");
            }
            try {
                return new BigDecimal(parser.getString());
            } catch (NumberFormatException otherNotation) {
                throw wrong("`" + quoted() + "` is not a number in decimal notation.");
            }
        }

        LocalDate date() throws InvalidCatalogue {
            String text = text();
            try {
                return LocalDate.parse(text);
            } catch (DateTimeParseException notADate) {
                throw wrong("`" + quoted() + "` is not a day such as 2026-08-21.");
            }
        }

        private String quoted() {
            String text = parser.getString();
            return text.length() <= LENGTH_MAX ? text : text.substring(0, LENGTH_MAX) + "…";
        }

        InvalidCatalogue wrong(String what) {
            return new InvalidCatalogue(file, line, column, what, Optional.empty());
        }

        InvalidCatalogue unknown(String name, List<String> known) {
            String shown = name.length() <= LENGTH_MAX ? name : name.substring(0, LENGTH_MAX) + "…";
            return new InvalidCatalogue(
                    file,
                    line,
                    column,
                    "`" + shown + "` is not known here.",
                    Optional.of(new InvalidCatalogue.Unknown(name, known)));
        }
    }
}
