package dev.switchgear.simulator.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MeterTest {
    private final ManualTime time = new ManualTime();

    @Test
    void a_window_s_requests_may_come_at_once_and_then_flow_back_evenly() {
        var meter = new Meter(RateLimits.perMinute(60, 1000), time);
        for (int i = 0; i < 60; i++) {
            assertThat(meter.take("k", 1).admitted()).isTrue();
        }

        Meter.Reading refused = meter.take("k", 1);
        time.advance(Duration.ofSeconds(1));

        assertThat(refused.admitted()).isFalse();
        assertThat(refused.delay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(meter.take("k", 1).admitted()).isTrue();
        assertThat(meter.take("k", 1).admitted()).isFalse();
    }

    @Test
    void tokens_are_counted_beside_requests_and_a_refusal_takes_nothing() {
        var meter = new Meter(RateLimits.perMinute(60, 600), time);
        meter.take("k", 500);

        Meter.Reading refused = meter.take("k", 200);

        assertThat(refused.byTokens()).isTrue();
        assertThat(refused.delay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(refused.tokensLeft()).isEqualTo(100);
        assertThat(refused.requestsLeft()).isEqualTo(59);
    }

    @Test
    void keys_do_not_share() {
        var meter = new Meter(RateLimits.perMinute(1, 600), time);
        meter.take("a", 1);

        assertThat(meter.take("a", 1).admitted()).isFalse();
        assertThat(meter.take("b", 1).admitted()).isTrue();
    }
}
