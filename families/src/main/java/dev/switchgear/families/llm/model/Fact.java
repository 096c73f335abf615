package dev.switchgear.families.llm.model;

/// Something known, and whence.
public record Fact<T>(T value, FactSource source) {}
