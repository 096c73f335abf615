package dev.switchgear.server.edge.llm;

import dev.switchgear.core.call.Attempt;
import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.RequestBody;
import dev.switchgear.families.llm.TokenUsage;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.money.Cost;
import dev.switchgear.families.llm.money.Reserving;
import java.util.List;

/// What calls cost, and who may spend how much. Thread-safe.
public interface Billing {
    /// Reserves what a call may cost at most.
    ///
    /// @param client who pays
    Reserving reserve(String client, Destination to, RequestBody body);

    /// Enters what was used into the books and ends the reservation.
    void settle(Reserving.Granted granted, String client, List<Attempt<LlmReply>> attempts);

    /// What a use of a model costs at an upstream.
    Cost cost(UpstreamId upstream, String model, TokenUsage usage);
}
