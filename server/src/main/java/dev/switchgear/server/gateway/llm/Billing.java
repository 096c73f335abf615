package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.scan.RequestBody;

/// What calls cost, and who may spend how much. Thread-safe.
public interface Billing {
    /// Holds back what a call may cost at most, and opens a tab for it.
    ///
    /// @param client who pays
    Opened open(String client, Destination to, Operation operation, RequestBody body);
}
