package dev.switchgear.core.patience;

import java.time.Duration;
import java.util.Optional;

/// How long each phase of one attempt may take; what is left empty is learned. The call's deadline
/// bounds them all.
///
/// @param connect name lookup, TCP and TLS; more than 0 (default 2 s)
/// @param head from the last byte sent to the head of an answer in one piece (default learned)
/// @param firstPiece from the last byte sent to the first piece of a stream (default learned)
/// @param idle between two reads once the answer has begun (default learned)
/// @param total the whole call, all attempts together; more than 0 (default 10 min, the longest that
///     is waited for anything that is learned)
public record PatienceSettings(
        Duration connect,
        Optional<Duration> head,
        Optional<Duration> firstPiece,
        Optional<Duration> idle,
        Duration total) {
    public static final PatienceSettings DEFAULT =
            new PatienceSettings(
                    Duration.ofSeconds(2),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Patience.MOST);
}
