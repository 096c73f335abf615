package dev.switchgear.core.routing;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Outcome.Failure;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What this program was late by is held against nobody, and hides nobody's silence.
class OwnDelayTest {
    private static final Set<Cause> WAITS =
            Set.of(
                    Cause.CONNECT_TIMEOUT,
                    Cause.HEAD_TIMEOUT,
                    Cause.FIRST_PIECE_TIMEOUT,
                    Cause.IDLE_TIMEOUT,
                    Cause.DEADLINE);

    @ParameterizedTest(name = "{1} ms of {0} ms")
    @CsvSource({
        "1000,    0, false",
        "1000,    1, false",
        "1000,  499, false",
        "1000,  500, true",
        "1000,  501, true",
        "1000, 1000, true",
        "1000, 1500, true",
        "   0,    0, false",
    })
    void a_wait_is_ours_where_at_least_half_of_it_was(
            long tookMillis, long lateMillis, boolean ours) {
        Outcome<String> named = named(Cause.HEAD_TIMEOUT, tookMillis, lateMillis);

        assertThat(fault(named).cause()).isEqualTo(ours ? Cause.OWN_DELAY : Cause.HEAD_TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void only_a_wait_can_have_been_too_short(Cause cause) {
        Fault named = fault(named(cause, 1_000, 1_000));

        assertThat(named.cause()).isEqualTo(WAITS.contains(cause) ? Cause.OWN_DELAY : cause);
        assertThat(named.scope()).isEqualTo(Scope.PROVIDER);
        assertThat(named.recovery()).isEqualTo(Recovery.FAIL_OVER);
        assertThat(named.mayHaveActed()).as("what may have happened may have").isTrue();
    }

    private static Outcome<String> named(Cause cause, long tookMillis, long lateMillis) {
        Outcome<String> outcome =
                Failure.of(Fault.of(cause, Scope.PROVIDER, Recovery.FAIL_OVER, true, "it"));
        return OwnDelay.named(
                outcome, ofMillis(tookMillis).toNanos(), ofMillis(lateMillis).toNanos());
    }

    private static Fault fault(Outcome<String> outcome) {
        return ((Failure<String>) outcome).fault();
    }
}
