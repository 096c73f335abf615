package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.scan.RequestBody;
import java.time.Duration;
import java.util.Optional;

/// What a protocol has to do with one call beyond carrying it: its clients may refer to what they left
/// with us, and leave the answer. For one call; [#answers] may come from another thread than the rest.
public interface LlmTurn {
    /// Of protocols whose requests say everything, and whose answers are over once they have left.
    LlmTurn NONE =
            new LlmTurn() {
                @Override
                public Turned turned(RequestBody scanned) {
                    return Turned.AS_IT_CAME;
                }

                @Override
                public void answers(UpstreamId upstream, boolean passing) {
                    // Nobody wants to know.
                }

                @Override
                public Optional<AnswerIdentity> identity(long createdSeconds, String model) {
                    return Optional.empty();
                }
            };

    /// How long the call may take, all attempts together; empty for what its route says.
    default Optional<Duration> total() {
        return Optional.empty();
    }

    /// Hears that the client's limits and budget have let the call through, before anybody is asked.
    default void admitted() {}

    /// Completes what the client sent, before anybody looks where it may go. Once.
    Turned turned(RequestBody scanned);

    /// Hears who answers, before anything of the answer leaves.
    ///
    /// @param passing whether the answer leaves as that one gives it
    void answers(UpstreamId upstream, boolean passing);

    /// What an answer that we word is called; empty for the name of the request.
    Optional<AnswerIdentity> identity(long createdSeconds, String model);
}
