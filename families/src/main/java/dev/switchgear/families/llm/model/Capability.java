package dev.switchgear.families.llm.model;

import java.util.Locale;

/// What a model may be able to do, or may accept. In the data its name is `lower-dashed`.
public enum Capability {
    /// Images as input.
    VISION,
    /// PDF files as input.
    DOCUMENTS,
    /// Sound as input.
    AUDIO,
    /// Calls tools that the request describes.
    TOOLS,
    /// Accepts that the request forces a tool call.
    FORCED_TOOL,
    /// Holds itself to a JSON schema.
    STRUCTURED_OUTPUT,
    /// Holds itself to a JSON schema while it may call tools.
    TOOLS_WITH_STRUCTURED_OUTPUT,
    /// Prices what it has read before lower.
    PROMPT_CACHE,
    /// Accepts a `temperature` other than its default, and the settings like it.
    TEMPERATURE,
    /// Accepts `temperature` together with `top_p`.
    TEMPERATURE_WITH_TOP_P,
    /// Accepts stop sequences.
    STOP,
    /// Accepts presence and frequency penalties.
    PENALTIES,
    /// Accepts OpenAI's older `max_tokens` beside `max_completion_tokens`.
    MAX_TOKENS,
    /// Continues a last message of the assistant.
    PREFILL,
    /// Takes a message of the system behind others, where its API has a word for that.
    LATER_SYSTEM,
    /// Accepts that the request switches reasoning off.
    REASONING_OFF,
    /// Takes the effort `minimal`; where the data lists a model's efforts, the list tells.
    EFFORT_MINIMAL,
    /// Takes an effort above `high`; where the data lists a model's efforts, the list tells.
    EFFORT_ABOVE_HIGH,
    /// Makes embeddings, not text.
    EMBEDDINGS;

    /// As it is written in the data.
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
