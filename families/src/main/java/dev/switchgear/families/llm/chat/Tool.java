package dev.switchgear.families.llm.chat;

import dev.switchgear.families.llm.Dialect;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What the model may call.
public sealed interface Tool {
    /// @param description empty where not said
    /// @param parameters JSON Schema of an object; empty for a tool without parameters
    /// @param strict whether arguments must follow the schema exactly; empty where not said
    /// @param cacheMark whether a cache mark stands behind it
    /// @param client how the client knows it, where that is more than a function's name
    record Function(
            String name,
            String description,
            Optional<JsonNode> parameters,
            Optional<Boolean> strict,
            Optional<Part.CacheMark> cacheMark,
            Optional<ClientTool> client)
            implements Tool {
        /// One that the client knows as the function it is.
        public Function(
                String name,
                String description,
                Optional<JsonNode> parameters,
                Optional<Boolean> strict,
                Optional<Part.CacheMark> cacheMark) {
            this(name, description, parameters, strict, cacheMark, Optional.empty());
        }

        /// The same under another name.
        public Function named(String other) {
            return new Function(other, description, parameters, strict, cacheMark, client);
        }
    }

    /// A tool that the dialect's provider runs itself; other dialects refuse it by name.
    record Hosted(Dialect dialect, String kind, JsonNode raw) implements Tool {}
}
