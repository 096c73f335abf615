package dev.switchgear.providers.mistral;

import dev.switchgear.dialects.openai.OpenAiFlavour;
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

/// How Mistral's chat completions differ from OpenAI's.
final class MistralFlavour {
    /// Exactly 9 letters and digits: it answers 400 with code 3280 to others (seen in public reports of
    /// 2024-07 to 2026-03).
    private static final ToolIds NINE_PLAIN = new ToolIds(9, 9, true);

    /// Mistral (openapi.yaml of github.com/mistralai/platform-docs-public, 2026-08-21). It answers
    /// 422 to every field it does not know, so only those it names are sent. Small 4 and Medium 3.5 are
    /// told `none` or `high` (docs.mistral.ai, reasoning, 2026-11), so no other effort is.
    /// Images are OpenAI's; documents and audio are worded differently and not sent.
    static final OpenAiFlavour CHAT =
            new OpenAiFlavour(
                    "mistral",
                    Bound.MAX_TOKENS,
                    Asking.EFFORT,
                    EnumSet.of(Effort.NONE, Effort.HIGH),
                    Replay.CHUNKS,
                    Counting.WHOLE,
                    EnumSet.of(
                            Takes.SEED,
                            Takes.PENALTIES,
                            Takes.JSON_SCHEMA,
                            Takes.IMAGES,
                            Takes.STRICT,
                            Takes.PARALLEL_TOOL_CALLS,
                            Takes.STOP,
                            Takes.LISTS,
                            Takes.PREFIX,
                            Takes.EMBEDDINGS),
                    Extras.noneBut(
                            "guardrails",
                            "metadata",
                            "prediction",
                            "prompt_cache_key",
                            "prompt_mode",
                            "random_seed",
                            "safe_prompt"),
                    new Names("random_seed", "", "output_dimension"),
                    NINE_PLAIN,
                    false);

    private MistralFlavour() {}
}
