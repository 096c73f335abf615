package dev.switchgear.core.routing;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.event.Event.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a call came to.
///
/// @param attempts in order, refusals among them (number 0)
/// @param deciding the attempt whose outcome is the call's; empty if nobody could even be asked
/// @param candidates how the upstreams stood when the call was last ranked; for a lost call, at its end
/// @param soonest when asking again may help; zero where unknown
/// @param overheadNanos time spent here rather than in an upstream
/// @param why the deciding attempt was made, in one line of printable ASCII; empty where none was
public record Answer<A>(
        List<Attempt<A>> attempts,
        Optional<Attempt<A>> deciding,
        Candidates<?, A> candidates,
        Verdict verdict,
        Duration soonest,
        long overheadNanos,
        String why) {
    /// One of which nobody asks why.
    public Answer(
            List<Attempt<A>> attempts,
            Optional<Attempt<A>> deciding,
            Candidates<?, A> candidates,
            Verdict verdict,
            Duration soonest,
            long overheadNanos) {
        this(attempts, deciding, candidates, verdict, soonest, overheadNanos, "");
    }

    public Answer {
        attempts = List.copyOf(attempts);
    }

    /// Attempts that reached for an upstream.
    public int sent() {
        int sent = 0;
        for (Attempt<A> attempt : attempts) {
            if (!(attempt.outcome() instanceof Outcome.Refusal<A>)) {
                sent++;
            }
        }
        return sent;
    }
}
