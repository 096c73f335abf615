package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.money.Reserved;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/// Whether a client may spend what a call may cost.
public sealed interface Opened {
    /// It may. The tab must be closed, once.
    record Granted(OpenTab tab) implements Opened {}

    /// A budget stands in the way.
    record Refused(Reserved.Refused by) implements Opened {}

    /// There is a budget, and no upstream of the call whose price is known.
    ///
    /// @param targets which, as `provider/model`
    record Unpriced(Set<String> targets) implements Opened {
        public Unpriced {
            targets = Collections.unmodifiableSet(new LinkedHashSet<>(targets));
        }
    }
}
