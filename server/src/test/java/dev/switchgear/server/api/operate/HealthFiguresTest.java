package dev.switchgear.server.api.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The figures of the health page, each against what happened on simulated time.
final class HealthFiguresTest {
    private final ManualTime time = new ManualTime();
    private final GuardedUpstream<String, String> upstream = upstream();

    @Test
    void outages_are_told_with_their_means_and_the_share_of_time_without() {
        assertThat(page())
                .containsEntry("outages", 0)
                .containsEntry("uptime", 1.0)
                .doesNotContainKeys("timeToRecoverMillis", "timeBetweenFailuresMillis");

        pass(100);
        fail(3);
        assertThat(page())
                .containsEntry("outages", 1)
                .containsEntry("timeBetweenFailuresMillis", 100_000L)
                .doesNotContainKey("timeToRecoverMillis");

        pass(30);
        succeed(1);
        pass(10);
        succeed(1);
        assertThat(page()).containsEntry("timeToRecoverMillis", 40_000L);

        pass(100);
        fail(3);
        pass(10);
        succeed(2);
        pass(50);

        Map<String, Object> page = page();
        assertThat(page)
                .containsEntry("outages", 2)
                .as("mean of 40 s and 10 s")
                .containsEntry("timeToRecoverMillis", 25_000L)
                .as("100 s, 100 s and 50 s well, for two outages")
                .containsEntry("timeBetweenFailuresMillis", 125_000L);
        assertThat((double) page.getOrDefault("uptime", -1.0)).isCloseTo(250.0 / 300, within(1e-9));
    }

    @Test
    void an_outage_under_way_lowers_the_uptime_and_no_mean() {
        pass(60);
        fail(3);
        pass(60);

        assertThat(page())
                .containsEntry("uptime", 0.5)
                .containsEntry("timeBetweenFailuresMillis", 60_000L)
                .doesNotContainKey("timeToRecoverMillis");
    }

    @Test
    void availability_is_the_share_of_the_last_hundred_attempts_that_went_well() {
        record(true, 90, 1);
        record(false, 10, 1);
        assertThat(page()).containsEntry("availability", 0.9);

        record(true, 100, 1);
        assertThat(page()).containsEntry("availability", 1.0);
    }

    @Test
    void the_prediction_compares_the_newest_fifth_of_the_attempts_with_the_others() {
        record(true, 80, 100);
        assertThat(prediction()).isZero();

        record(false, 10, 100);
        record(true, 10, 100);
        assertThat(prediction()).as("half of the newest fail").isBetween(0.35, 0.55);

        pass(10);
        assertThat(prediction()).as("a third of it is left").isBetween(0.12, 0.21);
        pass(100);
        assertThat(prediction()).isLessThan(0.001);
    }

    @Test
    void latencies_that_rise_count_for_half_of_what_errors_do() {
        record(true, 80, 100);
        record(true, 16, 150);
        assertThat(prediction()).as("half as slow again is noise").isZero();

        record(true, 24, 10_000);
        assertThat(prediction()).isEqualTo(0.5);
    }

    @Test
    void fewer_than_twenty_attempts_predict_nothing() {
        record(true, 8, 100);
        record(false, 8, 100);

        assertThat(prediction()).isZero();
    }

    private double prediction() {
        return (double) page().getOrDefault("failurePrediction", -1.0);
    }

    private Map<String, Object> page() {
        return HealthRoutes.about(upstream);
    }

    private void pass(int seconds) {
        time.advance(Duration.ofSeconds(seconds));
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            upstream.observeHealth(false);
        }
    }

    private void succeed(int times) {
        for (int i = 0; i < times; i++) {
            upstream.observeHealth(true);
        }
    }

    private void record(boolean ok, int times, long millis) {
        for (int i = 0; i < times; i++) {
            upstream.history().record(ok, millis * 1_000_000);
        }
    }

    private GuardedUpstream<String, String> upstream() {
        var sender =
                new Upstream<String, String>() {
                    @Override
                    public UpstreamId id() {
                        return new UpstreamId("alpha", "main");
                    }

                    @Override
                    public Outcome<String> send(Dispatch<String> dispatch) {
                        throw new AssertionError("nobody calls here");
                    }
                };
        var settings =
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        BulkheadSettings.DEFAULT,
                        Optional.empty(),
                        List.of(),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT);
        return new GuardedUpstream<>(
                sender, settings, new Rests(time), new Journal(100), time, new SplittableRandom(1));
    }
}
