package dev.switchgear.importer;

/// What came of a source.
///
/// @param yaml a whole `switchgear.yaml`
/// @param report what became of each value of the source
public record Imported(String yaml, ImportReport report) {}
