package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A call whose own attempt opens the only breaker of its route.
class RouteThatWaitsTest {
    private static House open(boolean waits) {
        return House.open(
                "routes: [ { match: { model: auto }, to: [ { provider: alpha, model: gpt-4o } ],"
                        + " waits: "
                        + waits
                        + " } ]\n"
                        + "resilience: { breaker: { failures: 1, jitter: 0%, open-for: "
                        + (waits ? "1s" : "30s")
                        + " }, health: { probe: 0s } }\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void is_told_what_a_new_call_is_told_at_once_or_waits_as_its_route_says(boolean waits) {
        try (House house = open(waits)) {
            house.provider("alpha")
                    .faults(
                            List.of(
                                    new SimulatedFault(
                                            new FaultKind.Status(500),
                                            1,
                                            Optional.empty(),
                                            OptionalInt.of(1),
                                            Optional.empty(),
                                            Optional.empty(),
                                            "",
                                            "")));

            HttpResponse<String> asked = house.chat("auto");
            HttpResponse<String> fresh = house.chat("auto");

            if (waits) {
                assertThat(asked.statusCode()).isEqualTo(200);
                assertThat(fresh.statusCode()).isEqualTo(200);
                assertThat(house.provider("alpha").requestCount()).isEqualTo(3);
            } else {
                assertThat(asked.statusCode()).isEqualTo(503);
                assertThat(fresh.statusCode()).isEqualTo(503);
                assertThat(asked.body()).contains("SG-1201", "500");
                assertThat(fresh.body()).contains("SG-1201");
                assertThat(asked.headers().firstValueAsLong("retry-after").orElse(0))
                        .isBetween(28L, 30L);
                assertThat(fresh.headers().firstValueAsLong("retry-after").orElse(0))
                        .isBetween(10L, 30L);
                assertThat(asked.headers().firstValue("x-should-retry"))
                        .isEqualTo(fresh.headers().firstValue("x-should-retry"));
                assertThat(house.provider("alpha").requestCount()).isEqualTo(1);
            }
        }
    }
}
