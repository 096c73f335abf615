package dev.switchgear.dialects;

import dev.switchgear.dialects.json.Field;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// How much a model shall reason, in the words of any vendor: clients are pointed at a gateway with the
/// word that another server took.
public final class EffortWords {
    private EffortWords() {}

    /// Empty where it is left to the model, in whatever word, and where nobody knows the word.
    ///
    /// @param unknown is told of a word that nobody knows, to name it as left out
    /// @throws InvalidBody if it is a list or an object
    public static Optional<Effort> effort(Field field, Consumer<Field> unknown) throws InvalidBody {
        if (field.node().isBoolean()) {
            return field.bool() ? Optional.empty() : Optional.of(Effort.NONE);
        }
        if (field.node().isNumber()) {
            unknown.accept(field);
            return Optional.empty();
        }
        return switch (field.string().strip().toLowerCase(Locale.ROOT)) {
            case "", "default", "auto", "adaptive", "dynamic", "on", "enabled" -> Optional.empty();
            case "none", "off", "disabled" -> Optional.of(Effort.NONE);
            case "minimal", "min" -> Optional.of(Effort.MINIMAL);
            case "low" -> Optional.of(Effort.LOW);
            case "medium" -> Optional.of(Effort.MEDIUM);
            case "high" -> Optional.of(Effort.HIGH);
            case "xhigh", "x-high", "extra-high", "extra_high" -> Optional.of(Effort.XHIGH);
            case "max", "maximum", "ultra" -> Optional.of(Effort.MAX);
            default -> {
                unknown.accept(field);
                yield Optional.empty();
            }
        };
    }
}
