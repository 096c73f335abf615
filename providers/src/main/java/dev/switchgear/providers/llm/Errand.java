package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.wire.OutgoingRequest;
import java.util.List;
import java.util.function.Supplier;

/// A request as it goes out, and who takes what comes back. For one attempt.
///
/// @param dialect in which it asks
/// @param framing of a streamed answer
/// @param telling takes the answer instead where it comes in another form than was asked for
/// @param target whom it asks
/// @param dropped what of the client's request is not in it
record Errand(
        OutgoingRequest outgoing,
        Dialect dialect,
        Framing framing,
        Carrier carrier,
        Supplier<TellingCarrier> telling,
        ModelTarget target,
        List<String> dropped) {}
