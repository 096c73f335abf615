package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.door.RawClient;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// A client that goes away.
class CancelTest {
    private static final String PATIENT = "timeouts: { first-token: 30s, head: 30s, idle: 30s }";

    @Test
    void hangs_up_upstream_within_a_tenth_of_a_second_while_a_plain_answer_is_waited_for()
            throws Exception {
        try (House house = open()) {
            house.provider("alpha").fault(new FaultKind.BlackHole());

            assertThat(medianMillis(house, House.plain("auto"), false)).isLessThan(100);
        }
    }

    @Test
    void hangs_up_upstream_within_a_tenth_of_a_second_in_the_middle_of_a_stream() throws Exception {
        try (House house = open()) {
            house.provider("alpha").fault(FaultKind.stallAfter(3));

            assertThat(medianMillis(house, House.streamed("auto"), true)).isLessThan(100);
            house.gateway().monitor().readAll();
            assertThat(house.gateway().totals().now().cancelled()).isPositive();
        }
    }

    private static House open() {
        return House.open(
                House.ROUTES, PATIENT, SimulatorSettings.instant("alpha", "beta", "gamma"));
    }

    /// Of five tries, because other programs may have the processor for a moment.
    private static long medianMillis(House house, String body, boolean begun)
            throws IOException, InterruptedException {
        var times = new ArrayList<Long>();
        for (int i = 0; i < 5; i++) {
            times.add(untilHungUp(house, body, begun).toMillis());
        }
        return times.stream().sorted().skip(2).findFirst().orElseThrow();
    }

    private static Duration untilHungUp(House house, String body, boolean begun)
            throws IOException, InterruptedException {
        SimulatedProvider alpha = house.provider("alpha");
        alpha.forgetRequests();
        try (var client = new RawClient(house.port())) {
            client.send(post(body));
            if (begun) {
                assertThat(client.readUntil("data: ")).contains("200 OK");
            } else {
                assertThat(alpha.await(request -> request.bodyBytes() > 0, Duration.ofSeconds(10)))
                        .isPresent();
            }
            Instant left = Instant.now();
            client.hangUp();
            ReceivedRequest cancelled =
                    alpha.await(ReceivedRequest::hungUp, Duration.ofSeconds(10)).orElseThrow();
            return Duration.between(left, cancelled.times().hungUp().orElseThrow());
        }
    }

    static String post(String body) {
        return "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n"
                + "content-type: application/json\r\ncontent-length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n"
                + body;
    }
}
