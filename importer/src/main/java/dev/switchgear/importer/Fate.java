package dev.switchgear.importer;

/// What became of a value of the source.
public enum Fate {
    /// It stands in our file and means the same.
    CARRIED,
    /// It stands in our file, as the nearest thing we have.
    CHANGED,
    /// It is not in our file.
    NOT_CARRIED
}
