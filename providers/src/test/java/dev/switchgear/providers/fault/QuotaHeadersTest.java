package dev.switchgear.providers.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class QuotaHeadersTest {
    private static final Headers LIMITED =
            Headers.of(
                    "x-ratelimit-remaining-requests", "0",
                    "x-ratelimit-reset-requests", "8.64s",
                    "x-ratelimit-remaining-tokens", "17",
                    "x-ratelimit-reset-tokens", "6m0s");

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-21T12:00:00Z"));

    @Test
    void what_retry_after_says_goes_before_all_resets() {
        assertThat(wait(LIMITED.with("Retry-After", "3"), 429, "tokens"))
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void without_it_the_limit_that_was_hit_tells_when() {
        assertThat(wait(LIMITED, 429, "requests")).isEqualTo(Duration.ofMillis(8640));
        assertThat(wait(LIMITED, 429, "tokens")).isEqualTo(Duration.ofMinutes(6));
        assertThat(wait(LIMITED, 429, "")).isEqualTo(Duration.ofMillis(8640));
    }

    @Test
    void a_reset_without_a_limits_name_is_a_moment_or_a_duration() {
        assertThat(wait(Headers.of("X-RateLimit-Reset", "1795262430000"), 429, ""))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(wait(Headers.of("X-RateLimit-Reset", "1795262430"), 429, ""))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(wait(Headers.of("X-RateLimit-Reset", "30"), 429, ""))
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void other_errors_do_not_wait_for_a_reset() {
        assertThat(wait(LIMITED, 500, "")).isZero();
        assertThat(wait(Headers.NONE, 429, "")).isZero();
    }

    private Duration wait(Headers headers, int status, String type) {
        return new QuotaHeaders()
                .pause(headers, new ErrorReply(status, type, "", ""), new byte[0], time);
    }
}
