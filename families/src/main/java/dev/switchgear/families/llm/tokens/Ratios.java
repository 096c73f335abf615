package dev.switchgear.families.llm.tokens;

import dev.switchgear.families.llm.model.Tokenizer;

/// What a family of models counts, as measured on recorded requests (`docs/money.md` has the errors).
///
/// @param base tokens of every request
/// @param message tokens of every message beside its text
/// @param text tokens for each that [TextTally] counts in messages
/// @param tools tokens once a request describes tools or a schema: an instruction that the provider
///     adds
/// @param tool tokens for each that [TextTally] counts in the descriptions
record Ratios(double base, double message, double text, double tools, double tool) {
    private static final Ratios OPENAI = new Ratios(3, 4, 1.05, 12, 0.9);
    private static final Ratios CLAUDE = new Ratios(1, 9, 0.92, 390, 4);
    private static final Ratios CLAUDE_47 = new Ratios(1, 9, 1.2, 390, 5.2);
    private static final Ratios GEMINI = new Ratios(2, 1, 1, 5, 1.3);
    private static final Ratios DEEPSEEK = new Ratios(2, 6, 0.9, 260, 1);
    private static final Ratios GROK = new Ratios(150, 5, 1.1, 60, 1.9);
    private static final Ratios ANY = new Ratios(8, 6, 1, 100, 1.3);

    static Ratios of(Tokenizer tokenizer) {
        return switch (tokenizer) {
            case O200K, CL100K -> OPENAI;
            case CLAUDE -> CLAUDE;
            case CLAUDE_47 -> CLAUDE_47;
            case GEMINI -> GEMINI;
            case GROK -> GROK;
            case DEEPSEEK -> DEEPSEEK;
            case UNKNOWN -> ANY;
        };
    }
}
