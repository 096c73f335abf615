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
import dev.switchgear.families.llm.scan.ScanRules.Use;
import java.util.Optional;

/// Serves clients of Ollama. Stateless; thread-safe.
public final class OllamaClientDialect implements ClientDialect, ClientEmbedding {
    private static final ScanRules RULES =
            ScanRules.modelInside()
                    .unsaidIsStreamed()
                    .with(Use.STREAM, "stream")
                    .with(Use.SETTINGS, "options")
                    .with(Use.SETTINGS_BOUND, "num_predict")
                    .with(Use.ARRAY, "messages")
                    .with(Use.INPUT, "input")
                    .with(Use.SYSTEM, "system")
                    .with(Use.TOOLS, "tools")
                    .with(Use.PROMPT, "prompt", "format");

    private final Form form;

    /// What clients send, and how they are answered.
    public enum Form {
        /// Messages, to `/api/chat`; texts, to `/api/embed`.
        CHAT,
        /// A `prompt`, to `/api/generate`, and to `/api/embeddings`, which came before `/api/embed`.
        GENERATE
    }

    public OllamaClientDialect(Form form) {
        this.form = form;
    }

    @Override
    public Dialect dialect() {
        return switch (form) {
            case CHAT -> Dialect.OLLAMA;
            case GENERATE -> Dialect.OLLAMA_GENERATE;
        };
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return switch (form) {
            case CHAT -> OllamaRequestReader.chat(Json.asked(body), model, streamed);
            case GENERATE -> OllamaRequestReader.generate(Json.asked(body), model, streamed);
        };
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new OllamaAnswerWriter(form == Form.CHAT, asked, identity);
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
        return RULES;
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody {
        return switch (form) {
            case CHAT -> OllamaEmbeddings.read(Json.asked(body), model);
            case GENERATE -> OllamaEmbeddings.readPrompt(Json.asked(body), model);
        };
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        return switch (form) {
            case CHAT -> OllamaEmbeddings.write(asked, answer);
            case GENERATE -> OllamaEmbeddings.writeOne(answer);
        };
    }
}
