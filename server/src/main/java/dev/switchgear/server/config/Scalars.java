package dev.switchgear.server.config;

import dev.switchgear.families.money.Money;
import dev.switchgear.identity.KeyHash;
import dev.switchgear.providers.Kinds;
import dev.switchgear.server.config.Config.Awaited;
import dev.switchgear.server.config.Config.BreakerWindow;
import dev.switchgear.server.config.Config.HedgeAfter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How single values are written: for each type the words that describe it, its pattern in the schema
/// and its reading. Pure functions.
final class Scalars {
    /// One type's writing.
    ///
    /// @param expected completes "expected: …"
    /// @param json the JSON type: `string`, `integer`, `number` or `boolean`
    /// @param pattern what a string must look like, meaning the same to Java and to a JSON schema;
    ///     empty for any
    /// @param read empty when the text does not say such a value
    record Scalar(
            String expected,
            String json,
            String pattern,
            Function<String, Optional<? extends Comparable<?>>> read) {}

    private static final String TIME = "[0-9]{1,9}(ms|s|m|h|d)";
    private static final String SIZE = "[0-9]{1,9}(B|KiB|MiB|GiB)";
    private static final String SHARE = "[0-9]{1,6}([.][0-9]{1,6})?%";

    // Each is asked for each value of a file, of which there may be a million.
    private static final Pattern TIMES = Pattern.compile(TIME);
    private static final Pattern SIZES = Pattern.compile(SIZE);
    private static final Pattern SHARES = Pattern.compile(SHARE);
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern NUMBER =
            Pattern.compile("-?[0-9]{1,18}([.][0-9]{1,18})?([eE][+-]?[0-9]{1,2})?");
    private static final Pattern MONEY = Pattern.compile("[0-9]{1,10}([.][0-9]{1,9})?");
    private static final Pattern UNIT = Pattern.compile("(?<number>[0-9.]+)(?<unit>[A-Za-z%]+)");
    private static final int WINDOW_CALLS_MAX = 10_000;

    private static final Map<Class<?>, Scalar> BY_TYPE =
            Map.ofEntries(
                    Map.entry(String.class, new Scalar("a text", "string", "", Optional::of)),
                    Map.entry(
                            URI.class,
                            new Scalar(
                                    "an address such as https://api.example.com/v1",
                                    "string",
                                    "https?://[^ ?#@]+",
                                    Scalars::address)),
                    Map.entry(
                            Duration.class,
                            new Scalar(
                                    "a time such as 500ms, 30s, 10m, 1h or 1d",
                                    "string",
                                    TIME,
                                    Scalars::time)),
                    Map.entry(
                            ByteSize.class,
                            new Scalar(
                                    "a size such as 512B, 16KiB or 50MiB",
                                    "string",
                                    SIZE,
                                    Scalars::size)),
                    Map.entry(
                            KeyHash.class,
                            new Scalar(
                                    "what `switchgear key new` prints",
                                    "string",
                                    KeyHash.PATTERN,
                                    KeyHash::parse)),
                    Map.entry(
                            Share.class,
                            new Scalar("a share such as 10%", "string", SHARE, Scalars::share)),
                    Map.entry(
                            Money.class,
                            new Scalar(
                                    "an amount in US dollars such as 5 or 12.50",
                                    "number",
                                    "",
                                    Scalars::money)),
                    Map.entry(
                            int.class, new Scalar("a whole number", "integer", "", Scalars::whole)),
                    Map.entry(
                            Integer.class,
                            new Scalar("a whole number", "integer", "", Scalars::whole)),
                    Map.entry(
                            Long.class,
                            new Scalar("a whole number", "integer", "", Scalars::longWhole)),
                    Map.entry(double.class, new Scalar("a number", "number", "", Scalars::number)),
                    Map.entry(
                            boolean.class,
                            new Scalar("true or false", "boolean", "", Scalars::truth)),
                    Map.entry(
                            Boolean.class,
                            new Scalar("true or false", "boolean", "", Scalars::truth)));

    /// Values of these types are bounded by their own reading, not by a [Key]'s range.
    private static final Map<Class<?>, Written> OTHERS =
            Map.of(
                    HedgeAfter.class,
                    new Written("a time such as 800ms, or p95", TIME + "|p95", Scalars::hedgeAfter),
                    Awaited.class,
                    new Written("auto, or a time from 1ms to 1h", TIME + "|auto", Scalars::awaited),
                    BreakerWindow.class,
                    new Written(
                            "a time from 10ms to 1h, or 1 to 10000 calls such as `100 calls`",
                            TIME + "|[0-9]{1,5} calls",
                            Scalars::window));

    /// A type with a writing of its own.
    record Written(
            String expected, String pattern, Function<String, Optional<? extends Object>> read) {}

    private Scalars() {}

    static Optional<Scalar> of(Class<?> type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    static Optional<Written> written(Class<?> type) {
        return Optional.ofNullable(OTHERS.get(type));
    }

    /// The words of which one must be written; empty where it is no matter of a few words.
    static Optional<List<String>> choice(Class<?> type, Key key, Kinds kinds) {
        if (type.isEnum()) {
            return Optional.of(words(type));
        }
        return key.kind() ? Optional.of(kinds.names()) : Optional.empty();
    }

    /// The words of an enumeration, as they are written in the file.
    static List<String> words(Class<?> type) {
        return Stream.of(type.getEnumConstants()).map(value -> dashed(value.toString())).toList();
    }

    /// `LEAST_LATENCY` and `openForMax` as they are written: `least-latency`, `open-for-max`.
    static String dashed(String name) {
        if (name.equals(name.toUpperCase(Locale.ROOT))) {
            return name.toLowerCase(Locale.ROOT).replace('_', '-');
        }
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT).replaceFirst("^-", "");
    }

    private static Optional<Integer> whole(String text) {
        return longWhole(text)
                .filter(value -> value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE)
                .map(Long::intValue);
    }

    private static Optional<Long> longWhole(String text) {
        return WHOLE.matcher(text).matches() ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    private static Optional<Double> number(String text) {
        return NUMBER.matcher(text).matches()
                ? Optional.of(Double.valueOf(text))
                : Optional.empty();
    }

    private static Optional<Money> money(String text) {
        return MONEY.matcher(text).matches()
                ? Optional.of(Money.ofDollars(text))
                : Optional.empty();
    }

    private static Optional<Boolean> truth(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<URI> address(String text) {
        try {
            var uri = new URI(text);
            boolean usable =
                    uri.getHost() != null
                            && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                            && uri.getRawUserInfo() == null
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null;
            return usable ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException notAnAddress) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> time(String text) {
        var match = UNIT.matcher(text);
        if (!TIMES.matcher(text).matches() || !match.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(match.group("number"));
        return switch (match.group("unit")) {
            case "ms" -> Optional.of(Duration.ofMillis(count));
            case "s" -> Optional.of(Duration.ofSeconds(count));
            case "m" -> Optional.of(Duration.ofMinutes(count));
            case "h" -> Optional.of(Duration.ofHours(count));
            case "d" -> Optional.of(Duration.ofDays(count));
            default -> Optional.empty();
        };
    }

    private static Optional<ByteSize> size(String text) {
        var match = UNIT.matcher(text);
        if (!SIZES.matcher(text).matches() || !match.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(match.group("number"));
        return switch (match.group("unit")) {
            case "B" -> Optional.of(new ByteSize(count));
            case "KiB" -> Optional.of(new ByteSize(count << 10));
            case "MiB" -> Optional.of(new ByteSize(count << 20));
            case "GiB" -> Optional.of(new ByteSize(count << 30));
            default -> Optional.empty();
        };
    }

    private static Optional<Share> share(String text) {
        if (!SHARES.matcher(text).matches()) {
            return Optional.empty();
        }
        var percent = new BigDecimal(text.substring(0, text.length() - 1));
        return Optional.of(
                new Share(
                        percent.divide(BigDecimal.valueOf(100), 12, RoundingMode.HALF_EVEN)
                                .doubleValue()));
    }

    private static Optional<HedgeAfter> hedgeAfter(String text) {
        if (text.equals("p95")) {
            return Optional.of(new HedgeAfter.P95());
        }
        return time(text).filter(Duration::isPositive).map(HedgeAfter.Fixed::new);
    }

    private static Optional<Awaited> awaited(String text) {
        if (text.equals("auto")) {
            return Optional.of(new Awaited.Auto());
        }
        return time(text)
                .filter(length -> length.isPositive() && length.compareTo(Duration.ofHours(1)) <= 0)
                .map(Awaited.Told::new);
    }

    private static Optional<BreakerWindow> window(String text) {
        if (text.endsWith(" calls")) {
            return whole(text.substring(0, text.length() - " calls".length()))
                    .filter(calls -> calls >= 1 && calls <= WINDOW_CALLS_MAX)
                    .map(BreakerWindow.Count::new);
        }
        return time(text)
                .filter(length ->
                        length.compareTo(Duration.ofMillis(10)) >= 0
                                && length.compareTo(Duration.ofHours(1)) <= 0)
                .map(BreakerWindow.Span::new);
    }
}
