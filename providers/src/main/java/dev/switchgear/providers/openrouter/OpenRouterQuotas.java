package dev.switchgear.providers.openrouter;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.Time;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.fault.RetryAfter;
import dev.switchgear.wire.Headers;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads `error.availability.retry_after` where the headers say nothing.
record OpenRouterQuotas(Quotas headersFirst) implements Quotas {
    @Override
    public Quota quota(Headers headers, Time time) {
        return headersFirst.quota(headers, time);
    }

    @Override
    public Duration pause(Headers headers, ErrorReply reply, byte[] body, Time time) {
        Duration told = headersFirst.pause(headers, reply, body, time);
        if (!told.isZero()) {
            return told;
        }
        try {
            JsonNode error = Json.read(body, 0, body.length).path("error");
            JsonNode inside = error.path("availability").path("retry_after");
            JsonNode wait =
                    inside.isNumber()
                            ? inside
                            : error.path("metadata").path("availability").path("retry_after");
            return wait.isNumber() && wait.doubleValue() > 0
                    ? RetryAfter.bounded(
                            Duration.ofMillis(
                                    (long) Math.min(wait.doubleValue() * 1_000, Integer.MAX_VALUE)))
                    : Duration.ZERO;
        } catch (JacksonException notJson) {
            return Duration.ZERO;
        }
    }
}
