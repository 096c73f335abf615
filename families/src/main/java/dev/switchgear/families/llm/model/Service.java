package dev.switchgear.families.llm.model;

import java.util.Locale;
import java.util.Optional;

/// How a request is served, as far as it changes the price. In the data, `batch-percent: 50` says
/// that a batch costs half of what stands beside it.
public enum Service {
    STANDARD,
    /// Answered within hours.
    BATCH,
    /// Answered when there is room.
    FLEX,
    /// Answered before others.
    PRIORITY,
    /// In a way that no price list knows.
    OTHER;

    /// What a request or an answer calls it; empty where that leaves it open.
    public static Optional<Service> told(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "", "auto", "null" -> Optional.empty();
            case "default", "standard", "standard_only" -> Optional.of(STANDARD);
            case "batch" -> Optional.of(BATCH);
            case "flex" -> Optional.of(FLEX);
            case "priority" -> Optional.of(PRIORITY);
            default -> Optional.of(OTHER);
        };
    }

    /// As it is written in the data.
    public String key() {
        return name().toLowerCase(Locale.ROOT) + "-percent";
    }
}
