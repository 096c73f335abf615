package dev.switchgear.simulator.fields;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Reads one object of settings: every field it is asked for is a field it knows, and [#done] refuses
/// the others.
public final class SettingsFields {
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(us|ms|s|m|h)");

    private final JsonNode node;
    private final String at;
    private final TreeSet<String> known = new TreeSet<>();

    /// @param at how messages call this object
    public SettingsFields(JsonNode node, String at) {
        if (!node.isObject()) {
            throw new InvalidSettingsException(at + ": " + shown(node) + " (expected: an object)");
        }
        this.node = node;
        this.at = at;
    }

    /// The value of `name`; a missing node where it is left out or null.
    public JsonNode value(String name) {
        known.add(name);
        JsonNode value = node.path(name);
        return value.isNull() ? node.path("") : value;
    }

    public boolean has(String name) {
        return !value(name).isMissingNode();
    }

    public String required(String name) {
        if (!has(name)) {
            throw new InvalidSettingsException(at + "." + name + ": missing (expected: a text)");
        }
        return text(name, "");
    }

    public String text(String name, String otherwise) {
        JsonNode value = value(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isString()) {
            throw wrong(name, value, "a text");
        }
        return value.stringValue();
    }

    public boolean flag(String name, boolean otherwise) {
        JsonNode value = value(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong(name, value, "true or false");
        }
        return value.booleanValue();
    }

    public Optional<Boolean> flag(String name) {
        return has(name) ? Optional.of(flag(name, false)) : Optional.empty();
    }

    public long number(String name, long least, long most, long otherwise) {
        JsonNode value = value(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || value.longValue() < least || value.longValue() > most) {
            throw wrong(name, value, "a whole number from " + least + " to " + most);
        }
        return value.longValue();
    }

    public OptionalInt number(String name, int least) {
        return has(name)
                ? OptionalInt.of((int) number(name, least, Integer.MAX_VALUE, 0))
                : OptionalInt.empty();
    }

    public double share(String name, double otherwise) {
        JsonNode value = value(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > 1) {
            throw wrong(name, value, "a number from 0 to 1");
        }
        return value.doubleValue();
    }

    public Duration duration(String name, Duration otherwise) {
        return duration(name).orElse(otherwise);
    }

    public Optional<Duration> duration(String name) {
        JsonNode value = value(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        Matcher matcher = DURATION.matcher(value.isString() ? value.stringValue().trim() : "");
        if (!matcher.matches()) {
            throw wrong(name, value, "a duration such as \"200ms\", \"5s\" or \"1m\"");
        }
        double nanos =
                switch (matcher.group(2)) {
                    case "us" -> 1e3;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    case "m" -> 60e9;
                    default -> 3600e9;
                };
        return Optional.of(Duration.ofNanos((long) (Double.parseDouble(matcher.group(1)) * nanos)));
    }

    public <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
        if (!has(name)) {
            return Optional.empty();
        }
        String word = text(name, "");
        List<String> words =
                java.util.Arrays.stream(type.getEnumConstants())
                        .map(constant -> lower(constant.name()))
                        .toList();
        for (E constant : type.getEnumConstants()) {
            if (lower(constant.name()).equals(word)) {
                return Optional.of(constant);
            }
        }
        throw new InvalidSettingsException(
                at + "." + name + ": \"" + word + "\" " + expected(word, words));
    }

    /// Refuses what nobody asked for.
    public void done() {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw new InvalidSettingsException(
                        at + ": \"" + name + "\" is not a setting " + expected(name, known));
            }
        }
    }

    public InvalidSettingsException wrong(String name, JsonNode value, String expected) {
        return new InvalidSettingsException(
                at + "." + name + ": " + shown(value) + " (expected: " + expected + ")");
    }

    /// Lists `known` and names the one nearest to `given`, where one is near.
    public static String expected(String given, Iterable<String> known) {
        String nearest = "";
        int distance = 1 + Math.max(2, given.length() / 2);
        for (String candidate : known) {
            int steps = distance(given, candidate);
            if (steps < distance) {
                nearest = candidate;
                distance = steps;
            }
        }
        String hint = nearest.isEmpty() ? "" : "; did you mean \"" + nearest + "\"?";
        return "(expected one of: " + String.join(", ", known) + hint + ")";
    }

    private static String lower(String constant) {
        return constant.toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    /// Levenshtein: how many letters must be inserted, left out or replaced.
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
