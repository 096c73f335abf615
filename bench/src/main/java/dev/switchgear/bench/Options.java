package dev.switchgear.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A tool's command line: pairs of `--name value`; a name may come more than once.
final class Options {
    private final Map<String, List<String>> values;

    private Options(Map<String, List<String>> values) {
        this.values = values;
    }

    /// @param known the names this tool understands; any other stops it
    static Options of(Set<String> known, String... args) {
        var values = new HashMap<String, List<String>>();
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : args[i];
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        args[i] + " (expected one of: " + known.stream().sorted().toList() + ")");
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " has no value");
            }
            values.computeIfAbsent(name, _ -> new ArrayList<>()).add(args[i + 1]);
        }
        return new Options(values);
    }

    String text(String name) {
        List<String> given = all(name);
        if (given.isEmpty()) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return given.getLast();
    }

    String text(String name, String otherwise) {
        List<String> given = all(name);
        return given.isEmpty() ? otherwise : given.getLast();
    }

    /// A whole number of at least `least`.
    int number(String name, int otherwise, int least) {
        String given = text(name, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(given);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below, like a number that is too small.
        }
        throw new IllegalArgumentException(
                "--" + name + ": " + given + " (expected: a whole number, " + least + " or more)");
    }

    /// What the file named by `--<name>-file` holds, or else `--<name>` itself.
    String content(String name) throws IOException {
        String file = text(name + "-file", "");
        return file.isEmpty() ? text(name) : Files.readString(Path.of(file));
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
