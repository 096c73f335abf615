package dev.switchgear.dialects.ollama;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;

/// Serves clients that send a `prompt`: of `/api/generate`, and of `/api/embeddings`, which came
/// before `/api/embed`. Stateless; thread-safe.
public final class OllamaGenerateDialect implements ClientDialect {
    @Override
    public Dialect dialect() {
        return Dialect.OLLAMA_GENERATE;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return OllamaRequestReader.generate(OllamaRequestReader.root(body), model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new OllamaAnswerWriter(false, asked, identity);
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
        return OllamaEmbeddings.readPrompt(OllamaRequestReader.root(body), model);
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        return OllamaEmbeddings.writeOne(answer);
    }
}
