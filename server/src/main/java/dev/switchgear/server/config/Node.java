package dev.switchgear.server.config;

import java.util.List;
import java.util.Optional;

/// A YAML file as a tree that remembers where everything stands.
sealed interface Node {
    int line();

    int column();

    /// The node at a path of names and indices, or the deepest one on the way that is written.
    default Node at(List<Object> path) {
        Node node = this;
        for (Object step : path) {
            Optional<Node> next =
                    switch (node) {
                        case Mapping mapping -> mapping.at(step.toString());
                        case Sequence sequence when step instanceof Integer index ->
                                Optional.of(sequence.items().get(index));
                        case Sequence _, Scalar _ -> Optional.empty();
                    };
            if (next.isEmpty()) {
                return node;
            }
            node = next.get();
        }
        return node;
    }

    /// @param text as written, without quotes
    /// @param kind what YAML takes it for
    record Scalar(String text, Kind kind, int line, int column) implements Node {}

    record Sequence(List<Node> items, int line, int column) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    record Mapping(List<Entry> entries, int line, int column) implements Node {
        public Mapping {
            entries = List.copyOf(entries);
        }

        Optional<Node> at(String name) {
            return entries.stream()
                    .filter(entry -> entry.name().equals(name))
                    .map(Entry::value)
                    .findFirst();
        }
    }

    /// @param line where the name stands
    record Entry(String name, Node value, int line, int column) {}

    enum Kind {
        TEXT,
        NUMBER,
        TRUTH,
        NOTHING,
        /// It is not in the file: a setting's fallback.
        FALLBACK
    }
}
