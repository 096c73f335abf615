package dev.switchgear.providers.fault;

import dev.switchgear.core.time.Time;
import dev.switchgear.wire.Headers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads how long a provider asks us to wait, in every notation in use. Nothing is believed beyond a
/// day, so that one odd header cannot bench a key for good.
public final class RetryAfter {
    /// The longest wait believed.
    public static final Duration LONGEST = Duration.ofHours(24);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");
    private static final Pattern GO_PART =
            Pattern.compile("\\G([0-9]{1,12}(?:\\.[0-9]{1,12})?)(ms|us|µs|ns|h|m|s)");

    /// The three notations of a date that HTTP has had (RFC 9110, 5.6.7); all are in GMT.
    private static final List<DateTimeFormatter> DATES =
            List.of(
                    DateTimeFormatter.RFC_1123_DATE_TIME,
                    new DateTimeFormatterBuilder()
                            .appendPattern("EEEE, dd-MMM-")
                            .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
                            .appendPattern(" HH:mm:ss 'GMT'")
                            .toFormatter(Locale.ENGLISH),
                    DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ENGLISH));

    private RetryAfter() {}

    /// `retry-after-ms`, else `retry-after` in seconds or as a date; empty where neither is usable.
    public static Optional<Duration> read(Headers headers, Time time) {
        Optional<Duration> millis =
                headers.first("retry-after-ms").flatMap(text -> scaled(text, 1_000_000));
        if (millis.isPresent()) {
            return millis;
        }
        return headers.first("retry-after").flatMap(text -> secondsOrDate(text, time));
    }

    private static Optional<Duration> secondsOrDate(String text, Time time) {
        Optional<Duration> seconds = scaled(text, 1_000_000_000);
        if (seconds.isPresent()) {
            return seconds;
        }
        return DATES.stream()
                .flatMap(notation -> moment(text.strip(), notation).stream())
                .findFirst()
                .map(moment -> bounded(Duration.between(time.instant(), moment)));
    }

    private static Optional<Instant> moment(String text, DateTimeFormatter notation) {
        try {
            TemporalAccessor date =
                    notation.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
            return Optional.of(
                    date instanceof ZonedDateTime zoned
                            ? zoned.toInstant()
                            : LocalDateTime.from(date).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    /// A number of units of `unitNanos` each.
    private static Optional<Duration> scaled(String text, long unitNanos) {
        String number = text.strip();
        if (!NUMBER.matcher(number).matches()) {
            return Optional.empty();
        }
        double nanos = Double.parseDouble(number) * unitNanos;
        return Optional.of(bounded(Duration.ofNanos((long) Math.min(nanos, Long.MAX_VALUE))));
    }

    /// A duration in Go's notation (`6m0s`, `12ms`, `1h2m3.5s`) or a bare number of seconds; empty
    /// where it is neither.
    public static Optional<Duration> duration(String text) {
        String value = text.strip();
        Matcher part = GO_PART.matcher(value);
        double nanos = 0;
        int end = 0;
        while (part.find()) {
            nanos += Double.parseDouble(part.group(1)) * unitNanos(part.group(2));
            end = part.end();
        }
        if (end == 0 || end < value.length()) {
            return scaled(value, 1_000_000_000);
        }
        return Optional.of(bounded(Duration.ofNanos((long) Math.min(nanos, Long.MAX_VALUE))));
    }

    private static double unitNanos(String unit) {
        return switch (unit) {
            case "h" -> 3.6e12;
            case "m" -> 6e10;
            case "s" -> 1e9;
            case "ms" -> 1e6;
            case "ns" -> 1;
            default -> 1e3; // us, µs
        };
    }

    /// Between nothing and a day.
    public static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
