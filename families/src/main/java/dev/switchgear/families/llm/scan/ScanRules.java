package dev.switchgear.families.llm.scan;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a [RequestScan] looks for in the bodies of one dialect. Immutable.
public final class ScanRules {
    private static final String[] STEERS = {"models", "fallbacks", "provider"};

    /// How the dialects, and servers that speak like them, are told how much to think.
    private static final String[] EFFORTS = {
        "reasoning_effort",
        "reasoning",
        "thinking",
        "think",
        "enable_thinking",
        "thinking_budget",
        "output_config"
    };

    private static final String[] SETTINGS_EFFORTS = {"thinkingConfig", "thinking_config"};

    private final Map<String, Rule> byField;
    private final boolean streamedUnsaid;

    private ScanRules(Map<String, Rule> byField, boolean streamedUnsaid) {
        this.byField = byField;
        this.streamedUnsaid = streamedUnsaid;
    }

    /// The beginning for a dialect whose bodies name the model, and so may say more of where to go.
    public static ScanRules modelInside() {
        return modelInPath().with(Use.MODEL, "model").with(Use.STEER, STEERS);
    }

    /// The beginning for a dialect whose paths name the model.
    public static ScanRules modelInPath() {
        return new ScanRules(Map.of(), false)
                .with(Use.EFFORT, EFFORTS)
                .with(Use.SERVICE, "service_tier", "serviceTier")
                .with(Use.SETTINGS_EFFORT, SETTINGS_EFFORTS);
    }

    /// The same, and `fields` are for `use`.
    public ScanRules with(Use use, String... fields) {
        var all = new HashMap<>(byField);
        for (String field : fields) {
            all.put(field, new Rule(use, 1L << all.size()));
        }
        return new ScanRules(all, streamedUnsaid);
    }

    /// The same, and a body without `stream` asks for a stream.
    public ScanRules unsaidIsStreamed() {
        return new ScanRules(byField, true);
    }

    /// Whether a body without `stream` asks for a stream.
    boolean streamedUnsaid() {
        return streamedUnsaid;
    }

    /// Whether `model` must be there; else the path names it.
    boolean modelInBody() {
        return byField.values().stream().anyMatch(rule -> rule.use() == Use.MODEL);
    }

    /// What a top-level field is for; null for nothing that matters here.
    @Nullable Rule at(String field) {
        Rule rule = byField.get(field);
        return rule == null || rule.use().inSettings() ? null : rule;
    }

    /// Whether a field of the settings bounds the output.
    Optional<Rule> bound(String field) {
        return Optional.ofNullable(byField.get(field))
                .filter(rule -> rule.use() == Use.SETTINGS_BOUND);
    }

    /// Whether a field of the settings says how much to think.
    boolean effort(String field) {
        Rule rule = byField.get(field);
        return rule != null && rule.use() == Use.SETTINGS_EFFORT;
    }

    /// @param bit the field's own, to see it only once
    record Rule(Use use, long bit) {}

    /// What a field is for.
    public enum Use {
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
        /// Things that are each asked for, as messages are; becomes prompt tokens.
        LIST,
        /// The tools; becomes prompt tokens.
        TOOLS,
        /// An object that holds a request; becomes prompt tokens.
        REQUEST,
        /// An object that holds the bound on output.
        SETTINGS,
        /// As `OUTPUT_BOUND`, within the settings.
        SETTINGS_BOUND,
        /// Says how much to think before answering.
        EFFORT,
        /// Says how the request is to be served.
        SERVICE,
        /// Names what of the conversation does not stand in the body.
        ELSEWHERE,
        /// Says that the provider keeps the conversation.
        THREAD,
        /// Says whether the answer is to be kept.
        STORE,
        /// Says that the answer is not waited for.
        BACKGROUND,
        /// As `EFFORT`, within the settings.
        SETTINGS_EFFORT;

        private boolean inSettings() {
            return this == SETTINGS_BOUND || this == SETTINGS_EFFORT;
        }

        /// Whether a body may have several such fields of one name: nothing is done by them.
        boolean mayRepeat() {
            return switch (this) {
                case PROMPT, LIST, TOOLS, REQUEST, EFFORT -> true;
                case MODEL,
                        STEER,
                        STREAM,
                        STREAM_OPTIONS,
                        OUTPUT_BOUND,
                        CONVERSATION,
                        ARRAY,
                        INPUT,
                        TURNS,
                        SYSTEM,
                        SETTINGS,
                        SERVICE,
                        ELSEWHERE,
                        THREAD,
                        STORE,
                        BACKGROUND,
                        SETTINGS_BOUND,
                        SETTINGS_EFFORT ->
                        false;
            };
        }

        /// What its entries are.
        ScanTally.Kind counted() {
            return switch (this) {
                case ARRAY, INPUT, TURNS -> ScanTally.Kind.TURNS;
                case LIST -> ScanTally.Kind.MESSAGES;
                case TOOLS -> ScanTally.Kind.TOOLS;
                case SYSTEM -> ScanTally.Kind.SYSTEM;
                case MODEL,
                        STEER,
                        STREAM,
                        STREAM_OPTIONS,
                        OUTPUT_BOUND,
                        CONVERSATION,
                        PROMPT,
                        REQUEST,
                        SETTINGS,
                        SETTINGS_BOUND,
                        SERVICE,
                        ELSEWHERE,
                        THREAD,
                        STORE,
                        BACKGROUND,
                        EFFORT,
                        SETTINGS_EFFORT ->
                        ScanTally.Kind.OTHER;
            };
        }
    }
}
