package dev.switchgear.families.json;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// The bounds within which all JSON is read. How long a body may be is bounded where it comes in, for
/// requests and for answers, by one setting each; within it no string has a bound of its own. Nesting
/// has one because it costs more than its bytes, numbers and names because nobody means longer ones.
public final class BoundedJson {
    /// Objects and arrays within each other. The door bounds requests more tightly.
    public static final int DEPTH = 1024;

    /// Characters of a number.
    public static final int NUMBER = 1000;

    /// Characters of a field's name.
    public static final int NAME = 50_000;

    private static final JsonFactory FACTORY = factory(DEPTH, NUMBER);

    private BoundedJson() {}

    /// Reads within these bounds. Thread-safe, as all factories are.
    public static JsonFactory factory() {
        return FACTORY;
    }

    /// Reads within tighter bounds; meant to be made once.
    static JsonFactory factory(int depth, int number) {
        return JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(depth)
                                .maxNumberLength(number)
                                .maxNameLength(NAME)
                                .maxStringLength(Integer.MAX_VALUE)
                                .build())
                .build();
    }
}
