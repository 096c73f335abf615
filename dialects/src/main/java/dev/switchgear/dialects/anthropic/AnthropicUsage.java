package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonPull;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.tokens.TokenTally;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One `usage`, as it stands in an answer. What is not said is -1.
final class AnthropicUsage {
    private long input = -1;
    private long cacheRead = -1;
    private long cacheWritten = -1;
    private long writtenMinutes = -1;
    private long writtenHour = -1;
    private long output = -1;
    private long thinking = -1;
    private boolean said;
    private Optional<Service> service = Optional.empty();

    /// Whether there was one.
    boolean said() {
        return said;
    }

    /// How the request was served; empty where that is not said.
    Optional<Service> service() {
        return service;
    }

    void read(JsonPull json) {
        said |= json.isObject();
        numbers(json);
    }

    private void numbers(JsonPull json) {
        if (!json.enterObject()) {
            return;
        }
        while (json.field()) {
            switch (json.name()) {
                case "cache_creation", "output_tokens_details" -> numbers(json);
                case "service_tier" -> service = Service.told(json.text());
                default -> take(json.name(), json.count());
            }
        }
    }

    void read(JsonNode usage) {
        if (!usage.isObject()) {
            return;
        }
        said = true;
        service = Service.told(usage.path("service_tier").asString(""));
        for (var field : usage.properties()) {
            take(field.getKey(), Json.count(field.getValue()));
        }
        for (var field : usage.path("cache_creation").properties()) {
            take(field.getKey(), Json.count(field.getValue()));
        }
        for (var field : usage.path("output_tokens_details").properties()) {
            take(field.getKey(), Json.count(field.getValue()));
        }
    }

    private void take(String field, long tokens) {
        switch (field) {
            case "input_tokens" -> input = tokens;
            case "cache_read_input_tokens" -> cacheRead = tokens;
            case "cache_creation_input_tokens" -> cacheWritten = tokens;
            case "ephemeral_5m_input_tokens" -> writtenMinutes = tokens;
            case "ephemeral_1h_input_tokens" -> writtenHour = tokens;
            case "output_tokens" -> output = tokens;
            case "thinking_tokens" -> thinking = tokens;
            default -> {}
        }
    }

    /// Adds what is said here to what was said before; each is a running total. Where the cached
    /// input is not split by time, what is known to have been written for an hour stays so.
    ///
    /// @return what is now known to have been written for an hour
    long into(TokenTally tally, long hourBefore) {
        long hour = writtenHour >= 0 ? writtenHour : hourBefore;
        tally.input(input).cacheRead(cacheRead).completion(output).reasoning(thinking);
        if (writtenMinutes >= 0 || writtenHour >= 0) {
            tally.cacheWriteHour(hour)
                    .cacheWrite(
                            Math.max(
                                    Math.max(writtenMinutes, 0), Math.max(0, cacheWritten - hour)));
        } else if (cacheWritten >= 0) {
            tally.cacheWrite(Math.max(0, cacheWritten - hour));
        }
        return hour;
    }
}
