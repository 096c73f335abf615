package dev.switchgear.server.config;

import java.util.List;
import java.util.Optional;

/// What came of reading a configuration.
///
/// @param config empty when at least one problem is an error
/// @param problems all of them, by their place in the file
public record Loaded(Optional<Config> config, List<ConfigProblem> problems) {
    public Loaded {
        problems = List.copyOf(problems);
    }
}
