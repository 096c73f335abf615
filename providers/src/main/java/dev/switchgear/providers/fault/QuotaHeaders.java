package dev.switchgear.providers.fault;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.Time;
import dev.switchgear.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Reads `x-ratelimit-*` and `retry-after`, as OpenAI and most others send them.
///
/// @param requests what ends the names of the headers about requests
/// @param tokens what ends those about tokens
public record QuotaHeaders(String requests, String tokens) implements Quotas {
    private static final long EPOCH_SECONDS_MIN = 1_000_000_000L;
    private static final long EPOCH_MILLIS_MIN = 1_000_000_000_000L;

    public QuotaHeaders() {
        this("requests", "tokens");
    }

    @Override
    public Quota quota(Headers headers, Time time) {
        long requestsLeft = count(headers, "x-ratelimit-remaining-" + requests);
        long tokensLeft = count(headers, "x-ratelimit-remaining-" + tokens);
        if (requestsLeft < 0 && tokensLeft < 0) {
            return Quota.UNKNOWN;
        }
        return new Quota(
                requestsLeft,
                reset(headers, "x-ratelimit-reset-" + requests),
                tokensLeft,
                reset(headers, "x-ratelimit-reset-" + tokens));
    }

    /// How long to wait after an error: what `Retry-After` says, else the reset of the limit that was
    /// hit; zero where nothing is said.
    @Override
    public Duration pause(Headers headers, ErrorReply reply, byte[] body, Time time) {
        Optional<Duration> told = RetryAfter.read(headers, time);
        if (told.isPresent()) {
            return told.get();
        }
        if (reply.status() != 429) {
            return Duration.ZERO;
        }
        Quota quota = quota(headers, time);
        if (reply.type().equals("requests")) {
            return quota.requestsReset();
        }
        if (reply.type().equals("tokens")) {
            return quota.unitsReset();
        }
        Duration ofRequests = quota.requestsLeft() == 0 ? quota.requestsReset() : Duration.ZERO;
        Duration ofTokens = quota.unitsLeft() == 0 ? quota.unitsReset() : Duration.ZERO;
        Duration longer = ofRequests.compareTo(ofTokens) >= 0 ? ofRequests : ofTokens;
        return longer.isZero() ? plainReset(headers, time) : longer;
    }

    /// `x-ratelimit-reset` without a limit's name: a moment, in seconds or milliseconds of the epoch,
    /// or a duration.
    private static Duration plainReset(Headers headers, Time time) {
        long number = count(headers, "x-ratelimit-reset");
        if (number < EPOCH_SECONDS_MIN) {
            return reset(headers, "x-ratelimit-reset");
        }
        Instant moment =
                number < EPOCH_MILLIS_MIN
                        ? Instant.ofEpochSecond(number)
                        : Instant.ofEpochMilli(number);
        return RetryAfter.bounded(Duration.between(time.instant(), moment));
    }

    private static Duration reset(Headers headers, String name) {
        return headers.first(name).flatMap(RetryAfter::duration).orElse(Duration.ZERO);
    }

    /// A whole number of up to 15 digits; -1 where there is none.
    private static long count(Headers headers, String name) {
        String text = headers.first(name).orElse("").strip();
        if (text.isEmpty() || text.length() > 15) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }
}
