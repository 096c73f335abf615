package dev.switchgear.providers.openrouter;

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

/// How OpenRouter's two dialects differ from OpenAI's.
final class OpenRouterFlavour {
    /// OpenRouter, which leaves out itself what a model does not know.
    static final OpenAiFlavour CHAT =
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
                            Takes.STRICT_SUBSET,
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
                    false);

    /// Hands on to whoever runs the model; counts nothing itself. Of tools that the client runs it takes
    /// functions alone: to others it answers that no endpoint supports them.
    static final ResponsesFlavour RESPONSES =
            new ResponsesFlavour(true, "developer", true, false, 1, "user", true, false, false);

    private OpenRouterFlavour() {}
}
