package dev.switchgear.core.health;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Resting;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.health.RestPolicy.Order;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RestPolicyTest {
    private static final Duration UNSAID = Duration.ZERO;

    private final RestPolicy policy = new RestPolicy(RestSettings.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        "RATE_LIMITED, PT5S",
        "KEY_REJECTED, PT5M",
        "FORBIDDEN, PT5M",
        "ACCOUNT_EXHAUSTED, PT15M",
        "SUBJECT_UNKNOWN, PT10M",
    })
    void what_is_turned_away_without_a_time_rests_for_the_usual_one(Cause cause, Duration usual) {
        assertThat(policy.after(fault(cause, Scope.KEY, UNSAID), "m"))
                .contains(new Order(new Resting.Key(), usual, cause));
    }

    @Test
    void the_provider_s_own_time_counts_more_than_the_usual_one() {
        assertThat(policy.after(fault(Cause.RATE_LIMITED, Scope.KEY, ofSeconds(42)), "m"))
                .contains(new Order(new Resting.Key(), ofSeconds(42), Cause.RATE_LIMITED));
    }

    @Test
    void nothing_rests_for_more_than_an_hour_whatever_is_asked() {
        assertThat(policy.after(fault(Cause.ACCOUNT_EXHAUSTED, Scope.ACCOUNT, ofHours(100)), "m"))
                .contains(new Order(new Resting.Account(), ofHours(1), Cause.ACCOUNT_EXHAUSTED));
    }

    @Test
    void what_is_configured_bounds_the_usual_times_too() {
        var bounded = new RestPolicy(RestSettings.DEFAULT.atMost(ofMinutes(10), ofSeconds(1)));

        for (Cause cause : Cause.values()) {
            for (Scope scope : Scope.values()) {
                assertThat(bounded.after(fault(cause, scope, UNSAID), "m").map(Order::pause))
                        .as(cause + " " + scope)
                        .matches(pause -> pause.isEmpty() || !isLonger(pause.get(), ofSeconds(1)));
                assertThat(isLonger(bounded.asked(fault(cause, scope, ofHours(9))), ofSeconds(1)))
                        .as(cause + " " + scope)
                        .isFalse();
            }
        }
    }

    private static boolean isLonger(Duration one, Duration other) {
        return one.compareTo(other) > 0;
    }

    @Test
    void a_limit_that_comes_and_goes_is_looked_at_again_after_ten_minutes() {
        assertThat(policy.after(fault(Cause.RATE_LIMITED, Scope.SUBJECT, ofHours(24)), "m"))
                .contains(new Order(new Resting.Subject("m"), ofMinutes(10), Cause.RATE_LIMITED));
        assertThat(policy.after(fault(Cause.OVERLOADED, Scope.PROVIDER, ofHours(24)), "m"))
                .contains(new Order(new Resting.Key(), ofMinutes(10), Cause.OVERLOADED));
    }

    @Test
    void trouble_with_one_subject_rests_that_one_for_a_moment() {
        assertThat(policy.after(fault(Cause.SERVER_ERROR, Scope.SUBJECT, UNSAID), "m"))
                .contains(new Order(new Resting.Subject("m"), ofSeconds(5), Cause.SERVER_ERROR));
        assertThat(policy.after(fault(Cause.OVERLOADED, Scope.SUBJECT, ofSeconds(9)), "m"))
                .contains(new Order(new Resting.Subject("m"), ofSeconds(9), Cause.OVERLOADED));
    }

    @Test
    void the_smallest_thing_rests_that_would_be_turned_away_again() {
        assertThat(policy.after(fault(Cause.ACCOUNT_EXHAUSTED, Scope.ACCOUNT, UNSAID), "m"))
                .contains(new Order(new Resting.Account(), ofMinutes(15), Cause.ACCOUNT_EXHAUSTED));
        assertThat(policy.after(fault(Cause.SUBJECT_UNKNOWN, Scope.SUBJECT, UNSAID), "m"))
                .contains(
                        new Order(new Resting.Subject("m"), ofMinutes(10), Cause.SUBJECT_UNKNOWN));
        assertThat(policy.after(fault(Cause.RATE_LIMITED, Scope.PROVIDER, UNSAID), "m"))
                .contains(new Order(new Resting.Key(), ofSeconds(5), Cause.RATE_LIMITED));
        assertThat(policy.after(fault(Cause.FORBIDDEN, Scope.REQUEST, UNSAID), "m")).isEmpty();
    }

    @Test
    void an_overloaded_one_rests_only_where_it_asks_for_it() {
        assertThat(policy.after(fault(Cause.OVERLOADED, Scope.PROVIDER, UNSAID), "m")).isEmpty();
        assertThat(policy.after(fault(Cause.OVERLOADED, Scope.PROVIDER, ofSeconds(3)), "m"))
                .contains(new Order(new Resting.Key(), ofSeconds(3), Cause.OVERLOADED));
    }

    @ParameterizedTest
    @EnumSource(
            value = Cause.class,
            names = {
                "RATE_LIMITED",
                "KEY_REJECTED",
                "FORBIDDEN",
                "ACCOUNT_EXHAUSTED",
                "SUBJECT_UNKNOWN",
                "OVERLOADED"
            },
            mode = EnumSource.Mode.EXCLUDE)
    void nothing_else_lets_anything_rest_whatever_it_says(Cause cause) {
        assertThat(policy.after(fault(cause, Scope.KEY, ofSeconds(9)), "m")).isEmpty();
    }

    private static Fault fault(Cause cause, Scope scope, Duration retryAfter) {
        return new Fault(cause, scope, Recovery.FAIL_OVER, false, retryAfter, "because");
    }
}
