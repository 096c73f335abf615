package dev.switchgear.simulator.mind;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a prompt offers to fill in: its numbers, and its names and quotations, in order.
///
/// @param topic what it is about; never empty
public record Hints(List<String> numbers, List<String> names, String topic) {
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])-?\\d{1,15}(?:\\.\\d{1,6})?");
    private static final Pattern NAME =
            Pattern.compile(
                    "[\"“]([^\"“”]{1,80})[\"”]|(?<=[\\p{L}\\p{N},;:] )(\\p{Lu}[\\p{L}\\p{N}-]+)");

    public Hints {
        numbers = List.copyOf(numbers);
        names = List.copyOf(names);
    }

    public static Hints of(String prompt) {
        String beginning = prompt.substring(0, Math.min(prompt.length(), 4000));
        List<String> numbers = new ArrayList<>();
        Matcher number = NUMBER.matcher(beginning);
        while (number.find()) {
            numbers.add(number.group());
        }
        List<String> names = new ArrayList<>();
        Matcher name = NAME.matcher(beginning);
        while (name.find()) {
            names.add(name.group(1) != null ? name.group(1) : name.group(2));
        }
        String topic = Prose.topic(prompt);
        return new Hints(numbers, names, topic.isEmpty() ? "a simulated answer" : topic);
    }
}
