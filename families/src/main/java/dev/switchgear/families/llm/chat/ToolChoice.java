package dev.switchgear.families.llm.chat;

import java.util.List;

/// Whether and which tool the model must call.
public sealed interface ToolChoice {
    /// The client did not say.
    record Unsaid() implements ToolChoice {}

    record Auto() implements ToolChoice {}

    record None() implements ToolChoice {}

    /// At least one, whichever.
    record Required() implements ToolChoice {}

    record Named(String name) implements ToolChoice {}

    /// Only these; at least one of them where `required`.
    record Among(List<String> names, boolean required) implements ToolChoice {
        public Among {
            names = List.copyOf(names);
        }
    }
}
