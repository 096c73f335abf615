package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.Sdk.Script;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Two hundred calls a second from the official SDK, plain and streamed in turn, while the upstreams
/// break and heal one after the other.
@Tag("alone")
class StormTest {
    private static final int RATE = 200;
    private static final int SECONDS_MAX = 90;
    private static final long FAULT_MILLIS = 2_500;
    private static final Duration REST = Duration.ofSeconds(3);

    /// What was on its way to the upstream when it first said 429 may still arrive.
    private static final Duration ON_ITS_WAY = Duration.ofMillis(500);

    /// More than an idle machine needs: the build shares two cores with what it tests.
    private static final String PATIENCE =
            "timeouts: { first-token: 2s, head: 2s, idle: 5s },"
                    + " limits: { concurrent: 1000, queue: 1000 }";

    private static final String RESILIENCE =
            """
            resilience:
              breaker: { failures: 3, open-for: 500ms, open-for-max: 1s, ramp-up: 200ms }
            """;

    @Test
    void upstreams_that_break_one_after_the_other_cost_no_call_before_its_first_token()
            throws Exception {
        Sdk sdk = Sdk.installed();
        try (House house = House.open(House.ROUTES + RESILIENCE, PATIENCE, House.alive(20_000))) {
            warmUp(sdk, house);
            JsonNode result;
            try (Script storm =
                    sdk.start("storm.mjs", house.base(), "any", RATE, SECONDS_MAX, "auto")) {
                breakAndHeal(storm, house.provider("alpha"), house.provider("beta"));
                storm.enough();
                result = storm.result(60);
            }

            assertThat(result.get("lost")).as("lost calls").isEmpty();
            assertThat(result.get("silentlyBroken").asInt()).as("%s", result).isZero();
            assertThat(result.get("toldBroken").asInt())
                    .as("streams cut in the middle, of %s", result)
                    .isPositive();
            assertThat(result.get("sent").asInt()).as("%s", result).isGreaterThan(10 * RATE);
            assertThat(result.get("served").asInt() + result.get("toldBroken").asInt())
                    .as("%s", result)
                    .isEqualTo(result.get("sent").asInt());
            house.gateway().monitor().readAll();
            assertThat(house.gateway().totals().now().lost()).isZero();
        }
    }

    /// Classes are loaded and hot code compiled before anything is measured.
    private static void warmUp(Sdk sdk, House house) throws IOException, InterruptedException {
        try (Script calm = sdk.start("storm.mjs", house.base(), "any", RATE / 4, 4, "auto")) {
            assertThat(calm.result(60).get("lost")).as("lost without any fault").isEmpty();
        }
    }

    private static void breakAndHeal(Script storm, SimulatedProvider alpha, SimulatedProvider beta)
            throws InterruptedException {
        alpha.forgetRequests();
        assertThat(alpha.await(_ -> true, Duration.ofSeconds(20))).as("it begins").isPresent();
        fault(storm, alpha, FaultKind.reset());
        heals(alpha);
        beta.fault(new FaultKind.Refuse());
        fault(storm, alpha, new FaultKind.Status(503));
        beta.heal();
        heals(alpha);
        fault(storm, alpha, FaultKind.slow(Duration.ofMillis(400)));
        fault(storm, alpha, FaultKind.slow(Duration.ofSeconds(5)));
        heals(alpha);
        rests(storm, alpha);
        fault(storm, alpha, FaultKind.cutAfter(4));
        heals(alpha);
        fault(storm, alpha, new FaultKind.BlackHole());
        heals(alpha);
    }

    private static void fault(Script storm, SimulatedProvider provider, FaultKind kind)
            throws InterruptedException {
        provider.forgetRequests();
        provider.fault(kind);
        assertThat(storm.endsWithin(FAULT_MILLIS)).as("the storm blows").isFalse();
        assertThat(provider.requests()).as("calls met by %s", kind).isNotEmpty();
    }

    private static void heals(SimulatedProvider provider) throws InterruptedException {
        provider.heal();
        Instant healed = Instant.now();
        assertThat(
                        provider.await(
                                request ->
                                        request.times().received().isAfter(healed)
                                                && request.sent()
                                                        .status()
                                                        .equals(OptionalInt.of(200))
                                                && request.times().finished().isPresent(),
                                Duration.ofSeconds(10)))
                .as("a healed upstream gets traffic again")
                .isPresent();
    }

    private static void rests(Script storm, SimulatedProvider provider)
            throws InterruptedException {
        provider.forgetRequests();
        provider.fault(FaultKind.tooMany(REST));
        ReceivedRequest first =
                provider.await(
                                request ->
                                        request.sent().status().equals(OptionalInt.of(429))
                                                && request.times().answered().isPresent(),
                                Duration.ofSeconds(5))
                        .orElseThrow();
        Instant said = first.times().answered().orElseThrow();
        assertThat(storm.endsWithin(REST.plus(ON_ITS_WAY).toMillis())).isFalse();
        List<Instant> disturbed =
                provider.requests().stream()
                        .map(request -> request.times().received())
                        .filter(at -> at.isAfter(said.plus(ON_ITS_WAY)))
                        .filter(at -> at.isBefore(said.plus(REST)))
                        .toList();
        assertThat(disturbed).as("calls to a resting key, which rests from %s", said).isEmpty();
        heals(provider);
    }
}
