package dev.switchgear.server.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.price.CostBook;
import dev.switchgear.families.llm.tokens.TokenUsage;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The books as metrics.
class CostMetersTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 30);

    /// One that may not be looked through while calls are entered: it has as many series as there are
    /// clients.
    private static final class Large extends SimpleMeterRegistry {
        private boolean busy;

        @Override
        public List<Meter> getMeters() {
            assertThat(busy).as("looked through all meters for one call").isFalse();
            return super.getMeters();
        }
    }

    private final Large registry = new Large();
    private final CostBook book = new CostBook();

    private void call(String client, TokenUsage usage) {
        registry.busy = true;
        book.enter(
                new CostBook.Entry(
                        DAY, new CostBook.Account(client, "up", "main", "m"), usage, Cost.UNKNOWN));
        registry.busy = false;
    }

    private double attempts(String client) {
        return registry.get("switchgear.billed.attempts")
                .tags("client", client)
                .functionCounter()
                .count();
    }

    @Test
    void a_call_is_shown_without_looking_through_those_of_others() {
        book.watch(new CostMeters(registry));

        for (int i = 0; i < 300; i++) {
            call("client-" + i, TokenUsage.UNKNOWN);
            call("client-" + i, TokenUsage.UNKNOWN);
        }

        assertThat(attempts("client-0")).isEqualTo(2);
        assertThat(attempts("client-299")).isEqualTo(2);
        assertThat(registry.getMeters()).hasSize(300 * 6);
    }
}
