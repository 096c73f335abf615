package dev.switchgear.server.api.llm;

import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.server.api.Protocol;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.ResponseHead;
import java.util.List;
import java.util.Map;

/// The manners of one protocol that LLM clients speak: how keys are shown, errors worded, limits
/// told, requests read and answers written. Stateless; thread-safe.
public interface LlmProtocol extends Protocol {
    ClientDialect dialect();

    /// Adds what this protocol's clients expect to be told of their limits.
    default void limits(ResponseHead head, List<LimitStatus> limits) {
        LimitHeaders.add(head, limits);
    }

    /// Headers of the request that go along to providers of the same dialect.
    default Map<String, String> passed(HttpExchange exchange) {
        return Map.of();
    }
}
