package dev.switchgear.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.bench.FaultLoad.Plan;
import dev.switchgear.bench.FaultLoad.Tally;
import dev.switchgear.bench.FaultyUpstream.Mood;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Clients and upstreams of `bench/run faults` against each other, with no gateway to help: every fault
/// must show.
class FaultLoadTest {
    private static final Duration TIME = Duration.ofMillis(500);

    private static Tally asked(Mood mood, boolean streamed, int hangUps) throws Exception {
        try (var upstream = new FaultyUpstream(0, Duration.ofMillis(5));
                var load = new FaultLoad(upstream.port())) {
            upstream.become(mood);
            Tally tally = load.run(new Plan(50, TIME, streamed, hangUps));
            assertThat(tally.sent.get()).isEqualTo(25);
            return tally;
        }
    }

    @Test
    void a_healthy_upstream_answers_every_request_once() throws Exception {
        try (var upstream = new FaultyUpstream(0, Duration.ofMillis(5));
                var load = new FaultLoad(upstream.port())) {
            Tally plain = load.run(new Plan(50, TIME, false, 0));
            Tally streamed = load.run(new Plan(50, TIME, true, 0));

            assertThat(plain.answered.get()).as(plain.firstLoss).isEqualTo(25);
            assertThat(streamed.answered.get()).as(streamed.firstLoss).isEqualTo(25);
            assertThat(upstream.received()).hasSize(50);
            assertThat(upstream.answered().values()).hasSize(50).allMatch(n -> n.get() == 1);
        }
    }

    @Test
    void a_killed_upstream_loses_all() throws Exception {
        assertThat(asked(Mood.KILLED, false, 0).lost.get()).isEqualTo(25);
    }

    @Test
    void a_stream_that_is_cut_without_a_word_is_lost() throws Exception {
        Tally tally = asked(Mood.CUTTING, true, 0);

        assertThat(tally.lost.get()).isEqualTo(25);
        assertThat(tally.answers.getTotalCount()).isZero();
    }

    @Test
    void a_slow_upstream_answers_late() throws Exception {
        Tally tally = asked(Mood.SLOW, false, 0);

        assertThat(tally.answered.get()).as(tally.firstLoss).isEqualTo(25);
        assertThat(Tally.millis(tally.answers, 50)).isGreaterThan(49);
    }

    @Test
    void who_hangs_up_is_counted_apart() throws Exception {
        Tally tally = asked(Mood.HEALTHY, false, 5);

        assertThat(tally.hungUp.get()).isEqualTo(5);
        assertThat(tally.answered.get()).as(tally.firstLoss).isEqualTo(20);
    }

    @Test
    void an_upstream_that_was_cured_answers_again() throws Exception {
        try (var upstream = new FaultyUpstream(0, Duration.ofMillis(5));
                var load = new FaultLoad(upstream.port())) {
            upstream.become(Mood.KILLED);
            upstream.become(Mood.HEALTHY);

            assertThat(load.run(new Plan(50, TIME, false, 0)).answered.get()).isEqualTo(25);
        }
    }

    @Test
    void gauges_are_summed_over_their_labels() {
        var gauges =
                new Gauges(
                        """
                        switchgear_breaker_state{key="x",provider="a"} 1.0
                        switchgear_breaker_state{key="x",provider="b"} 0.0
                        switchgear_upstream_running{key="x",provider="a"} 2.0
                        switchgear_queue_depth{key="x",provider="a"} 3.0
                        """);

        assertThat(gauges.open("a")).isTrue();
        assertThat(gauges.open("b")).isFalse();
        assertThat(gauges.busy()).isEqualTo(5);
    }
}
