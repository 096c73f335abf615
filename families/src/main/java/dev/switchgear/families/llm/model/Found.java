package dev.switchgear.families.llm.model;

/// A model, and how its name led to it.
public record Found(Model model, By by) {
    /// In the order they are tried.
    public enum By {
        /// Its id or one of its aliases.
        NAME,
        /// The same without the date of a snapshot, such as `-2025-08-07` or `-20250929`.
        SNAPSHOT,
        /// The same without `-latest`.
        LATEST,
        /// The data says that all names that begin so mean it.
        FAMILY
    }
}
