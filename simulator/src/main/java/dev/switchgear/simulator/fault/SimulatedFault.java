package dev.switchgear.simulator.fault;

import dev.switchgear.simulator.answer.ApiOperation;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// Something that goes wrong, and when.
///
/// @param rate share of the matching requests it happens to; 0 to 1 (default 1), drawn from the seed
/// @param duration after which it has ended by itself; empty: never
/// @param times how many requests it happens to before it has ended; empty: any number
/// @param operation the only operation it happens to; empty: any
/// @param streamed only streams (true), only plain requests (false); empty: both
/// @param model the only model it happens to; empty: any
/// @param keyEnding the end of the only key it happens to; empty: any
public record SimulatedFault(
        FaultKind kind,
        double rate,
        Optional<Duration> duration,
        OptionalInt times,
        Optional<ApiOperation> operation,
        Optional<Boolean> streamed,
        String model,
        String keyEnding) {
    public SimulatedFault {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("rate: " + rate + " (expected: 0 to 1)");
        }
        if (times.isPresent() && times.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "times: " + times.getAsInt() + " (expected: 1 or more)");
        }
        boolean refuse = kind instanceof FaultKind.Refuse;
        if (refuse && (streamed.isPresent() || !model.isEmpty())) {
            throw new IllegalArgumentException(
                    "refuse: streamed and model stand in the body, which is not read (expected:"
                            + " neither)");
        }
    }

    /// Happens to every request, until it is healed.
    public static SimulatedFault always(FaultKind kind) {
        return new SimulatedFault(
                kind,
                1,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                "");
    }

    public SimulatedFault withRate(double share) {
        return new SimulatedFault(
                kind, share, duration, times, operation, streamed, model, keyEnding);
    }

    public SimulatedFault lasting(Duration limit) {
        return new SimulatedFault(
                kind, rate, Optional.of(limit), times, operation, streamed, model, keyEnding);
    }

    public SimulatedFault times(int count) {
        return new SimulatedFault(
                kind, rate, duration, OptionalInt.of(count), operation, streamed, model, keyEnding);
    }

    public SimulatedFault onlyFor(ApiOperation only) {
        return new SimulatedFault(
                kind, rate, duration, times, Optional.of(only), streamed, model, keyEnding);
    }

    public SimulatedFault onlyStreamed(boolean only) {
        return new SimulatedFault(
                kind, rate, duration, times, operation, Optional.of(only), model, keyEnding);
    }
}
