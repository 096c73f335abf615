package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiFlavour.Counting;
import dev.switchgear.families.llm.tokens.TokenUsage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `usage`, read with each provider's arithmetic, written with OpenAI's.
final class OpenAiUsage {
    private OpenAiUsage() {}

    static TokenUsage read(JsonNode usage, Counting counting) {
        var counts = new OpenAiCounts();
        usage.properties().forEach(count -> counts.count(count.getKey(), number(count.getValue())));
        usage.path("prompt_tokens_details")
                .properties()
                .forEach(count -> counts.countInput(count.getKey(), number(count.getValue())));
        usage.path("completion_tokens_details")
                .properties()
                .forEach(count -> counts.countOutput(count.getKey(), number(count.getValue())));
        return counts.usage(counting);
    }

    private static long number(JsonNode count) {
        return count.isIntegralNumber() && count.canConvertToLong() ? count.longValue() : -1;
    }

    static ObjectNode write(TokenUsage usage) {
        long prompt = Math.max(0, usage.wholeInput());
        long completion = Math.max(0, usage.wholeOutput());
        ObjectNode written =
                Json.object()
                        .put("prompt_tokens", prompt)
                        .put("completion_tokens", completion)
                        .put("total_tokens", prompt + completion);
        ObjectNode in =
                written.putObject("prompt_tokens_details")
                        .put("cached_tokens", usage.cacheRead())
                        .put("audio_tokens", usage.audioIn());
        if (usage.cacheWrite() + usage.cacheWriteHour() > 0) {
            in.put("cache_write_tokens", usage.cacheWrite() + usage.cacheWriteHour());
        }
        if (usage.imageIn() > 0) {
            in.put("image_tokens", usage.imageIn());
        }
        ObjectNode out =
                written.putObject("completion_tokens_details")
                        .put("reasoning_tokens", usage.reasoning())
                        .put("audio_tokens", usage.audioOut())
                        .put("accepted_prediction_tokens", 0)
                        .put("rejected_prediction_tokens", 0);
        if (usage.imageOut() > 0) {
            out.put("image_tokens", usage.imageOut());
        }
        return written;
    }
}
