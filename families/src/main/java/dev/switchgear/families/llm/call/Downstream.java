package dev.switchgear.families.llm.call;

import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.chat.ChatEvent;
import java.util.List;

/// The client's side of a streamed answer. Used by one attempt at a time, after that attempt has
/// committed: [#begin] once, then either [#write] or [#tell].
///
/// Writing blocks while the client reads more slowly than the provider sends, so no more than the
/// door's buffer (64 KiB) is ever held for a stream. When the client has gone the writing thread is
/// interrupted, and every write from then on returns false.
public interface Downstream {
    /// For calls that are answered in one piece; writing to it is a bug.
    Downstream NONE =
            new Downstream() {
                @Override
                public boolean begin(Opening opening) {
                    throw new IllegalStateException("a plain call has no stream");
                }

                @Override
                public boolean write(byte[] bytes, int offset, int length) {
                    throw new IllegalStateException("a plain call has no stream");
                }

                @Override
                public boolean tell(ChatEvent event) {
                    throw new IllegalStateException("a plain call has no stream");
                }
            };

    /// How a stream begins.
    ///
    /// @param status as the provider answered
    /// @param contentType of the bytes that follow; empty where events follow
    /// @param dropped what of the request has no place in the provider's dialect
    /// @param omitted what of the answer, as far as it has come, has no place in another dialect
    /// @param winner whose answer it is
    record Opening(
            int status,
            String contentType,
            List<String> dropped,
            List<String> omitted,
            Winner winner) {
        public Opening {
            dropped = List.copyOf(dropped);
            omitted = List.copyOf(omitted);
        }

        /// A stream of which nothing is left out so far.
        public Opening(int status, String contentType, List<String> dropped, Winner winner) {
            this(status, contentType, dropped, List.of(), winner);
        }
    }

    /// The attempt whose answer the client receives.
    ///
    /// @param subject the upstream's own name for the model
    /// @param number counts the attempts of a call from 1
    /// @param upstreamNanos time that the call has spent in upstreams, this one among them
    /// @param why it was asked, in one line of printable ASCII; empty where nobody knows
    record Winner(UpstreamId upstream, String subject, int number, long upstreamNanos, String why) {
        /// One of which nobody knows why.
        public Winner(UpstreamId upstream, String subject, int number, long upstreamNanos) {
            this(upstream, subject, number, upstreamNanos, "");
        }

        public static Winner of(Dispatch<?> attempt) {
            return new Winner(
                    attempt.upstream(),
                    attempt.subject(),
                    attempt.number(),
                    attempt.call().upstreamNanos() + attempt.elapsedNanos(),
                    attempt.call().why(attempt.upstream(), attempt.subject()));
        }
    }

    /// Sends the head of the answer; once, before anything else. False: the client has gone.
    boolean begin(Opening opening);

    /// Sends whole events, already in the client's dialect. The bytes are copied before this
    /// returns. False: the client has gone.
    boolean write(byte[] bytes, int offset, int length);

    /// Sends an event in the client's dialect. False: the client has gone.
    boolean tell(ChatEvent event);
}
