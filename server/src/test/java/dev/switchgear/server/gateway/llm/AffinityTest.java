package dev.switchgear.server.gateway.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AffinityTest {
    private static final UpstreamId ALPHA = new UpstreamId("alpha", "main");
    private static final UpstreamId BETA = new UpstreamId("beta", "main");
    private static final Duration KEEP = Duration.ofMinutes(10);

    private final ManualTime time = new ManualTime();
    private final Affinity affinity = new Affinity(time);

    @Test
    void who_answered_last_is_remembered_for_a_while() {
        affinity.put(7, ALPHA, KEEP, true);
        affinity.put(7, BETA, KEEP, true);

        assertThat(affinity.of(7)).contains(BETA);
        assertThat(affinity.of(8)).isEmpty();
        time.advance(KEEP);
        assertThat(affinity.of(7)).isEmpty();
    }

    @Test
    void each_answer_makes_it_last_longer() {
        affinity.put(7, ALPHA, KEEP, true);
        time.advance(Duration.ofMinutes(9));
        affinity.put(7, ALPHA, KEEP, true);
        time.advance(Duration.ofMinutes(9));

        assertThat(affinity.of(7)).contains(ALPHA);
    }

    @Test
    void calls_that_may_never_go_on_push_no_conversation_out() {
        affinity.put(7, ALPHA, KEEP, true);
        var random = new SplittableRandom(1);
        for (int i = 0; i < 1_000_000; i++) {
            affinity.put(random.nextLong(), BETA, KEEP, false);
        }

        assertThat(affinity.of(7)).contains(ALPHA);
    }

    @Test
    void many_conversations_have_room_and_of_too_many_the_newest_stay() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            affinity.put(random.nextLong(), ALPHA, KEEP, true);
        }
        var again = new SplittableRandom(1);
        int kept = 0;
        for (int i = 0; i < 10_000; i++) {
            kept += affinity.of(again.nextLong()).isPresent() ? 1 : 0;
        }
        assertThat(kept).isGreaterThan(9_800);

        for (int i = 0; i < 1_000_000; i++) {
            time.advance(Duration.ofNanos(1));
            affinity.put(i * 0x9E3779B97F4A7C15L, BETA, KEEP, true);
        }
        int newest = 0;
        for (int i = 990_000; i < 1_000_000; i++) {
            newest += affinity.of(i * 0x9E3779B97F4A7C15L).isPresent() ? 1 : 0;
        }
        assertThat(newest).isGreaterThan(9_800);
    }
}
