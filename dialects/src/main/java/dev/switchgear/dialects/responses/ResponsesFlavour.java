package dev.switchgear.dialects.responses;

/// In what providers of Responses differ.
///
/// @param instructions whether `instructions` is taken; else they are a message of the system
/// @param innerSystemRole what a system message behind the first turn is called: `developer`,
///     `system`
/// @param summaries whether `reasoning.summary` must be asked for to see any
/// @param openReasoning whether reasoning is sent in clear text and wanted back so
/// @param outputTokensMin the least `max_output_tokens` it takes; 1 or more
/// @param userField where the end user's name goes
/// @param counting whether it has `/responses/input_tokens`
public record ResponsesFlavour(
        boolean instructions,
        String innerSystemRole,
        boolean summaries,
        boolean openReasoning,
        long outputTokensMin,
        String userField,
        boolean counting) {
    public static final ResponsesFlavour OPENAI =
            new ResponsesFlavour(true, "developer", true, false, 16, "safety_identifier", true);

    /// Its first releases refused `instructions`; summaries come unasked.
    public static final ResponsesFlavour XAI =
            new ResponsesFlavour(false, "system", false, false, 1, "user", false);

    /// Reasons in clear text, and wants that back beside the calls it led to.
    public static final ResponsesFlavour DEEPSEEK =
            new ResponsesFlavour(true, "system", false, true, 1, "user", false);

    /// Hands on to whoever runs the model; counts nothing itself.
    public static final ResponsesFlavour OPENROUTER =
            new ResponsesFlavour(true, "developer", true, false, 1, "user", false);

    public ResponsesFlavour {
        if (outputTokensMin < 1) {
            throw new IllegalArgumentException(
                    "outputTokensMin: " + outputTokensMin + " (expected: 1 or more)");
        }
    }
}
