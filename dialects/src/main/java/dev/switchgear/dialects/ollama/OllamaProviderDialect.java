package dev.switchgear.dialects.ollama;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.Worded;
import java.util.Optional;

/// Asks a server of Ollama by `/api/chat` and `/api/embed`. Its reader also understands the answers of
/// `/api/generate`. Stateless; thread-safe.
public final class OllamaProviderDialect implements ProviderDialect {
    @Override
    public Dialect dialect() {
        return Dialect.OLLAMA;
    }

    @Override
    public Framing framing() {
        return Framing.LINES;
    }

    @Override
    public Optional<String> path(Operation operation, String model, boolean streamed) {
        return switch (operation) {
            case CHAT -> Optional.of("/api/chat");
            case EMBEDDINGS -> Optional.of("/api/embed");
            case BATCH_EMBEDDINGS, COUNT_TOKENS -> Optional.empty();
        };
    }

    @Override
    public Worded chat(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        return OllamaRequestWriter.chat(asked, target);
    }

    @Override
    public AnswerReader answer(ModelTarget target, boolean streamed) {
        return new OllamaAnswerReader();
    }

    @Override
    public Worded count(ChatRequest asked, ModelTarget target) throws NotTranslatable {
        throw new NotTranslatable("count", "Ollama does not count tokens");
    }

    @Override
    public long counted(byte[] body) throws MalformedAnswer {
        throw new MalformedAnswer("Ollama does not count tokens");
    }

    @Override
    public Worded embeddings(EmbeddingsRequest asked, ModelTarget target) {
        return OllamaEmbeddings.word(asked, target);
    }

    @Override
    public EmbeddingsAnswer embedded(byte[] body) throws MalformedAnswer {
        return OllamaEmbeddings.answer(body);
    }
}
