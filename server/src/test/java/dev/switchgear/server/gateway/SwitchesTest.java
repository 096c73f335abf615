package dev.switchgear.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.breaker.BreakerSettings;
import dev.switchgear.core.bulkhead.BulkheadSettings;
import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Forced;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Upstream;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.event.Event;
import dev.switchgear.core.event.Journal;
import dev.switchgear.core.guard.GuardSettings;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.health.ForcedState.Order;
import dev.switchgear.core.health.HealthSettings;
import dev.switchgear.core.health.RestSettings;
import dev.switchgear.core.health.Rests;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.server.gateway.Switches.Place;
import dev.switchgear.server.gateway.Switches.Switch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SwitchesTest {
    private static final Place ALPHA = new Place("alpha", Optional.empty());
    private static final Place MAIN = new Place("alpha", Optional.of("main"));

    private final ManualTime time = new ManualTime();
    private final Journal journal = new Journal(100);
    private final Switches switches = new Switches(time);
    private final GuardedUpstream<String, String> main = upstream("main");
    private final GuardedUpstream<String, String> spare = upstream("spare");
    private final Collection<GuardedUpstream<?, ?>> upstreams = List.of(main, spare);

    @Test
    void an_order_for_a_key_stands_above_its_providers_until_it_ends() {
        order(ALPHA, Forced.OFF, 60);
        order(MAIN, Forced.ON, 10);

        assertThat(states()).containsExactly(Forced.ON, Forced.OFF);
        time.advance(Duration.ofSeconds(10));
        assertThat(states()).containsExactly(Forced.OFF, Forced.OFF);
        assertThat(switches.holding()).extracting(Switch::place).containsExactly(ALPHA);
        time.advance(Duration.ofSeconds(50));
        assertThat(states()).containsExactly(Forced.NONE, Forced.NONE);
        assertThat(switches.holding()).isEmpty();
    }

    @Test
    void an_order_for_a_provider_replaces_those_for_its_keys_and_so_does_its_release() {
        order(MAIN, Forced.ON, 60);
        order(ALPHA, Forced.DRAIN, 60);
        assertThat(states()).containsExactly(Forced.DRAIN, Forced.DRAIN);

        order(MAIN, Forced.OFF, 60);
        order(ALPHA, Forced.NONE, 60);

        assertThat(states()).containsExactly(Forced.NONE, Forced.NONE);
        assertThat(switches.holding()).isEmpty();
    }

    @Test
    void an_upstream_that_a_new_configuration_brings_obeys_what_holds() {
        order(ALPHA, Forced.OFF, 60);
        order(MAIN, Forced.ON, 60);
        GuardedUpstream<String, String> again = upstream("main");
        GuardedUpstream<String, String> further = upstream("third");

        switches.greet(again);
        switches.greet(further);

        assertThat(again.forced().current().state()).isEqualTo(Forced.ON);
        assertThat(further.forced().current().state()).isEqualTo(Forced.OFF);
    }

    @Test
    void the_end_of_an_order_is_a_fact_like_its_beginning() {
        order(ALPHA, Forced.OFF, 60);
        order(MAIN, Forced.ON, 10);
        facts();
        time.advance(Duration.ofSeconds(10));

        for (int i = 0; i < 3; i++) {
            main.noticeEndOfOrder();
            spare.noticeEndOfOrder();
        }

        assertThat(facts())
                .singleElement()
                .isInstanceOfSatisfying(
                        Event.Switched.class,
                        it -> {
                            assertThat(it.upstream()).isEqualTo(main.id());
                            assertThat(it.by()).isEmpty();
                            assertThat(it.to()).isEqualTo(Forced.OFF);
                        });
    }

    @Test
    void there_is_an_end_to_how_many_orders_hold() {
        for (int i = 0; i < Switches.MOST; i++) {
            assertThat(order(new Place("p" + i, Optional.empty()), Forced.OFF, 60 + i)).isTrue();
        }

        assertThat(order(ALPHA, Forced.OFF, 60)).isFalse();
        assertThat(main.forced().current().state()).isEqualTo(Forced.NONE);
        assertThat(order(new Place("p1", Optional.empty()), Forced.ON, 60)).isTrue();
        time.advance(Duration.ofSeconds(60));
        assertThat(order(ALPHA, Forced.OFF, 60)).isTrue();
    }

    private boolean order(Place place, Forced state, int seconds) {
        return switches.order(
                place, new Order(state, "ann", "", time.instant().plusSeconds(seconds)), upstreams);
    }

    private List<Forced> states() {
        return upstreams.stream().map(one -> one.forced().current().state()).toList();
    }

    private List<Event> facts() {
        var facts = new ArrayList<Event>();
        journal.drain(facts::add, 100);
        return facts;
    }

    private GuardedUpstream<String, String> upstream(String key) {
        var sender =
                new Upstream<String, String>() {
                    @Override
                    public UpstreamId id() {
                        return new UpstreamId("alpha", key);
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
                sender, settings, new Rests(time), journal, time, new SplittableRandom(1));
    }
}
