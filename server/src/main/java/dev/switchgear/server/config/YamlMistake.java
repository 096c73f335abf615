package dev.switchgear.server.config;

import dev.switchgear.server.names.Quote;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Why a text is not YAML, in words for the person who wrote it. Pure.
///
/// The parser's own words are of use to people who know its rules, and quote the text, which may be a
/// secret; so they are only asked which of the usual mistakes it is.
///
/// @param line where it stands, 1 or more; 0 where nobody can tell
/// @param column the same
/// @param words what is wrong, and what to write
record YamlMistake(int line, int column, String words) {
    private static final Pattern REFERENCE = Pattern.compile("[$][{][A-Za-z_][A-Za-z0-9_]*[}]");

    /// What the parser's words begin with or hold, and what that means.
    private static final List<Map.Entry<String, String>> MEANINGS =
            List.of(
                    Map.entry(
                            "mapping values are not allowed",
                            "A `: ` stands where none can be. Put a value that holds one in quotes,"
                                    + " and begin each setting on a line of its own."),
                    Map.entry(
                            "scanning a quoted scalar",
                            "A quote is opened and never closed. Close it."),
                    Map.entry(
                            "expected ',' or '}'",
                            "A `{` is opened and never closed, or a comma is missing. Close it with"
                                    + " `}`, and put `,` between its settings."),
                    Map.entry(
                            "expected ',' or ']'",
                            "A `[` is opened and never closed, or a comma is missing. Close it with"
                                    + " `]`, and put `,` between its items."),
                    Map.entry(
                            "could not find expected ':'",
                            "A `:` is missing behind a name. Write `name: value`."),
                    Map.entry(
                            "scanning an alias",
                            "A `*` without quotes means something else in YAML. Put it in quotes:"
                                    + " `\"*\"`."),
                    Map.entry(
                            "that cannot start any token",
                            "A value begins with a character that YAML keeps for itself. Put the value"
                                    + " in quotes."),
                    Map.entry(
                            "expected <block end>",
                            "The line does not fit to those above it. Give settings of one section the"
                                    + " same indentation."),
                    Map.entry(
                            "block sequence entries are not allowed",
                            "A `- ` stands where no list can begin. Begin the list on the next line."),
                    Map.entry(
                            "unknown escape character",
                            "A `\\` in double quotes means something else in YAML. Write `\\\\`, or use"
                                    + " single quotes."),
                    Map.entry(
                            "expected the node content",
                            "A value is missing, or a bracket or comma is one too many."),
                    Map.entry(
                            "special characters are not allowed",
                            "A character that cannot be seen stands here. Delete it."));

    private static final String UNNAMED =
            "The indentation, a quote or a bracket is wrong here or on the line above.";

    /// @param parserWords what the parser says
    /// @param line where it stopped
    /// @param column the same
    static YamlMistake of(String text, String parserWords, int line, int column) {
        // It may name the line before the one that it stumbled over.
        List<String> lines = text.lines().limit(Math.max(line, 0) + 1L).toList();
        return tab(lines, parserWords, line)
                .or(() -> reference(text, line))
                .or(() -> star(lines, parserWords, line))
                .orElseGet(
                        () -> new YamlMistake(line, column, "Not YAML: " + meaning(parserWords)));
    }

    private static String meaning(String parserWords) {
        return MEANINGS.stream()
                .filter(known -> parserWords.contains(known.getKey()))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(UNNAMED);
    }

    /// A tab before the first character of a line, or where the parser says that it stumbled over one.
    private static Optional<YamlMistake> tab(
            List<String> lines, String parserWords, int lineOfError) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String indentation = line.substring(0, line.length() - line.stripLeading().length());
            int at = indentation.indexOf('\t');
            boolean counts = at >= 0 && !line.isBlank() && !line.stripLeading().startsWith("#");
            if (counts) {
                return Optional.of(
                        new YamlMistake(
                                i + 1,
                                at + 1,
                                "A tab stands in the indentation, where YAML takes spaces alone."
                                        + " Write two spaces for each level instead."));
            }
        }
        boolean named = parserWords.contains("TAB") || parserWords.contains("'\\t'");
        for (int i = Math.max(lineOfError, 1) - 1; named && i < lines.size(); i++) {
            int at = lines.get(i).indexOf('\t');
            if (at >= 0) {
                return Optional.of(
                        new YamlMistake(
                                i + 1,
                                at + 1,
                                "A tab stands where YAML takes spaces alone. Write a space instead."));
            }
        }
        return Optional.empty();
    }

    /// `${NAME}` between brackets and without quotes: its `{` opens one more bracket.
    private static Optional<YamlMistake> reference(String text, int lineOfError) {
        var place = new Place();
        for (int i = 0; i < text.length() && place.line <= lineOfError; i++) {
            if (place.plain() && place.depth > 0 && text.startsWith("${", i)) {
                Matcher name = REFERENCE.matcher(text).region(i, text.length());
                boolean named =
                        name.lookingAt()
                                && Quote.variable(variable(name.group()))
                                        .equals(variable(name.group()));
                String shown = named ? name.group() : "${NAME}";
                return Optional.of(
                        new YamlMistake(
                                place.line,
                                place.column,
                                "`"
                                        + shown
                                        + "` stands without quotes between brackets, where YAML takes"
                                        + " its `{` for one more of them. Write `\""
                                        + shown
                                        + "\"`."));
            }
            place.pass(text.charAt(i), i == 0 ? '\n' : text.charAt(i - 1));
        }
        return Optional.empty();
    }

    private static String variable(String reference) {
        return reference.substring(2, reference.length() - 1);
    }

    private static Optional<YamlMistake> star(
            List<String> lines, String parserWords, int lineOfError) {
        if (!parserWords.contains("scanning an alias")
                || lineOfError < 1
                || lineOfError > lines.size()) {
            return Optional.empty();
        }
        int at = lines.get(lineOfError - 1).indexOf('*');
        return at < 0
                ? Optional.empty()
                : Optional.of(
                        new YamlMistake(
                                lineOfError,
                                at + 1,
                                "`*` stands without quotes, where YAML takes it for something else."
                                        + " Write `\"*\"`."));
    }

    /// Where the reading of a text has come to: in quotes, in a comment, in how many brackets.
    private static final class Place {
        private int line = 1;
        private int column = 1;
        private int depth;
        private char quote;
        private boolean comment;

        boolean plain() {
            return quote == 0 && !comment;
        }

        void pass(char now, char before) {
            if (now == '\n') {
                line++;
                column = 1;
                comment = false;
                return;
            }
            column++;
            if (comment) {
                return;
            }
            if (quote != 0) {
                boolean escaped = quote == '"' && before == '\\';
                quote = now == quote && !escaped ? 0 : quote;
                return;
            }
            boolean begins = Character.isWhitespace(before) || "[{,:".indexOf(before) >= 0;
            switch (now) {
                case '"', '\'' -> quote = begins ? now : quote;
                case '#' -> comment = Character.isWhitespace(before);
                case '[' -> depth += begins ? 1 : 0;
                case '{' -> depth += begins ? 1 : 0;
                case ']', '}' -> depth = Math.max(0, depth - 1);
                default -> {
                    // Part of a text.
                }
            }
        }
    }
}
