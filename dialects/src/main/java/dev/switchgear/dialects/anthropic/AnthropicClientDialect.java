package dev.switchgear.dialects.anthropic;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;
import java.nio.charset.StandardCharsets;

/// Clients that speak Anthropic's Messages. Stateless; thread-safe.
public final class AnthropicClientDialect implements ClientDialect {
    @Override
    public Dialect dialect() {
        return Dialect.ANTHROPIC;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return AnthropicRequestReader.read(body, model, streamed, false);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new AnthropicAnswerWriter(identity);
    }

    @Override
    public ChatRequest countable(byte[] body, String model) throws InvalidBody {
        return AnthropicRequestReader.read(body, model, false, true);
    }

    @Override
    public byte[] counted(long tokens, boolean estimated) {
        return ("{\"input_tokens\":" + tokens + "}").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody {
        throw InvalidBody.of("Anthropic's API has no embeddings");
    }

    /// Never called: no question for embeddings can have been read.
    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        throw new IllegalStateException("Anthropic's API has no embeddings");
    }
}
