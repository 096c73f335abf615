package dev.switchgear.simulator.fault;

import dev.switchgear.simulator.answer.ApiAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What goes wrong with one request.
///
/// @param latency before the head
/// @param firstToken before the first event
/// @param opened before the first token, the opening event having been sent
/// @param main the fault beside delays
/// @param refusal what is answered, where `main` is a limit
/// @param words all faults that happened
public record Disturbance(
        Duration latency,
        Duration firstToken,
        Duration opened,
        Optional<FaultKind> main,
        Optional<ApiAnswer> refusal,
        List<String> words) {
    static final Disturbance NONE =
            new Disturbance(
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    Optional.empty(),
                    Optional.empty(),
                    List.of());

    public Disturbance {
        words = List.copyOf(words);
    }

    /// This, and `kind` too.
    Disturbance and(FaultKind kind, Optional<ApiAnswer> answer, RandomGenerator random) {
        List<String> more = new ArrayList<>(words);
        more.add(kind.word());
        return switch (kind) {
            case FaultKind.Latency slow ->
                    new Disturbance(
                            latency.plus(drawn(slow.delay(), slow.jitter(), random)),
                            firstToken,
                            opened,
                            main,
                            refusal,
                            more);
            case FaultKind.SlowFirstToken slow -> {
                Duration delay = drawn(slow.delay(), slow.jitter(), random);
                yield new Disturbance(
                        latency,
                        slow.afterOpening() ? firstToken : firstToken.plus(delay),
                        slow.afterOpening() ? opened.plus(delay) : opened,
                        main,
                        refusal,
                        more);
            }
            default ->
                    new Disturbance(latency, firstToken, opened, Optional.of(kind), answer, more);
        };
    }

    public static Duration drawn(Duration delay, Duration jitter, RandomGenerator random) {
        return jitter.isPositive() ? delay.plusNanos(random.nextLong(jitter.toNanos() + 1)) : delay;
    }
}
