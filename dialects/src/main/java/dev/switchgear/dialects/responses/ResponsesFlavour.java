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
/// @param strictSubset whether strict schemas are taken in OpenAI's subset alone, and answers by schema
///     only where they are objects
/// @param counting whether it has `/responses/input_tokens`
/// @param clientTools whether tools that the client runs are taken as they are: `custom`, `namespace`,
///     `local_shell` and the like; else they are functions
public record ResponsesFlavour(
        boolean instructions,
        String innerSystemRole,
        boolean summaries,
        boolean openReasoning,
        long outputTokensMin,
        String userField,
        boolean strictSubset,
        boolean counting,
        boolean clientTools) {
    public static final ResponsesFlavour OPENAI =
            new ResponsesFlavour(
                    true, "developer", true, false, 16, "safety_identifier", true, true, true);

    public ResponsesFlavour {
        if (outputTokensMin < 1) {
            throw new IllegalArgumentException(
                    "outputTokensMin: " + outputTokensMin + " (expected: 1 or more)");
        }
    }
}
