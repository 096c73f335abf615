package dev.switchgear.providers.xai;

import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiFlavour.Asking;
import dev.switchgear.dialects.openai.OpenAiFlavour.Bound;
import dev.switchgear.dialects.openai.OpenAiFlavour.Counting;
import dev.switchgear.dialects.openai.OpenAiFlavour.Extras;
import dev.switchgear.dialects.openai.OpenAiFlavour.Names;
import dev.switchgear.dialects.openai.OpenAiFlavour.Replay;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.dialects.openai.OpenAiFlavour.ToolIds;
import dev.switchgear.dialects.responses.ResponsesFlavour;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import java.util.EnumSet;

/// How xAI's two dialects differ from OpenAI's.
final class XAiFlavour {
    /// xAI. Its reasoning models answer 400 to penalties and stop texts, and all do to `logit_bias`
    /// (docs.x.ai, reasoning, 2026-08); which models reason is known to the traits, not here, so
    /// penalties, which no client depends on, are always left out.
    static final OpenAiFlavour CHAT =
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
                    false);

    /// Its first releases refused `instructions`; summaries come unasked. Of tools that the client runs
    /// it takes functions alone, and answers 422 to others.
    static final ResponsesFlavour RESPONSES =
            new ResponsesFlavour(false, "system", false, false, 1, "user", false, false, false);

    private XAiFlavour() {}
}
