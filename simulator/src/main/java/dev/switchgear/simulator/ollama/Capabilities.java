package dev.switchgear.simulator.ollama;

import dev.switchgear.simulator.mind.OfferedModel;
import java.util.List;

/// What a model can do, in Ollama's words.
final class Capabilities {
    private Capabilities() {}

    static List<String> of(OfferedModel model) {
        return switch (model.purpose()) {
            case EMBEDDING -> List.of("embedding");
            case REASONING -> List.of("completion", "tools", "thinking");
            case CHAT ->
                    family(model).equals("gemma3")
                            ? List.of("completion", "vision")
                            : List.of("completion", "tools");
        };
    }

    /// The name up to its tag.
    static String family(OfferedModel model) {
        int colon = model.id().indexOf(':');
        return colon < 0 ? model.id() : model.id().substring(0, colon);
    }
}
