package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.openai.OpenAiFlavour.Asking;
import dev.switchgear.dialects.openai.OpenAiFlavour.Bound;
import dev.switchgear.dialects.openai.OpenAiFlavour.Counting;
import dev.switchgear.dialects.openai.OpenAiFlavour.Extras;
import dev.switchgear.dialects.openai.OpenAiFlavour.Names;
import dev.switchgear.dialects.openai.OpenAiFlavour.Replay;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.dialects.openai.OpenAiFlavour.ToolIds;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import java.util.EnumSet;

/// Flavours that differ as those of companies do, to test what the dialect makes of each difference.
/// The companies' own stand with them, and are tested there.
final class OpenAiTestFlavours {
    /// Counts reasoning beside the answer, and takes some efforts only.
    static final OpenAiFlavour XAI =
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
                            Takes.LISTS,
                            Takes.STREAM_OPTIONS,
                            Takes.BARE_FUNCTIONS),
                    Extras.allBut(
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
                    Names.OPENAI,
                    ToolIds.upTo(256),
                    true);

    /// Is told to think, takes text only, and continues a last message.
    static final OpenAiFlavour DEEPSEEK =
            new OpenAiFlavour(
                    "deepseek",
                    Bound.MAX_TOKENS,
                    Asking.THINKING,
                    EnumSet.allOf(Effort.class),
                    Replay.CONTENT_WITH_CALLS,
                    Counting.WHOLE,
                    EnumSet.of(
                            Takes.PENALTIES,
                            Takes.STOP,
                            Takes.PREFIX,
                            Takes.STREAM_OPTIONS,
                            Takes.BARE_FUNCTIONS),
                    Extras.allBut(
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
                    new Names("seed", "user_id", "dimensions"),
                    ToolIds.upTo(256),
                    true);

    /// Takes an object that says how to reason, and signs what it thought.
    static final OpenAiFlavour OPENROUTER =
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
                            Takes.STREAM_OPTIONS,
                            Takes.BARE_FUNCTIONS,
                            Takes.EMBEDDINGS),
                    Extras.allBut(),
                    Names.OPENAI,
                    ToolIds.upTo(256),
                    true);

    private OpenAiTestFlavours() {}
}
