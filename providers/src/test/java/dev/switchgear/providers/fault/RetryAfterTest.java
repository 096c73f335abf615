package dev.switchgear.providers.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryAfterTest {
    private final ManualTime time = new ManualTime(Instant.parse("2026-11-21T12:00:00Z"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    20                            | PT20S
                    0                             | PT0S
                    1.5                           | PT1.5S
                    Sat, 21 Nov 2026 12:01:30 GMT | PT1M30S
                    Sat, 21 Nov 2026 11:00:00 GMT | PT0S
                    Saturday, 21-Nov-26 12:01:30 GMT | PT1M30S
                    Sat Nov 21 12:01:30 2026 | PT1M30S
                    Wed Dec  2 12:01:30 2026 | PT24H
                    999999999                     | PT24H
                    999999999999999999            | PT24H
                    Sun, 21 Nov 2027 12:00:00 GMT | PT24H
                    """)
    void seconds_and_dates_are_read_up_to_a_day(String value, Duration expected) {
        assertThat(RetryAfter.read(Headers.of("Retry-After", value), time)).contains(expected);
    }

    @Test
    void milliseconds_come_first() {
        assertThat(RetryAfter.read(Headers.of("retry-after", "9", "retry-after-ms", "250.5"), time))
                .contains(Duration.ofNanos(250_500_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5", "1e9", "NaN", "0x10", "Sat, 99 Nov 2026", "5 s"})
    void what_cannot_be_read_says_nothing(String value) {
        assertThat(RetryAfter.read(Headers.of("Retry-After", value), time)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "12ms, PT0.012S",
        "1s, PT1S",
        "6m0s, PT6M",
        "1h2m3.5s, PT1H2M3.5S",
        "0s, PT0S",
        "500us, PT0.0005S",
        "7, PT7S",
        "48h, PT24H"
    })
    void durations_in_gos_notation_are_read(String value, Duration expected) {
        assertThat(RetryAfter.duration(value)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "6m0", "6 m", "s6", "1d", "-1s"})
    void what_is_no_duration_says_nothing(String value) {
        assertThat(RetryAfter.duration(value)).isEqualTo(Optional.empty());
    }
}
