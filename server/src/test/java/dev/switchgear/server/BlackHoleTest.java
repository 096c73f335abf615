package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// An upstream that takes requests and answers nothing.
@Tag("alone")
class BlackHoleTest {
    private static final int THRESHOLD = 3;
    private static final long TIMEOUT_MILLIS = 700;
    private static final String TIMEOUTS =
            "timeouts: { first-token: %1$dms, head: %1$dms, idle: 5s }".formatted(TIMEOUT_MILLIS);
    private static final String RESILIENCE =
            "resilience: { breaker: { failures: %d, open-for: 1m } }\n".formatted(THRESHOLD);

    @Test
    void costs_the_first_plain_callers_one_timeout_each_and_later_ones_nothing() {
        try (House house = open()) {
            costsOneTimeoutEach(house, () -> house.chat("auto"));
        }
    }

    @Test
    void costs_the_first_streaming_callers_one_timeout_each_and_later_ones_nothing() {
        try (House house = open()) {
            costsOneTimeoutEach(house, () -> house.stream("auto"));
        }
    }

    private static House open() {
        return House.open(
                House.ROUTES + RESILIENCE,
                TIMEOUTS,
                SimulatorSettings.instant("alpha", "beta", "gamma"));
    }

    private static void costsOneTimeoutEach(House house, Supplier<HttpResponse<String>> call) {
        for (int i = 0; i < 20; i++) {
            assertThat(call.get().statusCode()).isEqualTo(200);
        }
        long healthyMillis = median(call);
        house.provider("alpha").fault(new FaultKind.BlackHole());

        for (int i = 0; i < THRESHOLD; i++) {
            assertThat(millis(call)).as("early caller").isBetween(TIMEOUT_MILLIS, 2_000L);
        }
        long seen = house.provider("alpha").requestCount();
        long laterMillis = median(call);

        assertThat(laterMillis).as("once the breaker is open").isLessThan(healthyMillis + 100);
        assertThat(house.provider("alpha").requestCount())
                .as("calls into the open breaker's upstream")
                .isEqualTo(seen);
    }

    private static long median(Supplier<HttpResponse<String>> call) {
        var times = new ArrayList<Long>();
        for (int i = 0; i < 9; i++) {
            times.add(millis(call));
        }
        return times.stream().sorted().skip(4).findFirst().orElseThrow();
    }

    private static long millis(Supplier<HttpResponse<String>> call) {
        long started = System.nanoTime();
        HttpResponse<String> answer = call.get();
        long took = (System.nanoTime() - started) / 1_000_000;
        assertThat(answer.statusCode()).isEqualTo(200);
        return took;
    }
}
