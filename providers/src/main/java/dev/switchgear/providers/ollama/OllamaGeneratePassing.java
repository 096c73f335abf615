package dev.switchgear.providers.ollama;

import dev.switchgear.dialects.ollama.OllamaProviderDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.dialect.ProviderFitting;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.providers.llm.AnswerWatch;
import dev.switchgear.providers.llm.Passing;
import java.util.Optional;

/// Passes what clients send that have a `prompt`. Its answers are read as those of a chat.
record OllamaGeneratePassing(OllamaProviderDialect spoken) implements Passing {
    @Override
    public Dialect dialect() {
        return Dialect.OLLAMA_GENERATE;
    }

    @Override
    public Framing framing() {
        return spoken.framing();
    }

    @Override
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        return switch (operation) {
            case CHAT -> Optional.of("/api/generate");
            case EMBEDDINGS -> Optional.of("/api/embeddings");
            case BATCH_EMBEDDINGS, COUNT_TOKENS -> Optional.empty();
        };
    }

    @Override
    public Optional<byte[]> body(RequestBody asked, String model, boolean streamed) {
        return Optional.of(asked.withModel(model));
    }

    @Override
    public ProviderFitting fitting() {
        return spoken.generateFitting();
    }

    @Override
    public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
        return Passing.of(spoken).watch(asked, target, streamed);
    }
}
