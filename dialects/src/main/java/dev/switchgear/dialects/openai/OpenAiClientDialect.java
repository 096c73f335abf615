package dev.switchgear.dialects.openai;

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

/// Clients of OpenAI's chat completions and embeddings.
///
/// Beside OpenAI's own fields it reads the vendors' for reasoning, in requests (`reasoning`,
/// `thinking`) and in earlier answers that come back (`reasoning_content`, `reasoning`,
/// `reasoning_details`, `extra_content.google.thought_signature`), and writes them in answers.
/// Stateless and thread-safe.
public final class OpenAiClientDialect implements ClientDialect, ClientEmbedding {
    private static final ScanRules RULES = rules(ScanRules.modelInside());
    private static final ScanRules RULES_DEPLOYED = rules(ScanRules.modelInPath());

    private final Form form;

    /// Where the model stands.
    public enum Form {
        /// In the body.
        USUAL,
        /// In the path, as the deployments of Azure have it; whatever the body calls it.
        DEPLOYED
    }

    public OpenAiClientDialect() {
        this(Form.USUAL);
    }

    public OpenAiClientDialect(Form form) {
        this.form = form;
    }

    private static ScanRules rules(ScanRules model) {
        return model.with(Use.STREAM, "stream")
                .with(Use.STREAM_OPTIONS, "stream_options")
                .with(Use.CONVERSATION, "prompt_cache_key")
                .with(Use.OUTPUT_BOUND, "max_tokens", "max_completion_tokens")
                .with(Use.ARRAY, "messages")
                .with(Use.INPUT, "input")
                .with(Use.TOOLS, "tools", "functions")
                .with(Use.PROMPT, "response_format");
    }

    @Override
    public Dialect dialect() {
        return Dialect.OPENAI;
    }

    @Override
    public ChatRequest chat(byte[] body, String model, boolean streamed) throws InvalidBody {
        return OpenAiRequestReader.read(Json.asked(body), model, streamed);
    }

    @Override
    public AnswerWriter answer(ChatRequest asked, AnswerIdentity identity) {
        return new OpenAiAnswerWriter(asked, identity);
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
        return switch (form) {
            case USUAL -> RULES;
            case DEPLOYED -> RULES_DEPLOYED;
        };
    }

    @Override
    public EmbeddingsRequest embeddings(byte[] body, String model) throws InvalidBody {
        return OpenAiEmbeddings.read(Json.asked(body), model);
    }

    @Override
    public byte[] embedded(EmbeddingsRequest asked, EmbeddingsAnswer answer) {
        return OpenAiEmbeddings.write(asked, answer);
    }
}
