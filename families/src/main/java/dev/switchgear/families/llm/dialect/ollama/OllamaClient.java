package dev.switchgear.families.llm.dialect.ollama;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;

/// Serves clients of `/api/chat` and `/api/embed`. Stateless; thread-safe.
public final class OllamaClient implements ClientDialect {
    @Override
    public Dialect dialect() {
        return Dialect.OLLAMA;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return RequestReading.chat(RequestReading.root(body), model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new AnswerWriting(true, asked, identity);
    }

    @Override
    public ChatRequest countable(byte[] body, String model) throws InvalidBody {
        return chat(body, model, false);
    }

    /// Ollama has no count; this is the name it gives that number elsewhere.
    @Override
    public byte[] counted(long tokens, boolean estimated) {
        return Embeddings.counted(tokens);
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody {
        return Embeddings.read(RequestReading.root(body), model);
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        return Embeddings.write(asked, answer);
    }
}
