package dev.switchgear.providers.deepseek;

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

/// How DeepSeek's two dialects differ from OpenAI's.
final class DeepSeekFlavour {
    /// DeepSeek (api-docs.deepseek.com, 2026-11). Text only; JSON without a schema.
    static final OpenAiFlavour CHAT =
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
                    false);

    /// Reasons in clear text, and wants that back beside the calls it led to.
    static final ResponsesFlavour RESPONSES =
            new ResponsesFlavour(true, "system", false, true, 1, "user", false, false, false);

    private DeepSeekFlavour() {}
}
