package dev.switchgear.families.llm.dialect.openai;

import dev.switchgear.families.llm.TokenTally;
import dev.switchgear.families.llm.TokenUsage;
import dev.switchgear.families.llm.dialect.Json;
import dev.switchgear.families.llm.dialect.openai.OpenAiFlavour.Counting;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `usage`, read with each provider's arithmetic, written with OpenAI's.
final class UsageWords {
    private UsageWords() {}

    static TokenUsage read(JsonNode usage, Counting counting) {
        JsonNode in = usage.path("prompt_tokens_details");
        JsonNode out = usage.path("completion_tokens_details");
        long hit = count(usage, "prompt_cache_hit_tokens");
        long miss = count(usage, "prompt_cache_miss_tokens");
        long prompt = count(usage, "prompt_tokens");
        if (prompt < 0 && hit >= 0 && miss >= 0) {
            prompt = hit + miss;
        }
        long cached = count(in, "cached_tokens");
        long reasoning = count(out, "reasoning_tokens");
        long completion = count(usage, "completion_tokens");
        long beyond = count(usage, "total_tokens") - prompt - completion;
        switch (counting) {
            case WHOLE -> {}
            case BESIDE_REASONING -> {
                // Should they count like everybody else one day, the total will show it.
                if (completion >= 0 && reasoning > 0 && beyond != 0) {
                    completion += reasoning;
                }
            }
            case WHOLE_OR_TOTAL -> {
                if (prompt >= 0 && completion >= 0 && beyond > 0) {
                    completion += beyond;
                    reasoning = Math.max(reasoning, beyond);
                }
            }
        }
        return new TokenTally()
                .prompt(prompt)
                .cacheRead(cached < 0 ? hit : cached)
                .cacheWrite(count(in, "cache_write_tokens"))
                .audioIn(count(in, "audio_tokens"))
                .imageIn(count(in, "image_tokens"))
                .completion(completion)
                .reasoning(reasoning)
                .audioOut(count(out, "audio_tokens"))
                .imageOut(count(out, "image_tokens"))
                .usage();
    }

    private static long count(JsonNode counts, String name) {
        JsonNode count = counts.path(name);
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
