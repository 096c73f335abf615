package dev.switchgear.simulator.gemini;

/// What a model's generation takes and sends: what changed with Gemini 3 (sections 2 to 5).
///
/// @param thinks whether it thinks unless told otherwise
/// @param canRest whether thinking can be turned off
/// @param levels whether it takes `thinkingLevel`
/// @param budgets whether it takes `thinkingBudget`
/// @param minimal whether `minimal` is one of its levels
/// @param signs whether calls must carry their thought signature, have ids, and go with a closing
///     event of their own
record Generation(
        boolean thinks,
        boolean canRest,
        boolean levels,
        boolean budgets,
        boolean minimal,
        boolean signs) {
    static Generation of(String model) {
        if (model.matches("gemini-[34].*")) {
            boolean argon = model.startsWith("gemini-4");
            boolean minimal = !argon && !model.startsWith("gemini-3.8");
            return new Generation(true, false, true, !argon, minimal, true);
        }
        if (model.startsWith("gemini-2.5")) {
            boolean pro = model.contains("pro");
            boolean lite = model.contains("lite");
            return new Generation(!lite, !pro, false, true, false, false);
        }
        return new Generation(false, true, false, false, false, false);
    }
}
