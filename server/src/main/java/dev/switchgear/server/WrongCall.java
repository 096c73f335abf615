package dev.switchgear.server;

import dev.switchgear.server.names.Nearest;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What is wrong with a command line, in words for the person who typed it, and what to type. Pure.
final class WrongCall {
    /// What other programs call our commands and options.
    private static final Map<String, String> OTHER_WORDS =
            Map.ofEntries(
                    Map.entry("run", "serve"),
                    Map.entry("start", "serve"),
                    Map.entry("up", "serve"),
                    Map.entry("server", "serve"),
                    Map.entry("validate", "check"),
                    Map.entry("verify", "check"),
                    Map.entry("lint", "check"),
                    Map.entry("test", "check"),
                    Map.entry("mock", "simulate"),
                    Map.entry("sim", "simulate"),
                    Map.entry("keys", "key"),
                    Map.entry("keygen", "key"),
                    Map.entry("convert", "import"),
                    Map.entry("migrate", "import"),
                    Map.entry("create", "new"),
                    Map.entry("add", "new"),
                    Map.entry("generate", "new"),
                    Map.entry("-c", "--config"),
                    Map.entry("--file", "--config"),
                    Map.entry("-p", "--port"),
                    Map.entry("-o", "--out"),
                    Map.entry("--output", "--out"),
                    Map.entry("-v", "--version"),
                    Map.entry("-?", "--help"));

    private static final String PORT = "--port";

    private static final Pattern UNKNOWN_TO_HELP = Pattern.compile("Unknown subcommand '([^']*)'");

    private WrongCall() {}

    static String words(ParameterException mistake) {
        return switch (mistake) {
            case UnmatchedArgumentException unknown ->
                    unknown(unknown.getUnmatched(), unknown.getCommandLine().getCommandSpec());
            case MissingParameterException missing -> missing(missing);
            case OverwrittenOptionException twice ->
                    "`" + name(twice.getOverwritten()) + "` stands twice. Keep one of them.";
            default ->
                    value(mistake)
                            .or(() -> unknownToHelp(mistake))
                            .orElseGet(() -> String.valueOf(mistake.getMessage()));
        };
    }

    /// `help` is picocli's own command, and tells the one it does not know in words alone.
    private static Optional<String> unknownToHelp(ParameterException mistake) {
        Matcher named = UNKNOWN_TO_HELP.matcher(String.valueOf(mistake.getMessage()));
        return named.find()
                ? Optional.of(
                        unknown(
                                List.of(named.group(1)),
                                mistake.getCommandLine().getCommandSpec().root()))
                : Optional.empty();
    }

    private static String unknown(List<String> unmatched, CommandSpec command) {
        String first = unmatched.isEmpty() ? "" : unmatched.getFirst().replaceFirst("=.*", "");
        String begin = "`" + first + "` is not known here. ";
        boolean option = first.startsWith("-");
        List<String> known =
                option ? options(command) : List.copyOf(command.subcommands().keySet());
        Optional<String> meant =
                Optional.ofNullable(OTHER_WORDS.get(first))
                        .filter(known::contains)
                        .or(() -> Nearest.to(first, known, 1).stream().findFirst());
        if (meant.isPresent()) {
            return begin + "Did you mean `" + meant.get() + "`?";
        }
        Optional<String> behind = option ? behind(command, first) : Optional.empty();
        if (behind.isPresent()) {
            return begin + behind.get();
        }
        return known.isEmpty()
                ? begin + "`" + command.qualifiedName() + "` takes no such thing."
                : begin + "Known here: " + String.join(", ", known) + ".";
    }

    /// An option of a command that stands before it.
    private static Optional<String> behind(CommandSpec command, String option) {
        return command.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(sub -> options(sub).contains(option))
                .findFirst()
                .map(sub ->
                        "It stands behind a command: `"
                                + sub.qualifiedName()
                                + " "
                                + option
                                + " …`.");
    }

    private static List<String> options(CommandSpec command) {
        return command.options().stream().flatMap(option -> Stream.of(option.names())).toList();
    }

    private static String missing(MissingParameterException mistake) {
        // What is missing may stand there under a wrong name, which says more.
        List<String> unmatched = mistake.getCommandLine().getUnmatchedArguments();
        if (!unmatched.isEmpty()) {
            return unknown(unmatched, mistake.getCommandLine().getCommandSpec());
        }
        var names = new ArrayList<String>();
        for (ArgSpec argument : mistake.getMissing()) {
            names.add("`" + usage(argument) + "`");
        }
        return names.isEmpty()
                ? "Something is missing."
                : String.join(", ", names) + (names.size() == 1 ? " is missing." : " are missing.");
    }

    private static Optional<String> value(ParameterException mistake) {
        ArgSpec argument = mistake.getArgSpec();
        String given = mistake.getValue();
        if (argument == null || given == null) {
            return Optional.empty();
        }
        return Optional.of(
                "`"
                        + name(argument)
                        + "`: `"
                        + given
                        + "` (expected: "
                        + expected(argument, given)
                        + ").");
    }

    private static String expected(ArgSpec argument, String given) {
        Class<?> type = argument.auxiliaryTypes()[0];
        if (type.isEnum()) {
            List<String> words =
                    Stream.of(type.getEnumConstants())
                            .map(word -> word.toString().toLowerCase(Locale.ROOT))
                            .toList();
            String near =
                    Nearest.to(given.toLowerCase(Locale.ROOT), words, 1).stream()
                            .findFirst()
                            .map(word -> "; did you mean `" + word + "`?")
                            .orElse("");
            return "one of " + String.join(", ", words) + near;
        }
        if (name(argument).equals(PORT)) {
            return "a port from 0 to 65535";
        }
        if (type == int.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == LocalDate.class) {
            return "a day such as 2026-12-24";
        }
        return type == Duration.class ? "a time such as 500ms, 30s or 5m" : "something else";
    }

    /// The number of a port, or a mistake.
    static void port(CommandSpec command, int port) {
        if (port < -1 || port > 65_535) {
            throw new ParameterException(
                    command.commandLine(),
                    "`--port`: `" + port + "` (expected: a port from 0 to 65535).");
        }
    }

    /// A number within its bounds, or a mistake.
    static void within(CommandSpec command, String option, int number, int least, int most) {
        if (number < least || number > most) {
            throw new ParameterException(
                    command.commandLine(),
                    "`%s`: `%d` (expected: %d to %d).".formatted(option, number, least, most));
        }
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String usage(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? option.longestName() + " " + option.paramLabel()
                : argument.paramLabel();
    }
}
