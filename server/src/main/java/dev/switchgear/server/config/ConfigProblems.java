package dev.switchgear.server.config;

import dev.switchgear.server.config.ConfigProblem.Severity;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Gathers what is wrong with one file. Not thread-safe.
final class ConfigProblems {
    private static final int MOST = 100;

    private final String file;
    private final Set<ConfigProblem> found = new LinkedHashSet<>();

    ConfigProblems(String file) {
        this.file = file;
    }

    void error(Node where, String message) {
        error(where.line(), where.column(), message);
    }

    void error(int line, int column, String message) {
        add(new ConfigProblem(ConfigProblem.SETTING, Severity.ERROR, file, line, column, message));
    }

    /// The configuration can be used, but not as it was probably meant.
    void warning(Node where, String message) {
        add(
                new ConfigProblem(
                        ConfigProblem.DOUBT,
                        Severity.WARNING,
                        file,
                        where.line(),
                        where.column(),
                        message));
    }

    void unset(Node where, Severity severity, String message) {
        add(
                new ConfigProblem(
                        ConfigProblem.REFERENCE,
                        severity,
                        file,
                        where.line(),
                        where.column(),
                        message));
    }

    boolean errors() {
        return found.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
    }

    /// By their place, at most 100.
    List<ConfigProblem> list() {
        return found.stream()
                .sorted(
                        Comparator.comparingInt(ConfigProblem::line)
                                .thenComparingInt(ConfigProblem::column))
                .toList();
    }

    private void add(ConfigProblem problem) {
        if (found.size() < MOST) {
            found.add(problem);
        }
    }
}
