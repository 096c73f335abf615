package dev.switchgear.dialects.responses;

/// Flavours that differ as those of companies do, to test what the dialect makes of each difference.
/// The companies' own stand with them, and are tested there.
final class ResponsesTestFlavours {
    /// Takes no instructions.
    static final ResponsesFlavour XAI =
            new ResponsesFlavour(false, "system", false, false, 1, "user", false, false, false);

    /// Reasons in clear text.
    static final ResponsesFlavour DEEPSEEK =
            new ResponsesFlavour(true, "system", false, true, 1, "user", false, false, false);

    private ResponsesTestFlavours() {}
}
