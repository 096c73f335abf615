package dev.switchgear.simulator.limit;

import dev.switchgear.core.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Counts what each key uses against its [RateLimits]: a bucket of requests and one of tokens, each
/// as large as a window's allowance. Thread-safe.
public final class Meter {
    /// Keys remembered at once; the one unused for longest is forgotten first, which refills it.
    private static final int KEYS_MAX = 10_000;

    /// What a request came to.
    ///
    /// @param admitted false: nothing was taken
    /// @param byTokens whether tokens, not requests, were short
    /// @param delay until the same request would be admitted; zero where it was
    /// @param requestsLeft whole requests that could follow at once
    /// @param requestsReset until the bucket is full again
    public record Reading(
            boolean admitted,
            boolean byTokens,
            Duration delay,
            long requestsLeft,
            long tokensLeft,
            Duration requestsReset,
            Duration tokensReset) {}

    private static final class Buckets {
        double requests;
        double tokens;
        long at;

        Buckets(RateLimits limits, long at) {
            this.requests = limits.requests();
            this.tokens = limits.tokens();
            this.at = at;
        }
    }

    private final RateLimits limits;
    private final Time time;
    private final Map<String, Buckets> byKey =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Buckets> eldest) {
                    return size() > KEYS_MAX;
                }
            };

    public Meter(RateLimits limits, Time time) {
        this.limits = limits;
        this.time = time;
    }

    public RateLimits limits() {
        return limits;
    }

    /// Takes one request and `tokens` from what `key` has left, both or neither. A request larger
    /// than a whole window's tokens is admitted when the bucket is full.
    public synchronized Reading take(String key, long tokens) {
        Buckets buckets = refilled(key);
        double wanted = Math.min(tokens, limits.tokens());
        boolean requestsShort = buckets.requests < 1;
        boolean tokensShort = buckets.tokens < wanted;
        if (!requestsShort && !tokensShort) {
            buckets.requests -= 1;
            buckets.tokens -= wanted;
            return reading(buckets, true, false, Duration.ZERO);
        }
        Duration forRequests =
                requestsShort ? until(1 - buckets.requests, limits.requests()) : Duration.ZERO;
        Duration forTokens =
                tokensShort ? until(wanted - buckets.tokens, limits.tokens()) : Duration.ZERO;
        boolean byTokens = forTokens.compareTo(forRequests) > 0;
        return reading(buckets, false, byTokens, byTokens ? forTokens : forRequests);
    }

    private Buckets refilled(String key) {
        long now = time.nanos();
        Buckets buckets = byKey.computeIfAbsent(key, _ -> new Buckets(limits, now));
        double share = (now - buckets.at) / (double) limits.window().toNanos();
        buckets.requests =
                Math.min((double) limits.requests(), buckets.requests + share * limits.requests());
        buckets.tokens =
                Math.min((double) limits.tokens(), buckets.tokens + share * limits.tokens());
        buckets.at = now;
        return buckets;
    }

    private Reading reading(Buckets buckets, boolean admitted, boolean byTokens, Duration wait) {
        return new Reading(
                admitted,
                byTokens,
                wait,
                (long) buckets.requests,
                (long) buckets.tokens,
                until(limits.requests() - buckets.requests, limits.requests()),
                until(limits.tokens() - buckets.tokens, limits.tokens()));
    }

    private Duration until(double missing, long perWindow) {
        return Duration.ofNanos((long) Math.ceil(missing / perWindow * limits.window().toNanos()));
    }
}
