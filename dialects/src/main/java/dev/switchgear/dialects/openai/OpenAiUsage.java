package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.Charge;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiFlavour.Counting;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `usage`, read with each provider's arithmetic, written with OpenAI's.
///
/// Its numbers are taken one by one, under their names on the wire. Unknown names are passed over, and
/// numbers below 0, which mean that nothing is known. Not thread-safe.
public final class OpenAiUsage {
    private long prompt = -1;
    private long completion = -1;
    private long total = -1;
    private long hit = -1;
    private long miss = -1;
    private long cached = -1;
    private long cacheWrite = -1;
    private long audioIn = -1;
    private long imageIn = -1;
    private long cachedAudio;
    private long cachedImage;
    private long reasoning = -1;
    private long audioOut = -1;
    private long imageOut = -1;
    private final Charge charge = new Charge();

    /// A number of `usage` itself.
    public void count(String name, long number) {
        switch (name) {
            case "prompt_tokens" -> prompt = number;
            case "completion_tokens" -> completion = number;
            case "total_tokens" -> total = number;
            case "prompt_cache_hit_tokens" -> hit = number;
            case "prompt_cache_miss_tokens" -> miss = number;
            // Some servers count what was cached beside the whole, and not among details.
            // Several words for it may stand side by side, 0 or null in those that are not kept.
            case "num_cached_tokens", "cached_tokens" -> cached = Math.max(cached, number);
            case "cost_in_usd_ticks" -> charge.ticks(number);
            default -> {}
        }
    }

    /// A number of `prompt_tokens_details`.
    public void countInput(String name, long number) {
        switch (name) {
            case "cached_tokens" -> cached = Math.max(cached, number);
            case "cache_write_tokens" -> cacheWrite = number;
            case "audio_tokens" -> audioIn = number;
            case "image_tokens" -> imageIn = number;
            default -> {}
        }
    }

    /// A number of `cached_tokens_details`, which tells of the cached part by its kinds.
    public void countCached(String name, long number) {
        switch (name) {
            case "audio_tokens" -> cachedAudio = Math.max(0, number);
            case "image_tokens" -> cachedImage = Math.max(0, number);
            default -> {}
        }
    }

    /// A number of `completion_tokens_details`.
    public void countOutput(String name, long number) {
        switch (name) {
            case "reasoning_tokens" -> reasoning = number;
            case "audio_tokens" -> audioOut = number;
            case "image_tokens" -> imageOut = number;
            default -> {}
        }
    }

    /// What `usage` says of money.
    public Charge charge() {
        return charge;
    }

    /// What they amount to.
    public TokenUsage usage(Counting counting) {
        long wholePrompt = prompt < 0 && hit >= 0 && miss >= 0 ? hit + miss : prompt;
        long wholeCompletion = completion;
        long wholeReasoning = reasoning;
        long beyond =
                total >= 0 && wholePrompt >= 0 && completion >= 0
                        ? total - wholePrompt - completion
                        : -1;
        switch (counting) {
            case WHOLE -> {}
            case BESIDE_REASONING -> {
                // Should they count like everybody else one day, the total will show it.
                if (completion >= 0 && reasoning > 0 && beyond != 0) {
                    wholeCompletion += reasoning;
                }
            }
            case WHOLE_OR_TOTAL -> {
                if (beyond > 0) {
                    wholeCompletion += beyond;
                    wholeReasoning = Math.max(reasoning, beyond);
                }
            }
        }
        return new TokenTally()
                .prompt(wholePrompt)
                .cacheRead(Math.max(cached, hit))
                .cacheWrite(cacheWrite)
                .audioIn(audioIn < 0 ? -1 : Math.max(0, audioIn - cachedAudio))
                .imageIn(imageIn < 0 ? -1 : Math.max(0, imageIn - cachedImage))
                .completion(wholeCompletion)
                .reasoning(wholeReasoning)
                .audioOut(audioOut)
                .imageOut(imageOut)
                .usage();
    }

    static OpenAiUsage read(JsonNode usage) {
        var counts = new OpenAiUsage();
        for (var field : usage.properties()) {
            counts.count(field.getKey(), Json.count(field.getValue()));
        }
        for (String details : List.of("prompt_tokens_details", "prompt_token_details")) {
            for (var field : usage.path(details).properties()) {
                counts.countInput(field.getKey(), Json.count(field.getValue()));
            }
            for (var field : usage.path(details).path("cached_tokens_details").properties()) {
                counts.countCached(field.getKey(), Json.count(field.getValue()));
            }
        }
        for (var field : usage.path("completion_tokens_details").properties()) {
            counts.countOutput(field.getKey(), Json.count(field.getValue()));
        }
        return counts;
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
