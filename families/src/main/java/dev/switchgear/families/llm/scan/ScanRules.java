package dev.switchgear.families.llm.scan;

import dev.switchgear.families.llm.Dialect;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a [RequestScan] looks for in the bodies of one dialect. Immutable.
public final class ScanRules {
    private static final String[] STEERS = {"models", "fallbacks", "provider"};
    private static final ScanRules OPENAI =
            new ScanRules(false)
                    .with(Use.MODEL, "model")
                    .with(Use.STEER, STEERS)
                    .with(Use.STREAM, "stream")
                    .with(Use.STREAM_OPTIONS, "stream_options")
                    .with(Use.CONVERSATION, "prompt_cache_key")
                    .with(Use.OUTPUT_BOUND, "max_tokens", "max_completion_tokens")
                    .with(Use.ARRAY, "messages")
                    .with(Use.INPUT, "input")
                    .with(Use.PROMPT, "tools", "functions", "response_format");
    private static final ScanRules RESPONSES =
            new ScanRules(false)
                    .with(Use.MODEL, "model")
                    .with(Use.STEER, STEERS)
                    .with(Use.STREAM, "stream")
                    .with(Use.STREAM_OPTIONS, "stream_options")
                    .with(Use.CONVERSATION, "prompt_cache_key")
                    .with(Use.OUTPUT_BOUND, "max_output_tokens")
                    .with(Use.INPUT, "input")
                    .with(Use.SYSTEM, "instructions")
                    .with(Use.PROMPT, "tools", "text");
    private static final ScanRules ANTHROPIC =
            new ScanRules(false)
                    .with(Use.MODEL, "model")
                    .with(Use.STEER, STEERS)
                    .with(Use.STREAM, "stream")
                    .with(Use.OUTPUT_BOUND, "max_tokens")
                    .with(Use.ARRAY, "messages")
                    .with(Use.SYSTEM, "system")
                    .with(Use.PROMPT, "tools");
    private static final ScanRules GEMINI =
            new ScanRules(false)
                    .with(Use.SETTINGS, "generationConfig", "generation_config")
                    .with(Use.SETTINGS_BOUND, "maxOutputTokens", "max_output_tokens")
                    .with(Use.TURNS, "contents")
                    .with(Use.PROMPT, "content", "requests", "tools")
                    .with(Use.SYSTEM, "systemInstruction", "system_instruction")
                    .with(Use.PROMPT, "generateContentRequest", "generate_content_request");
    private static final ScanRules OLLAMA =
            new ScanRules(true)
                    .with(Use.MODEL, "model")
                    .with(Use.STEER, STEERS)
                    .with(Use.STREAM, "stream")
                    .with(Use.SETTINGS, "options")
                    .with(Use.SETTINGS_BOUND, "num_predict")
                    .with(Use.ARRAY, "messages")
                    .with(Use.INPUT, "input")
                    .with(Use.SYSTEM, "system")
                    .with(Use.PROMPT, "prompt", "tools", "format");
    private static final ScanRules OWN =
            new ScanRules(false)
                    .with(Use.MODEL, "model")
                    .with(Use.STEER, STEERS)
                    .with(Use.OUTPUT_BOUND, "maxTokens")
                    .with(Use.ARRAY, "messages")
                    .with(Use.SYSTEM, "system")
                    .with(Use.PROMPT, "prompt", "tools");

    private final boolean streamedUnsaid;
    private final Map<String, Rule> byField = new HashMap<>();
    private boolean modelInBody;

    private ScanRules(boolean streamedUnsaid) {
        this.streamedUnsaid = streamedUnsaid;
    }

    /// Only while the constants are made.
    private ScanRules with(Use use, String... fields) {
        for (String field : fields) {
            byField.put(field, new Rule(use, 1L << byField.size()));
        }
        modelInBody |= use == Use.MODEL;
        return this;
    }

    public static ScanRules of(Dialect dialect) {
        return switch (dialect) {
            case OPENAI -> OPENAI;
            case RESPONSES -> RESPONSES;
            case ANTHROPIC -> ANTHROPIC;
            case GEMINI -> GEMINI;
            case OLLAMA, OLLAMA_GENERATE -> OLLAMA;
            case OWN -> OWN;
        };
    }

    /// Whether a body without `stream` asks for a stream.
    boolean streamedUnsaid() {
        return streamedUnsaid;
    }

    /// Whether `model` must be there; else the path names it.
    boolean modelInBody() {
        return modelInBody;
    }

    /// What a top-level field is for; null for nothing that matters here.
    @Nullable Rule at(String field) {
        Rule rule = byField.get(field);
        return rule == null || rule.use() == Use.SETTINGS_BOUND ? null : rule;
    }

    /// Whether a field of the settings bounds the output.
    Optional<Rule> bound(String field) {
        return Optional.ofNullable(byField.get(field))
                .filter(rule -> rule.use() == Use.SETTINGS_BOUND);
    }

    /// @param bit the field's own, to see it only once
    record Rule(Use use, long bit) {}

    /// What a field is for.
    enum Use {
        MODEL,
        /// Says where the request may go; see [Steer].
        STEER,
        STREAM,
        STREAM_OPTIONS,
        /// Bounds the output; of several the smallest holds.
        OUTPUT_BOUND,
        /// Names the conversation.
        CONVERSATION,
        /// The turns; becomes prompt tokens, and must be an array.
        ARRAY,
        /// A text, or an array of texts, turns, parts or token ids.
        INPUT,
        /// The turns; becomes prompt tokens.
        TURNS,
        /// What stands before the turns; becomes prompt tokens.
        SYSTEM,
        /// Becomes prompt tokens.
        PROMPT,
        /// An object that holds the bound on output.
        SETTINGS,
        /// As `OUTPUT_BOUND`, within the settings.
        SETTINGS_BOUND
    }
}
