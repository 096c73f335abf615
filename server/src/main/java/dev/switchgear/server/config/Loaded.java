package dev.switchgear.server.config;

import java.util.List;
import java.util.Map;
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

    /// The settings that the file says otherwise than they would be, and that a running gateway takes up
    /// at its next start only.
    public List<String> atNextStart() {
        Config usual = ConfigLoader.parse("", "", Map.of()).config().orElseThrow();
        return config.map(said -> Difference.atNextStart(usual, said)).orElse(List.of()).stream()
                .map(line -> line.replaceFirst(" changed$", ""))
                .toList();
    }
}
