package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientCounting;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ClientEmbedding;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import dev.switchgear.families.llm.scan.ScanRules;
import java.util.Optional;

/// Serves clients that send a `prompt`: of `/api/generate`, and of `/api/embeddings`, which came
/// before `/api/embed`. Stateless; thread-safe.
public final class OllamaGenerateDialect implements ClientDialect, ClientEmbedding {
    @Override
    public Dialect dialect() {
        return Dialect.OLLAMA_GENERATE;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return OllamaRequestReader.generate(Json.asked(body), model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new OllamaAnswerWriter(false, asked, identity);
    }

    @Override
    public Optional<ClientCounting> counting() {
        return Optional.empty();
    }

    @Override
    public Optional<ClientEmbedding> embedding() {
        return Optional.of(this);
    }

    @Override
    public ScanRules scanRules() {
        return OllamaClientDialect.RULES;
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody {
        return OllamaEmbeddings.readPrompt(Json.asked(body), model);
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        return OllamaEmbeddings.writeOne(answer);
    }
}
