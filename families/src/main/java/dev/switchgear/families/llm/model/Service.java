package dev.switchgear.families.llm.model;

import java.util.Locale;

/// How a request is served, as far as it changes the price. In the data, `batch-percent: 50` says
/// that a batch costs half of what stands beside it.
public enum Service {
    STANDARD,
    /// Answered within hours.
    BATCH,
    /// Answered when there is room.
    FLEX,
    /// Answered before others.
    PRIORITY;

    /// As it is written in the data.
    public String key() {
        return name().toLowerCase(Locale.ROOT) + "-percent";
    }
}
