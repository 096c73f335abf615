package dev.switchgear.families.llm.model;

import java.time.LocalDate;
import java.util.Optional;

/// Where a fact was found.
///
/// @param name as the data calls it
/// @param url of the page; empty for a file that overrides
/// @param date the day for which the source says it, or was read; empty where a file does not say
/// @param note what to know of it; may be empty
public record FactSource(String name, String url, Optional<LocalDate> date, String note) {}
