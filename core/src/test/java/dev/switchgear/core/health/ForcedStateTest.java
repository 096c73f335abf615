package dev.switchgear.core.health;

import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.core.call.Forced;
import dev.switchgear.core.health.ForcedState.Order;
import dev.switchgear.core.time.ManualTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ForcedStateTest {
    private final ManualTime time = new ManualTime();
    private final ForcedState forced = new ForcedState(time);
    private final Order own = new Order(Forced.OFF, "ann", time.instant().plusSeconds(10));
    private final Order all = new Order(Forced.DRAIN, "bob", time.instant().plusSeconds(20));

    @Test
    void an_order_for_the_upstream_stands_above_one_for_all_as_long_as_it_holds() {
        forced.forceAll(all);
        assertThat(forced.current()).isEqualTo(all);
        forced.force(own);
        assertThat(forced.current()).isEqualTo(own);

        time.advance(ofSeconds(10));
        assertThat(forced.current()).isEqualTo(all);
        time.advance(ofSeconds(10));
        assertThat(forced.current()).isEqualTo(Order.NONE);
    }

    @Test
    void an_order_that_has_ended_is_told_once() {
        forced.force(own);
        forced.forceAll(all);
        time.advance(ofSeconds(10).minusNanos(1));
        assertThat(forced.takeEnded()).as("both hold").isEmpty();

        time.advance(ofNanos(1));
        assertThat(forced.takeEnded()).contains(own);
        assertThat(forced.takeEnded()).isEmpty();

        time.advance(ofSeconds(10));
        assertThat(forced.takeEnded()).contains(all);
        assertThat(forced.takeEnded()).isEmpty();
    }

    @Test
    void of_two_that_have_ended_each_is_told() {
        forced.force(own);
        forced.forceAll(all);
        time.advance(ofSeconds(60));

        assertThat(forced.takeEnded()).contains(own);
        assertThat(forced.takeEnded()).contains(all);
        assertThat(forced.takeEnded()).isEmpty();
    }

    @Test
    void no_order_and_one_for_good_never_end() {
        assertThat(forced.takeEnded()).isEmpty();
        forced.force(new Order(Forced.ON, "ann", Instant.MAX));
        time.advance(ofSeconds(1_000_000));

        assertThat(forced.takeEnded()).isEmpty();
    }

    @Test
    void nothing_asked_of_it_keeps_it_from_others() {
        forced.force(own);
        assertTimeoutPreemptively(ofSeconds(20), () -> forced.forceAll(all));
        forced.forceAll(all);
        assertTimeoutPreemptively(ofSeconds(20), () -> forced.force(own));
        time.advance(ofSeconds(60));
        forced.takeEnded();
        assertTimeoutPreemptively(ofSeconds(20), () -> forced.force(own));
    }
}
