package dev.switchgear.core.limiter;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.limiter.Limit.Measure;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LimiterTest {
    private final ManualTime time = new ManualTime();

    @Test
    void it_gives_the_amount_and_then_says_how_long_to_wait() {
        var limiter = limiter(requests(3, ofSeconds(1)));

        assertThat(limiter.tryTake(0)).isNotNegative();
        assertThat(limiter.tryTake(0)).isNotNegative();
        assertThat(limiter.tryTake(0)).isNotNegative();
        long refused = limiter.tryTake(0);

        assertThat(refused).isNegative();
        assertThat(ofNanos(-refused)).isBetween(ofSeconds(1), ofMillis(1016));
    }

    @Test
    void after_exactly_the_wait_it_named_it_gives_again_and_not_a_nanosecond_before() {
        var limiter = limiter(requests(1, ofSeconds(1)));
        limiter.tryTake(0);
        long wait = -limiter.tryTake(0);

        time.advance(ofNanos(wait - 1));
        assertThat(limiter.tryTake(0)).isEqualTo(-1);
        time.advance(ofNanos(1));

        assertThat(limiter.tryTake(0)).isNotNegative();
    }

    @Test
    void it_takes_from_all_limits_or_from_none() {
        var limiter =
                limiter(
                        requests(10, ofSeconds(1)),
                        tokens(100, ofMinutes(1)),
                        requests(1000, ofDays(1)));
        limiter.tryTake(60);

        assertThat(limiter.tryTake(60)).as("tokens are short").isNegative();

        assertThat(limiter.status())
                .extracting(LimitStatus::remaining)
                .containsExactly(9L, 40L, 999L);
    }

    @Test
    void a_call_larger_than_a_whole_limit_is_told_that_no_wait_helps() {
        var limiter = limiter(tokens(100, ofMinutes(1)));

        assertThat(limiter.tryTake(101)).isEqualTo(Limiter.NEVER);
        assertThat(limiter.waitNanos(101)).isEqualTo(Long.MAX_VALUE);
        assertThat(limiter.tryTake(100)).isNotNegative();
    }

    @Test
    void tokens_not_used_come_back_when_settled() {
        var limiter = limiter(tokens(100, ofMinutes(1)));
        long ticket = limiter.tryTake(80);

        limiter.settle(ticket, 80, 30);

        assertThat(limiter.tryTake(70)).isNotNegative();
    }

    @Test
    void tokens_used_beyond_the_estimate_are_charged() {
        var limiter = limiter(tokens(100, ofMinutes(1)));
        long ticket = limiter.tryTake(80);

        limiter.settle(ticket, 80, 150);

        assertThat(limiter.tryTake(1)).isNegative();
        assertThat(limiter.status().getFirst().remaining()).isZero();
        time.advance(ofSeconds(62));
        assertThat(limiter.tryTake(100)).isNotNegative();
    }

    @Test
    void an_unknown_use_keeps_the_reservation() {
        var limiter = limiter(tokens(100, ofMinutes(1)));
        long ticket = limiter.tryTake(80);

        limiter.settle(ticket, 80, -1);

        assertThat(limiter.status().getFirst().remaining()).isEqualTo(20);
    }

    @Test
    void a_refund_gives_back_request_and_tokens() {
        var limiter = limiter(requests(1, ofSeconds(1)), tokens(100, ofMinutes(1)));
        long ticket = limiter.tryTake(100);

        limiter.refund(ticket, 100);

        assertThat(limiter.tryTake(100)).isNotNegative();
    }

    @Test
    void what_comes_back_after_its_time_has_passed_is_not_given_twice() {
        var limiter = limiter(tokens(100, ofSeconds(1)));
        long ticket = limiter.tryTake(100);
        time.advance(ofSeconds(2));
        limiter.tryTake(100);

        limiter.refund(ticket, 100);

        assertThat(limiter.tryTake(1)).isNegative();
    }

    @Test
    void it_tightens_when_the_provider_says_less_is_left_until_the_providers_reset() {
        var limiter = limiter(requests(100, ofMinutes(1)));

        limiter.observe(new Quota(2, ofSeconds(10), -1, ZERO));

        limiter.tryTake(0);
        limiter.tryTake(0);
        assertThat(limiter.tryTake(0)).isEqualTo(-ofSeconds(10).toNanos());
        assertThat(limiter.status())
                .containsExactly(
                        new LimitStatus(requests(100, ofMinutes(1)), 0, ofNanos(60_937_500_000L)));
        time.advance(ofSeconds(10));
        assertThat(limiter.tryTake(0)).isNotNegative();
    }

    @Test
    void it_never_loosens_because_of_what_the_provider_says() {
        var limiter = limiter(requests(2, ofMinutes(1)));
        limiter.tryTake(0);
        limiter.tryTake(0);

        limiter.observe(new Quota(1000, ofSeconds(1), 1000, ofSeconds(1)));

        assertThat(limiter.tryTake(0)).isNegative();
    }

    @Test
    void the_providers_latest_word_replaces_the_one_before() {
        var limiter = limiter(tokens(100, ofMinutes(1)));
        limiter.observe(new Quota(-1, ZERO, 0, ofSeconds(30)));
        assertThat(limiter.tryTake(1)).isNegative();

        limiter.observe(new Quota(-1, ZERO, 50, ofSeconds(30)));
        assertThat(limiter.tryTake(50)).isNotNegative();

        limiter.observe(new Quota(-1, ZERO, 0, ofSeconds(30)));
        assertThat(limiter.tryTake(1)).isEqualTo(-ofSeconds(30).toNanos());
    }

    @Test
    void a_call_that_we_estimate_at_more_than_the_provider_says_is_left_is_still_sent() {
        var limiter = limiter();
        limiter.observe(new Quota(-1, ZERO, 100, ofSeconds(30)));

        assertThat(limiter.waitNanos(64_000)).isZero();
        assertThat(limiter.tryTake(64_000)).isNotNegative();
        assertThat(limiter.tryTake(64_000))
                .as("our own estimate is no word of the provider's")
                .isNotNegative();
    }

    @Test
    void what_a_provider_says_of_one_subject_leaves_the_others_alone() {
        var limiter = limiter();
        limiter.observe("large", new Quota(0, ofSeconds(30), 0, ofSeconds(30)));

        assertThat(limiter.waitNanos("large", 1)).isEqualTo(ofSeconds(30).toNanos());
        assertThat(limiter.tryTake("small", 1)).isNotNegative();
        assertThat(limiter.headroomThen()).as("of the subject just asked").isZero();
        limiter.waitNanos("small", 1);
        assertThat(limiter.headroomThen()).isEqualTo(1);
        time.advance(ofSeconds(30));
        assertThat(limiter.tryTake("large", 1)).isNotNegative();
    }

    @Test
    void what_is_said_of_one_subject_too_many_takes_the_place_of_those_that_end_soonest() {
        var limiter = limiter();
        for (int i = 0; i < Limiter.SUBJECTS_MAX; i++) {
            limiter.observe("m" + i, new Quota(0, ofSeconds(100 + i), -1, ZERO));
        }

        limiter.observe("one more", new Quota(0, ofSeconds(1), -1, ZERO));

        assertThat(limiter.waitNanos("m0", 1)).isZero();
        assertThat(limiter.waitNanos("m" + Limiter.SUBJECTS_MAX / 4, 1)).isPositive();
        assertThat(limiter.waitNanos("m" + (Limiter.SUBJECTS_MAX - 1), 1)).isPositive();
        assertThat(limiter.waitNanos("one more", 1)).isPositive();
    }

    @Test
    void a_request_given_back_is_left_again_for_its_subject() {
        var limiter = limiter();
        limiter.observe("m", new Quota(1, ofSeconds(30), -1, ZERO));
        long ticket = limiter.tryTake("m", 5);
        assertThat(limiter.waitNanos("m", 5)).isPositive();

        limiter.refund("m", ticket, 5);

        assertThat(limiter.waitNanos("m", 5)).isZero();
    }

    @Test
    void without_limits_only_the_provider_limits() {
        var limiter = limiter();
        for (int i = 0; i < 1000; i++) {
            assertThat(limiter.tryTake(1_000_000)).isNotNegative();
        }

        limiter.observe(new Quota(0, ofSeconds(5), -1, ZERO));

        assertThat(limiter.tryTake(1)).isEqualTo(-ofSeconds(5).toNanos());
        assertThat(limiter.status()).isEmpty();
    }

    @Test
    void asking_how_long_takes_nothing() {
        var limiter = limiter(requests(1, ofSeconds(1)));

        assertThat(limiter.waitNanos(0)).isZero();
        assertThat(limiter.waitNanos(0)).isZero();
        limiter.tryTake(0);

        assertThat(limiter.waitNanos(0)).isPositive();
    }

    @Test
    void headroom_is_the_free_share_of_the_tightest_limit() {
        var limiter = limiter(requests(10, ofSeconds(1)), tokens(100, ofMinutes(1)));
        assertThat(limiter.headroom()).isEqualTo(1);

        limiter.tryTake(75);
        time.advance(ofMillis(1));
        assertThat(limiter.headroom()).isCloseTo(0.25, within(1e-9));

        time.advance(ofMinutes(2));
        assertThat(limiter.headroom()).as("it recovers though nobody calls").isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "80, 30, 70",
        "80, 79, 21",
        "80, 80, 20",
        "80, 81, 19",
        "80, 100, 0",
        "80, 0, 100",
        "0, 0, 100",
        "0, 1, 99",
        "80, -1, 20",
        "80, 170, 0"
    })
    void what_was_used_counts_to_the_unit_once_it_is_known(long reserved, long used, long left) {
        var limiter = limiter(tokens(100, ofMinutes(1)), requests(5, ofMinutes(1)));
        long ticket = limiter.tryTake(reserved);

        limiter.settle(ticket, reserved, used);

        assertThat(limiter.status()).extracting(LimitStatus::remaining).containsExactly(left, 4L);
    }

    @Test
    void of_several_limits_of_units_each_is_settled() {
        var limiter =
                limiter(
                        requests(9, ofSeconds(1)),
                        tokens(1000, ofSeconds(1)),
                        tokens(5000, ofMinutes(1)));
        long ticket = limiter.tryTake(600);

        limiter.settle(ticket, 600, 100);

        assertThat(limiter.status())
                .extracting(LimitStatus::remaining)
                .containsExactly(8L, 900L, 4900L);
    }

    @ParameterizedTest
    @EnumSource(Measure.class)
    void what_was_taken_stays_taken_when_a_limit_changes_its_amount(Measure measure) {
        var limiter = limiter(new Limit(measure, 10, ofMinutes(1)));
        limiter.tryTake(1);
        limiter.tryTake(1);

        limiter.use(
                List.of(
                        new Limit(measure, 5, ofSeconds(1)),
                        new Limit(measure, 7, ofMinutes(1)),
                        new Limit(other(measure), 6, ofMinutes(1))),
                ofHours(24));

        assertThat(limiter.status())
                .extracting(LimitStatus::remaining)
                .as("another time, the same, another measure")
                .containsExactly(5L, 5L, 6L);
        assertThat(limiter.headroomThen()).isCloseTo(5.0 / 7, within(1e-9));
        limiter.tryTake(1);
        assertThat(limiter.status()).extracting(LimitStatus::remaining).containsExactly(4L, 4L, 5L);
    }

    @Test
    void limits_may_be_taken_away_and_added_while_it_runs() {
        var limiter = limiter();
        limiter.use(List.of(tokens(10, ofMinutes(1))), ofHours(24));
        assertThat(limiter.waitNanos(11)).isEqualTo(Long.MAX_VALUE);
        limiter.tryTake(10);
        assertThat(limiter.waitNanos(1)).isPositive();

        limiter.use(List.of(), ofHours(24));

        assertThat(limiter.waitNanos(11)).isZero();
        assertThat(limiter.tryTake(11)).isNotNegative();
    }

    @Test
    void what_was_said_to_somebody_else_is_forgotten_and_what_was_taken_is_not() {
        var limiter = limiter(requests(4, ofMinutes(1)));
        limiter.tryTake(1);
        limiter.observe("m", new Quota(0, ofSeconds(30), -1, ZERO));
        assertThat(limiter.waitNanos("m", 1)).isPositive();
        assertThat(limiter.headroomThen()).isZero();

        limiter.forgetTold();

        assertThat(limiter.headroomThen()).isEqualTo(0.75);
        assertThat(limiter.waitNanos("m", 1)).isZero();
        assertThat(limiter.status()).extracting(LimitStatus::remaining).containsExactly(3L);
    }

    @ParameterizedTest
    @CsvSource({"REQUESTS, 3, 0.3", "UNITS, 3, 0.3", "REQUESTS, 0, 0", "UNITS, 9, 0.9"})
    void headroom_is_the_share_that_the_provider_says_is_left(
            Measure measure, long left, double share) {
        var limiter = limiter(new Limit(measure, 10, ofMinutes(1)));

        limiter.observe("m", said(measure, left, ofSeconds(30)));

        limiter.waitNanos("m", 1);
        assertThat(limiter.headroomThen()).isCloseTo(share, within(1e-9));
        time.advance(ofSeconds(30));
        limiter.waitNanos("m", 1);
        assertThat(limiter.headroomThen()).as("its reset has come").isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Measure.class)
    void its_status_tells_what_the_provider_says_where_that_is_less(Measure measure) {
        var limit = new Limit(measure, 10, ofSeconds(1));
        var limiter = limiter(limit);
        time.advance(ofSeconds(5));

        limiter.observe("m", said(measure, 12, ofSeconds(30)));
        assertThat(limiter.status()).containsExactly(new LimitStatus(limit, 10, ZERO));

        limiter.observe("m", said(measure, 4, ofSeconds(30)));
        limiter.observe("n", said(measure, 7, ofSeconds(90)));
        limiter.observe("o", said(other(measure), 0, ofSeconds(90)));
        assertThat(limiter.status()).containsExactly(new LimitStatus(limit, 4, ofSeconds(30)));

        time.advance(ofSeconds(30));
        assertThat(limiter.status()).containsExactly(new LimitStatus(limit, 7, ofSeconds(60)));
    }

    @Test
    void a_reset_no_later_than_we_believe_lets_everybody_go_and_a_later_one_lets_one_try() {
        for (Duration beyond : List.of(ZERO, ofNanos(1))) {
            var limiter = new Limiter(List.of(), ofSeconds(10), time);
            limiter.observe("m", new Quota(0, ofSeconds(10).plus(beyond), -1, ZERO));
            assertThat(limiter.waitNanos("m", 1)).isEqualTo(ofSeconds(10).toNanos());
            time.advance(ofSeconds(10));

            assertThat(limiter.tryTake("m", 1)).isNotNegative();
            long next = limiter.tryTake("m", 1);

            if (beyond.isZero()) {
                assertThat(next).isNotNegative();
            } else {
                assertThat(next).as("until it speaks again").isEqualTo(-ofSeconds(1).toNanos());
            }
        }
    }

    @Test
    void a_provider_that_says_no_reset_is_believed_for_a_second() {
        var limiter = limiter();

        limiter.observe("m", new Quota(0, ZERO, 0, ZERO));

        assertThat(limiter.waitNanos("m", 1)).isEqualTo(ofSeconds(1).toNanos());
    }

    @Test
    void nothing_asked_of_it_keeps_it_from_others() {
        var limiter = limiter(requests(100, ofSeconds(1)), tokens(100, ofSeconds(1)));
        List<Runnable> everything =
                List.of(
                        () -> limiter.tryTake(1),
                        () -> limiter.tryTake(1000),
                        () -> limiter.waitNanos(1),
                        () -> limiter.settle(0, 1, 2),
                        () -> limiter.refund(0, 1),
                        () -> limiter.observe(new Quota(1, ZERO, 1, ZERO)),
                        () -> limiter.use(List.of(tokens(100, ofSeconds(1))), ofHours(1)),
                        limiter::forgetTold,
                        limiter::status);
        for (Runnable asked : everything) {
            asked.run();
            assertTimeoutPreemptively(ofSeconds(20), limiter::forgetTold);
        }
    }

    @Test
    void each_number_of_a_limit_may_be_its_least_and_its_most_and_nothing_beyond() {
        for (long amount : new long[] {1, 1_000_000_000_000_000L}) {
            assertThat(requests(amount, ofSeconds(1)).amount()).isEqualTo(amount);
        }
        for (Duration per : List.of(ofMillis(1), ofDays(31))) {
            assertThat(requests(1, per).per()).isEqualTo(per);
        }
        assertThatThrownBy(() -> requests(1_000_000_000_000_001L, ofSeconds(1)))
                .hasMessageStartingWith("limits.amount: ");
        for (Duration per : List.of(ofMillis(1).minusNanos(1), ofDays(31).plusNanos(1))) {
            assertThatThrownBy(() -> requests(1, per)).hasMessageStartingWith("limits.per: ");
        }
    }

    @Test
    void settings_name_what_is_wrong_with_them() {
        assertThatThrownBy(() -> requests(0, ofSeconds(1)))
                .hasMessage("limits.amount: 0 (expected: 1 to 10^15)");
        assertThatThrownBy(() -> requests(1, ZERO))
                .hasMessage("limits.per: PT0S (expected: 1 ms to 31 d)");
        assertThatThrownBy(() -> limiter().tryTake(-1))
                .hasMessage("units: -1 (expected: 0 or more)");
    }

    private Limiter limiter(Limit... limits) {
        return new Limiter(List.of(limits), time);
    }

    private static Measure other(Measure measure) {
        return measure == Measure.REQUESTS ? Measure.UNITS : Measure.REQUESTS;
    }

    private static Quota said(Measure measure, long left, Duration reset) {
        return measure == Measure.REQUESTS
                ? new Quota(left, reset, -1, ZERO)
                : new Quota(-1, ZERO, left, reset);
    }

    private static Limit requests(long amount, Duration per) {
        return new Limit(Measure.REQUESTS, amount, per);
    }

    private static Limit tokens(long amount, Duration per) {
        return new Limit(Measure.UNITS, amount, per);
    }
}
