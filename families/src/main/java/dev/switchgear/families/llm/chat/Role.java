package dev.switchgear.families.llm.chat;

/// Whose words a [Turn] holds.
public enum Role {
    /// The operator's instructions (`system`, `developer`).
    SYSTEM,
    /// The user's, and the results of tools.
    USER,
    /// The model's.
    ASSISTANT
}
