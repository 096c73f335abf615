package dev.switchgear.dialects.own;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import tools.jackson.databind.node.ObjectNode;

/// Reads `/api/llm/…` and answers it. Stateless; thread-safe.
public final class OwnClientDialect implements ClientDialect {
    @Override
    public Dialect dialect() {
        return Dialect.OWN;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return OwnRequestReader.read(body, model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new OwnAnswerWriter(identity);
    }

    @Override
    public ChatRequest countable(byte[] body, String model) throws InvalidBody {
        return OwnRequestReader.read(body, model, false);
    }

    @Override
    public byte[] counted(long tokens, boolean estimated) {
        ObjectNode answer = Json.object();
        answer.put("inputTokens", tokens);
        answer.put("estimated", estimated);
        return Json.bytes(answer);
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody {
        throw InvalidBody.of("there are no embeddings here (use /v1/embeddings)");
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        throw new IllegalStateException("nobody can have asked for embeddings here");
    }
}
