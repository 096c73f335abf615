package dev.switchgear.server.config;

import dev.switchgear.server.config.Problem.Severity;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Gathers what is wrong with one file. Not thread-safe.
final class Problems {
    private static final int MOST = 100;

    private final String file;
    private final Set<Problem> found = new LinkedHashSet<>();

    Problems(String file) {
        this.file = file;
    }

    void error(Node where, String message) {
        error(where.line(), where.column(), message);
    }

    void error(int line, int column, String message) {
        add(new Problem(Problem.SETTING, Severity.ERROR, file, line, column, message));
    }

    void unset(Node where, Severity severity, String message) {
        add(new Problem(Problem.REFERENCE, severity, file, where.line(), where.column(), message));
    }

    boolean errors() {
        return found.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
    }

    /// By their place, at most 100.
    List<Problem> list() {
        return found.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }

    private void add(Problem problem) {
        if (found.size() < MOST) {
            found.add(problem);
        }
    }
}
