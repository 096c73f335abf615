package dev.switchgear.dialects.ollama;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;

/// Serves clients of `/api/chat` and `/api/embed`. Stateless; thread-safe.
public final class OllamaClientDialect implements ClientDialect {
    @Override
    public Dialect dialect() {
        return Dialect.OLLAMA;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return OllamaRequestReader.chat(OllamaRequestReader.root(body), model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new OllamaAnswerWriter(true, asked, identity);
    }

    @Override
    public ChatRequest countable(byte[] body, String model) throws InvalidBody {
        return chat(body, model, false);
    }

    /// Ollama has no count; this is the name it gives that number elsewhere.
    @Override
    public byte[] counted(long tokens, boolean estimated) {
        return OllamaEmbeddings.counted(tokens);
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody {
        return OllamaEmbeddings.read(OllamaRequestReader.root(body), model);
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        return OllamaEmbeddings.write(asked, answer);
    }
}
