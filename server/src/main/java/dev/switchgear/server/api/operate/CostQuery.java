package dev.switchgear.server.api.operate;

import dev.switchgear.families.llm.price.CostBook.Column;
import dev.switchgear.families.llm.price.CostBook.Line;
import dev.switchgear.server.names.Quote;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Which costs are asked for, and what is told apart, as behind the path's `?`.
///
/// @param is what a column must be
/// @param from the first day; empty for any
/// @param to the last day; empty for any
/// @param by what is told apart
record CostQuery(
        Map<Column, String> is, Optional<LocalDate> from, Optional<LocalDate> to, List<Column> by) {
    private static final int PAIRS_MAX = 64;
    private static final String NAMES =
            Arrays.stream(Column.values())
                    .map(column -> "`" + word(column) + "`")
                    .collect(Collectors.joining(", "));

    /// What cannot be understood.
    static final class Unclear extends Exception {
        private static final long serialVersionUID = 1L;

        private final String param;

        Unclear(String param, String message) {
            super(message);
            this.param = param;
        }

        String param() {
            return param;
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    CostQuery {
        is = Map.copyOf(is);
        by = List.copyOf(by);
    }

    /// `client`
    static String word(Column column) {
        return column.name().toLowerCase(Locale.ROOT);
    }

    /// @param query empty for everything in one sum
    static CostQuery of(String query) throws Unclear {
        var is = new EnumMap<Column, String>(Column.class);
        var by = new ArrayList<Column>();
        Optional<LocalDate> from = Optional.empty();
        Optional<LocalDate> to = Optional.empty();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", PAIRS_MAX)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            switch (name) {
                case "from" -> from = Optional.of(day(name, value));
                case "to" -> to = Optional.of(day(name, value));
                case "group" -> {
                    for (String each : value.split(",", PAIRS_MAX)) {
                        Column column = column(each).orElseThrow(() -> unknown("group", each));
                        if (!by.contains(column)) {
                            by.add(column);
                        }
                    }
                }
                default -> {
                    Column column = column(name).orElseThrow(() -> unknown(name));
                    is.put(column, column == Column.DAY ? day(name, value).toString() : value);
                }
            }
        }
        return new CostQuery(is, from, to, by);
    }

    private static Unclear unknown(String name, String value) {
        return new Unclear(
                name, "`" + name + "=" + Quote.name(value) + "` is none of " + NAMES + ".");
    }

    private static Unclear unknown(String name) {
        return new Unclear(
                Quote.name(name),
                "`" + Quote.name(name) + "` is none of `group`, `from`, `to`, " + NAMES + ".");
    }

    private static Optional<Column> column(String word) {
        return Arrays.stream(Column.values())
                .filter(column -> word(column).equals(word.strip()))
                .findFirst();
    }

    private static LocalDate day(String name, String value) throws Unclear {
        try {
            return LocalDate.parse(value);
        } catch (DateTimeParseException none) {
            throw new Unclear(
                    name,
                    "`"
                            + name
                            + "="
                            + Quote.name(value)
                            + "` is no day (expected: year-month-day, such as 2026-11-30).");
        }
    }

    private static String decoded(String text) throws Unclear {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            throw new Unclear("", "The query is not percent-encoded as it should be.");
        }
    }

    /// The same of one client alone.
    CostQuery of(Column column, String value) {
        var more = new EnumMap<Column, String>(Column.class);
        more.putAll(is);
        more.put(column, value);
        return new CostQuery(more, from, to, by);
    }

    boolean fits(Line line) {
        for (Map.Entry<Column, String> wanted : is.entrySet()) {
            if (!line.value(wanted.getKey()).equals(wanted.getValue())) {
                return false;
            }
        }
        return from.map(first -> !line.day().isBefore(first)).orElse(true)
                && to.map(last -> !line.day().isAfter(last)).orElse(true);
    }
}
