package dev.switchgear.providers.anthropic;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.Time;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.fault.RetryAfter;
import dev.switchgear.wire.Headers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads `anthropic-ratelimit-*` and `retry-after`. Resets are moments as of RFC 3339.
final class AnthropicQuotas implements Quotas {
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,15}");

    /// `tokens` shows the limit that is nearest; servers without it show both sides.
    private static final String[] TOKENS = {"tokens", "input-tokens", "output-tokens"};

    @Override
    public Quota quota(Headers headers, Time time) {
        long requests = left(headers, "requests");
        String tokens = nearest(headers);
        long tokensLeft = left(headers, tokens);
        if (requests < 0 && tokensLeft < 0) {
            return Quota.UNKNOWN;
        }
        return new Quota(
                requests,
                reset(headers, "requests", time),
                tokensLeft,
                reset(headers, tokens, time));
    }

    /// The limit of tokens of which least is left.
    private static String nearest(Headers headers) {
        if (left(headers, TOKENS[0]) >= 0) {
            return TOKENS[0];
        }
        long input = left(headers, TOKENS[1]);
        long output = left(headers, TOKENS[2]);
        return input >= 0 && (output < 0 || input <= output) ? TOKENS[1] : TOKENS[2];
    }

    @Override
    public Duration pause(Headers headers, ErrorReply reply, byte[] body, Time time) {
        Optional<Duration> told = RetryAfter.read(headers, time);
        if (told.isPresent()) {
            return told.get();
        }
        Duration longest = Duration.ZERO;
        if (reply.status() == 429) {
            longest = spent(headers, "requests", time);
            for (String tokens : TOKENS) {
                Duration wait = spent(headers, tokens, time);
                longest = wait.compareTo(longest) > 0 ? wait : longest;
            }
        }
        return longest;
    }

    /// Until the limit is full again, if nothing of it is left.
    private static Duration spent(Headers headers, String limit, Time time) {
        return left(headers, limit) == 0 ? reset(headers, limit, time) : Duration.ZERO;
    }

    /// -1 where not said.
    private static long left(Headers headers, String limit) {
        String text = headers.first("anthropic-ratelimit-" + limit + "-remaining").orElse("");
        return COUNT.matcher(text.strip()).matches() ? Long.parseLong(text.strip()) : -1;
    }

    private static Duration reset(Headers headers, String limit, Time time) {
        Optional<String> text = headers.first("anthropic-ratelimit-" + limit + "-reset");
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        try {
            var moment = OffsetDateTime.parse(text.get().strip()).toInstant();
            return RetryAfter.bounded(Duration.between(time.instant(), moment));
        } catch (DateTimeException unreadable) {
            return Duration.ZERO;
        }
    }
}
