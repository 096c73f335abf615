package dev.switchgear.server.names;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Finds the names that somebody probably meant. Pure.
public final class Nearest {
    private static final int LENGTH_MAX = 100;

    private Nearest() {}

    /// The known names with the fewest edits (Levenshtein, two swapped neighbours counting as one), if
    /// they are few for the length; closest first.
    ///
    /// @param most how many at most
    public static List<String> to(String name, Collection<String> known, int most) {
        if (name.length() > LENGTH_MAX) {
            return List.of();
        }
        record Near(String name, int edits) {}
        return known.stream()
                .filter(candidate -> candidate.length() <= LENGTH_MAX)
                .map(candidate -> new Near(candidate, edits(name, candidate)))
                .filter(near ->
                        near.edits()
                                <= Math.max(1, Math.min(name.length(), near.name().length()) / 3))
                .sorted(Comparator.comparingInt(Near::edits).thenComparing(Near::name))
                .limit(most)
                .map(Near::name)
                .toList();
    }

    /// `Did you mean …?`, or what is known.
    public static String hint(String name, Collection<String> known) {
        return to(name, known, 1).stream()
                .findFirst()
                .map(near -> "Did you mean `" + Quote.of(near) + "`?")
                .orElseGet(() ->
                        "Known here: "
                                + known.stream().map(Quote::of).collect(Collectors.joining(", "))
                                + ".");
    }

    /// ` Closest: …` behind a sentence, or nothing where nothing is near.
    public static String closest(List<String> near) {
        return near.isEmpty() ? "" : " Closest: `" + String.join("`, `", near) + "`.";
    }

    private static int edits(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int row = 0; row <= from.length(); row++) {
            for (int column = 0; column <= to.length(); column++) {
                edits[row][column] = row + column;
                if (row > 0 && column > 0) {
                    int same = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
                    int added = Math.min(edits[row - 1][column], edits[row][column - 1]) + 1;
                    edits[row][column] = Math.min(added, edits[row - 1][column - 1] + same);
                }
                boolean swapped =
                        row > 1
                                && column > 1
                                && from.charAt(row - 1) == to.charAt(column - 2)
                                && from.charAt(row - 2) == to.charAt(column - 1);
                if (swapped) {
                    edits[row][column] =
                            Math.min(edits[row][column], edits[row - 2][column - 2] + 1);
                }
            }
        }
        return edits[from.length()][to.length()];
    }
}
