package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;

/// Clients of OpenAI's Responses, as its SDKs and Codex are. Thread-safe.
public final class ResponsesClientDialect implements ClientDialect {
    @Override
    public Dialect dialect() {
        return Dialect.RESPONSES;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return ResponsesRequestReader.read(body, model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new ResponsesAnswerWriter(asked, identity);
    }

    @Override
    public ChatRequest countable(byte[] body, String model) throws InvalidBody {
        return ResponsesRequestReader.read(body, model, false);
    }

    @Override
    public byte[] counted(long tokens, boolean estimated) {
        return Json.bytes(
                Json.object().put("object", "response.input_tokens").put("input_tokens", tokens));
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody {
        throw noEmbeddings();
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        throw new IllegalStateException("Responses has no embeddings");
    }

    private static InvalidBody noEmbeddings() {
        return InvalidBody.of("Responses has no embeddings");
    }
}
