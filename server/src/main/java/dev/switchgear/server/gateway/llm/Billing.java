package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.tokens.TokenUsage;

/// What calls cost, and who may spend how much. Thread-safe.
public interface Billing {
    /// Holds back what a call may cost at most, and opens a tab for it.
    ///
    /// @param client who pays
    Opened open(String client, Destination to, Operation operation, RequestBody body);

    /// What a use of a model costs at an upstream.
    Cost cost(UpstreamId upstream, String model, TokenUsage usage);
}
