package dev.switchgear.families.llm.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TokenTallyTest {
    @Test
    void parts_are_taken_out_of_a_whole_that_includes_them() {
        TokenUsage usage =
                new TokenTally()
                        .prompt(398)
                        .cacheRead(128)
                        .cacheWrite(20)
                        .audioIn(50)
                        .completion(100)
                        .reasoning(60)
                        .usage();

        assertThat(usage).isEqualTo(new TokenUsage(200, 128, 20, 0, 50, 0, 40, 60, 0, 0, false));
        assertThat(usage.wholeInput()).isEqualTo(398);
        assertThat(usage.wholeOutput()).isEqualTo(100);
        assertThat(usage.total()).isEqualTo(498);
    }

    @Test
    void counts_that_exclude_their_parts_stay_as_reported() {
        TokenUsage usage =
                new TokenTally()
                        .input(598)
                        .cacheRead(1000)
                        .cacheWrite(10)
                        .cacheWriteHour(7)
                        .output(21)
                        .reasoning(40)
                        .usage();

        assertThat(usage).isEqualTo(new TokenUsage(598, 1000, 10, 7, 0, 0, 21, 40, 0, 0, false));
        assertThat(usage.wholeInput()).isEqualTo(1615);
    }

    @Test
    void more_reasoning_than_output_never_makes_more_output_than_is_billed() {
        TokenUsage usage = new TokenTally().prompt(5).completion(10).reasoning(11).usage();

        assertThat(usage.output()).isZero();
        assertThat(usage.reasoning()).isEqualTo(10);
        assertThat(usage.wholeOutput()).isEqualTo(10);
    }

    @Test
    void running_totals_replace_what_was_said_before() {
        var tally = new TokenTally().input(12).output(1).cacheRead(3);

        tally.output(90).cacheRead(-1);

        assertThat(tally.usage()).isEqualTo(new TokenUsage(12, 3, 0, 0, 0, 0, 90, 0, 0, 0, false));
    }

    @Test
    void nothing_said_is_unknown_and_nothing_used_is_not() {
        assertThat(new TokenTally().usage()).isEqualTo(TokenUsage.UNKNOWN);
        assertThat(new TokenTally().prompt(-1).usage().known()).isFalse();
        assertThat(TokenUsage.UNKNOWN.total()).isEqualTo(-1);

        assertThat(new TokenTally().prompt(0).usage().known()).isTrue();
        assertThat(new TokenTally().prompt(8).usage()).isEqualTo(TokenUsage.of(8, -1));
        assertThat(TokenUsage.of(8, -1).total()).isEqualTo(8);
    }

    @Test
    void a_part_without_its_whole_is_still_counted() {
        assertThat(new TokenTally().cacheRead(9).usage().wholeInput()).isEqualTo(9);
    }

    @Test
    void whatever_is_reported_the_whole_stays_what_it_was() {
        var random = new SplittableRandom(20261121);
        for (int round = 0; round < 10_000; round++) {
            long prompt = random.nextLong(0, 1000);
            long completion = random.nextLong(0, 1000);

            TokenUsage usage =
                    new TokenTally()
                            .prompt(prompt)
                            .cacheRead(random.nextLong(-1, 600))
                            .cacheWrite(random.nextLong(-1, 600))
                            .cacheWriteHour(random.nextLong(-1, 600))
                            .audioIn(random.nextLong(-1, 600))
                            .imageIn(random.nextLong(-1, 600))
                            .completion(completion)
                            .reasoning(random.nextLong(-1, 1200))
                            .audioOut(random.nextLong(-1, 600))
                            .imageOut(random.nextLong(-1, 600))
                            .usage();

            assertThat(usage.wholeInput()).isEqualTo(prompt);
            assertThat(usage.wholeOutput()).isEqualTo(completion);
        }
    }

    @Test
    void two_attempts_add_up_and_one_estimate_makes_the_sum_one() {
        TokenUsage sum =
                new TokenUsage(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, false)
                        .plus(TokenUsage.estimate(100, -1));

        assertThat(sum).isEqualTo(new TokenUsage(101, 2, 3, 4, 5, 6, 7, 8, 9, 10, true));
        assertThat(TokenUsage.UNKNOWN.plus(TokenUsage.UNKNOWN)).isEqualTo(TokenUsage.UNKNOWN);
    }

    @Test
    void a_count_that_no_model_can_reach_does_not_turn_into_a_small_one() {
        TokenUsage usage =
                new TokenTally().input(Long.MAX_VALUE).cacheRead(Long.MAX_VALUE).output(5).usage();

        assertThat(usage.total()).isGreaterThan(1_000_000_000_000L);
        assertThat(usage.plus(usage).total()).isGreaterThan(usage.total());
    }

    @Test
    void counts_that_cannot_be_are_refused() {
        assertThatThrownBy(() -> TokenUsage.of(-2, 0)).hasMessageContaining("input: -2");
        assertThatThrownBy(() -> new TokenUsage(-1, 3, 0, 0, 0, 0, 1, 0, 0, 0, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_count_so_far_is_at_least_what_came_and_marked_as_an_estimate() {
        TokenUsage early = TokenUsage.of(25, 1);

        assertThat(early.soFar(99, 40)).isEqualTo(TokenUsage.estimate(25, 40));
        assertThat(TokenUsage.of(25, 900).soFar(99, 40)).isEqualTo(TokenUsage.estimate(25, 900));
        assertThat(TokenUsage.UNKNOWN.soFar(99, 40)).isEqualTo(TokenUsage.estimate(99, 40));
        TokenUsage thinking =
                new TokenTally().prompt(30).cacheRead(10).completion(50).reasoning(45).usage();
        assertThat(thinking.soFar(99, 40).wholeOutput()).isEqualTo(50);
        assertThat(thinking.soFar(99, 60).wholeOutput()).isEqualTo(60);
        assertThat(thinking.soFar(99, 60).reasoning()).isEqualTo(45);
        assertThat(thinking.soFar(99, 60).cacheRead()).isEqualTo(10);
    }
}
