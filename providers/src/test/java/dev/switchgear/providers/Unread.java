package dev.switchgear.providers;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.EmbeddingsAnswer;
import dev.switchgear.families.llm.dialect.EmbeddingsRequest;

/// The client's side where bytes pass: nobody may need to read them.
public record Unread(Dialect dialect) implements ClientDialect {
    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) {
        throw read();
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        throw read();
    }

    @Override
    public ChatRequest countable(byte[] body, String model) {
        throw read();
    }

    @Override
    public byte[] counted(long tokens, boolean estimated) {
        throw read();
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) {
        throw read();
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        throw read();
    }

    private static AssertionError read() {
        return new AssertionError("a body that should have passed was read");
    }
}
