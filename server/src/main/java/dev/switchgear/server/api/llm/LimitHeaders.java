package dev.switchgear.server.api.llm;

import dev.switchgear.core.limiter.Limit.Measure;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import java.time.Duration;
import java.util.List;

/// `x-ratelimit-*`, `retry-after` and `retry-after-ms` as OpenAI's SDKs read them. Pure.
public final class LimitHeaders {
    private LimitHeaders() {}

    /// Of several limits in one unit the one with the least left is told.
    public static void add(ResponseHead head, List<LimitStatus> status) {
        if (status.isEmpty()) {
            return;
        }
        add(head, status, Measure.REQUESTS, "requests");
        add(head, status, Measure.UNITS, "tokens");
    }

    private static void add(
            ResponseHead head, List<LimitStatus> status, Measure unit, String suffix) {
        LimitStatus tightest = null;
        for (LimitStatus one : status) {
            if (one.limit().measure() == unit
                    && (tightest == null || one.remaining() < tightest.remaining())) {
                tightest = one;
            }
        }
        if (tightest == null) {
            return;
        }
        head.with("x-ratelimit-limit-" + suffix, Long.toString(tightest.limit().amount()))
                .with("x-ratelimit-remaining-" + suffix, Long.toString(tightest.remaining()))
                .with("x-ratelimit-reset-" + suffix, goNotation(tightest.reset()));
    }

    /// Durations as OpenAI writes them: `12ms`, `1s`, `6m0s`, `1h0m0s`.
    public static String goNotation(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + "ms";
        }
        String millis = duration.toMillisPart() == 0 ? "" : fraction(duration.toMillisPart());
        String seconds = duration.toSecondsPart() + millis + "s";
        if (duration.toHours() > 0) {
            return duration.toHours() + "h" + duration.toMinutesPart() + "m" + seconds;
        }
        return duration.toMinutes() > 0 ? duration.toMinutes() + "m" + seconds : seconds;
    }

    private static String fraction(int millis) {
        String digits = Integer.toString(1000 + millis).substring(1);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return "." + digits.substring(0, end);
    }

    /// Both spellings; nothing where the wait is not known.
    public static List<ResponseHeader> retryAfter(Duration wait) {
        if (!wait.isPositive()) {
            return List.of();
        }
        long millis = Math.max(1, wait.plusNanos(999_999).toMillis());
        return List.of(
                new ResponseHeader("retry-after", Long.toString(seconds(wait))),
                new ResponseHeader("retry-after-ms", Long.toString(millis)));
    }

    /// Whole seconds, rounded up; 1 or more.
    public static long seconds(Duration wait) {
        return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    }
}
