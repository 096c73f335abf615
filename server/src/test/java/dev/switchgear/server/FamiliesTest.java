package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.event.Event;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.gateway.Upstreams.Member;
import dev.switchgear.wire.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FamiliesTest {
    private static final Transport NOWHERE =
            (_, _, _, _, _) -> {
                throw new AssertionError("nothing is sent here");
            };

    private final List<String> inForce = new ArrayList<>();
    private final Config before = config("limits: { requests-per-day: 1 }");
    private final Config next = config("limits: { requests-per-day: 2 }");

    @Test
    void a_configuration_is_in_force_for_all_families_at_once() {
        var families = new Families(List.of(family("one", true), family("two", true)), before);

        Runnable ready = families.prepare(next, NOWHERE);

        assertThat(inForce).isEmpty();
        assertThat(families.config()).isEqualTo(before);
        ready.run();
        assertThat(inForce).containsExactly("one", "two");
        assertThat(families.config()).isEqualTo(next);
    }

    @Test
    void what_one_family_cannot_use_is_in_force_for_none() {
        var families = new Families(List.of(family("one", true), family("two", false)), before);

        assertThatThrownBy(() -> families.prepare(next, NOWHERE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two cannot use it");

        assertThat(inForce).isEmpty();
        assertThat(families.config()).isEqualTo(before);
    }

    private static Config config(String text) {
        return ConfigLoader.parse("test.yaml", text, Map.of()).config().orElseThrow();
    }

    private Family family(String name, boolean content) {
        return new Family() {
            @Override
            public Collection<Member<?, ?>> members() {
                return List.of();
            }

            @Override
            public List<HttpRoute> routes(Config config, ClientLimits limits) {
                return List.of();
            }

            @Override
            public List<Consumer<Event>> readers(MeterRegistry registry) {
                return List.of();
            }

            @Override
            public Runnable prepare(Config config, Transport transport) {
                if (!content) {
                    throw new IllegalArgumentException(name + " cannot use it");
                }
                return () -> inForce.add(name);
            }
        };
    }
}
