package dev.switchgear.families.llm;

/// Tokens as the provider reported them. Input includes cached tokens; output includes reasoning.
///
/// @param input 0 or more; -1 where not reported
/// @param output 0 or more; -1 where not reported
/// @param cachedInput the part of `input` read from the provider's prompt cache; 0 where not said
/// @param reasoning the part of `output` spent on reasoning; 0 where not said
public record TokenUsage(long input, long output, long cachedInput, long reasoning) {
    /// The provider reported nothing.
    public static final TokenUsage UNKNOWN = new TokenUsage(-1, -1, 0, 0);

    public boolean known() {
        return input >= 0 || output >= 0;
    }

    /// Input and output together; -1 where neither was reported.
    public long total() {
        return known() ? Math.max(0, input) + Math.max(0, output) : -1;
    }
}
