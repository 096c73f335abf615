package dev.switchgear.providers.gemini;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.Time;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.fault.RetryAfter;
import dev.switchgear.wire.Headers;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads how long Google asks to wait: google.rpc.RetryInfo in the error's details, else the words
/// `Please retry in 48.9s.`, else what a proxy before it says in `Retry-After`.
final class RetryInfo implements Quotas {
    private static final Pattern WORDS =
            Pattern.compile("retry in ([0-9.hms]{1,20}s)\\b", Pattern.CASE_INSENSITIVE);

    @Override
    public Quota quota(Headers headers, Time time) {
        return Quota.UNKNOWN;
    }

    @Override
    public Duration pause(Headers headers, ErrorReply reply, byte[] body, Time time) {
        return detail(body)
                .or(() -> words(reply.message()))
                .or(() -> RetryAfter.read(headers, time))
                .orElse(Duration.ZERO);
    }

    private static Optional<Duration> detail(byte[] body) {
        JsonNode root;
        try {
            root = Json.read(body, 0, body.length);
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
        JsonNode error = root.isArray() ? root.path(0).path("error") : root.path("error");
        for (JsonNode detail : error.path("details").values()) {
            if (detail.path("retryDelay").isString()) {
                return RetryAfter.duration(detail.path("retryDelay").stringValue());
            }
        }
        return Optional.empty();
    }

    private static Optional<Duration> words(String message) {
        Matcher found = WORDS.matcher(message);
        return found.find() ? RetryAfter.duration(found.group(1)) : Optional.empty();
    }
}
