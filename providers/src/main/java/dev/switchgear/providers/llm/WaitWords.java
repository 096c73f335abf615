package dev.switchgear.providers.llm;

import dev.switchgear.core.patience.Nature;
import dev.switchgear.core.patience.Wait;
import java.time.Duration;
import java.util.Optional;

/// Says why a model was waited for so long. Pure.
final class WaitWords {
    private WaitWords() {}

    /// Empty where the configuration says it.
    static Optional<String> why(Wait wait) {
        return switch (wait.why()) {
            case Wait.Why.Told() -> Optional.empty();
            case Wait.Why.Untaught(Nature nature) ->
                    Optional.of("the patience for " + model(nature) + " and has no history here");
            case Wait.Why.Learned(int answers, Duration usual) ->
                    Optional.of(
                            "the patience for a model whose last "
                                    + answers
                                    + " answers took up to "
                                    + length(usual));
            case Wait.Why.Stretched(Duration before) ->
                    Optional.of(
                            "the patience for a model that was waited for in vain for "
                                    + length(before)
                                    + " before");
        };
    }

    private static String model(Nature nature) {
        return switch (nature) {
            case PROMPT -> "a model that does not reason";
            case SLOW -> "a model that reasons";
            case MADE_SLOW -> "a model that is asked to reason";
            case UNKNOWN -> "a model that may reason";
        };
    }

    static String length(Duration time) {
        long millis = time.toMillis();
        if (millis >= 120_000 && millis % 60_000 == 0) {
            return millis / 60_000 + " min";
        }
        return millis < 10_000 && millis % 1_000 != 0
                ? millis + " ms"
                : (millis + 500) / 1_000 + " s";
    }
}
