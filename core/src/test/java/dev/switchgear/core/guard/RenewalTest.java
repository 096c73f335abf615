package dev.switchgear.core.guard;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.AdaptiveSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.call.Call;
import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.GuardName;
import dev.switchgear.core.call.HealthStatus;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Rank;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.health.ForcedState;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.limiter.Limit;
import dev.switchgear.core.limiter.Limit.Measure;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a new configuration leaves as it was of an upstream.
class RenewalTest {
    private final ManualTime time = new ManualTime();
    private final Rests account = new Rests(time);
    private final RandomGenerator random = new SplittableRandom(1);
    private final GuardedUpstream<String, String> before =
            new GuardedUpstream<>(
                    reached("old"), settings(2, 10), account, new Journal(1_000), time, random);

    private GuardedUpstream<String, String> renewed(Renewal what, GuardSettings settings) {
        GuardedUpstream<String, String> next =
                before.renewed(reached("new"), settings, account, what, random);
        next.use(settings);
        return next;
    }

    private GuardedUpstream<String, String> renewed(Renewal what) {
        return renewed(what, settings(2, 10));
    }

    @ParameterizedTest
    @EnumSource(Renewal.class)
    void the_next_call_is_sent_by_the_new_one(Renewal what) {
        GuardedUpstream<String, String> next = renewed(what);

        assertThat(next.upstream()).isNotSameAs(before.upstream()).hasToString("new");
        assertThat(next.id()).isEqualTo(before.id());
    }

    @ParameterizedTest
    @EnumSource(Renewal.class)
    void a_call_under_way_keeps_its_place_and_gives_it_back_once(Renewal what) throws Exception {
        Permit under = admitted(before);

        GuardedUpstream<String, String> next = renewed(what);

        assertThat(next.bulkhead().running()).isEqualTo(1);
        Permit second = admitted(next);
        assertThat(admit(next)).isInstanceOf(Admission.Refused.class);
        under.settle(answered());
        assertThat(next.bulkhead().running()).isEqualTo(1);
        second.settle(answered());
        assertThat(next.bulkhead().running()).isZero();
        assertThat(before.bulkhead().running()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Renewal.class)
    void what_was_taken_of_a_limit_stays_taken_also_of_one_of_another_amount(Renewal what)
            throws Exception {
        for (int i = 0; i < 6; i++) {
            admitted(before).settle(answered());
        }

        GuardedUpstream<String, String> next = renewed(what, settings(2, 8));

        assertThat(next.limiter().status().getFirst().remaining()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            admitted(next).settle(answered());
        }
        assertThat(admit(next))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.by()).isEqualTo(GuardName.LIMITER));
        next.use(settings(2, 9));
        admitted(next).settle(answered());
        time.advance(ofMinutes(2));
        admitted(next).settle(answered());
    }

    @ParameterizedTest
    @EnumSource(Renewal.class)
    void a_persons_order_stays(Renewal what) {
        before.force(new ForcedState.Order(Forced.OFF, "ann", time.instant().plusSeconds(60)));

        assertThat(renewed(what).forced().current().state()).isEqualTo(Forced.OFF);
    }

    @ParameterizedTest
    @EnumSource(Renewal.class)
    void breaker_health_and_score_are_about_the_place(Renewal what) throws Exception {
        for (int i = 0; i < 5; i++) {
            admitted(before).settle(failed(Cause.SERVER_ERROR, Scope.PROVIDER));
        }
        assertThat(before.breaker().state()).isEqualTo(BreakerState.OPEN);

        GuardedUpstream<String, String> next = renewed(what);

        boolean fresh = what == Renewal.OTHER_PLACE;
        assertThat(next.breaker().state())
                .isEqualTo(fresh ? BreakerState.CLOSED : BreakerState.OPEN);
        assertThat(next.health().status())
                .isEqualTo(fresh ? HealthStatus.HEALTHY : HealthStatus.DOWN);
        assertThat(next.history().samples()).isEqualTo(fresh ? 0 : 5);
    }

    @ParameterizedTest
    @EnumSource(Renewal.class)
    void a_rest_of_the_key_is_about_the_credential_and_one_of_the_account_is_not(Renewal what)
            throws Exception {
        admitted(before).settle(failed(Cause.KEY_REJECTED, Scope.KEY));
        assertThat(before.rests().resting()).isPresent();
        account.rest(ofSeconds(5), Cause.ACCOUNT_EXHAUSTED);

        GuardedUpstream<String, String> next = renewed(what);

        assertThat(next.rests().resting().isPresent()).isEqualTo(what == Renewal.SAME);
        assertThat(next.account().resting()).isPresent();
        assertThat(admit(next)).isInstanceOf(Admission.Refused.class);
        time.advance(ofSeconds(6));
        assertThat(admit(next) instanceof Admission.Admitted).isEqualTo(what != Renewal.SAME);
    }

    /// The old credential may still be turned away after the new one has come.
    @Test
    void what_the_old_credential_is_told_is_nothing_to_the_new_one() throws Exception {
        Permit under = admitted(before);
        GuardedUpstream<String, String> next = renewed(Renewal.OTHER_CREDENTIAL);

        under.settle(failed(Cause.KEY_REJECTED, Scope.KEY));

        assertThat(before.rests().resting()).isPresent();
        assertThat(next.rests().resting()).isEmpty();
        admitted(next).settle(answered());
    }

    @ParameterizedTest
    @EnumSource(Renewal.class)
    void what_the_provider_says_is_left_is_said_to_a_credential(Renewal what) throws Exception {
        var spent = new Quota(0, Duration.ofHours(1), -1, Duration.ZERO);
        Permit under = admitted(before);
        admitted(before).settle(attempt(new Outcome.Success<>("ok", 0, spent)));
        assertThat(admit(before)).isInstanceOf(Admission.Refused.class);

        GuardedUpstream<String, String> next = renewed(what);

        assertThat(admit(next) instanceof Admission.Admitted).isEqualTo(what != Renewal.SAME);
        under.settle(attempt(new Outcome.Success<>("ok", 0, spent)));
        assertThat(admit(next) instanceof Admission.Admitted).isEqualTo(what != Renewal.SAME);
    }

    @Test
    void settings_count_from_when_they_are_put_in_force() throws Exception {
        GuardedUpstream<String, String> next =
                before.renewed(reached("new"), settings(1, 10), account, Renewal.SAME, random);

        assertThat(next.bulkhead().concurrent()).isEqualTo(2);
        next.use(settings(1, 10));
        assertThat(next.bulkhead().concurrent()).isEqualTo(1);
        Permit first = admitted(next);
        assertThat(admit(next)).isInstanceOf(Admission.Refused.class);
        next.use(settings(3, 10));
        Permit second = admitted(next);
        Permit third = admitted(next);
        next.use(settings(1, 10));
        second.settle(answered());
        assertThat(admit(next)).as("two hold a place still").isInstanceOf(Admission.Refused.class);
        first.settle(answered());
        third.settle(answered());
        admitted(next);
    }

    @Test
    void the_limit_that_follows_latency_begins_anew_only_with_another_range() {
        GuardSettings wide = adaptive(settings(100, 1_000), 10, 100);
        before.use(wide);
        assertThat(before.bulkhead().concurrent()).isEqualTo(10);
        before.use(adaptive(settings(100, 1_000), 20, 100));
        assertThat(before.bulkhead().concurrent()).isEqualTo(20);
        before.use(settings(100, 1_000));
        assertThat(before.bulkhead().concurrent()).isEqualTo(100);
    }

    @Test
    void a_breaker_goes_by_new_settings_and_forgets_only_for_another_window() throws Exception {
        for (int i = 0; i < 4; i++) {
            admitted(before).settle(failed(Cause.SERVER_ERROR, Scope.PROVIDER));
        }
        assertThat(before.breaker().state()).isEqualTo(BreakerState.CLOSED);

        before.use(settings(2, 100));
        admitted(before).settle(failed(Cause.SERVER_ERROR, Scope.PROVIDER));

        assertThat(before.breaker().state()).as("five in a row").isEqualTo(BreakerState.OPEN);
        assertThat(before.breaker().retryAfter()).isGreaterThan(ofMillis(3_900));
    }

    @Test
    void a_limit_that_is_new_counts_from_now_on() throws Exception {
        Permit under = admitted(before);
        before.use(
                new GuardSettings(
                        BreakerSettings.DEFAULT,
                        new BulkheadSettings(2, 0, Duration.ZERO),
                        Optional.empty(),
                        List.of(new Limit(Measure.REQUESTS, 3, ofSeconds(1))),
                        HealthSettings.DEFAULT,
                        RestSettings.DEFAULT));

        under.settle(failed(Cause.CONNECT_FAILED, Scope.PROVIDER));

        assertThat(before.limiter().status())
                .singleElement()
                .satisfies(status -> assertThat(status.remaining()).isEqualTo(3));
        for (int i = 0; i < 3; i++) {
            admitted(before).settle(answered());
        }
        assertThat(admit(before)).isInstanceOf(Admission.Refused.class);
    }

    private static GuardSettings settings(int concurrent, int perMinute) {
        return new GuardSettings(
                BreakerSettings.DEFAULT,
                new BulkheadSettings(concurrent, 0, Duration.ZERO),
                Optional.empty(),
                List.of(new Limit(Measure.REQUESTS, perMinute, ofMinutes(1))),
                HealthSettings.DEFAULT,
                RestSettings.DEFAULT);
    }

    private static GuardSettings adaptive(GuardSettings settings, int start, int most) {
        return new GuardSettings(
                settings.breaker(),
                settings.bulkhead(),
                Optional.of(new AdaptiveSettings(start, 1, most)),
                settings.limits(),
                settings.health(),
                settings.rest());
    }

    private Admission admit(GuardedUpstream<String, String> upstream) throws InterruptedException {
        var call = new Call<>("c", "hi", Deadline.in(ofSeconds(10), time), true, Rank.NORMAL, 0);
        return upstream.admit(call, "m", false);
    }

    private Permit admitted(GuardedUpstream<String, String> upstream) throws InterruptedException {
        Admission admission = admit(upstream);
        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        return ((Admission.Admitted) admission).permit();
    }

    private static Attempt<String> answered() {
        return attempt(new Outcome.Success<>("ok", 0, Quota.UNKNOWN));
    }

    private static Attempt<String> failed(Cause cause, Scope scope) {
        return attempt(
                Outcome.Failure.of(Fault.of(cause, scope, Recovery.FAIL_OVER, false, "because")));
    }

    private static Attempt<String> attempt(Outcome<String> outcome) {
        return new Attempt<>(
                1, Attempt.Kind.FIRST, new UpstreamId("alpha", "main"), "m", outcome, 1_000, -1);
    }

    private static Upstream<String, String> reached(String how) {
        return new Upstream<>() {
            @Override
            public UpstreamId id() {
                return new UpstreamId("alpha", "main");
            }

            @Override
            public Outcome<String> send(Dispatch<String> dispatch) {
                throw new AssertionError("nobody asks it");
            }

            @Override
            public String toString() {
                return how;
            }
        };
    }
}
