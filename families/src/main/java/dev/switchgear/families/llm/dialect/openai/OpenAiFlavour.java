package dev.switchgear.families.llm.dialect.openai;

import dev.switchgear.families.llm.chat.Reasoning.Effort;
import java.util.EnumSet;
import java.util.Set;

/// How one provider's chat completions differ from OpenAI's. Immutable.
///
/// @param name for messages
/// @param bound what the bound on output is called
/// @param asking how a model is told how much to reason
/// @param efforts the words it takes for that; another is replaced by the next above it, or the
///     highest
/// @param replay how earlier reasoning is sent back
/// @param counting what `completion_tokens` holds
/// @param takes what may be sent at all
/// @param refused fields of OpenAI's that it answers with an error, or that would do nothing; they
///     are left out, and that is said
/// @param userField what the name of the end user is called
/// @param toolIdCharsMax the longest id of a tool call; 1 or more. A longer one is replaced by its
///     hash, the same each time
/// @param doneRequired whether a stream is whole only with `[DONE]`; otherwise a finish reason and
///     the end of the body do
public record OpenAiFlavour(
        String name,
        Bound bound,
        Asking asking,
        Set<Effort> efforts,
        Replay replay,
        Counting counting,
        Set<Takes> takes,
        Set<String> refused,
        String userField,
        int toolIdCharsMax,
        boolean doneRequired) {
    /// OpenAI itself. Its ids end at 40 characters (`string_above_max_length`).
    public static final OpenAiFlavour OPENAI =
            new OpenAiFlavour(
                    "openai",
                    Bound.MAX_COMPLETION_TOKENS,
                    Asking.EFFORT,
                    EnumSet.allOf(Effort.class),
                    Replay.NONE,
                    Counting.WHOLE,
                    EnumSet.of(
                            Takes.SEED,
                            Takes.PENALTIES,
                            Takes.JSON_SCHEMA,
                            Takes.IMAGES,
                            Takes.AUDIO,
                            Takes.FILES,
                            Takes.STRICT,
                            Takes.PARALLEL_TOOL_CALLS,
                            Takes.STOP,
                            Takes.DEVELOPER,
                            Takes.LISTS,
                            Takes.REFUSAL,
                            Takes.ALLOWED_TOOLS,
                            Takes.HOSTED_TOOLS,
                            Takes.EMBEDDINGS),
                    Set.of(),
                    "user",
                    40,
                    true);

    /// xAI. Its reasoning models answer 400 to penalties and stop texts, and all do to `logit_bias`
    /// (docs.x.ai, reasoning, 2026-08); which models reason is known to the traits, not here, so
    /// penalties, which no client depends on, are always left out.
    public static final OpenAiFlavour XAI =
            new OpenAiFlavour(
                    "xai",
                    Bound.MAX_COMPLETION_TOKENS,
                    Asking.EFFORT,
                    EnumSet.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.XHIGH),
                    Replay.CONTENT,
                    Counting.BESIDE_REASONING,
                    EnumSet.of(
                            Takes.SEED,
                            Takes.JSON_SCHEMA,
                            Takes.IMAGES,
                            Takes.PARALLEL_TOOL_CALLS,
                            Takes.STOP,
                            Takes.LISTS),
                    Set.of(
                            "logit_bias",
                            "metadata",
                            "modalities",
                            "prediction",
                            "prompt_cache_key",
                            "prompt_cache_options",
                            "prompt_cache_retention",
                            "safety_identifier",
                            "service_tier",
                            "store",
                            "verbosity",
                            "web_search_options"),
                    "user",
                    256,
                    true);

    /// DeepSeek (api-docs.deepseek.com, 2026-11). Text only; JSON without a schema.
    public static final OpenAiFlavour DEEPSEEK =
            new OpenAiFlavour(
                    "deepseek",
                    Bound.MAX_TOKENS,
                    Asking.THINKING,
                    EnumSet.allOf(Effort.class),
                    Replay.CONTENT_WITH_CALLS,
                    Counting.WHOLE,
                    EnumSet.of(Takes.PENALTIES, Takes.STOP, Takes.PREFIX),
                    Set.of(
                            "logit_bias",
                            "metadata",
                            "modalities",
                            "prediction",
                            "prompt_cache_key",
                            "prompt_cache_options",
                            "prompt_cache_retention",
                            "safety_identifier",
                            "service_tier",
                            "store",
                            "verbosity",
                            "web_search_options"),
                    "user_id",
                    256,
                    true);

    /// OpenRouter, which leaves out itself what a model does not know.
    public static final OpenAiFlavour OPENROUTER =
            new OpenAiFlavour(
                    "openrouter",
                    Bound.MAX_COMPLETION_TOKENS,
                    Asking.OBJECT,
                    EnumSet.allOf(Effort.class),
                    Replay.DETAILS,
                    Counting.WHOLE,
                    EnumSet.of(
                            Takes.SEED,
                            Takes.PENALTIES,
                            Takes.JSON_SCHEMA,
                            Takes.IMAGES,
                            Takes.AUDIO,
                            Takes.FILES,
                            Takes.FILE_URLS,
                            Takes.STRICT,
                            Takes.PARALLEL_TOOL_CALLS,
                            Takes.STOP,
                            Takes.LISTS,
                            Takes.TOP_K,
                            Takes.CACHE_MARKS,
                            Takes.HOSTED_TOOLS,
                            Takes.EMBEDDINGS),
                    Set.of(),
                    "user",
                    256,
                    true);

    /// Anybody else: vLLM, llama.cpp, LM Studio, GPUStack, Gemini's OpenAI layer. What is not known
    /// to fail is tried.
    public static final OpenAiFlavour COMPATIBLE =
            new OpenAiFlavour(
                    "compatible",
                    Bound.MAX_TOKENS,
                    Asking.EFFORT,
                    EnumSet.allOf(Effort.class),
                    Replay.CONTENT,
                    Counting.WHOLE_OR_TOTAL,
                    EnumSet.of(
                            Takes.SEED,
                            Takes.PENALTIES,
                            Takes.JSON_SCHEMA,
                            Takes.IMAGES,
                            Takes.AUDIO,
                            Takes.FILES,
                            Takes.STRICT,
                            Takes.PARALLEL_TOOL_CALLS,
                            Takes.STOP,
                            Takes.LISTS,
                            Takes.TOP_K,
                            Takes.HOSTED_TOOLS,
                            Takes.EMBEDDINGS,
                            Takes.GOOGLE_SIGNATURES),
                    Set.of(),
                    "user",
                    256,
                    false);

    public OpenAiFlavour {
        efforts = Set.copyOf(efforts);
        takes = Set.copyOf(takes);
        refused = Set.copyOf(refused);
        if (toolIdCharsMax < 1) {
            throw new IllegalArgumentException(
                    "tool-id-chars-max: " + toolIdCharsMax + " (expected: 1 or more)");
        }
    }

    boolean takes(Takes what) {
        return takes.contains(what);
    }

    /// What the bound on output is called.
    public enum Bound {
        MAX_COMPLETION_TOKENS("max_completion_tokens"),
        MAX_TOKENS("max_tokens");

        private final String field;

        Bound(String field) {
            this.field = field;
        }

        String field() {
            return field;
        }
    }

    /// How a model is told how much to reason.
    public enum Asking {
        /// Not at all.
        NONE,
        /// `reasoning_effort`.
        EFFORT,
        /// `thinking:{type}` turns it on and off, `reasoning_effort` says how much.
        THINKING,
        /// `reasoning:{effort, max_tokens, enabled, exclude}`.
        OBJECT
    }

    /// How earlier reasoning is sent back.
    public enum Replay {
        NONE,
        /// As `reasoning_content`.
        CONTENT,
        /// As `reasoning_content` beside tool calls, which must have it, if only an empty one.
        CONTENT_WITH_CALLS,
        /// As `reasoning_details` where signed, as `reasoning` where not.
        DETAILS
    }

    /// What `completion_tokens` holds.
    public enum Counting {
        /// All output.
        WHOLE,
        /// Output without reasoning, which stands beside it (xAI's chat completions).
        BESIDE_REASONING,
        /// All output; or, where the total is more than both sides, output without reasoning, which
        /// stands nowhere (Gemini's OpenAI layer).
        WHOLE_OR_TOTAL
    }

    /// What may be sent.
    public enum Takes {
        SEED,
        PENALTIES,
        JSON_SCHEMA,
        IMAGES,
        AUDIO,
        FILES,
        /// An address as a file's data.
        FILE_URLS,
        STRICT,
        PARALLEL_TOOL_CALLS,
        STOP,
        TOP_K,
        /// The role `developer`, for models that reason.
        DEVELOPER,
        /// Lists of parts as the content of a message.
        LISTS,
        /// `refusal` in a message.
        REFUSAL,
        /// `tool_choice:{type:allowed_tools}`.
        ALLOWED_TOOLS,
        /// Tools of other types than `function`.
        HOSTED_TOOLS,
        /// `cache_control`.
        CACHE_MARKS,
        /// `prefix:true` on a last message of the assistant, to be continued.
        PREFIX,
        /// `extra_content.google.thought_signature` on tool calls.
        GOOGLE_SIGNATURES,
        EMBEDDINGS
    }
}
