package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.scan.RequestBody;
import java.util.Optional;

/// How the bytes of a dialect pass between a client and a provider that speak it both. Stateless;
/// thread-safe.
public interface Passing {
    Dialect dialect();

    Framing framing();

    /// As [ProviderDialect#path].
    Optional<String> path(Operation operation, String model, boolean streamed);

    /// The client's bytes with the provider's name of the model, and with what we must add to count
    /// what is used.
    byte[] body(RequestBody asked, String model, boolean streamed);

    /// Looks at one answer while it passes.
    AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed);

    /// Passes a dialect whose answers are watched by reading them whole.
    static Passing of(ProviderDialect dialect) {
        return new ReadingPassing(dialect);
    }
}
