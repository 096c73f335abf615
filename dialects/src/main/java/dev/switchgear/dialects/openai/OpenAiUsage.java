package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiFlavour.Counting;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `usage`, read with each provider's arithmetic, written with OpenAI's.
///
/// Its numbers are taken one by one, under their names on the wire. Unknown names are passed over, and
/// numbers below 0, which mean that nothing is known. Not thread-safe.
public final class OpenAiUsage {
    private static final BigDecimal NONE = BigDecimal.valueOf(-1);

    /// More than any call costs; beyond it a number means something else.
    private static final BigDecimal DOLLARS_MOST = BigDecimal.valueOf(1_000_000);

    /// xAI's unit: 10,000,000,000 are a dollar.
    private static final long TICKS_PER_NANO = 10;

    private long prompt = -1;
    private long completion = -1;
    private long total = -1;
    private long hit = -1;
    private long miss = -1;
    private long cached = -1;
    private long cacheWrite = -1;
    private long audioIn = -1;
    private long imageIn = -1;
    private long reasoning = -1;
    private long audioOut = -1;
    private long imageOut = -1;
    private BigDecimal cost = NONE;
    private BigDecimal upstreamCost = NONE;
    private long ticks = -1;
    private boolean ownKey;

    /// A number of `usage` itself.
    public void count(String name, long number) {
        switch (name) {
            case "prompt_tokens" -> prompt = number;
            case "completion_tokens" -> completion = number;
            case "total_tokens" -> total = number;
            case "prompt_cache_hit_tokens" -> hit = number;
            case "prompt_cache_miss_tokens" -> miss = number;
            // Some servers count what was cached beside the whole, and not among details.
            case "num_cached_tokens", "cached_tokens" -> cached = cached < 0 ? number : cached;
            case "cost_in_usd_ticks" -> ticks = number;
            default -> {}
        }
    }

    /// A number of `prompt_tokens_details`.
    public void countInput(String name, long number) {
        switch (name) {
            case "cached_tokens" -> cached = number;
            case "cache_write_tokens" -> cacheWrite = number;
            case "audio_tokens" -> audioIn = number;
            case "image_tokens" -> imageIn = number;
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

    /// Whether a number of `usage`, or of its `cost_details`, is money and no count.
    public static boolean isMoney(String name) {
        return name.equals("cost") || name.equals("upstream_inference_cost");
    }

    /// A sum of US dollars: OpenRouter's `cost`, or what the provider behind it takes from a key of the
    /// client's own.
    public void countMoney(String name, BigDecimal dollars) {
        if (name.equals("cost")) {
            cost = dollars;
        } else {
            upstreamCost = dollars;
        }
    }

    /// OpenRouter's `is_byok`: the provider behind it bills the owner of the key beside it.
    public void ownKey(boolean itIs) {
        ownKey = itIs;
    }

    /// What the provider says it charges.
    public Optional<Money> charge() {
        if (ticks >= 0) {
            return Optional.of(new Money((ticks + TICKS_PER_NANO / 2) / TICKS_PER_NANO));
        }
        if (cost.signum() < 0) {
            return Optional.empty();
        }
        BigDecimal whole = ownKey && upstreamCost.signum() > 0 ? cost.add(upstreamCost) : cost;
        return whole.compareTo(DOLLARS_MOST) > 0
                ? Optional.empty()
                : Optional.of(Money.ofDollars(whole.setScale(9, RoundingMode.HALF_UP)));
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
                .cacheRead(cached < 0 ? hit : cached)
                .cacheWrite(cacheWrite)
                .audioIn(audioIn)
                .imageIn(imageIn)
                .completion(wholeCompletion)
                .reasoning(wholeReasoning)
                .audioOut(audioOut)
                .imageOut(imageOut)
                .usage();
    }

    static OpenAiUsage read(JsonNode usage) {
        var counts = new OpenAiUsage();
        for (var field : usage.properties()) {
            counts.read(field.getKey(), field.getValue());
        }
        for (String details : List.of("prompt_tokens_details", "prompt_token_details")) {
            for (var field : usage.path(details).properties()) {
                counts.countInput(field.getKey(), Json.count(field.getValue()));
            }
        }
        for (var field : usage.path("completion_tokens_details").properties()) {
            counts.countOutput(field.getKey(), Json.count(field.getValue()));
        }
        for (var field : usage.path("cost_details").properties()) {
            counts.read(field.getKey(), field.getValue());
        }
        return counts;
    }

    /// What the provider of an answer in Responses says it charges.
    public static Optional<Money> charge(JsonNode usage) {
        return read(usage).charge();
    }

    private void read(String name, JsonNode value) {
        if (isMoney(name)) {
            if (value.isNumber() && value.decimalValue().signum() >= 0) {
                countMoney(name, value.decimalValue());
            }
        } else if (name.equals("is_byok")) {
            ownKey(value.asBoolean(false));
        } else {
            count(name, Json.count(value));
        }
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
