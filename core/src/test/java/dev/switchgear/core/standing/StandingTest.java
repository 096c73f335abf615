package dev.switchgear.core.standing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.Breaker;
import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Resting;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.score.Slowness;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StandingTest {
    private final ManualTime time = new ManualTime();
    private final Rests account = new Rests(time);
    private final GuardedUpstream<String, String> upstream = guarded();

    @Test
    void an_upstream_that_nothing_is_known_about_is_healthy() {
        assertThat(Standing.of(upstream))
                .isEqualTo(new Standing(time.instant(), new Reason.AsUsual(), Optional.empty()));
        assertThat(Standing.of(upstream).state()).isEqualTo(State.HEALTHY);
        assertThat(Standing.of(upstream).remaining()).isZero();
    }

    @Test
    void an_order_says_by_whom_and_until_when() {
        Instant end = time.instant().plusSeconds(60);
        upstream.force(new ForcedState.Order(Forced.DRAIN, "ann", end));

        assertThat(Standing.of(upstream).why())
                .isEqualTo(new Reason.SwitchedOff(Forced.DRAIN, "ann", ""));
        assertThat(Standing.of(upstream).until()).contains(end);

        time.advance(ofSeconds(61));
        assertThat(Standing.of(upstream).state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void an_order_for_good_has_no_end() {
        upstream.force(new ForcedState.Order(Forced.OFF, "ann", Instant.MAX));

        assertThat(Standing.of(upstream).until()).isEmpty();
    }

    @Test
    void of_two_rests_the_longer_one_is_the_reason_and_the_end() {
        upstream.rests().rest(ofSeconds(20), Cause.RATE_LIMITED);
        account.rest(ofMinutes(15), Cause.ACCOUNT_EXHAUSTED);

        Standing standing = Standing.of(upstream);

        assertThat(standing.why())
                .isEqualTo(new Reason.AtRest(new Resting.Account(), Cause.ACCOUNT_EXHAUSTED));
        assertThat(standing.remaining()).isEqualTo(ofMinutes(15));
    }

    @Test
    void a_rejected_key_is_the_reason_even_where_its_account_rests_for_longer() {
        upstream.rests().rest(ofMinutes(5), Cause.KEY_REJECTED);
        account.rest(ofMinutes(15), Cause.ACCOUNT_EXHAUSTED);

        Standing standing = Standing.of(upstream);

        assertThat(standing.why())
                .isEqualTo(new Reason.AtRest(new Resting.Key(), Cause.KEY_REJECTED));
        assertThat(standing.remaining()).as("both are over").isEqualTo(ofMinutes(15));
    }

    @Test
    void of_two_rests_as_long_the_key_s_is_the_reason() {
        upstream.rests().rest(ofMinutes(5), Cause.RATE_LIMITED);
        account.rest(ofMinutes(5), Cause.ACCOUNT_EXHAUSTED);

        assertThat(Standing.of(upstream).why())
                .isEqualTo(new Reason.AtRest(new Resting.Key(), Cause.RATE_LIMITED));
    }

    @Test
    void a_rejected_key_is_the_reason_even_where_its_breaker_is_open_and_another_rest_is_not() {
        open();
        upstream.rests().rest(ofMinutes(5), Cause.RATE_LIMITED);
        assertThat(Standing.of(upstream).why()).isEqualTo(new Reason.BreakerOpen());

        upstream.rests().rest(ofMinutes(5), Cause.KEY_REJECTED);

        assertThat(Standing.of(upstream).state()).isEqualTo(State.SIGN_IN);
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void who_helps_itself_may_serve_now_or_in_a_moment(State state) {
        Set<State> needHelp = Set.of(State.SIGN_IN, State.DOWN, State.OFF);

        assertThat(state.serves()).isEqualTo(!needHelp.contains(state));
    }

    @Test
    void a_breaker_whose_pause_is_over_waits_for_a_call_and_says_no_end() {
        open();
        assertThat(Standing.of(upstream).remaining())
                .isEqualTo(upstream.breaker().retryAfter())
                .isPositive();

        time.advance(ofMinutes(1));

        assertThat(Standing.of(upstream).why()).isEqualTo(new Reason.BreakerOpen());
        assertThat(Standing.of(upstream).until()).isEmpty();
    }

    @Test
    void a_person_s_order_to_use_it_passes_its_breaker_by() {
        open();
        upstream.force(new ForcedState.Order(Forced.ON, "ann", Instant.MAX));

        assertThat(Standing.of(upstream).state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void a_slow_one_says_how_slow() {
        for (int i = 0; i < 20; i++) {
            upstream.history().firstPiece(ofMillis(50).toNanos());
        }
        upstream.history().firstPiece(ofMillis(900).toNanos());
        upstream.history().firstPiece(ofMillis(950).toNanos());

        assertThat(Standing.of(upstream).why())
                .isEqualTo(new Reason.Slow(new Slowness(ofMillis(950), ofMillis(50))));
    }

    private void open() {
        for (int i = 0; i < 5; i++) {
            upstream.breaker()
                    .settle(
                            upstream.breaker().tryEnter(),
                            Breaker.Result.FAILURE,
                            1,
                            Duration.ZERO);
        }
    }

    private GuardedUpstream<String, String> guarded() {
        var sender =
                new Upstream<String, String>() {
                    @Override
                    public UpstreamId id() {
                        return new UpstreamId("alpha", "main");
                    }

                    @Override
                    public Outcome<String> send(Dispatch<String> dispatch) {
                        throw new AssertionError("nobody asks it");
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
                sender, settings, account, new Journal(100), time, new SplittableRandom(1));
    }
}
