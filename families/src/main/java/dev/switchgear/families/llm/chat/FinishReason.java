package dev.switchgear.families.llm.chat;

/// Why a model stopped.
public enum FinishReason {
    /// It was done, or came to a stop text.
    STOP,
    /// The bound on output, or the context, was reached.
    LENGTH,
    /// It waits for the results of tools.
    TOOL_CALLS,
    /// The provider's policy, or the model itself, declined.
    CONTENT_FILTER,
    /// A tool that the provider runs paused; sending the answer back goes on.
    PAUSE
}
