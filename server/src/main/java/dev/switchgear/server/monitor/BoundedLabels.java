package dev.switchgear.server.monitor;

import java.util.HashSet;
import java.util.Set;

/// The first so many names get a label of their own; all further ones share `other`, so that a
/// metric has no more series than this. Not thread-safe.
final class BoundedLabels {
    static final String OTHER = "other";

    private final int most;
    private final Set<String> names = new HashSet<>();

    /// @param most names with a label of their own; 0 or more
    BoundedLabels(int most) {
        this.most = most;
    }

    String of(String name) {
        if (names.size() < most) {
            names.add(name);
        }
        return has(name) ? name : OTHER;
    }

    boolean has(String name) {
        return names.contains(name);
    }
}
