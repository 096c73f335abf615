package dev.switchgear.families.llm.model;

import java.util.List;
import java.util.Optional;

/// Data that cannot be used, and where it is wrong.
public final class InvalidCatalogue extends Exception {
    private static final long serialVersionUID = 1L;

    /// A name that means nothing where it stands.
    ///
    /// @param known those that would
    public record Unknown(String name, List<String> known) {
        public Unknown {
            known = List.copyOf(known);
        }
    }

    private final String file;
    private final int line;
    private final int column;
    private final transient Optional<Unknown> unknown;

    InvalidCatalogue(String file, int line, int column, String what, Optional<Unknown> unknown) {
        super(what);
        this.file = file;
        this.line = line;
        this.column = column;
        this.unknown = unknown;
    }

    public String file() {
        return file;
    }

    /// 1 or more; 0 where the whole file is meant.
    public int line() {
        return line;
    }

    /// 1 or more; 0 where the whole file is meant.
    public int column() {
        return column;
    }

    /// What is wrong, as a sentence.
    public String what() {
        return String.valueOf(getMessage());
    }

    /// The name that is not known, where that is what is wrong, for a hint at the nearest.
    public Optional<Unknown> unknown() {
        return unknown;
    }
}
