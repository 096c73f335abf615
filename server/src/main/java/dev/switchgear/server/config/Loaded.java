package dev.switchgear.server.config;

import java.util.List;
import java.util.Optional;

/// What came of reading a configuration.
///
/// @param config empty when at least one problem is an error
/// @param problems all of them, by their place in the file
/// @param blank the file says nothing at all, so that the configuration is made of defaults
public record Loaded(Optional<Config> config, List<ConfigProblem> problems, boolean blank) {
    /// Of a file that says something.
    Loaded(Optional<Config> config, List<ConfigProblem> problems) {
        this(config, problems, false);
    }

    public Loaded {
        problems = List.copyOf(problems);
    }
}
