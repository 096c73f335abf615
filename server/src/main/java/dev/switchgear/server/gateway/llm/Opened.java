package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.money.Reserved;

/// Whether a client may spend what a call may cost.
public sealed interface Opened {
    /// It may. The tab must be closed, once.
    record Granted(OpenTab tab) implements Opened {}

    /// A budget stands in the way.
    record Refused(Reserved.Refused by) implements Opened {}
}
