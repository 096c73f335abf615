package dev.switchgear.core.guard;

import dev.switchgear.core.call.Attempt;

/// All guards' yes to one attempt. Settled exactly once, by the thread that made the attempt.
public interface Permit {
    /// The upstream has shown that it works: its first piece is here, `nanos` after the start.
    void firstPiece(long nanos);

    /// Gives back what was taken and tells the policies how it went.
    void settle(Attempt<?> attempt);
}
