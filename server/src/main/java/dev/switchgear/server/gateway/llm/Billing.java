package dev.switchgear.server.gateway.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.tokens.TokenUsage;
import dev.switchgear.families.money.Reserved;
import java.util.List;

/// What calls cost, and who may spend how much. Thread-safe.
public interface Billing {
    /// Reserves what a call may cost at most.
    ///
    /// @param client who pays
    Reserved reserve(String client, Destination to, RequestBody body);

    /// Enters what was used into the books and ends the reservation.
    void settle(Reserved.Granted granted, String client, List<Attempt<LlmReply>> attempts);

    /// What a use of a model costs at an upstream.
    Cost cost(UpstreamId upstream, String model, TokenUsage usage);
}
