package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.server.api.Problem;
import java.util.List;
import java.util.Optional;

/// What a protocol made of a request before it goes anywhere.
public sealed interface Turned {
    /// Nothing: it says everything itself.
    Turned AS_IT_CAME = new AsItCame();

    /// It says everything itself.
    record AsItCame() implements Turned {}

    /// It referred to what lies elsewhere, which stands in it now. The exchange has the new body.
    ///
    /// @param before who answered last; empty where nobody knows
    /// @param home whether that one keeps all that is referred to, and so may be asked in the client's
    ///     own bytes
    /// @param dropped what of it could not be put in place for others
    record Whole(byte[] body, Optional<UpstreamId> before, boolean home, List<String> dropped)
            implements Turned {
        public Whole {
            dropped = List.copyOf(dropped);
        }
    }

    /// It cannot be served.
    record Refused(Problem problem) implements Turned {}

    /// What it refers to could not be put in place, for want of memory.
    ///
    /// @param never whether there will never be enough
    record NoRoom(boolean never) implements Turned {}

    /// It has been answered, or will be, by somebody else.
    record Taken() implements Turned {}
}
